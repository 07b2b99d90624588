import { expect, test } from 'vitest';
import type { Cluster } from '../../../../../main/common/fleet.ts';
import { groupClusters } from '../../../../../renderer/views/home/grouping.ts';

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
