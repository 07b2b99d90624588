import type { SharedCause } from '../../../main/common/causes.ts';
import { sharedCauses } from '../../../main/common/causes.ts';
import type { Cluster, Fleet } from '../../../main/common/fleet.ts';
import { trayRows } from '../../../main/common/tray.ts';

export interface ClusterGroup {
  /** `attention`, `online`, `connecting`, `idle`, or `own:` and the user's name for it. */
  readonly id: string;
  readonly title: string;
  readonly clusters: readonly Cluster[];
  /** Of these clusters: what many have in common. */
  readonly causes: readonly SharedCause[];
}

export interface GroupOptions {
  /** By the groups that the user made, instead of by state. */
  readonly own?: boolean;
  /** Hidden ones too. A search finds them anyway. */
  readonly hidden?: boolean;
}

const TITLES = { attention: 'Needs attention', online: 'Online', connecting: 'Connecting', idle: 'Not connected' } as const;
type StateGroup = keyof typeof TITLES;

/** The clusters that fit the search, problems first; in each group the pinned ones, then the kubeconfig's order. Empty groups are left out. */
export function groupClusters(
  fleet: Pick<Fleet, 'clusters' | 'reports'>,
  query: string,
  options: GroupOptions = {},
): readonly ClusterGroup[] {
  const found = fleet.clusters
    .filter((cluster) => matchesCluster(cluster, query))
    .filter((cluster) => options.hidden === true || query.trim() !== '' || cluster.marks?.hidden !== true)
    .sort((one, other) => Number(other.marks?.pinned === true) - Number(one.marks?.pinned === true));
  return (options.own === true ? byGroup(found) : byState(fleet, found)).map((group) => ({
    ...group,
    causes: sharedCauses(group.clusters),
  }));
}

type Group = Omit<ClusterGroup, 'causes'>;

function byGroup(clusters: readonly Cluster[]): readonly Group[] {
  const groups = Map.groupBy(clusters, (cluster) => cluster.marks?.group ?? '');
  const names = [...groups.keys()].sort((one, other) => (one === '' ? 1 : other === '' ? -1 : one.localeCompare(other)));
  return names.map((name) => ({ id: `own:${name}`, title: name === '' ? 'Without a group' : name, clusters: groups.get(name) ?? [] }));
}

function byState(fleet: Pick<Fleet, 'clusters' | 'reports'>, clusters: readonly Cluster[]): readonly Group[] {
  const troubled = new Set(
    trayRows(fleet)
      .filter((row) => row.health === 'failing' || row.health === 'attention')
      .map((row) => row.context),
  );
  const groupOf = (cluster: Cluster): StateGroup => {
    if (cluster.state === 'connecting') return 'connecting';
    if (cluster.problem !== null || troubled.has(cluster.context)) return 'attention';
    if (cluster.state === 'idle') return 'idle';
    return cluster.state === 'online' ? 'online' : 'attention';
  };
  const groups = Map.groupBy(clusters, groupOf);
  return (['attention', 'online', 'connecting', 'idle'] as const).flatMap((id) => {
    const members = groups.get(id);
    return members === undefined ? [] : [{ id, title: TITLES[id], clusters: members }];
  });
}

/** Whether every word of the search stands somewhere in what is shown of the cluster. */
export function matchesCluster(cluster: Cluster, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
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
  const { alias, group, production } = cluster.marks ?? {};
  const marks = [alias, group, production === true ? 'production' : undefined];
  const text = [cluster.context, cluster.server, cluster.user, cluster.state, ...marks, ...configMaps].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
