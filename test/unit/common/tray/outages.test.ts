import { describe, expect, test } from 'vitest';
import type { Cluster, ConfigMapSummary, Fleet } from '../../../../main/common/fleet/fleet.ts';
import { defaultSettings } from '../../../../main/common/settings.ts';
import { newsSince, nothingKnown } from '../../../../main/common/tray/notifications.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf } from '../../../support/shown-fleet.ts';

const healthy = (context: string, rest: Partial<ConfigMapSummary> = {}) =>
  clusterOf(context, [configMapOf(context, [integrationOf(0), integrationOf(1)], rest)]);
const lost = (context: string, parts: Partial<Cluster> = {}) => ({ ...healthy(context), state: 'unreachable' as const, ...parts });
const problem = { step: 'tcp', message: 'Nothing answers at prod:6443.', fix: 'Check the VPN.\nThen try again.' } as const;

/** The news of each of these states, a minute apart. */
function told(states: readonly (readonly Cluster[])[], parts: Partial<Fleet> = {}) {
  let known = nothingKnown;
  return states.map((clusters, index) => {
    const time = { now: 1 + index * 60_000, afterSleep: false };
    const news = newsSince(known, fleetOf(clusters, parts), new Set(), time);
    known = news.known;
    return news.notifications;
  });
}
const titles = (...args: Parameters<typeof told>) => told(...args).map((news) => news.map(({ title }) => title));

describe('an outage', () => {
  test('a lost cluster is reported once with the next step, and so is its return', () => {
    const states = [[healthy('prod')], [lost('prod', { problem })], [lost('prod', { problem })], [lost('prod')], [healthy('prod')]];
    expect(told(states)).toEqual([
      [],
      [],
      [{ title: 'prod: unreachable', body: 'Nothing answers at prod:6443. Check the VPN.', view: { view: 'home' } }],
      [],
      [{ title: 'prod: connected again', body: 'kAudit Tray watches it again.', view: { view: 'home' } }],
    ]);
  });

  test('one that lasts less than five seconds isn’t reported', () => {
    let { known } = newsSince(nothingKnown, fleetOf([healthy('prod')]), new Set(), { now: 0, afterSleep: false });
    const look = (cluster: Cluster, now: number) => {
      const news = newsSince(known, fleetOf([cluster]), new Set(), { now, afterSleep: false });
      known = news.known;
      return news;
    };
    expect(look(lost('prod'), 1000)).toMatchObject({ notifications: [], wait: 5000 });
    expect(look(lost('prod'), 5000)).toMatchObject({ notifications: [], wait: 1000 });
    expect(look({ ...lost('prod'), state: 'connecting' }, 5500).notifications).toEqual([]);
    expect(look(healthy('prod'), 5900)).toMatchObject({ notifications: [], wait: undefined });
    look(lost('prod'), 7000);
    expect(look(lost('prod'), 12_000).notifications).toHaveLength(1);
  });

  test('an expired token is reported immediately', () => {
    const expired = lost('prod', { state: 'needs-sign-in', problem: { ...problem, message: 'The token was refused (401).' } });
    expect(titles([[healthy('prod')], [expired], [healthy('prod')]])).toEqual([[], ['prod: sign-in expired'], ['prod: connected again']]);
  });

  test('a deleted ConfigMap says what it contained; another one in its place counts as its return', () => {
    const states = [[healthy('prod')], [clusterOf('prod', [])], [clusterOf('prod', [])], [healthy('prod', { uid: 'another' })]];
    expect(told(states).map((news) => news.map(({ title, body }) => [title, body]))).toEqual([
      [],
      [['prod: ConfigMap deleted', 'It had 2 integrations. kAudit has nowhere to send to.']],
      [],
      [['prod: ConfigMap is back', 'It’s there again. Check what it contains.']],
    ]);
  });

  test('what can’t be seen isn’t called deleted until it is seen to be gone', () => {
    const away = { ...clusterOf('prod', []), state: 'forbidden' as const };
    expect(titles([[healthy('prod')], [away], [clusterOf('prod', [])]])).toEqual([
      [],
      ['prod: access refused'],
      ['prod: ConfigMap deleted', 'prod: connected again'],
    ]);
  });

  test('a kAudit that was scaled to zero or removed is reported immediately, one that isn’t ready after a minute', () => {
    const runs = { workload: { name: 'kaudit-prod', ready: 1, wanted: 1 } };
    const starts = { workload: { name: 'kaudit-prod', ready: 0, wanted: 1 } };
    for (const workload of [{ name: 'kaudit-prod', ready: 0, wanted: 0 }, null])
      expect(titles([[healthy('prod', runs)], [healthy('prod', { workload })], [healthy('prod', runs)]])).toEqual([
        [],
        ['prod: kAudit isn’t running'],
        ['prod: kAudit runs again'],
      ]);
    expect(titles([[healthy('prod', runs)], [healthy('prod', starts)], [healthy('prod', runs)]])).toEqual([[], [], []]);
    expect(titles([[healthy('prod', runs)], [healthy('prod', starts)], [healthy('prod', starts)]]).at(-1)).toEqual([
      'prod: kAudit isn’t running',
    ]);
  });

  test('what was never seen working is no news, nor is what is no longer watched', () => {
    expect(titles([[lost('prod')], [lost('prod')], [lost('prod')]])).toEqual([[], [], []]);
    const idle = { ...lost('prod'), state: 'idle' as const, watched: false };
    expect(titles([[healthy('prod')], [lost('prod')], [idle], [idle], [healthy('prod')]])).toEqual([[], [], [], [], []]);
  });

  test('several are one message, and contexts of one server count as one', () => {
    const names = ['a', 'b', 'c', 'd'];
    const states = [names.map((name) => healthy(name)), names.map((name) => lost(name)), names.map((name) => lost(name))];
    expect(told([...states, names.map((name) => healthy(name))])).toEqual([
      [],
      [],
      [{ title: '4 clusters unreachable', body: 'a, b and 2 more', view: { view: 'home' } }],
      [{ title: '4 × connected again', body: 'a, b and 2 more', view: { view: 'home' } }],
    ]);
    const oneServer = (clusters: readonly Cluster[]) => clusters.map((each) => ({ ...each, server: 'https://prod:6443' }));
    expect(titles(states.map(oneServer)).at(-1)).toEqual(['a: unreachable']);
  });

  test('another context that still sees the ConfigMap says that it exists', () => {
    const shared = (context: string) => ({ ...configMapOf('prod', [integrationOf(0)]), ref: { ...configMapOf('prod', []).ref, context } });
    const way = (context: string, configMaps: readonly ConfigMapSummary[]) =>
      clusterOf(context, configMaps, { server: 'https://prod:6443' });
    expect(
      titles([
        [way('a', [shared('a')]), way('b', [shared('b')])],
        [way('a', []), way('b', [shared('b')])],
      ]),
    ).toEqual([[], []]);
  });

  test('can be turned off', () => {
    const settings = { ...defaultSettings, notify: { ...defaultSettings.notify, lost: false } };
    expect(titles([[healthy('prod')], [clusterOf('prod', [])]], { settings })).toEqual([[], []]);
  });
});
