import { describe, expect, it } from 'vitest';
import type { KnownName, PresetArrivals } from '../../../../main/common/arrivals/arrivals.ts';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import type { PresetView } from '../../../../main/common/coralogix/preset.ts';
import { arrivalOf, integrationId, presetArrival, rowArrival, silenceSummary } from '../../../../main/common/fleet/arrival.ts';
import type { Fleet, IntegrationSummary } from '../../../../main/common/fleet/fleet.ts';
import { healthRows } from '../../../../main/common/fleet/rows.ts';
import { defaultSettings } from '../../../../main/common/settings.ts';
import { trayMenu, trayTooltip } from '../../../../main/common/tray/menu.ts';
import { newsSince, nothingKnown } from '../../../../main/common/tray/notifications.ts';
import { cluster, fleet } from '../../../support/fleet.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-28T16:20:00Z');
const ref = { context: 'prod', namespace: 'alcide-kaudit', name: 'kaudit-integration-one' };
const place = { cluster: { server: 'https://prod.example', context: 'prod' }, ref };

const name = (subsystem: string, hoursAgo: number | null, habit?: KnownName['habit']): KnownName => ({
  application: 'kaudit',
  subsystem,
  last: hoursAgo === null ? null : new Date(NOW - hoursAgo * HOUR).toISOString(),
  counts: Array.from({ length: 24 }, () => 1),
  ...(habit && { habit }),
});
const known = (preset: string, names: readonly KnownName[]): PresetArrivals => ({
  preset,
  known: { askedAt: new Date(NOW).toISOString(), from: new Date(hoursUntil(NOW).from).toISOString(), names, ahead: 0 },
});
const preset = (id: string, more: Partial<PresetView> = {}): PresetView => ({
  id,
  name: `Preset ${id}`,
  domain: 'eu2.coralogix.com',
  endpoint: 'api',
  applicationName: 'kaudit',
  subsystemName: 'delivery-test',
  key: { state: 'keychain' },
  readBackKey: { state: 'keychain' },
  arrivals: { watched: true, names: [{ application: 'kaudit', subsystem: 'one' }] },
  ...more,
});
const integration = (owner: string, more: Partial<IntegrationSummary> = {}): IntegrationSummary => ({
  index: 0,
  name: 'findings',
  type: 'detections',
  state: 'active',
  targets: [
    {
      index: null,
      type: 'http-api',
      host: 'api.eu2.coralogix.com',
      stopped: false,
      key: { kind: 'inline', owner: { preset: owner, name: owner, domain: 'eu2.coralogix.com', former: false } },
      hash: 'hash',
    },
  ],
  content: 'content',
  ...more,
});
const state = (parts: Partial<Fleet>, integrations = [integration('p')]): Fleet =>
  fleet({
    clusters: [
      cluster('prod', {
        state: 'online',
        watched: true,
        configMaps: [
          { ref, uid: 'uid', resourceVersion: '1', instance: 'one', state: 'ready', readOnly: false, managed: null, integrations },
        ],
      }),
    ],
    presets: [preset('p')],
    ...parts,
  });

describe('what arrived', () => {
  it('is the same in the row, the panel and the tray', () => {
    for (const [hoursAgo, words] of [
      [0.05, '3 min ago'],
      [20, 'nothing for 20 h'],
      [null, 'nothing in 24 h'],
    ] as const) {
      const now = state({ arrivals: [known('p', [name('one', hoursAgo)])] });
      const [row] = healthRows(now);
      const one = now.clusters[0]?.configMaps[0]?.integrations[0];
      if (row === undefined || one === undefined) throw new Error('no row');
      const shown = arrivalOf(now, place, one, one.targets, NOW);
      expect(shown?.short).toBe(words);
      expect(rowArrival(now, row, NOW)).toEqual(shown);
      expect(JSON.stringify(trayMenu(now, NOW))).toContain(`arrivals: ${words}, all of Preset p`);
    }
  });

  it('covers all integrations of the preset together, unless the user mapped some names to one', () => {
    const arrivals = [known('p', [name('one', 20), name('two', 0.05)])];
    const one = integration('p');
    const two = integration('p', { index: 1, name: 'other' });
    const names = [
      { application: 'kaudit', subsystem: 'one', integration: integrationId(place, one) },
      { application: 'kaudit', subsystem: 'two' },
    ];
    const now = { presets: [preset('p', { arrivals: { watched: true, names } })], arrivals };
    expect(arrivalOf(now, place, one, one.targets, NOW)).toMatchObject({ short: 'nothing for 20 h', of: 'of this integration' });
    expect(arrivalOf(now, place, two, two.targets, NOW)).toMatchObject({ short: '3 min ago', of: 'all integrations of Preset p together' });
    // The same through another context of the same cluster, but not in another cluster.
    const through = (context: string, server: string) => ({ cluster: { server, context }, ref: { ...ref, context } });
    expect(arrivalOf(now, through('prod-admin', 'https://prod.example'), one, one.targets, NOW)?.of).toBe('of this integration');
    expect(arrivalOf(now, through('prod', 'https://other.example'), one, one.targets, NOW)?.of).not.toBe('of this integration');
    // An entry that moved is still the same.
    expect(arrivalOf(now, place, { ...one }, one.targets, NOW)?.of).toBe('of this integration');
    expect(arrivalOf(now, { ...place, ref: { ...ref, name: 'kaudit-integration-two' } }, one, one.targets, NOW)?.short).toBe('3 min ago');
  });

  it('is reported for watched presets only', () => {
    const one = integration('p');
    const arrivals = [known('p', [name('one', 1)])];
    for (const more of [
      { arrivals: { watched: false, names: [{ application: 'kaudit', subsystem: 'one' }] } },
      { arrivals: { watched: true, names: [] } },
    ])
      expect(arrivalOf({ presets: [preset('p', more)], arrivals }, place, one, one.targets, NOW)).toBeUndefined();
    const { readBackKey: _, ...without } = preset('p');
    expect(arrivalOf({ presets: [without], arrivals }, place, one, one.targets, NOW)).toBeUndefined();
    expect(arrivalOf({ presets: [preset('q')], arrivals }, place, one, one.targets, NOW)).toBeUndefined();
    // Names that were picked since then aren't known yet.
    const picked = preset('p', { arrivals: { watched: true, names: [{ application: 'kaudit', subsystem: 'new' }] } });
    expect(presetArrival({ presets: [picked], arrivals }, picked, NOW)).toMatchObject({ state: 'unknown' });
  });

  it('is the worst when the targets have several presets', () => {
    const now = { presets: [preset('p'), preset('q')], arrivals: [known('p', [name('one', 0.1)]), known('q', [name('one', 20)])] };
    const one = integration('p');
    const targets = [...one.targets, ...integration('q').targets];
    expect(arrivalOf(now, place, one, targets, NOW)).toMatchObject({ preset: 'q', state: 'silent' });
  });

  it('lists the silent presets in the tooltip and the menu', () => {
    const presets = ['p', 'q', 'r'].map((id) => preset(id));
    const arrivals = [known('p', [name('one', 6.5)]), known('q', [name('one', 20)]), known('r', [name('one', 0.1)])];
    const now = state({ presets, arrivals });
    expect(silenceSummary(now, NOW)).toBe('2 presets silent for 6 h');
    expect(trayTooltip(now, NOW)).toContain('· 2 presets silent for 6 h');
    expect(trayMenu(now, NOW)).toContainEqual({
      kind: 'action',
      id: 'silent',
      label: '2 presets silent for 6 h',
      enabled: true,
      action: { do: 'show', view: { view: 'presets' } },
    });
    expect(silenceSummary(state({ presets, arrivals: arrivals.slice(2) }), NOW)).toBeUndefined();
    expect(trayTooltip(state({}), NOW)).not.toContain('silent');
  });
});

describe('the notification of silence', () => {
  const habit = { gap: 5 };
  const settings = { ...defaultSettings, notify: { ...defaultSettings.notify, silent: true } };
  const presets = ['p', 'q', 'r', 's'].map((id) => preset(id));
  const at = (hours: number, parts: Partial<Fleet> = {}) =>
    state({ presets, settings, arrivals: presets.map(({ id }) => known(id, [name('one', hours, habit)])), ...parts });
  const MINUTE = 60_000;
  /** One state after the other, each for half an hour with a check every five minutes. */
  const told = (...states: readonly Fleet[]) => {
    let seen = nothingKnown;
    const all: ReturnType<typeof newsSince>['notifications'][number][] = [];
    for (const one of states) {
      for (let time = 0; time < 30 * MINUTE; time += 5 * MINUTE) {
        const news = newsSince(seen, one, new Set(), { now: NOW + time - 30 * MINUTE, afterSleep: false });
        seen = news.known;
        all.push(...news.notifications);
      }
    }
    return all;
  };

  it('covers all presets at the same time, once', () => {
    const four = {
      title: '4 presets: no entries for longer than usual',
      body: 'Preset p, Preset q, Preset r and 1 more',
      view: { view: 'presets' },
    };
    expect(told(at(1), at(6))).toEqual([four]);
    expect(told(at(1), at(6), at(7))).toEqual([four]);
    const one = { presets: presets.slice(0, 1) };
    expect(told(at(1, one), at(6, one))).toMatchObject([
      { title: 'Preset p: no entries for longer than usual', body: expect.stringContaining('No entries since') },
    ]);
  });

  it('comes once for presets that become silent one after the other, as they are queried', () => {
    const many = Array.from({ length: 60 }, (_, index) => preset(`p${index}`));
    const some = (silent: number, problem?: string) =>
      state({
        presets: many,
        settings,
        arrivals: many.map(({ id }, index) =>
          problem !== undefined && index < silent ? { preset: id, problem } : known(id, [name('one', index < silent ? 6 : 1, habit)]),
        ),
      });
    const all: { at: number; title: string }[] = [];
    let seen = newsSince(nothingKnown, some(0), new Set(), { now: NOW, afterSleep: false }).known;
    let due: number | undefined;
    const look = (minute: number, fleet: Fleet) => {
      const now = NOW + minute * MINUTE;
      const news = newsSince(seen, fleet, new Set(), { now, afterSleep: false });
      seen = news.known;
      due = news.wait === undefined ? undefined : now + news.wait;
      all.push(...news.notifications.map(({ title }) => ({ at: minute, title })));
    };
    // Ten queries a minute.
    for (let minute = 1; minute <= 6; minute += 1) look(minute, some(10 * minute));
    expect(all).toEqual([]);
    expect(due).toBe(NOW + 11 * MINUTE);
    // A failed query in between doesn't remove it.
    look(8, some(60, 'No network.'));
    expect(all).toEqual([]);
    look(11, some(60));
    look(12, some(60));
    expect(all).toEqual([{ at: 11, title: '60 presets: no entries for longer than usual' }]);
    expect(due).toBeUndefined();
  });

  it('comes after a quarter of an hour, even if one preset after the other falls silent', () => {
    let seen = newsSince(nothingKnown, at(1), new Set(), { now: NOW, afterSleep: false }).known;
    const titles: string[] = [];
    for (let minute = 0; minute <= 16; minute += 4) {
      const silent = 1 + minute / 4;
      const askedAt = new Date(NOW + minute * MINUTE).toISOString();
      const arrivals = presets.map(({ id }, index) => {
        const one = known(id, [name('one', index < silent ? 6 : 1, habit)]);
        return one.known === undefined ? one : { ...one, known: { ...one.known, askedAt } };
      });
      const news = newsSince(seen, at(1, { arrivals }), new Set(), { now: NOW + minute * MINUTE, afterSleep: false });
      seen = news.known;
      titles.push(...news.notifications.map(({ title }) => title));
    }
    expect(titles).toEqual(['4 presets: no entries for longer than usual']);
  });

  it('is dropped when entries arrive again before it is due', () => {
    let seen = newsSince(nothingKnown, at(1), new Set(), { now: NOW, afterSleep: false }).known;
    const look = (minute: number, fleet: Fleet) => {
      const news = newsSince(seen, fleet, new Set(), { now: NOW + minute * MINUTE, afterSleep: false });
      seen = news.known;
      return news.notifications;
    };
    expect([...look(1, at(6)), ...look(3, at(0.1)), ...look(10, at(0.1))]).toEqual([]);
  });

  it('leaves out a silence from before the start of the program', () => {
    const unknown = at(1, { arrivals: [] });
    expect(told(unknown, at(30))).toEqual([]);
    expect(told(unknown, at(30), at(0.1), at(6))).toHaveLength(1);
  });

  it("isn't repeated after a failed query", () => {
    const unknown = at(6, { arrivals: presets.map(({ id }) => ({ preset: id, problem: 'No network.' })) });
    expect(told(at(1), at(6), unknown, at(6))).toHaveLength(1);
    expect(told(at(1), at(6), at(0.1), at(6))).toHaveLength(2);
  });

  it('is off until the user turns it on, and needs a habit', () => {
    expect(defaultSettings.notify.silent).toBe(false);
    expect(told(at(1, { settings: defaultSettings }), at(6, { settings: defaultSettings }))).toEqual([]);
    const young = presets.map(({ id }) => known(id, [name('one', 30)]));
    expect(told(at(1), at(1, { arrivals: young }))).toEqual([]);
  });
});
