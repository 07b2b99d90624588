import type { Cluster, Fleet } from '../../../main/common/fleet.ts';
import { trayRows } from '../../../main/common/tray.ts';

export interface ClusterGroup {
  readonly id: 'attention' | 'online' | 'connecting' | 'idle';
  readonly title: string;
  readonly clusters: readonly Cluster[];
}

const TITLES: Readonly<Record<ClusterGroup['id'], string>> = {
  attention: 'Needs attention',
  online: 'Online',
  connecting: 'Connecting',
  idle: 'Not connected',
};

/** The clusters that fit the search, problems first, each group in the kubeconfig's order. Empty groups are left out. */
export function groupClusters(fleet: Pick<Fleet, 'clusters' | 'reports'>, query: string): readonly ClusterGroup[] {
  const troubled = new Set(
    trayRows(fleet)
      .filter((row) => row.health === 'failing' || row.health === 'attention')
      .map((row) => row.context),
  );
  const groupOf = (cluster: Cluster): ClusterGroup['id'] => {
    if (cluster.state === 'connecting') return 'connecting';
    if (cluster.problem !== null || troubled.has(cluster.context)) return 'attention';
    if (cluster.state === 'idle') return 'idle';
    return cluster.state === 'online' ? 'online' : 'attention';
  };
  const found = fleet.clusters.filter((cluster) => matchesCluster(cluster, query));
  return (['attention', 'online', 'connecting', 'idle'] as const)
    .map((id) => ({ id, title: TITLES[id], clusters: found.filter((cluster) => groupOf(cluster) === id) }))
    .filter((group) => group.clusters.length > 0);
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
  const text = [cluster.context, cluster.server, cluster.user, cluster.state, ...configMaps].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
