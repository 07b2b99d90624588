import { BusConnection, readBooleanVariant, sessionBusPath } from './session-bus.ts';

// Whether this Linux desktop shows tray icons: checked before one is created, and watched.

export const WATCHER = 'org.kde.StatusNotifierWatcher';
export const WATCHER_PATH = '/StatusNotifierWatcher';
/** Milliseconds until the next try if no bus responded. */
const AGAIN = 30_000;

export type TrayHost = 'present' | 'no-host' | 'no-bus';

/** Reports who shows tray icons, now and at every change, until the returned function is called. */
export function watchTrayHost(environment: Readonly<Record<string, string | undefined>>, onChange: (host: TrayHost) => void): () => void {
  let closed = false;
  let bus: BusConnection | undefined;
  let timer: NodeJS.Timeout | undefined;
  let last: TrayHost | undefined;

  const tell = (host: TrayHost) => {
    if (closed || host === last) return;
    last = host;
    onChange(host);
  };
  const again = () => {
    if (closed) return;
    bus = undefined;
    tell('no-bus');
    timer = setTimeout(() => void listen(), AGAIN);
    timer.unref();
  };
  const ask = async (connection: BusConnection) => {
    const host = (await hasHost(connection)) ? 'present' : 'no-host';
    // The connection may have closed during the call.
    if (bus === connection) tell(host);
  };
  const listen = async () => {
    const path = sessionBusPath(environment);
    if (path === undefined) return again();
    try {
      const connection = await BusConnection.open(path, () => bus !== undefined && void ask(bus), again);
      if (closed) return connection.close();
      bus = connection;
      await connection.call(match(`type='signal',sender='${WATCHER}',interface='${WATCHER}'`));
      await connection.call(match(`type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='${WATCHER}'`));
      await ask(connection);
    } catch {
      if (bus === undefined) again();
      else bus.close();
    }
  };
  void listen();
  return () => {
    closed = true;
    clearTimeout(timer);
    bus?.close();
  };
}

function match(rule: string): Parameters<BusConnection['call']>[0] {
  const service = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' };
  return { ...service, member: 'AddMatch', strings: [rule] };
}

/** A watcher without a host keeps a list of icons that no one shows. */
async function hasHost(bus: BusConnection): Promise<boolean> {
  try {
    const reply = await bus.call({
      destination: WATCHER,
      path: WATCHER_PATH,
      interface: 'org.freedesktop.DBus.Properties',
      member: 'Get',
      strings: [WATCHER, 'IsStatusNotifierHostRegistered'],
    });
    return readBooleanVariant(reply) === true;
  } catch {
    // No one owns that name.
    return false;
  }
}
