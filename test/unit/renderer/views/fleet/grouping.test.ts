import { expect, test } from 'vitest';
import type { DeliveryReport } from '../../../../../main/common/delivery/delivery.ts';
import type { Cluster } from '../../../../../main/common/fleet/fleet.ts';
import { groupClusters, rowsOf } from '../../../../../renderer/views/fleet/grouping.ts';

function cluster(context: string, part: Partial<Cluster> = {}): Cluster {
  return {
    context,
    server: `https://${context}.example:6443`,
    user: 'me',
    file: '/config',
    auth: 'static',
    state: 'online',
    watched: true,
    problem: null,
    configMaps: [],
    seenAt: null,
    ...part,
  };
}

const ref = { context: 'broken', namespace: 'alcide-kaudit', name: 'kaudit-integration-core' };
const clusters = [
  cluster('fine'),
  cluster('idle', { state: 'idle', watched: false }),
  cluster('dark', { state: 'unreachable', problem: { step: 'dns', message: 'no such host', fix: 'Connect the VPN.' } }),
  cluster('starting', { state: 'connecting' }),
  cluster('broken', {
    configMaps: [
      { ref, uid: 'u', resourceVersion: '1', instance: 'core', state: 'invalid', readOnly: false, managed: null, integrations: [] },
    ],
  }),
];
const contexts = (query: string) =>
  groupClusters({ clusters, reports: [] }, query).map(({ id, clusters: found }) => [id, found.map(({ context }) => context)]);

test('puts what needs attention first, a broken document on an online cluster too', () => {
  expect(contexts('')).toEqual([
    ['attention', ['dark', 'broken']],
    ['online', ['fine']],
    ['connecting', ['starting']],
    ['idle', ['idle']],
  ]);
});

test('finds clusters by what stands in them; every word has to be there', () => {
  expect(contexts('CORE alcide')).toEqual([['attention', ['broken']]]);
  expect(contexts('core nowhere')).toEqual([]);
});

test('puts pinned ones first, leaves hidden ones out until they are asked for or searched, and goes by the user’s groups', () => {
  const marked = [
    cluster('a', { marks: { group: 'EU' } }),
    cluster('b', { marks: { pinned: true, alias: 'Payments' } }),
    cluster('c', { marks: { hidden: true, group: 'Asia' } }),
    cluster('d', { marks: { production: true } }),
  ];
  const shown = (query: string, options = {}) =>
    groupClusters({ clusters: marked, reports: [] }, query, options).map(({ title, clusters: found }) => [
      title,
      found.map(({ context }) => context).join(' '),
    ]);
  expect(shown('')).toEqual([['Online', 'b a d']]);
  expect(shown('', { hidden: true })).toEqual([['Online', 'b a c d']]);
  expect(shown('asia')).toEqual([['Online', 'c']]);
  expect([shown('payments'), shown('production')]).toEqual([[['Online', 'b']], [['Online', 'd']]]);
  expect(shown('', { own: true, hidden: true })).toEqual([
    ['Asia', 'c'],
    ['EU', 'a'],
    ['Without a group', 'b d'],
  ]);
});

test('finds clusters by the words that stand on their cards', () => {
  expect(contexts('not connected')).toEqual([['idle', ['idle']]]);
  const marked = ['pinned', 'hidden', 'readOnly', 'production'].map((mark) => cluster(`c-${mark}`, { marks: { [mark]: true } }));
  const found = (query: string) =>
    groupClusters({ clusters: marked, reports: [] }, query).flatMap((group) => group.clusters.map(({ context }) => context));
  expect(['Pinned', 'hidden', 'marked READ-ONLY', 'production'].map(found)).toEqual([
    ['c-pinned'],
    ['c-hidden'],
    ['c-readOnly'],
    ['c-production'],
  ]);
});

test('finds clusters by what is wrong with them', () => {
  expect(contexts('no such host')).toEqual([['attention', ['dark']]]);
});

test('collapses what many share, and shows the few that a search finds', () => {
  const problem = { step: 'tcp', message: 'x did not answer', fix: 'Check the VPN.' } as const;
  const dark = Array.from({ length: 12 }, (_, index) => cluster(`dark-${index}`, { state: 'unreachable', problem }));
  const causes = (query: string) =>
    groupClusters({ clusters: dark, reports: [] }, query).flatMap(({ causes: found }) => found.map(({ message }) => message));
  expect(causes('')).toEqual(['12 clusters do not answer.']);
  expect(causes('dark')).toEqual(['12 clusters do not answer.']);
  expect(causes('dark-1')).toEqual([]);
});

test('gives a card the same rows again while nothing of its cluster is another, so that it is not drawn again', () => {
  const integration = (hash: string) => ({
    index: 0,
    name: undefined,
    type: 'detections',
    state: 'active' as const,
    content: '',
    targets: [{ index: null, type: 'http-api', host: 'h', stopped: false, key: { kind: 'none' as const }, hash }],
  });
  const tested = (context: string) =>
    cluster(context, {
      configMaps: [
        {
          ref: { context, namespace: 'n', name: 'kaudit-integration-x' },
          uid: 'u',
          resourceVersion: '1',
          instance: 'x',
          state: 'ready',
          readOnly: false,
          managed: null,
          integrations: [integration(context)],
        },
      ],
    });
  const report = (context: string, outcome: DeliveryReport['outcome']) =>
    ({
      id: context,
      outcome,
      startedAt: '2026-01-01T00:00:00Z',
      subject: { kind: 'integration', ref: { context, namespace: 'n', name: 'kaudit-integration-x' }, integration: 0, hash: context },
    }) as unknown as DeliveryReport;
  const [a, b] = [tested('a'), tested('b')];
  const first = rowsOf({ clusters: [a, b], reports: [report('a', 'running')] });
  const second = rowsOf({ clusters: [a, b], reports: [report('a', 'running'), report('b', 'running')] });
  const kept = report('b', 'failed');
  const third = rowsOf({ clusters: [a, b], reports: [kept] });
  const fourth = rowsOf({ clusters: [a, b], reports: [kept, report('c', 'passed')] });
  expect(second.get('b')).not.toBe(first.get('b'));
  expect(third.get('b')).not.toBe(second.get('b'));
  expect(fourth.get('b')).toBe(third.get('b'));
  expect([...(fourth.get('b')?.values() ?? [])]).toMatchObject([{ kind: 'integration', health: 'failing' }]);
  // Another object: another state of the cluster.
  expect(rowsOf({ clusters: [{ ...b }], reports: [kept] }).get('b')).not.toBe(fourth.get('b'));
});
