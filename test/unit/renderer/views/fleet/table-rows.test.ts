import { expect, test } from 'vitest';
import type { IntegrationSummary } from '../../../../../main/common/fleet/fleet.ts';
import { tableRows } from '../../../../../renderer/views/fleet/table-rows.ts';
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
