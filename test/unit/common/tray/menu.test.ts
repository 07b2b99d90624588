import { describe, expect, test } from 'vitest';
import type { MenuItem } from '../../../../main/common/tray/menu.ts';
import { trayMenu, trayTooltip } from '../../../../main/common/tray/menu.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const labels = (items: readonly MenuItem[]) => items.map((item) => (item.kind === 'separator' ? '—' : item.label));
const item = (items: readonly MenuItem[], label: string) => items.find((each) => each.kind !== 'separator' && each.label === label);

const healthy = configMapOf('prod', [integrationOf(0)]);
const passed = reportOf(healthy, 0, 'passed', '2026-11-22T11:55:00.000Z');

describe('trayMenu', () => {
  test('is Open, the state, tests, settings and Quit', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod', [healthy])], { reports: [passed] }), now);
    expect(labels(menu)).toEqual([
      'Open kAudit Tray',
      '—',
      '1 integration on 1 cluster',
      '✓ prod · Detections: active, delivery passed 5 minutes ago',
      '—',
      'Test all',
      '—',
      'Settings',
      'About',
      'Quit',
    ]);
  });

  test('tests and opens each integration from its row', () => {
    const row = trayMenu(fleetOf([clusterOf('prod', [healthy])]), now).find((each) => each.kind === 'submenu');
    expect(row?.items).toEqual([
      {
        kind: 'action',
        label: 'Test delivery',
        enabled: true,
        action: { do: 'test', ref: healthy.ref, base: '7', integration: 0 },
      },
      {
        kind: 'action',
        label: 'Stop …',
        enabled: true,
        action: { do: 'show', view: { view: 'configMap', ref: healthy.ref, integration: 0, stopped: true } },
      },
      {
        kind: 'action',
        label: 'Open',
        enabled: true,
        action: { do: 'show', view: { view: 'configMap', ref: healthy.ref, integration: 0 } },
      },
    ]);
  });

  test('offers to start what is stopped', () => {
    const stopped = configMapOf('prod', [integrationOf(0, { state: 'stopped' })]);
    const row = trayMenu(fleetOf([clusterOf('prod', [stopped])]), now).find((each) => each.kind === 'submenu');
    const start = { view: 'configMap', ref: stopped.ref, integration: 0, stopped: false };
    expect(item(row?.items ?? [], 'Start …')).toMatchObject({ action: { do: 'show', view: start } });
  });

  test('puts problems first, then what is pinned, then what was used last; an alias stands for the context', () => {
    const plain = (name: string) => clusterOf(name, [configMapOf(name, [integrationOf(0)])]);
    const clusters = [
      plain('a'),
      plain('b'),
      { ...plain('c'), marks: { pinned: true, alias: 'Payments' } },
      plain('d'),
      clusterOf('e', [], { state: 'unreachable' }),
    ];
    const rows = labels(trayMenu(fleetOf(clusters), now, ['d', 'b'])).slice(3, 8);
    expect(rows.map((row) => row.slice(2).split(/ ·|:/)[0])).toEqual(['e', 'Payments', 'd', 'b', 'a']);
  });

  test('puts failing before attention before all others, and keeps the rest in order', () => {
    const clusters = [
      clusterOf('fine', [configMapOf('fine', [integrationOf(0)])]),
      clusterOf('away', [], { state: 'unreachable' }),
      clusterOf('also-fine', [configMapOf('also-fine', [integrationOf(0)])]),
      clusterOf('broken', [configMapOf('broken', [], { state: 'invalid' })]),
    ];
    const rows = labels(trayMenu(fleetOf(clusters), now)).slice(3, 7);
    expect(rows.map((row) => row.slice(2).split(/[ :]/)[0])).toEqual(['broken', 'away', 'fine', 'also-fine']);
  });

  test('holds ten rows at most; the window has the rest, and no problem is among them', () => {
    const clusters = Array.from({ length: 500 }, (_, index) =>
      clusterOf(`cluster-${index}`, [configMapOf(`cluster-${index}`, [integrationOf(0)])], index === 499 ? { state: 'unreachable' } : {}),
    );
    const menu = trayMenu(fleetOf(clusters), now);
    expect(menu).toHaveLength(2 + 1 + 10 + 1 + 6);
    expect(labels(menu)[3]).toContain('cluster-499');
    expect(item(menu, '… 491 more in the window')).toMatchObject({ action: { do: 'show', view: { view: 'home' } } });
  });

  test('stays as small for 10,000 contexts with the longest names', () => {
    const name = (index: number) => `${'é&\u0000'.repeat(340)}${index}`;
    const clusters = Array.from({ length: 10_000 }, (_, index) =>
      clusterOf(name(index), [configMapOf(name(index), [integrationOf(0, { name: name(index) })])]),
    );
    const menu = trayMenu(fleetOf(clusters), now);
    expect(menu).toHaveLength(2 + 1 + 10 + 1 + 6);
    expect(Math.max(...labels(menu).map((label) => label.length))).toBeLessThan(160);
    expect(trayTooltip(fleetOf(clusters), now).length).toBeLessThanOrEqual(127);
  });

  test('offers nothing to test where nothing can be tested', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod', [], { state: 'connecting' })]), now);
    expect(item(menu, 'Test all')).toMatchObject({ enabled: false });
    expect(item(menu, '? prod: connecting …')).toBeDefined();
  });

  test('shows the progress of tests, and cancels them', () => {
    const testAll = { total: 5, done: 2, passed: 1, failed: 1 };
    const running = reportOf(healthy, 0, 'running', '2026-11-22T12:00:00.000Z');
    const menu = trayMenu(fleetOf([clusterOf('prod', [healthy])], { testAll, reports: [running] }), now);
    expect(item(menu, 'Testing 2 of 5 …')).toMatchObject({ kind: 'text' });
    expect(item(menu, 'Cancel tests')).toMatchObject({ action: { do: 'cancel' } });
    expect(item(menu, 'Test all')).toBeUndefined();
    const row = menu.find((each) => each.kind === 'submenu');
    expect(row?.items[0]).toEqual({ kind: 'text', label: 'Testing delivery …' });
  });

  test('keeps the line breaks, control and direction characters of foreign names out, and long names short', () => {
    const name = `evil\n\u202e\u0007${'x'.repeat(300)}end`;
    const [row] = labels(trayMenu(fleetOf([clusterOf(name, [], { state: 'unreachable' })]), now)).slice(3);
    expect(row).toMatch(/^! evil x+…x+end: unreachable$/);
    expect(row?.length).toBeLessThan(80);
  });

  test('cuts a long sentence at its end', () => {
    const problem = { step: 'dns', message: `The server ${'very '.repeat(30)}far away.`, fix: 'Check the VPN.' } as const;
    const [row] = labels(trayMenu(fleetOf([clusterOf('prod', [], { state: 'unreachable', problem })]), now)).slice(3);
    expect(row).toMatch(/^! prod: The server very very .*[^ ]…$/);
    expect(row?.length).toBeLessThanOrEqual(8 + 72);
  });

  test('leads from a cluster’s row to the list of clusters, whatever the window shows', () => {
    const menu = trayMenu(fleetOf([clusterOf('stage', [], { state: 'forbidden' })]), now);
    expect(menu.find(({ kind, ...row }) => kind === 'action' && 'label' in row && row.label.includes('stage'))).toMatchObject({
      action: { do: 'show', view: { view: 'home' } },
    });
  });

  test('names the instance where the context does not tell it', () => {
    const twins = [
      configMapOf('prod', [integrationOf(0)], { instance: 'north' }),
      configMapOf('prod', [integrationOf(0)], { instance: 'south' }),
    ];
    const rows = labels(trayMenu(fleetOf([clusterOf('prod', twins)]), now));
    expect(rows.slice(3, 5).map((row) => row.split(' · ')[0])).toEqual(['? prod / north', '? prod / south']);
  });
});

describe('trayTooltip', () => {
  test('counts, and gives the age of the newest test', () => {
    const clusters = [clusterOf('prod', [healthy]), clusterOf('stage', [], { state: 'forbidden' })];
    expect(trayTooltip(fleetOf(clusters, { reports: [passed] }), now)).toBe(
      'kAudit Tray: 1 needs attention · 1 integration on 2 clusters · last test 5 minutes ago',
    );
  });

  test('counts no integrations of clusters that have not answered yet', () => {
    const waiting = [clusterOf('a', [], { state: 'connecting' }), clusterOf('b', [], { state: 'connecting' })];
    expect(trayTooltip(fleetOf(waiting), now)).toBe('kAudit Tray: connecting to 2 clusters');
    expect(trayTooltip(fleetOf([...waiting, clusterOf('prod', [healthy])]), now)).toMatch(
      / 1 integration on 3 clusters · connecting to 2 /,
    );
  });

  test('says that nothing is watched', () => {
    expect(trayTooltip(fleetOf([]), now)).toBe('kAudit Tray: no cluster is watched');
  });
});
