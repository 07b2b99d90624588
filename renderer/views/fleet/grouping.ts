import type { SharedCause } from '../../../main/common/fleet/causes.ts';
import { sharedCauses } from '../../../main/common/fleet/causes.ts';
import type { Cluster, Fleet } from '../../../main/common/fleet/fleet.ts';
import type { HealthRow } from '../../../main/common/fleet/rows.ts';
import { healthRows } from '../../../main/common/fleet/rows.ts';
import { CLUSTER_LOOK } from '../words.ts';

export interface ClusterGroup {
  readonly id: string;
  readonly title: string;
  readonly clusters: readonly Cluster[];
  readonly causes: readonly SharedCause[];
}

export interface GroupOptions {
  readonly own?: boolean;
  readonly hidden?: boolean;
}

const FOUND_ONE_BY_ONE = 10;

const TITLES = { attention: 'Needs attention', online: 'Online', connecting: 'Connecting', idle: 'Not connected' } as const;
type StateGroup = keyof typeof TITLES;

/** Problems first; pinned clusters first in each group, then the kubeconfig's order. Drops empty groups. */
export function groupClusters(
  fleet: Pick<Fleet, 'clusters' | 'reports'>,
  query: string,
  options: GroupOptions = {},
): readonly ClusterGroup[] {
  const found = fleet.clusters
    .filter((cluster) => matchesCluster(cluster, query))
    .filter((cluster) => options.hidden === true || query.trim() !== '' || cluster.marks?.hidden !== true)
    .sort((one, other) => Number(other.marks?.pinned === true) - Number(one.marks?.pinned === true));
  // A search looks for a cluster, not for a summary.
  const many = query.trim() === '' ? 0 : FOUND_ONE_BY_ONE;
  return (options.own === true ? byGroup(found) : byState(fleet, found)).map((group) => ({
    ...group,
    causes: sharedCauses(group.clusters).filter(({ contexts }) => contexts.length > many),
  }));
}

type Group = Omit<ClusterGroup, 'causes'>;

function byGroup(clusters: readonly Cluster[]): readonly Group[] {
  const groups = Map.groupBy(clusters, (cluster) => cluster.marks?.group ?? '');
  const names = [...groups.keys()].sort((one, other) => (one === '' ? 1 : other === '' ? -1 : one.localeCompare(other)));
  return names.map((name) => ({ id: `own:${name}`, title: name === '' ? 'Without a group' : name, clusters: groups.get(name) ?? [] }));
}

function byState(fleet: Pick<Fleet, 'clusters' | 'reports'>, clusters: readonly Cluster[]): readonly Group[] {
  const rows = rowsOf(fleet);
  const troubled = (context: string): boolean =>
    [...(rows.get(context)?.values() ?? [])].some(({ health }) => health === 'failing' || health === 'attention');
  const groupOf = (cluster: Cluster): StateGroup => {
    if (cluster.state === 'connecting') return 'connecting';
    if (cluster.problem !== null || troubled(cluster.context)) return 'attention';
    if (cluster.state === 'idle') return 'idle';
    return cluster.state === 'online' ? 'online' : 'attention';
  };
  const groups = Map.groupBy(clusters, groupOf);
  return (['attention', 'online', 'connecting', 'idle'] as const).flatMap((id) => {
    const members = groups.get(id);
    return members === undefined ? [] : [{ id, title: TITLES[id], clusters: members }];
  });
}

export type Rows = ReadonlyMap<string, HealthRow>;
const kept = new WeakMap<Cluster, { readonly reports: Fleet['reports']; readonly rows: Rows }>();

/** By context; keeps the object of an unchanged cluster. */
export function rowsOf(fleet: Pick<Fleet, 'clusters' | 'reports'>): ReadonlyMap<string, Rows> {
  const { clusters, reports } = fleet;
  const stale = clusters.filter((cluster) => kept.get(cluster)?.reports !== reports);
  const fresh = Map.groupBy(healthRows({ clusters: stale, reports }), ({ context }) => context);
  for (const cluster of stale) {
    const rows = fresh.get(cluster.context) ?? [];
    const before = kept.get(cluster)?.rows;
    kept.set(cluster, { reports, rows: before && isSame(before, rows) ? before : new Map(rows.map((row) => [row.id, row])) });
  }
  return new Map(clusters.map((cluster) => [cluster.context, kept.get(cluster)?.rows ?? new Map()]));
}

function isSame(before: Rows, rows: readonly HealthRow[]): boolean {
  if (before.size !== rows.length) return false;
  return rows.every((row) => {
    const known = before.get(row.id);
    if (row.kind !== 'integration' || known?.kind !== 'integration') return known?.kind === row.kind;
    return row.targets.every(({ report }, index) => known.targets[index]?.report === report);
  });
}

/** All words must match what is shown. */
export function matchesCluster(cluster: Cluster, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const text = texts.get(cluster) ?? textOf(cluster);
  texts.set(cluster, text);
  return words.every((word) => text.includes(word));
}

const FLAG_WORDS = [
  ['production', 'production'],
  ['pinned', 'pinned'],
  ['hidden', 'hidden'],
  ['readOnly', 'marked read-only'],
] as const;

const texts = new WeakMap<Cluster, string>();

function textOf(cluster: Cluster): string {
  const configMaps = cluster.configMaps.flatMap(({ ref, instance, integrations }) => [
    ref.namespace,
    ref.name,
    instance,
    ...integrations.flatMap(({ name, type, targets }) => [
      name,
      type,
      ...targets.flatMap((target) => [target.host, target.key.fingerprint]),
    ]),
  ]);
  const { alias, group, ...flags } = cluster.marks ?? {};
  const named = FLAG_WORDS.flatMap(([flag, word]) => (flags[flag] === true ? [word] : []));
  const marks = [alias, group, ...named, CLUSTER_LOOK[cluster.state].word];
  const { context, server, user, state, problem } = cluster;
  return [context, server, user, state, problem?.message, ...marks, ...configMaps].join('\n').toLowerCase();
}
