import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../../../main/common/fleet/fleet.ts';
import { referenceKey } from '../../../../main/common/reference.ts';
import { defaultSettings } from '../../../../main/common/settings.ts';
import { newsSince, nothingKnown } from '../../../../main/common/tray/notifications.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

const one = (context: string, parts: Parameters<typeof integrationOf>[1] = {}, rest: Parameters<typeof configMapOf>[2] = {}) =>
  clusterOf(context, [configMapOf(context, [integrationOf(0, parts)], rest)]);
const target = integrationOf(0).targets[0];
if (target === undefined) throw new Error('no target');
const moved = { targets: [{ ...target, host: 'ingress.us1.coralogix.com', hash: 'hash-other' }] };

/** The news of the last state, for someone who saw the others before. */
function told(states: readonly Fleet[], own: readonly string[] = []) {
  let known = nothingKnown;
  let notifications: ReturnType<typeof newsSince>['notifications'] = [];
  for (const state of states) ({ known, notifications } = newsSince(known, state, new Set(own), { now: 0, afterSleep: false }));
  return notifications;
}

describe('newsSince', () => {
  test('what is there at the first look is no news', () => {
    expect(told([fleetOf([one('prod', { state: 'stopped' }), one('bad', {}, { state: 'invalid' })])])).toEqual([]);
  });

  test('an integration that was stopped, changed, or fails is reported, and leads to its ConfigMap', () => {
    const ref = configMapOf('prod', []).ref;
    const view = { view: 'configMap', ref, integration: 0 };
    const before = fleetOf([one('prod')]);
    expect(told([before, fleetOf([one('prod', { state: 'stopped' })])])).toEqual([
      { title: 'prod: Detections stopped', body: 'kAudit no longer sends it to ingress.eu2.coralogix.com.', view },
    ]);
    expect(told([before, fleetOf([one('prod', moved)])])).toEqual([
      { title: 'prod: Detections changed', body: 'Someone else changed it. Check what kAudit sends now.', view },
    ]);
    const report = reportOf(configMapOf('prod', []), 0, 'failed', '2026-11-22T12:00:00.000Z');
    expect(told([before, fleetOf([one('prod')], { reports: [report] })])).toEqual([
      { title: 'prod: Detections failed', body: 'Key refused (401) by ingress.eu2.coralogix.com', view },
    ]);
  });

  test('a problem is reported once', () => {
    const after = fleetOf([one('prod', { problem: { severity: 'error', message: 'Retired URL.' } })]);
    expect(told([fleetOf([one('prod')]), after])).toHaveLength(1);
    expect(told([fleetOf([one('prod')]), after, after])).toEqual([]);
  });

  test('many with the same cause are one message, which leads home', () => {
    const names = Array.from({ length: 18 }, (_, index) => `cluster-${index}`);
    const after = fleetOf(names.map((name) => one(name, { problem: { severity: 'error', message: 'Retired URL.' } })));
    expect(told([fleetOf(names.map((name) => one(name))), after])).toEqual([
      { title: '18 integrations failed', body: 'cluster-0, cluster-1 and 16 more: Retired URL.', view: { view: 'home' } },
    ]);
  });

  test('more than three causes are one message', () => {
    const names = Array.from({ length: 5 }, (_, index) => `cluster-${index}`);
    const after = (count: number) =>
      fleetOf(names.map((name, index) => one(name, index < count ? { problem: { severity: 'error', message: `Bad URL ${name}.` } } : {})));
    expect(told([after(0), after(3)])).toHaveLength(3);
    expect(told([after(0), after(4)])).toEqual([
      { title: '4 integrations failed', body: 'cluster-0, cluster-1 and 2 more', view: { view: 'home' } },
    ]);
  });

  test('several of one ConfigMap lead to the ConfigMap', () => {
    const two = (state: 'active' | 'stopped') =>
      fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, { state }), integrationOf(1, { state })])])]);
    expect(told([two('active'), two('stopped')])).toEqual([
      {
        title: 'prod: 2 integrations stopped',
        body: 'Detections and Detections',
        view: { view: 'configMap', ref: configMapOf('prod', []).ref },
      },
    ]);
  });

  test('several of two ConfigMaps of one cluster name the cluster', () => {
    const maps = (state: 'active' | 'stopped') =>
      ['north', 'south'].map((instance) =>
        configMapOf('prod', [integrationOf(0, { state })], { instance, ref: { ...configMapOf('prod', []).ref, name: instance } }),
      );
    const state = (each: 'active' | 'stopped') => fleetOf([clusterOf('prod', maps(each))]);
    expect(told([state('active'), state('stopped')])).toEqual([
      { title: '2 integrations stopped', body: 'prod / north and prod / south', view: { view: 'home' } },
    ]);
  });

  test('another filter or limit is a change; another owner of the key, or another judgement, isn’t', () => {
    const before = fleetOf([one('prod')]);
    expect(told([before, fleetOf([one('prod', { content: 'another filter' })])])).toMatchObject([{ title: 'prod: Detections changed' }]);
    const owned = {
      targets: [{ ...target, key: { ...target.key, owner: { preset: 'p', name: 'EU2', domain: 'eu2.coralogix.com', former: false } } }],
    };
    expect(told([before, fleetOf([one('prod', owned)])])).toEqual([]);
    expect(told([before, fleetOf([one('prod', { problem: { severity: 'warning', message: 'Old path.' } })])])).toEqual([]);
  });

  test('what fails because it was changed is reported once; as a change when failures are off', () => {
    const after = (failing: boolean) =>
      fleetOf([one('prod', { content: 'other', problem: { severity: 'error', message: 'No URL.' } })], {
        settings: { ...defaultSettings, notify: { ...defaultSettings.notify, failing } },
      });
    expect(told([fleetOf([one('prod')]), after(true)]).map(({ title }) => title)).toEqual(['prod: Detections failed']);
    expect(told([fleetOf([one('prod')]), after(false)]).map(({ title }) => title)).toEqual(['prod: Detections changed']);
    const broken = fleetOf([clusterOf('prod', [configMapOf('prod', [], { state: 'invalid' })])]);
    expect(told([fleetOf([one('prod')]), broken]).map(({ title }) => title)).toEqual(['prod: invalid YAML']);
  });

  test('a cluster has the name that its user gave it', () => {
    const named = (parts: Parameters<typeof integrationOf>[1]) => ({ ...one('arn:aws:eks:prod', parts), marks: { alias: 'Payments' } });
    expect(told([fleetOf([named({})]), fleetOf([named({ state: 'stopped' })])])[0]?.title).toMatch(/^Payments.*: Detections stopped$/);
  });

  test('each kind can be turned off', () => {
    const before = fleetOf([one('a'), one('b'), one('c')]);
    const after = (notify: Omit<Fleet['settings']['notify'], 'lost' | 'silent'>) =>
      fleetOf([one('a', { state: 'stopped' }), one('b', moved), one('c', { problem: { severity: 'error', message: 'Retired.' } })], {
        settings: { ...defaultSettings, notify: { ...defaultSettings.notify, ...notify } },
      });
    const titles = (notify: Omit<Fleet['settings']['notify'], 'lost' | 'silent'>) =>
      told([before, after(notify)]).map(({ title }) => title.split(' ').at(-1));
    expect(titles({ failing: true, stopped: true, changed: true })).toEqual(['failed', 'stopped', 'changed']);
    expect(titles({ failing: false, stopped: true, changed: true })).toEqual(['stopped', 'changed']);
    expect(titles({ failing: true, stopped: false, changed: false })).toEqual(['failed']);
  });

  test('what the user saves here is no news', () => {
    const key = referenceKey(configMapOf('prod', []).ref);
    expect(told([fleetOf([one('prod')]), fleetOf([one('prod', moved)])], [key])).toEqual([]);
  });

  test('a cluster that was away: what changed while it was away is news, but not its return', () => {
    const away = fleetOf([clusterOf('prod', [], { state: 'unreachable' })]);
    expect(told([fleetOf([one('prod')]), away, fleetOf([one('prod')])])).toEqual([]);
    expect(told([fleetOf([one('prod')]), away, fleetOf([one('prod', { state: 'stopped' })])])).toHaveLength(1);
  });

  test('a ConfigMap that was deleted and recreated is another one', () => {
    expect(told([fleetOf([one('prod')]), fleetOf([one('prod', moved, { uid: 'other' })])])).toEqual([]);
  });

  test('a ConfigMap through three contexts of one server is one', () => {
    const ways = (state: 'active' | 'stopped') =>
      fleetOf(
        ['a', 'b', 'c'].map((context) => {
          const shared = { ...configMapOf('prod', [integrationOf(0, { state })]), ref: { ...configMapOf('prod', []).ref, context } };
          return clusterOf(context, [shared], { server: 'https://prod:6443' });
        }),
      );
    expect(told([ways('active'), ways('stopped')]).map(({ title }) => title)).toEqual(['a / prod: Detections stopped']);
  });

  test('other people’s names become neither markup nor a second line', () => {
    const name = '<a href="javascript:alert(1)">x</a>\n&amp;<img src=//evil>';
    const [notification] = told([fleetOf([one(name, { name })]), fleetOf([one(name, { name, state: 'stopped' })])]);
    const text = `${notification?.title}${notification?.body}`;
    expect(text).toContain('‹a href=');
    expect(text).not.toMatch(/[<>&\n]/);
  });
});
