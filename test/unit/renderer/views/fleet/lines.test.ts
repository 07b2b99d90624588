import { expect, test } from 'vitest';
import type { Cluster, ConfigMapSummary } from '../../../../../main/common/fleet/fleet.ts';
import { testAllPlan } from '../../../../../main/common/fleet/test-all.ts';
import { type Line, type LineOptions, linesOf } from '../../../../../renderer/views/fleet/lines.ts';
import { statusOf } from '../../../../../renderer/views/fleet/status.ts';
import { tableRows } from '../../../../../renderer/views/fleet/table-rows.ts';
import { cluster } from '../../../../support/fleet.ts';
import { clusterOf, configMapOf, integrationOf, reportOf } from '../../../../support/shown-fleet.ts';

const OPTIONS: LineOptions = {
  query: '',
  filter: null,
  grouping: 'cluster',
  sorting: null,
  hidden: false,
  toggled: new Set(),
  idleOpen: true,
};
const NOW = Date.parse('2026-11-22T12:30:00.000Z');
const AT = '2026-11-22T12:00:00.000Z';

function shown(clusters: readonly Cluster[], options: Partial<LineOptions> = {}, reports: Parameters<typeof tableRows>[0]['reports'] = []) {
  const rows = tableRows({ clusters, reports, presets: [] });
  return linesOf(clusters, rows, { ...OPTIONS, ...options }).map(words);
}

function words(line: Line): string {
  switch (line.kind) {
    case 'row':
      return `${line.row.cluster.context}/${line.row.configMap.instance}: ${line.row.what}`;
    case 'cluster':
      return `[${line.cluster.context}]${line.sameAs === undefined ? '' : ` = ${line.sameAs}`}`;
    case 'group':
      return `# ${line.title} ${line.count}`;
    case 'cause':
      return `! ${line.cause.message}`;
    case 'idle':
      return `idle ${line.clusters.length}`;
  }
}

const server = 'https://one.example:6443';
const broken = (context: string, uid: string): ConfigMapSummary =>
  configMapOf(context, [], { uid, state: 'invalid', instance: 'broken', problem: { severity: 'error', message: 'No list' } });
const parse = { step: 'parse', message: 'No list', fix: 'Open it to see the place in its text.' } as const;

test('five contexts of one server with an invalid ConfigMap: every healthy ConfigMap has one row, and nothing hides it', () => {
  const five = ['admin', 'editor', 'viewer', 'stranger', 'expired'].map((context) =>
    clusterOf(context, [configMapOf(context, [integrationOf(0)], { uid: 'healthy' }), broken(context, 'broken')], {
      server,
      problem: parse,
    }),
  );
  expect(shown(five)).toEqual([
    '[admin]',
    'admin/admin: Detections',
    'admin/broken: Text can’t be read',
    '[editor] = admin',
    '[viewer] = admin',
    '[stranger] = admin',
    '[expired] = admin',
  ]);
  const [row] = tableRows({ clusters: five, reports: [], presets: [] });
  expect(row?.others).toEqual(['editor', 'viewer', 'stranger', 'expired']);
  // Forty separate clusters with the same problem: as many rows.
  const forty = Array.from({ length: 40 }, (_, index) =>
    clusterOf(`c${index}`, [configMapOf(`c${index}`, [integrationOf(0)]), broken(`c${index}`, `b${index}`)], {
      server: `https://c${index}`,
      problem: parse,
    }),
  );
  expect(shown(forty).filter((line) => line.endsWith(': Detections'))).toHaveLength(40);
});

test('a context that may write represents the others, and a test through any of them counts', () => {
  const read = configMapOf('viewer', [integrationOf(0)], { uid: 'u', readOnly: true });
  const write = configMapOf('editor', [integrationOf(0)], { uid: 'u', ref: { ...read.ref, context: 'editor' } });
  const clusters = [clusterOf('viewer', [read], { server }), clusterOf('editor', [write], { server })];
  const [row, ...more] = tableRows({ clusters, reports: [reportOf(read, 0, 'passed', AT)], presets: [] });
  expect([row?.cluster.context, row?.health, more]).toEqual(['editor', 'ok', []]);
});

test('“Test all” tests each target once, and counts the stopped ones', () => {
  const integrations = [integrationOf(0), integrationOf(1, { state: 'stopped' })];
  const clusters = ['a', 'b', 'c'].map((context) => clusterOf(context, [configMapOf(context, integrations, { uid: 'u' })], { server }));
  expect(testAllPlan(clusters)).toMatchObject({ tests: [{ ref: { context: 'a' }, integration: 0 }], stopped: 1 });
  const elsewhere = clusters.map((each) => ({ ...each, server: `https://${each.context}` }));
  expect(testAllPlan(elsewhere).tests).toHaveLength(3);
});

test('clusters with rows keep their place, before the unreachable and then the disconnected ones', () => {
  const dark = (context: string) =>
    cluster(context, { state: 'unreachable', watched: true, problem: { step: 'tcp', message: 'no answer', fix: 'Check the VPN.' } });
  const fine = (context: string) => clusterOf(context, [configMapOf(context, [integrationOf(0)])], { server: `https://${context}` });
  const clusters = [dark('d1'), fine('a'), cluster('idle'), fine('b')];
  expect(shown(clusters)).toEqual(['[d1]', '[a]', 'a/a: Detections', '[b]', 'b/b: Detections', '[idle]']);
  const idle = ['i1', 'i2', 'i3', 'i4'].map((context) => cluster(context));
  expect(shown(idle)).toEqual(['idle 4', '[i1]', '[i2]', '[i3]', '[i4]']);
  expect(shown(idle, { idleOpen: false })).toEqual(['idle 4']);
  expect(shown(idle, { idleOpen: false, query: 'i4' })).toEqual(['[i4]']);
  const many = [dark('d1'), dark('d2'), dark('d3'), ...clusters.slice(1)];
  expect(shown(many, { idleOpen: false })).toEqual([
    '[a]',
    'a/a: Detections',
    '[b]',
    'b/b: Detections',
    '! 3 clusters don’t respond.',
    '[idle]',
  ]);
  expect(shown(many, { filter: 'clusters' })).toEqual(['! 3 clusters don’t respond.']);
});

test('the search filters rows by every word, and finds hidden clusters', () => {
  const two = clusterOf('a', [configMapOf('a', [integrationOf(0, { name: 'findings' }), integrationOf(1, { type: 'activity' })])]);
  const clusters = [
    two,
    clusterOf('secret', [configMapOf('secret', [integrationOf(0)])], { marks: { hidden: true }, server: 'https://s' }),
  ];
  expect(shown(clusters)).not.toContain('[secret]');
  expect(shown(clusters, { query: 'FIND eu2' })).toEqual(['[a]', 'a/a: Detections findings']);
  expect(shown(clusters, { query: 'raw' })).toEqual(['[a]', 'a/a: Raw activity']);
  expect(shown(clusters, { query: 'find nowhere' })).toEqual([]);
  expect(shown(clusters, { query: 'secret' })).toEqual(['[secret]', 'secret/secret: Detections']);
});

test('rows are grouped by problem, destination or the user’s groups, and sorted by any column', () => {
  const stopped = integrationOf(1, { state: 'stopped' });
  const bad = integrationOf(2, { problem: { severity: 'error', message: 'No URL' } });
  const a = clusterOf('a', [configMapOf('a', [integrationOf(0), stopped])], { marks: { group: 'EU' } });
  const b = clusterOf('b', [configMapOf('b', [bad])], { server: 'https://b' });
  expect(shown([a, b], { grouping: 'problem' })).toEqual([
    '# No URL 1',
    'b/b: Detections',
    '# No problem 2',
    'a/a: Detections',
    'a/a: Detections',
  ]);
  expect(shown([a, b], { grouping: 'own' }).filter((line) => line.startsWith('#'))).toEqual(['# EU 2', '# No group 1']);
  expect(shown([a, b], { grouping: 'destination' })[0]).toBe('# ingress.eu2.coralogix.com 3');
  const down = { column: 'cluster', down: true } as const;
  expect(shown([a, b], { grouping: 'none', sorting: down })[0]).toBe('b/b: Detections');
  expect(shown([a, b], { sorting: { column: 'problem', down: false } })[0]).toBe('[b]');
});

test('the status is one sentence, and never a false OK', () => {
  const map = configMapOf('a', [integrationOf(0), integrationOf(1), integrationOf(2, { state: 'stopped' })]);
  const clusters = [clusterOf('a', [map])];
  const status = (reports: Parameters<typeof tableRows>[0]['reports'], now = NOW) =>
    statusOf(clusters, tableRows({ clusters, reports, presets: [] }), now);
  expect(status([])).toMatchObject({ sentence: '2 active integrations, none tested yet' });
  const passed = [0, 1].map((index) => reportOf(map, index, 'passed', AT));
  expect(status(passed).sentence).toBe('All 2 active integrations deliver');
  // Yesterday's success proves nothing today.
  expect(status(passed, NOW + 24 * 60 * 60_000).sentence).toBe('0 of 2 active integrations deliver');
  const mixed = status([reportOf(map, 0, 'passed', AT), reportOf(map, 1, 'failed', AT)]);
  expect(mixed.sentence).toBe('1 of 2 active integrations delivers');
  expect(mixed.chips.map(({ words }) => words)).toEqual(['1 failing', '1 stopped']);
  expect(statusOf([cluster('idle')], [], NOW).sentence).toBe('No clusters connected');
});

test('an unchanged row is the same object again, so that it isn’t drawn again', () => {
  const a = clusterOf('a', [configMapOf('a', [integrationOf(0)])]);
  const b = clusterOf('b', [configMapOf('b', [integrationOf(0)])], { server: 'https://b' });
  const [map] = b.configMaps;
  if (map === undefined) throw new Error('It has one');
  const first = tableRows({ clusters: [a, b], reports: [], presets: [] });
  const second = tableRows({ clusters: [a, b], reports: [reportOf(map, 0, 'failed', AT)], presets: [] }, first);
  expect([second[0] === first[0], second[1] === first[1], second[1]?.health]).toEqual([true, false, 'failing']);
});
