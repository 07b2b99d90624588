import { describe, expect, it } from 'vitest';
import type { DeliveryReport, StageName } from '../../../../main/common/delivery/delivery.ts';
import { failureCauses } from '../../../../main/common/fleet/delivery-causes.ts';
import { clusterOf, configMapOf, fleetOf, integrationOf, reportOf } from '../../../support/shown-fleet.ts';

function failed(context: string, stage: StageName, more: Partial<DeliveryReport> = {}) {
  const configMap = configMapOf(context, [integrationOf(0)]);
  const report: DeliveryReport = {
    ...reportOf(configMap, 0, 'failed', '2026-11-22T12:00:00.000Z'),
    stages: [{ name: stage, state: 'failed', evidence: 'What was seen.', fix: 'Do this.' }],
    ...more,
  };
  return { cluster: clusterOf(context, [configMap]), report };
}

function causes(...failures: ReturnType<typeof failed>[]) {
  return failureCauses(
    fleetOf(
      failures.map(({ cluster }) => cluster),
      { reports: failures.map(({ report }) => report) },
    ),
  ).map(({ sentence, fix }) => ({ sentence, fix }));
}

describe('failures of several integrations', () => {
  it('with one refused key have one cause', () => {
    const key = { key: '0badcafe', status: 401 };
    expect(causes(failed('a', 'key', key), failed('b', 'key', key), failed('c', 'key', key))).toEqual([
      { sentence: '3 integrations: ingress.eu2.coralogix.com refuses their key (0badcafe).', fix: 'Do this.' },
    ]);
  });

  it('with different keys, hosts or stages have no common cause', () => {
    expect(causes(failed('a', 'key', { key: '00000001' }), failed('b', 'key', { key: '00000002' }))).toEqual([]);
    expect(causes(failed('a', 'dns'), failed('b', 'dns', { url: 'https://api.us1.coralogix.com/logs/v1/bulk' }))).toEqual([]);
    expect(causes(failed('a', 'http', { status: 404 }), failed('b', 'http', { status: 503 }))).toEqual([]);
  });

  it('through one proxy have one cause, whatever their destination', () => {
    expect(causes(failed('a', 'proxy'), failed('b', 'proxy', { url: 'https://api.us1.coralogix.com/logs/v1/bulk' }))).toEqual([
      { sentence: '2 integrations: the proxy blocks them. What was seen.', fix: 'Do this.' },
    ]);
  });

  it('start with the most common cause', () => {
    const found = causes(failed('a', 'dns'), failed('b', 'dns'), ...['c', 'd', 'e'].map((name) => failed(name, 'http', { status: 404 })));
    expect(found.map(({ sentence }) => sentence)).toEqual([
      '3 integrations: ingress.eu2.coralogix.com doesn’t accept them (HTTP 404).',
      '2 integrations: ingress.eu2.coralogix.com can’t be reached. What was seen.',
    ]);
  });

  it('no longer count after the configuration changed', () => {
    const one = failed('a', 'dns');
    const other = failed('b', 'dns');
    const changed = { ...other.report, subject: { ...other.report.subject, hash: 'older' } };
    expect(causes(one, { ...other, report: changed })).toEqual([]);
  });
});
