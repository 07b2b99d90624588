import type { ConfigMapRef } from '../reference.ts';
import { referenceKey } from '../reference.ts';
import type { Cluster, ConfigMapSummary } from './fleet.ts';

/** A context's cluster: its server. A context whose server can't be read is its own cluster. */
export function clusterIdentity({ server, context }: Pick<Cluster, 'server' | 'context'>): string {
  return server === '' ? `context ${context}` : server;
}

/** A ConfigMap, however many contexts reach it. SECURITY: one gateway may serve many clusters with the same names. */
export function objectIdentity(cluster: Pick<Cluster, 'server'>, { ref, uid }: Pick<ConfigMapSummary, 'ref' | 'uid'>): string {
  return uid === '' ? referenceKey(ref) : `${cluster.server} ${uid}`;
}

/** `objectIdentity` of every known ConfigMap. Any other is its own identity. */
export function objectIdentities(clusters: readonly Cluster[]): (ref: ConfigMapRef) => string {
  const known = new Map(
    clusters.flatMap((cluster) =>
      cluster.configMaps.map((configMap) => [referenceKey(configMap.ref), objectIdentity(cluster, configMap)] as const),
    ),
  );
  return (ref) => known.get(referenceKey(ref)) ?? referenceKey(ref);
}
