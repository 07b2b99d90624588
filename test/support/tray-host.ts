import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { decodeMessage, encodeMessage, encodeStrings, messageLength, sessionBusPath } from '../../main/desktop/tray/session-bus.ts';
import type { Requirement } from './requirement.ts';

// A separate D-Bus session with a panel that shows tray icons, as a desktop has them.

export const dbusRequirement: Requirement = {
  name: 'dbus',
  missing: () => (spawnSync('dbus-daemon', ['--version']).status === 0 ? null : 'D-Bus (apt-get install dbus)'),
};

export interface TestBus {
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** `environment`: where the bus looks for services, for example. */
export async function startBus(environment: Readonly<Record<string, string>> = {}): Promise<TestBus> {
  const daemon = spawn('dbus-daemon', ['--session', '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
  });
  const [line] = (await once(daemon.stdout, 'data')) as [Buffer];
  const exited = once(daemon, 'exit');
  return {
    environment: { DBUS_SESSION_BUS_ADDRESS: line.toString().trim() },
    stop: async () => {
      daemon.kill();
      await exited;
    },
  };
}

export interface Panel {
  /** Who registered an icon, by their names on the bus. */
  readonly icons: readonly string[];
  /** Whether it shows icons. Every listener is informed. */
  showsIcons(shows: boolean): void;
  /** Leaves, and releases its name. */
  stop(): void;
}

const WATCHER = 'org.kde.StatusNotifierWatcher';
const BUS = { path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', destination: 'org.freedesktop.DBus' };

/** Owns the name of the watcher of tray icons, and says whether it has a host. */
export async function startPanel(bus: Pick<TestBus, 'environment'>, shows = true): Promise<Panel> {
  const socket = connect({ path: sessionBusPath(bus.environment) ?? '' });
  socket.on('error', () => undefined);
  let serial = 0;
  let hosted = shows;
  const icons: string[] = [];
  const send = (type: number, fields: [code: number, type: string, value: string | number][], body: Buffer = Buffer.alloc(0)) => {
    serial += 1;
    const named = fields.map(([code, kind, value]) => ({ code, type: kind, value }));
    socket.write(encodeMessage({ type, flags: 0, serial, fields: named, body }));
  };
  const call = (member: string, signature: string, body: Buffer) =>
    send(
      1,
      [
        [1, 'o', BUS.path],
        [2, 's', BUS.interface],
        [3, 's', member],
        [6, 's', BUS.destination],
        ...(signature === '' ? [] : [[8, 'g', signature] as [number, string, string]]),
      ],
      body,
    );

  await once(socket, 'connect');
  socket.write(`\0AUTH EXTERNAL ${Buffer.from(String(process.getuid?.() ?? 0)).toString('hex')}\r\n`);
  await once(socket, 'data');
  socket.write('BEGIN\r\n');
  let received: Buffer = Buffer.alloc(0);
  const owned = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (let length = messageLength(received); length !== undefined && received.length >= length; length = messageLength(received)) {
        const message = decodeMessage(received.subarray(0, length));
        received = received.subarray(length);
        if (message.replySerial === 2) resolve();
        if (message.type === 1 && message.member === 'RegisterStatusNotifierItem') {
          icons.push(message.sender ?? '');
          send(2, [
            [5, 'u', message.serial],
            [6, 's', message.sender ?? ''],
          ]);
        }
        if (message.type !== 1 || message.member !== 'Get') continue;
        const value = Buffer.from([1, 'b'.charCodeAt(0), 0, 0, hosted ? 1 : 0, 0, 0, 0]);
        send(
          2,
          [
            [5, 'u', message.serial],
            [6, 's', message.sender ?? ''],
            [8, 'g', 'v'],
          ],
          value,
        );
      }
    });
  });
  call('Hello', '', Buffer.alloc(0));
  const flags = Buffer.alloc(4);
  const name = encodeStrings([WATCHER]);
  call('RequestName', 'su', Buffer.concat([name, Buffer.alloc((4 - (name.length % 4)) % 4), flags]));
  await owned;
  return {
    icons,
    showsIcons: (next) => {
      hosted = next;
      const member = next ? 'StatusNotifierHostRegistered' : 'StatusNotifierHostUnregistered';
      send(4, [
        [1, 'o', '/StatusNotifierWatcher'],
        [2, 's', WATCHER],
        [3, 's', member],
      ]);
    },
    stop: () => socket.destroy(),
  };
}
