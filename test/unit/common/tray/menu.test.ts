import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../../main/common/fleet/fleet.ts';
import type { MenuItem } from '../../../../main/common/tray/menu.ts';
import { trayMenu, trayTooltip } from '../../../../main/common/tray/menu.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

const now = new Date(2026, 10, 22, 12, 0).getTime();
const at = (hours: number, minutes: number) => new Date(2026, 10, 22, hours, minutes).toISOString();
const labels = (items: readonly MenuItem[]) => items.map((item) => (item.kind === 'separator' ? '—' : item.label));
const all = (items: readonly MenuItem[]): readonly MenuItem[] =>
  items.flatMap((item) => [item, ...(item.kind === 'submenu' ? all(item.items) : [])]);
const item = (items: readonly MenuItem[], label: string | RegExp) =>
  items.find((each) => each.kind !== 'separator' && (label instanceof RegExp ? label.test(each.label) : each.label === label));
const under = (items: readonly MenuItem[], label: string | RegExp) => {
  const found = item(items, label);
  if (found?.kind !== 'submenu') throw new Error(`No submenu ${label}: ${labels(items).join(' | ')}`);
  return found.items;
};
const COMMANDS = ['—', 'Test all', 'Open kAudit Tray', '—', 'Settings', 'Quit'];

const two = configMapOf('prod-eu', [integrationOf(0), integrationOf(1, { type: 'selections' })]);
const passed = (index: number) => reportOf(two, index, 'passed', at(10, 42));
const refused = {
  ...reportOf(two, 0, 'failed', at(10, 42)),
  status: 401,
  stages: [{ name: 'key', state: 'failed', evidence: 'HTTP 401' }] as const,
};
const untested = (name: string, parts: Partial<Cluster> = {}) => clusterOf(name, [configMapOf(name, [integrationOf(0)])], parts);

describe('trayMenu', () => {
  test('one cluster: the overall state, the fix, then each integration', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])], { reports: [refused, passed(1)] }), now);
    expect(labels(menu)).toEqual([
      '✕ prod-eu: 1 of 2 failed · tested 10:42',
      'Replace the refused key …',
      '—',
      '✕ Detections · failed: key refused (401)',
      '✓ Policy findings · passed',
      ...COMMANDS,
    ]);
    expect(item(menu, 'Replace the refused key …')).toMatchObject({
      action: { do: 'show', view: { view: 'configMap', ref: two.ref, integration: 0 } },
    });
  });

  test('one cluster without problems has no fix', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])], { reports: [passed(0), passed(1)] }), now);
    expect(labels(menu).slice(0, 4)).toEqual([
      '✓ prod-eu: 2 of 2 passed · tested 10:42',
      '—',
      '✓ Detections · passed',
      '✓ Policy findings · passed',
    ]);
  });

  test('five clusters: problems first, and one row for the rest that lists its places', () => {
    const orders = configMapOf('prod-us', [integrationOf(0, { state: 'stopped' })], { instance: 'orders' });
    const clusters = [
      clusterOf('prod-eu', [two]),
      clusterOf('prod-us', [orders]),
      clusterOf('staging', [configMapOf('staging', [], { state: 'invalid', instance: 'sandbox' })]),
      clusterOf('edge-berlin', [], { state: 'unreachable', seenAt: at(9, 10) }),
      untested('checkout'),
    ];
    const menu = trayMenu(fleetOf(clusters, { reports: [passed(0), passed(1)] }), now);
    expect(labels(menu)).toEqual([
      '✕ 1 of 5 failed · 1 cluster unreachable · teste…',
      '—',
      '✕ staging / sandbox · invalid YAML',
      '! edge-berlin · unreachable since 09:10',
      '‖ prod-us / orders · stopped',
      '? checkout · untested',
      '✓ 2 passed on 1 cluster',
      ...COMMANDS,
    ]);
    expect(labels(under(under(menu, /2 passed/), '✓ prod-eu · 2 passed'))).toEqual([
      '✓ Detections · passed',
      '✓ Policy findings · passed',
      'Show',
    ]);
    expect(under(menu, /edge-berlin/)).toMatchObject([
      { label: 'Try again', action: { do: 'connect', context: 'edge-berlin' } },
      { label: 'Show', action: { do: 'show', view: { view: 'home' } } },
    ]);
  });

  test('fifty clusters: one row for each cause', () => {
    const clusters = Array.from({ length: 50 }, (_, index) => {
      const name = `c${index}`;
      if (index < 3) return clusterOf(name, [], { state: 'unreachable' });
      const broken = { state: 'active', problem: { severity: 'error', message: `URL switched off on 30 Sep. Use c${index}.` } } as const;
      return clusterOf(name, [configMapOf(name, [integrationOf(0, index < 9 ? broken : {}), integrationOf(1, { state: 'stopped' })])]);
    });
    const menu = trayMenu(fleetOf(clusters), now);
    expect(labels(menu)).toEqual([
      '✕ 6 of 94 failed · 3 clusters unreachable',
      '—',
      '✕ URL switched off on 30 Sep · 6 clusters',
      '! Unreachable · 3 clusters',
      '‖ Stopped · 41 integrations',
      ...COMMANDS,
    ]);
    expect(labels(under(menu, /^✕ URL/))).toEqual([
      ...[3, 4, 5, 6, 7].map((index) => `✕ c${index} · 1 of 2 failed: URL switched off on 30 Sep`),
      'Show all 6',
      'Test these',
    ]);
    expect(item(under(menu, /^✕ URL/), 'Test these')).toMatchObject({ action: { do: 'testThese', tests: { length: 6 } } });
  });

  test('tests, switches and shows each integration', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])]), now);
    const { ref } = two;
    expect(under(menu, '? Detections · untested')).toMatchObject([
      { label: 'Test delivery', enabled: true, action: { do: 'test', ref, base: '7', integration: 0 } },
      { label: 'Stop …', action: { do: 'show', view: { view: 'configMap', ref, integration: 0, stopped: true } } },
      { label: 'Show', action: { do: 'show', view: { view: 'configMap', ref, integration: 0 } } },
    ]);
    const stopped = configMapOf('prod', [integrationOf(0, { state: 'stopped' })]);
    const start = { view: 'configMap', ref: stopped.ref, integration: 0, stopped: false };
    expect(item(under(trayMenu(fleetOf([clusterOf('prod', [stopped])]), now), /Detections/), 'Start …')).toMatchObject({
      action: { do: 'show', view: start },
    });
  });

  test('an older key leads to its preset’s rollout: from the fix, the integration, and a row of many', () => {
    const owner = (preset: string) => ({ preset, name: preset.toUpperCase(), domain: 'eu2.coralogix.com', former: true });
    const older = (context: string, preset: string) => {
      const [target] = integrationOf(0).targets;
      if (target === undefined) throw new Error('An integration has a target.');
      return clusterOf(context, [
        configMapOf(context, [integrationOf(0, { targets: [{ ...target, key: { ...target.key, owner: owner(preset) } }] })]),
      ]);
    };
    const rotate = (preset: string) => ({ action: { do: 'show', view: { view: 'rollouts', preset } } });
    const one = trayMenu(fleetOf([older('prod', 'eu')]), now);
    expect(item(one.slice(0, 2), 'Replace the older key of EU …')).toMatchObject(rotate('eu'));
    expect(item(under(one, /^! Detections/), 'Replace the older key of EU …')).toMatchObject(rotate('eu'));
    const many = trayMenu(fleetOf(Array.from({ length: 20 }, (_, index) => older(`c${index}`, index < 9 ? 'eu' : 'us'))), now);
    const grouped = under(many, /20 clusters$/);
    expect(item(grouped, 'Replace the older key of EU …')).toMatchObject(rotate('eu'));
    expect(item(grouped, 'Replace the older key of US …')).toMatchObject(rotate('us'));
    expect(labels(all(trayMenu(fleetOf([clusterOf('prod-eu', [two])]), now))).join()).not.toContain('older key');
  });

  test('a ConfigMap is one row and counts once, however many contexts of its server lead to it', () => {
    const way = (context: string, state: Cluster['state'] = 'online') =>
      clusterOf(context, [{ ...two, ref: { ...two.ref, context } }], { server: 'https://prod:6443', state });
    const menu = trayMenu(fleetOf([way('a', 'forbidden'), way('b'), way('c'), untested('other')]), now);
    expect(labels(menu).slice(0, 6)).toEqual([
      '! 3 of 3 untested · 1 cluster needs attention',
      'Try a again',
      '—',
      '! a · access refused',
      '? b / prod-eu · 2 untested',
      '? other · untested',
    ]);
  });

  test('clusters behind one gateway that look alike stay separate', () => {
    const behind = (context: string) =>
      clusterOf(context, [{ ...two, uid: `uid-${context}`, ref: { ...two.ref, context } }], { server: 'https://gateway' });
    expect(labels(trayMenu(fleetOf([behind('a'), behind('b')]), now)).slice(2, 4)).toEqual([
      '? a / prod-eu · 2 untested',
      '? b / prod-eu · 2 untested',
    ]);
  });

  test("while connecting it counts nothing that isn't known yet", () => {
    const waiting = [clusterOf('a', [], { state: 'connecting' }), clusterOf('b', [], { state: 'connecting' })];
    const menu = trayMenu(fleetOf(waiting), now);
    expect(labels(menu).slice(0, 4)).toEqual(['? Connecting to 2 clusters …', '—', '? a · connecting …', '? b · connecting …']);
    expect(item(menu, 'Test all')).toMatchObject({ enabled: false });
    expect(trayTooltip(fleetOf([...waiting, untested('prod')]), now)).toBe('kAudit: 1 of 1 untested · connecting to 2 clusters …');
  });

  test('what can’t be tested is never called passed', () => {
    const kafka = integrationOf(0, { targets: [{ ...integrationOf(0).targets[0], type: 'kafka' } as never] });
    const menu = trayMenu(fleetOf([clusterOf('prod', [configMapOf('prod', [kafka])])]), now);
    expect(JSON.stringify(menu)).not.toMatch(/passed/);
    expect(labels(menu).slice(0, 3)).toEqual(['✓ prod: 1 can’t be tested', '—', '✓ Detections · can’t be tested']);
  });

  test('yesterday’s pass is untested', () => {
    const old = { ...passed(0), startedAt: new Date(now - 25 * 3_600_000).toISOString() };
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])], { reports: [old, passed(1)] }), now);
    expect(labels(menu)[0]).toBe('? prod-eu: 1 of 2 untested · tested 10:42');
  });

  test('within one state, pinned and recently used rows come first; an alias replaces the context', () => {
    const clusters = [untested('a'), untested('b'), untested('c', { marks: { pinned: true, alias: 'Payments' } }), untested('d')];
    const rows = labels(trayMenu(fleetOf(clusters), now, ['d', 'b'])).slice(2, 6);
    expect(rows.map((row) => row.slice(2).split(' ·')[0])).toEqual(['Payments', 'd', 'b', 'a']);
  });

  test('a cluster that needs a sign-in offers it', () => {
    const menu = trayMenu(fleetOf([clusterOf('prod', [], { state: 'needs-sign-in', auth: 'exec' }), untested('other')]), now);
    expect(item(under(menu, /needs sign-in/), 'Sign in …')).toMatchObject({ action: { do: 'connect', context: 'prod' } });
  });

  test('shows the progress of tests, and cancels them', () => {
    const testAll = { total: 5, done: 2, passed: 1, failed: 1 };
    const running = reportOf(two, 0, 'running', at(12, 0));
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])], { testAll, reports: [running] }), now);
    expect(item(menu, 'Testing 2 of 5 …')).toMatchObject({ action: { do: 'show' } });
    expect(item(menu, 'Cancel tests')).toMatchObject({ action: { do: 'cancel' } });
    expect(item(menu, 'Test all')).toBeUndefined();
    expect(under(menu, /Detections · testing …/)[0]).toMatchObject({ kind: 'text', label: 'Testing delivery …' });
  });

  test('nothing is watched', () => {
    expect(labels(trayMenu(fleetOf([]), now))).toEqual(['? No clusters are watched', ...COMMANDS]);
    expect(trayTooltip(fleetOf([]), now)).toBe('kAudit: No clusters are watched');
  });

  test('of any fleet: at most ten rows of at most 48 characters, without an age, each with its own id, each leading somewhere', () => {
    const name = fc.oneof(fc.string({ maxLength: 80, unit: 'grapheme' }), fc.constantFrom('prod', 'evil\n\u202e\u0007', 'é&_ '.repeat(90)));
    const one = fc.record({
      context: name,
      server: fc.constantFrom('https://a', 'https://b', 'https://c'),
      alias: fc.option(name, { nil: undefined }),
      state: fc.constantFrom<Cluster['state']>('online', 'unreachable', 'connecting', 'needs-sign-in', 'forbidden', 'misconfigured'),
      maps: fc.array(
        fc.record({
          instance: name,
          integrations: fc.array(fc.record({ name, problem: fc.option(name, { nil: undefined }), stopped: fc.boolean() }), {
            maxLength: 4,
          }),
        }),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(fc.uniqueArray(one, { maxLength: 25, selector: ({ context }) => context }), (given) => {
        const clusters = given.map(({ context, server, alias, state, maps }) =>
          clusterOf(
            context,
            maps.map(({ instance, integrations }, index) =>
              configMapOf(
                context,
                integrations.map((each, position) =>
                  integrationOf(position, {
                    name: each.name,
                    ...(each.stopped ? { state: 'stopped' } : {}),
                    ...(each.problem === undefined ? {} : { problem: { severity: 'error', message: each.problem } }),
                  }),
                ),
                {
                  instance,
                  ref: { context, namespace: 'n', name: `kaudit-integration-${index}` },
                  state: integrations.length === 0 ? 'invalid' : 'ready',
                },
              ),
            ),
            { server, state, ...(alias === undefined ? {} : { marks: { alias } }) },
          ),
        );
        const menu = trayMenu(fleetOf(clusters), now);
        const rows = menu.findIndex(({ id }) => id === 'separator 2') - Math.max(0, menu.findIndex(({ id }) => id === 'separator 1') + 1);
        expect(rows).toBeLessThanOrEqual(12);
        expect(menu.filter(({ kind }) => kind === 'submenu').length).toBeLessThanOrEqual(10);
        for (const label of labels(all(menu))) {
          expect([...label].length).toBeLessThanOrEqual(48);
          expect(label).not.toMatch(/[\p{Cc}\u202e]| ago$/u);
        }
        const ids = (items: readonly MenuItem[]): void => {
          expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
          for (const each of items) if (each.kind === 'submenu') ids(each.items);
        };
        ids(menu);
        for (const each of all(menu)) if (each.kind === 'submenu') expect(each.items.some(({ kind }) => kind === 'action')).toBe(true);
        expect(trayTooltip(fleetOf(clusters), now).length).toBeLessThanOrEqual(127);
      }),
      { numRuns: 200 },
    );
  });

  test('an unsettled change leads to its ConfigMap', () => {
    const unsettled = [{ ref: two.ref, since: at(11, 0) }];
    const menu = trayMenu(fleetOf([clusterOf('prod-eu', [two])], { unsettled }), now);
    expect(menu.find(({ id }) => id.startsWith('unsettled'))).toMatchObject({
      action: { do: 'show', view: { view: 'configMap', ref: two.ref } },
    });
    expect(labels(menu)[0]).toContain('1 change to check');
    for (const [ended, words] of [
      [undefined, 'may have been saved'],
      ['saved', 'change saved'],
      ['not-saved', 'change not saved'],
      ['changed-by-others', 'changed by others'],
    ] as const) {
      const ref = { ...two.ref, context: 'a-cluster-with-a-very-long-name-in-the-far-east' };
      const [row] = trayMenu(fleetOf([], { unsettled: [{ ref, since: at(11, 0), ...(ended && { ended }) }] }), now).filter(({ id }) =>
        id.startsWith('unsettled'),
      );
      expect(row).toMatchObject({ label: expect.stringContaining(words) });
      expect([...(row as { label: string }).label].length).toBeLessThanOrEqual(48);
    }
  });
});

test('the tooltip is the overall state', () => {
  const clusters = [clusterOf('prod-eu', [two]), clusterOf('stage', [], { state: 'unreachable' })];
  expect(trayTooltip(fleetOf(clusters, { reports: [refused, passed(1)] }), now)).toBe(
    'kAudit: 1 of 2 failed · 1 cluster unreachable · tested 10:42',
  );
});
