import { describe, expect, it } from 'vitest';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import type { PresetView } from '../../../../main/common/coralogix/preset.ts';
import type { ClusterFacts } from '../../../../main/common/fleet/cluster-facts.ts';
import type { Fleet, IntegrationSummary, TargetSummary } from '../../../../main/common/fleet/fleet.ts';
import { adviceFor, silenceAdvice } from '../../../../main/common/fleet/silence-advice.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-11-28T16:20:00Z');
const RUNS = { name: 'kaudit', ready: 1, wanted: 1 };
const policy = (name: string, https: boolean) => ({ name, lets: 'allows …', https });

describe('silence after a test that passed', () => {
  const facts = { tested: '5 minutes ago', stopped: false, workload: RUNS, egress: undefined, filtered: undefined };
  const closed = [policy('deny-all', false), policy('dns', false)];
  const open = [policy('deny-all', false), policy('web', true)];
  it.each([
    ['stopped', { stopped: true, workload: { ...RUNS, ready: 0 }, egress: closed }, /^It’s stopped.*start it/],
    ['without a kAudit', { workload: null, egress: closed }, /^No kAudit StatefulSet uses this ConfigMap.*check that kAudit is installed/],
    ['not ready', { workload: { ...RUNS, ready: 0 }, egress: closed }, /^kAudit is not ready: 0 of 1.*Pod’s events/],
    ['scaled to 0', { workload: { ...RUNS, ready: 0, wanted: 0 } }, /scale it to 1/],
    ['closed in, with a filter', { egress: closed, filtered: true }, /work from this computer.*\(deny-all, dns\): allow port 443/],
    ['closed in, without a filter', { egress: closed, filtered: false }, /\(deny-all, dns\): allow port 443/],
    ['let out, with a filter', { egress: open, filtered: true }, /no NetworkPolicy blocks kAudit, so its filter may match nothing/],
    ['let out, without a filter', { egress: [], filtered: false }, /no NetworkPolicy blocks kAudit. Nothing is filtered, so a firewall/],
    [
      'with a filter, and policies that can’t be read',
      { egress: null, filtered: true },
      /5 minutes ago\), so its filter .*kAudit may be cut off/,
    ],
    [
      'without a filter, and unknown policies',
      { filtered: false },
      /Nothing is filtered, so kAudit may be cut off, or kAudit found nothing/,
    ],
    ['where nothing is known', {}, /its filter, if it has one, may match nothing/],
  ])('%s: one reading with one next step', (_what, more, sentence) => {
    const advice = silenceAdvice({ ...facts, ...more });
    expect(advice).toMatch(sentence);
    // One next step, at the end.
    expect(advice.match(/: /g)?.length).toBe(advice.includes('not ready: ') ? 2 : 1);
    // A fact that isn't known rules nothing out.
    if (!('egress' in more) || more.egress === null) expect(advice).not.toContain('NetworkPolicy');
    if (!('filtered' in more)) expect(advice).not.toContain('Nothing is filtered');
  });
});

describe('the facts of the advice', () => {
  const target = (owner: string, more: Partial<TargetSummary> = {}): TargetSummary => ({
    index: null,
    type: 'http-api',
    host: 'ingress.eu2.coralogix.com',
    stopped: false,
    key: { kind: 'inline', owner: { preset: owner, name: owner, domain: 'eu2.coralogix.com', former: false } },
    hash: 'hash-0',
    ...more,
  });
  const preset: PresetView = {
    id: 'p',
    name: 'EU2',
    domain: 'eu2.coralogix.com',
    endpoint: 'ingress',
    applicationName: 'kaudit',
    subsystemName: 'one',
    key: { state: 'keychain' },
    readBackKey: { state: 'keychain' },
    arrivals: { watched: true, names: [{ application: 'kaudit', subsystem: 'one' }] },
  };
  function stateOf(integration: Partial<IntegrationSummary>, hoursAgo = 20, outcome: 'passed' | 'failed' = 'passed'): Fleet {
    const configMap = configMapOf('prod', [integrationOf(0, { targets: [target('p')], ...integration })], { workload: RUNS });
    const last = new Date(NOW - hoursAgo * HOUR).toISOString();
    return fleetOf([clusterOf('prod', [configMap])], {
      presets: [preset],
      reports: [reportOf(configMap, 0, outcome, new Date(NOW - HOUR).toISOString())],
      arrivals: [
        {
          preset: 'p',
          known: {
            askedAt: new Date(NOW).toISOString(),
            from: new Date(hoursUntil(NOW).from).toISOString(),
            names: [{ application: 'kaudit', subsystem: 'one', last, counts: Array.from({ length: 24 }, () => 1) }],
            ahead: 0,
          },
        },
      ],
    });
  }
  const { ref } = configMapOf('prod', []);
  const advice = (fleet: Fleet, cluster?: ClusterFacts) => adviceFor(fleet, ref, 0, cluster, NOW);

  it('are both the integration’s filter and the cluster’s policies', () => {
    const fleet = stateOf({ filtered: true });
    expect(advice(fleet)).toMatch(/its filter may match nothing, or kAudit may be cut off/);
    expect(advice(fleet, { egress: [], problems: [] })).toMatch(/no NetworkPolicy blocks kAudit, so its filter may match nothing/);
    expect(advice(fleet, { egress: [policy('deny', false)], problems: [] })).toMatch(/\(deny\): allow port 443/);
    expect(advice(stateOf({ filtered: false }), { egress: [], problems: [] })).toMatch(/Nothing is filtered/);
    expect(advice(stateOf({}))).toMatch(/its filter, if it has one,/);
  });

  it('prefer what the cluster said just now to what the state knows', () => {
    expect(advice(stateOf({}), { instance: { ...RUNS, ready: 0, restarts: 4 }, egress: null, problems: [] })).toMatch(/not ready/);
    expect(advice(stateOf({}), { instance: null, egress: null, problems: [] })).toMatch(/^No kAudit StatefulSet/);
  });

  it('give no advice without silence, or without a passed test of the silent preset', () => {
    expect(advice(stateOf({}, 1))).toBeUndefined();
    expect(advice(stateOf({}, 20, 'failed'))).toBeUndefined();
    expect(advice(stateOf({ targets: [target('p', { hash: 'other' }), target('q')] }))).toBeUndefined();
    expect(adviceFor(stateOf({}), ref, 1, undefined, NOW)).toBeUndefined();
  });

  it('say that it is stopped, if each target with that preset is', () => {
    expect(advice(stateOf({ state: 'stopped' }))).toMatch(/^It’s stopped/);
    expect(advice(stateOf({ targets: [target('p', { stopped: true }), target('q', { hash: 'q' })] }))).toMatch(/^It’s stopped/);
    expect(advice(stateOf({ targets: [target('p', { stopped: true }), target('p', { hash: 'second' })] }))).not.toMatch(/stopped/);
  });
});
