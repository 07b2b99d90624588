import { expect, test } from 'vitest';
import type { IntegrationSummary } from '../../../../../main/common/fleet/fleet.ts';
import { rowsKeeper, tableRows } from '../../../../../renderer/views/fleet/table-rows.ts';
import { clusterOf, configMapOf, integrationOf } from '../../../../support/shown-fleet.ts';

const rowsOf = (integrations: readonly IntegrationSummary[], instance = 'payments') => {
  const clusters = [clusterOf('c', [configMapOf('c', integrations, { instance })])];
  return tableRows({ clusters, reports: [], presets: [] });
};

test.each([
  ['coralogix-det', false],
  ['payments', false],
  ['Payments_detections', false],
  ['sec-ops', true],
  ['de', true],
])('whether the name %s tells more than its row: %s', (name, named) => {
  expect(rowsOf([integrationOf(0, { name, type: 'detections' })])).toMatchObject([{ named, what: `Detections ${name}` }]);
});

test('integrations that look alike show their names', () => {
  const alike = [0, 1].map((index) => integrationOf(index, { name: index === 0 ? 'coralogix' : 'payments' }));
  expect(rowsOf(alike).map(({ named }) => named)).toEqual([true, true]);
  expect(rowsOf([integrationOf(0), integrationOf(1)]).map(({ named }) => named)).toEqual([false, false]);
});

test('a problem of a known kind has a few words next to its message', () => {
  const bad = (rule: string) => integrationOf(0, { problem: { severity: 'error', message: 'A long sentence.', rule } });
  expect(rowsOf([bad('missing-url')])).toMatchObject([{ problem: { message: 'A long sentence.', brief: 'No address' } }]);
  expect(rowsOf([bad('of-a-newer-version')])[0]?.problem).not.toHaveProperty('brief');
});

test('a change of a cluster without ConfigMaps keeps all rows; any other gives what is found from scratch', () => {
  const keep = rowsKeeper();
  const one = clusterOf('a', [configMapOf('a', [integrationOf(0)])]);
  const [empty, lost] = [clusterOf('b', []), clusterOf('b', [], { state: 'unreachable' })];
  const second = clusterOf('c', [configMapOf('c', [integrationOf(0)])], { server: 'https://c' });
  const state = (...clusters: readonly ReturnType<typeof clusterOf>[]) => ({ clusters, reports: [], presets: [] });
  const reports: never[] = [];
  const presets: never[] = [];
  const first = keep({ clusters: [one, empty], reports, presets });
  expect(keep({ clusters: [one, lost], reports, presets })).toBe(first);
  expect(keep({ clusters: [one, second], reports, presets })).toEqual(tableRows(state(one, second)));
  expect(keep({ clusters: [second, one], reports, presets })).toEqual(tableRows(state(second, one)));
  expect(keep({ clusters: [second], reports, presets })).toEqual(tableRows(state(second)));
  expect(keep({ clusters: [], reports, presets })).toEqual([]);
});
