import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TrayHost } from '../../main/desktop/tray/host.ts';
import { watchTrayHost } from '../../main/desktop/tray/host.ts';
import { describeWith } from '../support/requirement.ts';
import type { Panel, TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus, startPanel } from '../support/tray-host.ts';

// Against a real dbus-daemon, which closes the connection after a malformed message.

describeWith([dbusRequirement], 'the detection of a tray', () => {
  let bus: TestBus;
  let panel: Panel | undefined;
  let told: TrayHost[];
  let stop: () => void = () => undefined;

  beforeEach(async () => {
    bus = await startBus();
    told = [];
  });
  afterEach(async () => {
    stop();
    panel?.stop();
    panel = undefined;
    await bus.stop();
  });

  const watch = () => {
    stop = watchTrayHost(bus.environment, (host) => told.push(host));
  };
  const becomes = (expected: readonly TrayHost[]) => vi.waitFor(() => expect(told).toEqual(expected), 5000);

  test('no owner of the name: no host; a panel that starts later is noticed, and so is its end', async () => {
    watch();
    await becomes(['no-host']);
    panel = await startPanel(bus);
    await becomes(['no-host', 'present']);
    panel.stop();
    await becomes(['no-host', 'present', 'no-host']);
    panel = await startPanel(bus);
    await becomes(['no-host', 'present', 'no-host', 'present']);
  });

  test('a watcher without a host keeps icons that no one shows, until its host comes', async () => {
    panel = await startPanel(bus, false);
    watch();
    await becomes(['no-host']);
    panel.showsIcons(true);
    await becomes(['no-host', 'present']);
    panel.showsIcons(false);
    await becomes(['no-host', 'present', 'no-host']);
  });

  test('the test panel says the same to another client', async () => {
    panel = await startPanel(bus);
    const get = ['--print-reply=literal', '--dest=org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher'];
    const property = [
      'org.freedesktop.DBus.Properties.Get',
      'string:org.kde.StatusNotifierWatcher',
      'string:IsStatusNotifierHostRegistered',
    ];
    const { spawn } = await import('node:child_process');
    const child = spawn('dbus-send', [...get, ...property], { env: { ...process.env, ...bus.environment } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    await new Promise((resolve) => child.once('close', resolve));
    expect(output).toMatch(/variant\s+boolean true/);
  });

  test('the bus ends: no bus, and nothing is thrown', async () => {
    panel = await startPanel(bus);
    watch();
    await becomes(['present']);
    await bus.stop();
    await becomes(['present', 'no-bus']);
  });

  test('without a bus: no bus', async () => {
    bus = { ...bus, environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' } };
    watch();
    await becomes(['no-bus']);
  });

  describe('another listener in place of the bus', () => {
    const head = (length: number, fields: number) => {
      const bytes = Buffer.from('l\x02\x00\x01____________', 'latin1');
      bytes.writeUInt32LE(length, 4);
      bytes.writeUInt32LE(1, 8);
      bytes.writeUInt32LE(fields, 12);
      return bytes;
    };
    const OK = 'OK 1234\r\n';

    test.each<[string, string | Buffer, Buffer, 'immediately' | 'after a while']>([
      ['announces a response of 100 MB', OK, head(100_000_000, 0), 'immediately'],
      ['responds with nonsense', OK, Buffer.concat([head(8, 16), Buffer.alloc(24, 0xff)]), 'after a while'],
      [
        'responds with a field that continues after its end',
        OK,
        Buffer.concat([head(0, 8), Buffer.from([5, 1, 115, 0, 255, 255, 255, 127])]),
        'after a while',
      ],
      [
        'responds with a field that starts after its end',
        OK,
        Buffer.concat([head(0, 13), Buffer.from([5, 1, 115, 0, 3, 0, 0, 0]), Buffer.alloc(8)]),
        'immediately',
      ],
      ['never ends its first line', Buffer.alloc(4_000_000, 'x'), Buffer.alloc(0), 'immediately'],
      ['lets no one in', 'REJECTED EXTERNAL\r\n', Buffer.alloc(0), 'immediately'],
      ['says nothing', '', Buffer.alloc(0), 'after a while'],
      ['never responds', OK, Buffer.alloc(0), 'after a while'],
    ])('%s: is disconnected, and counts as no bus', async (_, greeting, answer, left) => {
      const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-bus-'));
      const path = join(folder, 'bus');
      const closed = Promise.withResolvers<void>();
      const listener = createServer((socket) => {
        socket.once('data', () => socket.write(greeting));
        socket.on('data', (chunk) => chunk.includes('BEGIN') && socket.write(answer));
        socket.on('error', () => undefined).on('close', () => closed.resolve());
      });
      await new Promise<void>((resolve) => listener.listen(path, resolve));
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      try {
        stop = watchTrayHost({ DBUS_SESSION_BUS_ADDRESS: `unix:path=${path}` }, (host) => told.push(host));
        const called = Promise.withResolvers<void>();
        listener.once('connection', (socket) => socket.on('data', () => setImmediate(() => called.resolve())));
        await called.promise;
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        // A working panel replies within this time.
        if (left === 'after a while') vi.advanceTimersByTime(10_000);
        await closed.promise;
        await new Promise((resolve) => setImmediate(resolve));
        expect(told).toEqual(['no-bus']);
      } finally {
        vi.useRealTimers();
      }
      listener.close();
      rmSync(folder, { recursive: true });
    });
  });

  test('the query starts no service', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-services-'));
    mkdirSync(join(folder, 'dbus-1', 'services'), { recursive: true });
    const started = join(folder, 'started');
    const service = `[D-BUS Service]\nName=org.kde.StatusNotifierWatcher\nExec=/usr/bin/touch ${started}\n`;
    writeFileSync(join(folder, 'dbus-1', 'services', 'org.kde.StatusNotifierWatcher.service'), service);
    await bus.stop();
    bus = await startBus({ XDG_DATA_DIRS: folder });
    watch();
    await becomes(['no-host']);
    expect(existsSync(started)).toBe(false);
    // The bus would have started it for a call that allows it.
    const call = ['--dest=org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher', 'org.freedesktop.DBus.Peer.Ping'];
    spawnSync('dbus-send', ['--type=method_call', ...call], { env: { ...process.env, ...bus.environment } });
    await vi.waitFor(() => expect(existsSync(started)).toBe(true), 5000);
    rmSync(folder, { recursive: true });
  });
});
