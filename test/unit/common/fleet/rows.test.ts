import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../../main/common/fleet/fleet.ts';
import { healthRows, rowWords, typeTitle, worstState } from '../../../../main/common/fleet/rows.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');
const minutesAgo = (minutes: number) => new Date(now - minutes * 60_000).toISOString();

const tested = configMapOf('prod', [integrationOf(0)]);
const passed = reportOf(tested, 0, 'passed', minutesAgo(5));
const failed = reportOf(tested, 0, 'failed', minutesAgo(5));

describe('worstState', () => {
  const one = (integration: Parameters<typeof integrationOf>[1]) =>
    fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, integration)])])]);

  test('is unknown when nothing is watched', () => {
    expect(worstState(fleetOf([clusterOf('prod', [], { watched: false, state: 'idle' })]), now)).toBe('unknown');
  });

  test('is ok only after a delivery was proven', () => {
    expect(worstState(fleetOf([clusterOf('prod', [tested])]), now)).toBe('unknown');
    expect(worstState(fleetOf([clusterOf('prod', [tested])], { reports: [passed] }), now)).toBe('ok');
  });

  test('a pass fades after a day: it proves nothing about now', () => {
    const at = (hours: number) =>
      worstState(fleetOf([clusterOf('prod', [tested])], { reports: [reportOf(tested, 0, 'passed', minutesAgo(hours * 60))] }), now);
    expect([at(23), at(25)]).toEqual(['ok', 'unknown']);
    const failedLongAgo = reportOf(tested, 0, 'failed', minutesAgo(100 * 60));
    expect(worstState(fleetOf([clusterOf('prod', [tested])], { reports: [failedLongAgo] }), now)).toBe('failing');
  });

  test('forgets a test after the configuration changed', () => {
    const changed = configMapOf('prod', [integrationOf(0, { targets: integrationOf(1).targets })]);
    expect(worstState(fleetOf([clusterOf('prod', [changed])], { reports: [passed] }), now)).toBe('unknown');
  });

  test('fails for a failed test, a broken entry and an invalid document', () => {
    expect(worstState(fleetOf([clusterOf('prod', [tested])], { reports: [failed] }), now)).toBe('failing');
    expect(worstState(one({ problem: { severity: 'error', message: 'Retired URL.' } }), now)).toBe('failing');
    const invalid = configMapOf('prod', [], { state: 'invalid' });
    expect(worstState(fleetOf([clusterOf('prod', [invalid])]), now)).toBe('failing');
  });

  test('needs attention when a preset’s key is next to a URL of another region', () => {
    const [target] = integrationOf(0).targets;
    const at = (host: string, problem?: { severity: 'error' | 'note'; message: string }) => {
      const owner = { preset: 'p', name: 'Payments', domain: 'eu2.coralogix.com', former: false };
      const targets = [{ ...target, host, key: { kind: 'inline', owner } }] as ReturnType<typeof integrationOf>['targets'];
      const fleet = fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, { targets, ...(problem && { problem }) })])])]);
      return [worstState(fleet, now), healthRows(fleet)[0]?.problem];
    };
    expect(at('api.us1.coralogix.com')).toEqual(['attention', expect.stringContaining('Payments of EU2, but the URL sends to US1')]);
    expect(at('api.us1.coralogix.com', { severity: 'note', message: 'x' })[1]).toContain('US1');
    expect(at('api.us1.coralogix.com', { severity: 'error', message: 'No type.' })).toEqual(['failing', 'No type.']);
    expect(at('ingress.eu2.coralogix.com')).toEqual(['unknown', undefined]);
  });

  test("needs attention when kAudit itself doesn't run, but only for active integrations", () => {
    const at = (workload: { name: string; ready: number; wanted: number } | null, integration = {}) => {
      const fleet = fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, integration)], { workload })])], {
        reports: [passed],
      });
      return [worstState(fleet, now), healthRows(fleet)[0]?.problem];
    };
    expect(at({ name: 'kaudit-prod', ready: 1, wanted: 1 })).toEqual(['ok', undefined]);
    expect(at(null)).toEqual(['ok', undefined]);
    expect(at({ name: 'kaudit-prod', ready: 0, wanted: 1 })).toEqual([
      'attention',
      'kAudit is not ready: 0 of 1 (StatefulSet kaudit-prod)',
    ]);
    expect(at({ name: 'kaudit-prod', ready: 0, wanted: 0 })[1]).toContain('scaled to 0');
    expect(at({ name: 'kaudit-prod', ready: 0, wanted: 1 }, { state: 'stopped' })).toEqual(['paused', undefined]);
  });

  test('needs attention for an incomplete entry, a warning, and a document without entries', () => {
    expect(worstState(one({ state: 'incomplete' }), now)).toBe('attention');
    expect(worstState(one({ problem: { severity: 'warning', message: 'Another host.' } }), now)).toBe('attention');
    expect(worstState(fleetOf([clusterOf('prod', [configMapOf('prod', [], { state: 'empty' })])]), now)).toBe('attention');
  });

  test.each(['needs-sign-in', 'forbidden', 'unreachable', 'misconfigured'] as const)(
    'needs attention when a watched cluster is %s',
    (state) => {
      expect(worstState(fleetOf([clusterOf('prod', [], { state })]), now)).toBe('attention');
    },
  );

  test('is paused when the worst is a stopped target, whatever its last test said', () => {
    const stopped = configMapOf('prod', [integrationOf(0, { state: 'stopped' })]);
    expect(worstState(fleetOf([clusterOf('prod', [stopped])], { reports: [failed] }), now)).toBe('paused');
  });

  test("isn't worse for a target that can’t be tested", () => {
    const [target] = integrationOf(0).targets;
    if (target === undefined) throw new Error('no target');
    expect(worstState(one({ targets: [{ ...target, type: 'slack' }] }), now)).toBe('ok');
  });

  test('is the worst of several clusters', () => {
    const clusters = [clusterOf('prod', [tested]), clusterOf('stage', [], { state: 'unreachable' })];
    expect(worstState(fleetOf(clusters, { reports: [passed] }), now)).toBe('attention');
  });
});

describe('healthRows', () => {
  test('shows only the watched and the online clusters, in the order of the kubeconfig', () => {
    const clusters: Cluster[] = [
      clusterOf('b', [configMapOf('b', [integrationOf(0), integrationOf(2, { type: 'selections' })])]),
      clusterOf('idle', [], { watched: false, state: 'idle' }),
      clusterOf('a', [], { state: 'connecting' }),
      clusterOf('c', [configMapOf('c', [integrationOf(0)])], { watched: false }),
    ];
    expect(healthRows(fleetOf(clusters)).map((row) => [row.kind, row.context])).toEqual([
      ['integration', 'b'],
      ['integration', 'b'],
      ['cluster', 'a'],
      ['integration', 'c'],
    ]);
  });

  test("says why a cluster isn't online, and keeps what was seen before", () => {
    const problem = { step: 'tcp', message: 'prod did not answer.', fix: 'Check the VPN.' } as const;
    const [cluster, integration] = healthRows(fleetOf([clusterOf('prod', [tested], { state: 'unreachable', problem })]));
    expect(cluster && rowWords(cluster, now)).toBe('prod did not answer.');
    expect(cluster?.kind === 'cluster' && cluster.fix).toBe('Check the VPN.');
    expect(integration?.kind).toBe('integration');
  });

  test('gives each target its own newest report, even when many have the same configuration, and reads no report twice', () => {
    const names = Array.from({ length: 300 }, (_, index) => `cluster-${index}`);
    const maps = names.map((name) => configMapOf(name, [integrationOf(0)]));
    let read = 0;
    const counted = (report: ReturnType<typeof reportOf>) => {
      const { subject } = report;
      const get = () => {
        read += 1;
        return subject;
      };
      return Object.defineProperty({ ...report }, 'subject', { get, enumerable: true });
    };
    const at = (minute: string) => `2026-11-22T11:${minute}:00.000Z`;
    const reports = [
      ...maps.slice(1).map((map) => counted(reportOf(map, 0, 'failed', at('30')))),
      ...maps.map((map) => counted(reportOf(map, 0, 'passed', at('20')))),
    ];
    const rows = healthRows(
      fleetOf(
        names.map((name, index) => clusterOf(name, [maps[index] ?? configMapOf(name, [])])),
        { reports },
      ),
    );
    expect(rows.map((row) => (row.kind === 'integration' ? row.delivery : row.kind))).toEqual([
      'passed',
      ...names.slice(1).map(() => 'failed'),
    ]);
    expect(read).toBe(reports.length);
  });

  test('includes what a test of each target needs', () => {
    const [target] = integrationOf(3).targets;
    if (target === undefined) throw new Error('no target');
    const targets = [
      { ...target, index: 0 },
      { ...target, index: 1, type: 'slack', host: 'hooks.slack.com' },
    ];
    const configMap = configMapOf('prod', [integrationOf(3, { targets })]);
    const [row] = healthRows(fleetOf([clusterOf('prod', [configMap])]));
    expect(row?.kind === 'integration' ? row.targets.map(({ test: args }) => args) : []).toEqual([
      { ref: configMap.ref, base: '7', integration: 3, target: 0 },
      undefined,
    ]);
  });

  test('shows the failed one of two targets, and leaves out a stopped one', () => {
    const [target] = integrationOf(0).targets;
    if (target === undefined) throw new Error('no target');
    const other = { ...target, index: 1, hash: 'hash-1' };
    const row = (stopped: boolean) => {
      const configMap = configMapOf('prod', [
        integrationOf(0, {
          targets: [
            { ...target, index: 0 },
            { ...other, stopped },
          ],
        }),
      ]);
      const reports = [passed, reportOf(configMap, 1, 'failed', minutesAgo(1))];
      return healthRows(fleetOf([clusterOf('prod', [configMap])], { reports }))[0];
    };
    expect(row(false)).toMatchObject({ delivery: 'failed', health: 'failing' });
    expect(row(true)).toMatchObject({ delivery: 'passed', health: 'ok' });
  });
});

describe('rowWords', () => {
  const words = (integration: Parameters<typeof integrationOf>[1], reports = [passed]) => {
    const [row] = healthRows(fleetOf([clusterOf('prod', [configMapOf('prod', [integrationOf(0, integration)])])], { reports }));
    return row === undefined ? '' : rowWords(row, now);
  };

  test('give the age of a result', () => {
    expect(words({})).toBe('active, delivery passed 5 minutes ago');
    expect(words({}, [failed])).toBe('active, delivery failed 5 minutes ago: Key refused (401) by ingress.eu2.coralogix.com');
  });

  test('say untested, never passed, without a result', () => {
    expect(words({}, [])).toBe('active, delivery untested');
  });

  test('name the text’s problem before an older pass, and a failure before the problem', () => {
    const problem = { severity: 'warning', message: 'This address is retired.' } as const;
    expect(words({ problem })).toBe('active, This address is retired.');
    expect(words({ problem }, [failed])).toContain('delivery failed');
  });
});

test('types have the names of the screen, and unknown types stay as they are', () => {
  expect(['detections', 'selections', 'activity', 'future', undefined].map(typeTitle)).toEqual([
    'Detections',
    'Policy findings',
    'Raw activity',
    'future',
    'Integration without a type',
  ]);
});
