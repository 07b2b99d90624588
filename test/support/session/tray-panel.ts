import * as dbus from '@jellybrick/dbus-next';
import { connectToBus } from './bus-client.ts';

// A panel like a desktop's, on a session bus of the tests: it watches for tray icons, shows them, and opens and clicks
// their menus. It sends the same calls as a real panel (StatusNotifierItem, com.canonical.dbusmenu).

const WATCHER = 'org.kde.StatusNotifierWatcher';
const WATCHER_PATH = '/StatusNotifierWatcher';
const ITEM = 'org.kde.StatusNotifierItem';
const MENU = 'com.canonical.dbusmenu';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const ERROR = 'org.freedesktop.DBus.Error.UnknownMethod';

/** A row of the menu, as it arrives over the bus. */
export interface MenuNode {
  readonly id: number;
  readonly label: string;
  readonly enabled: boolean;
  readonly separator: boolean;
  readonly items: readonly MenuNode[];
}

export interface Icon {
  readonly id: string;
  readonly tooltip: string;
  /** The largest of its pictures: ARGB, four bytes a pixel. */
  readonly pixels: { readonly width: number; readonly height: number; readonly argb: Buffer };
}

export interface TrayPanel {
  /** Whether it shows icons. Every listener is informed. */
  showsIcons(shows: boolean): void;
  /** Waits for an icon. */
  icon(): Promise<Icon>;
  /** The connection that has the icon. */
  service(): string;
  /** How many icons are registered now. */
  count(): number;
  /** The menu as it is now. */
  menu(): Promise<readonly MenuNode[]>;
  /** Opens the menu as a panel does, and returns what is then on the screen. */
  open(): Promise<readonly MenuNode[]>;
  close(): Promise<void>;
  /** Clicks the row at these labels, from the top. */
  click(...labels: (string | RegExp)[]): Promise<void>;
  /** Clicks the row that had this id when the menu opened. */
  clickId(id: number): Promise<void>;
  /** A click on the icon itself. */
  activate(): Promise<void>;
  /** How often the menu announced a new layout. */
  layoutChanges(): number;
  /** Leaves, and releases its name. */
  stop(): void;
}

type Layout = [number, Record<string, dbus.Variant>, dbus.Variant<Layout>[]];

export async function startTrayPanel(environment: Readonly<Record<string, string>>, shows = true): Promise<TrayPanel> {
  const bus = connectToBus(environment);
  let hosted = shows;
  let layoutChanges = 0;
  /** Which connection has which icon. */
  const items = new Map<string, string>();
  const signal = (name: string, ...body: string[]) =>
    bus.send(dbus.Message.newSignal(WATCHER_PATH, WATCHER, name, body.length === 0 ? '' : 's', body));

  const properties = (): Record<string, dbus.Variant> => ({
    RegisteredStatusNotifierItems: new dbus.Variant(
      'as',
      [...items].map(([sender, path]) => sender + path),
    ),
    IsStatusNotifierHostRegistered: new dbus.Variant('b', hosted),
    ProtocolVersion: new dbus.Variant('i', 0),
  });

  bus.addMethodHandler((message) => {
    if (message.path !== WATCHER_PATH) return false;
    const { sender = '', body } = message;
    if (message.interface === PROPERTIES && message.member === 'Get') {
      const value = properties()[String(body[1])];
      bus.send(value === undefined ? dbus.Message.newError(message, ERROR) : dbus.Message.newMethodReturn(message, 'v', [value]));
    } else if (message.interface === PROPERTIES && message.member === 'GetAll')
      bus.send(dbus.Message.newMethodReturn(message, 'a{sv}', [properties()]));
    else if (message.member === 'RegisterStatusNotifierItem') {
      const path = String(body[0]).startsWith('/') ? String(body[0]) : '/StatusNotifierItem';
      items.set(sender, path);
      bus.send(dbus.Message.newMethodReturn(message));
      signal('StatusNotifierItemRegistered', sender + path);
    } else if (message.member === 'RegisterStatusNotifierHost') bus.send(dbus.Message.newMethodReturn(message));
    else return false;
    return true;
  });
  bus.on('message', (message) => {
    if (message.type !== dbus.MessageType.SIGNAL) return;
    if (message.member === 'LayoutUpdated') layoutChanges += 1;
    if (message.member !== 'NameOwnerChanged') return;
    const [name, , owner] = message.body as [string, string, string];
    const path = owner === '' ? items.get(name) : undefined;
    if (path === undefined) return;
    items.delete(name);
    signal('StatusNotifierItemUnregistered', name + path);
  });

  const call = async (destination: string, path: string, face: string, member: string, signature = '', body: unknown[] = []) => {
    const reply = await bus.call(new dbus.Message({ destination, path, interface: face, member, signature, body }));
    return reply?.body ?? [];
  };
  const daemon = ['org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus'] as const;
  for (const rule of [
    "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged'",
    `type='signal',interface='${MENU}',member='LayoutUpdated'`,
  ])
    await call(...daemon, 'AddMatch', 's', [rule]);
  await bus.requestName(WATCHER);

  const place = () => {
    const found = [...items].at(-1);
    if (found === undefined) throw new Error('No icon is registered');
    return found;
  };
  const all = async () => {
    const [values] = (await call(...place(), PROPERTIES, 'GetAll', 's', [ITEM])) as [Record<string, dbus.Variant>];
    return values;
  };
  const menuPlace = async () => [place()[0], String((await all()).Menu?.value)] as const;
  const menu = async () => {
    return menuOf(await call(...(await menuPlace()), MENU, 'GetLayout', 'iias', [0, -1, []]));
  };
  const event = async (id: number, name: string) => {
    await call(...(await menuPlace()), MENU, 'Event', 'isvu', [id, name, new dbus.Variant('s', ''), 0]);
  };
  const clickId = (id: number) => event(id, 'clicked');
  return {
    showsIcons: (next) => {
      hosted = next;
      signal(next ? 'StatusNotifierHostRegistered' : 'StatusNotifierHostUnregistered');
    },
    icon: async () => {
      for (const end = Date.now() + 15_000; items.size === 0; ) {
        if (Date.now() > end) throw new Error('No icon was registered');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      const values = await all();
      const pictures = values.IconPixmap?.value as [number, number, Buffer | number[]][];
      const [width, height, argb] = pictures.toSorted(([a], [b]) => b - a)[0] ?? [0, 0, []];
      const tooltip = values.ToolTip?.value as [string, unknown, string, string] | undefined;
      return {
        id: String(values.Id?.value),
        tooltip: tooltip?.[2] ?? String(values.Title?.value),
        pixels: { width, height, argb: Buffer.from(argb) },
      };
    },
    service: () => place()[0],
    count: () => items.size,
    menu,
    open: async () => {
      await call(...(await menuPlace()), MENU, 'AboutToShow', 'i', [0]);
      const shown = await menu();
      await event(0, 'opened');
      return shown;
    },
    close: () => event(0, 'closed'),
    click: async (...labels) => clickId(findNode(await menu(), labels).id),
    clickId,
    activate: async () => {
      await call(...place(), ITEM, 'Activate', 'ii', [10, 10]);
    },
    layoutChanges: () => layoutChanges,
    stop: () => bus.disconnect(),
  };
}

/** What GetLayout returned. */
export function menuOf(reply: readonly unknown[]): readonly MenuNode[] {
  const [, root] = reply as [number, Layout];
  return nodesOf(root);
}

function nodesOf([, , children]: Layout): readonly MenuNode[] {
  return children.map(({ value }) => {
    const [id, properties] = value;
    return {
      id,
      // A single underscore would underline the next letter.
      label: String(properties.label?.value ?? '').replaceAll('__', '_'),
      enabled: properties.enabled?.value !== false,
      separator: properties.type?.value === 'separator',
      items: nodesOf(value),
    };
  });
}

/** The row at these labels, from the top. Throws if there is none. */
export function findNode(nodes: readonly MenuNode[], labels: readonly (string | RegExp)[]): MenuNode {
  const [label, ...rest] = labels;
  const found = nodes.find((node) => (label instanceof RegExp ? label.test(node.label) : node.label === label));
  if (found === undefined) throw new Error(`The menu has no row “${label}”, only:\n${nodes.map((node) => node.label).join('\n')}`);
  return rest.length === 0 ? found : findNode(found.items, rest);
}
