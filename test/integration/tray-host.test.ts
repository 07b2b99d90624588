import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TrayHost } from '../../main/desktop/tray-host.ts';
import { watchTrayHost } from '../../main/desktop/tray-host.ts';
import { describeWith } from '../support/requirement.ts';
import type { Panel, TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus, startPanel } from '../support/tray-host.ts';

// Against a real dbus-daemon; it closes the connection of whoever sends a message that is not well formed.

describeWith([dbusRequirement], 'whether somebody shows tray icons', () => {
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

  test('nobody has the name: no host; a panel that starts later is seen, and seen going', async () => {
    watch();
    await becomes(['no-host']);
    panel = await startPanel(bus);
    await becomes(['no-host', 'present']);
    panel.stop();
    await becomes(['no-host', 'present', 'no-host']);
    panel = await startPanel(bus);
    await becomes(['no-host', 'present', 'no-host', 'present']);
  });

  test('a watcher without a host keeps icons that nobody shows, until its host comes', async () => {
    panel = await startPanel(bus, false);
    watch();
    await becomes(['no-host']);
    panel.showsIcons(true);
    await becomes(['no-host', 'present']);
    panel.showsIcons(false);
    await becomes(['no-host', 'present', 'no-host']);
  });

  test('the panel of these tests says the same to another client', async () => {
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

  test('the bus ends: no bus, and nothing thrown', async () => {
    panel = await startPanel(bus);
    watch();
    await becomes(['present']);
    await bus.stop();
    await becomes(['present', 'no-bus']);
  });

  test('no bus at all, or something else that listens there', async () => {
    bus = { ...bus, environment: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' } };
    watch();
    await becomes(['no-bus']);
  });

  test('a service is not started by the question', () => {
    // The bus of this test has service files of the machine; none of them runs now.
    const list = spawnSync(
      'dbus-send',
      ['--print-reply=literal', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus.ListNames'],
      {
        env: { ...process.env, ...bus.environment },
      },
    );
    expect(list.stdout.toString()).not.toContain('StatusNotifier');
  });
});
