import type { EventEmitter } from 'node:events';
import { once } from 'node:events';
import * as dbus from '@jellybrick/dbus-next';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import type { Fleet } from '../../main/common/fleet/fleet.ts';
import type { MenuItem, TrayAction } from '../../main/common/tray/menu.ts';
import { trayMenu } from '../../main/common/tray/menu.ts';
import { encodeMessage } from '../../main/desktop/tray/session-bus.ts';
import { StatusNotifier } from '../../main/desktop/tray/status-notifier.ts';
import { TrayUpdates } from '../../main/desktop/tray/updates.ts';
import { FULL } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import { connectToBus } from '../support/session/bus-client.ts';
import type { MenuNode, TrayPanel } from '../support/session/tray-panel.ts';
import { findNode, startTrayPanel } from '../support/session/tray-panel.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../support/shown-fleet.ts';
import type { TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus } from '../support/tray-host.ts';

// The tray icon and its menu on a real session bus, with a panel that sends a real panel's calls.

const names = ['a_b', 'b', 'c', 'd', 'e', 'f'];

/** A fleet in which every change moves rows: clusters come and go, tests fail and pass, ConfigMaps break. */
function fleetAt(step: number): Fleet {
  const clusters = names.map((name, index) => {
    const turn = (step + index) % 4;
    const configMap = configMapOf(name, [integrationOf(0, turn === 1 ? { state: 'stopped' } : {})], turn === 2 ? { state: 'invalid' } : {});
    return clusterOf(name, [configMap], turn === 3 ? { state: 'unreachable' } : {});
  });
  const tested = configMapOf(names[step % names.length] ?? 'b', []);
  return fleetOf(clusters, { reports: [reportOf(tested, 0, step % 2 === 0 ? 'passed' : 'failed', '2026-11-22T12:00:00.000Z')] });
}

/** For each row that can be clicked: the labels on the way to it, and its action. */
function clickable(
  items: readonly MenuItem[],
  above: readonly string[] = [],
): (readonly [labels: readonly string[], action: TrayAction])[] {
  return items.flatMap((item) => {
    if (item.kind === 'submenu') return clickable(item.items, [...above, item.label]);
    return item.kind === 'action' && item.enabled ? [[[...above, item.label], item.action] as const] : [];
  });
}

const ids = (nodes: readonly MenuNode[]): unknown[] => nodes.map(({ id, items }) => [id, ids(items)]);

describeWith([dbusRequirement], 'the tray on a session bus', () => {
  let bus: TestBus;
  let panel: TrayPanel;
  let notifier: StatusNotifier;
  let updates: TrayUpdates;
  let fleet: Fleet;
  let done: TrayAction[];
  let clicks: number;

  beforeEach(async () => {
    bus = await startBus();
    panel = await startTrayPanel(bus.environment);
    fleet = fleetAt(0);
    done = [];
    clicks = 0;
    notifier = new StatusNotifier({
      environment: bus.environment,
      pixmaps: (health) => [[1, 1, Buffer.from([255, health.length, 0, 0])]],
      events: {
        aboutToOpen: () => updates.menuAboutToOpen(),
        opened: () => updates.menuOpened(),
        closed: () => updates.menuClosed(),
        clicked: () => (clicks += 1),
      },
    });
    updates = new TrayUpdates(notifier, { snapshot: () => fleet, recent: () => [] }, (action) => done.push(action), systemClock);
    await notifier.registered;
  });
  afterEach(async () => {
    updates.close();
    notifier.destroy();
    panel.stop();
    await bus.stop();
  });

  test(`an open menu keeps its ids and its order for ${FULL ? 60 : 3} seconds of changes, and each row does what it says`, async () => {
    const said = clickable(trayMenu(fleet, Date.now()));
    const shown = await panel.open();
    expect(clickable(trayMenu(fleet, Date.now()))).toHaveLength(said.length);
    const layouts = panel.layoutChanges();
    const end = Date.now() + (FULL ? 60_000 : 3000);
    for (let step = 1; Date.now() < end; step += 1) {
      fleet = fleetAt(step);
      updates.changed();
      if (step % 10 === 0) expect(ids(await panel.menu())).toEqual(ids(shown));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(panel.layoutChanges()).toBe(layouts);
    fleet = fleetAt(1);
    updates.changed();
    // The first click closes it, and everything changes; a slow panel still shows it.
    for (const [labels, action] of said) {
      done = [];
      await panel.clickId(findNode(shown, labels).id);
      // The rows have changed, but not that they are tested.
      expect(done).toEqual([action.do === 'testThese' ? expect.objectContaining({ do: 'testThese' }) : action]);
    }
    await vi.waitFor(async () => expect(ids(await panel.menu())).not.toEqual(ids(shown)));
  });

  test('a row keeps its id from menu to menu, and a change of its text doesn’t change the layout', async () => {
    const one = (state: 'active' | 'stopped') => fleetOf([clusterOf('b', [configMapOf('b', [integrationOf(0, { state })])])]);
    fleet = one('active');
    updates.changed();
    const before = await vi.waitFor(async () => findNode(await panel.menu(), [/Detections/]));
    fleet = fleetOf(fleet.clusters, { reports: [reportOf(configMapOf('b', []), 0, 'failed', '2026-11-22T12:00:00.000Z')] });
    const layouts = panel.layoutChanges();
    updates.changed();
    await vi.waitFor(async () => expect(findNode(await panel.menu(), [/Detections/]).label).toContain('failed'));
    expect(findNode(await panel.menu(), [/Detections/]).id).toBe(before.id);
    expect(panel.layoutChanges()).toBe(layouts);
  });

  test('shows names unchanged, its icon and its tooltip, and reports clicks', async () => {
    expect(JSON.stringify(await panel.menu())).toContain('a_b');
    const icon = await panel.icon();
    expect(icon).toMatchObject({ id: 'kaudit-tray', tooltip: expect.stringMatching(/^kAudit: /), pixels: { width: 1, height: 1 } });
    expect([...icon.pixels.argb]).toEqual([255, 'failing'.length, 0, 0]);
    await panel.activate();
    await vi.waitFor(() => expect(clicks).toBe(1));
  });

  test('a panel that restarts gets the icon again', async () => {
    panel.stop();
    panel = await startTrayPanel(bus.environment);
    await vi.waitFor(() => expect(panel.count()).toBe(1));
    expect(await panel.menu()).not.toEqual([]);
  });

  test('no client of the bus ends the program, writes what the icon shows, or keeps it busy', async () => {
    const item = panel.service();
    const client = connectToBus(bus.environment);
    await once(client as unknown as EventEmitter, 'connect');
    const call = (
      member: string,
      signature: string,
      body: unknown[],
      path = '/StatusNotifierItem',
      at = 'org.freedesktop.DBus.Properties',
    ) => client.call(new dbus.Message({ destination: item, path, interface: at, member, signature, body }));
    const tooltip = async () => (await panel.icon()).tooltip;
    const before = await tooltip();
    const forged = new dbus.Variant('(sa(iiay)ss)', ['', [], 'kAudit: 10 of 10 passed', '']);
    await expect(call('Set', 'ssv', ['org.kde.StatusNotifierItem', 'ToolTip', forged])).rejects.toThrow();
    expect(await tooltip()).toBe(before);
    // A message that announces a file that doesn't follow.
    const raw = encodeMessage({
      type: 1,
      flags: 0,
      serial: 77,
      fields: [
        { code: 1, type: 'o', value: '/StatusNotifierItem' },
        { code: 2, type: 's', value: 'org.kde.StatusNotifierItem' },
        { code: 3, type: 's', value: 'Activate' },
        { code: 6, type: 's', value: item },
        { code: 8, type: 'g', value: 'h' },
      ],
      body: Buffer.alloc(4),
    });
    (client as unknown as { _connection: { stream: { write(data: Buffer): void } } })._connection.stream.write(raw);
    expect(await tooltip()).toBe(before);
    const built = vi.spyOn(updates, 'menuAboutToOpen');
    await call('AboutToShowGroup', 'ai', [Array.from({ length: 20_000 }, () => 0)], '/StatusNotifierItem/Menu', 'com.canonical.dbusmenu');
    expect(built).toHaveBeenCalledTimes(1);
    client.disconnect();
  });
});
