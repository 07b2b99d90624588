import type { LabelSelector, Labels } from '../common/cluster-facts.ts';
import type { Workload } from '../common/fleet.ts';
import { instanceName } from './config-map.ts';

// kAudit itself: one StatefulSet for each monitored cluster, `kaudit-<cluster>`.

/** The parts of a StatefulSet that are looked at, each of them possibly absent. */
export interface StatefulSet {
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly resourceVersion?: string };
  readonly spec?: {
    readonly replicas?: number;
    readonly selector?: LabelSelector;
    readonly template?: {
      readonly metadata?: { readonly labels?: Labels };
      readonly spec?: { readonly volumes?: readonly { readonly configMap?: { readonly name?: string } }[] };
    };
  };
  readonly status?: { readonly readyReplicas?: number };
}

/** The one of a namespace's StatefulSets that reads this ConfigMap: it mounts it, or it is named after the same cluster. */
export function statefulSetOf<Set extends StatefulSet>(sets: readonly Set[], configMap: string): Set | undefined {
  return sets.find((set) => mounts(set, configMap)) ?? sets.find((set) => set.metadata?.name === `kaudit-${instanceName(configMap)}`);
}

/** How many of its Pods are ready, of how many that are wanted. */
export function workloadOf(set: StatefulSet): Workload {
  return { name: set.metadata?.name ?? '', ready: set.status?.readyReplicas ?? 0, wanted: set.spec?.replicas ?? 1 };
}

/** The little of it that the two functions above need: a fleet keeps hundreds of them. */
export function trimmed({ metadata, spec, status }: StatefulSet): StatefulSet {
  // SECURITY: who answers may be anybody, and this is shown.
  const count = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);
  const [name, namespace] = [String(metadata?.name ?? ''), String(metadata?.namespace ?? '')];
  const volumes = (spec?.template?.spec?.volumes ?? []).flatMap(({ configMap }) =>
    configMap?.name === undefined ? [] : [{ configMap: { name: configMap.name } }],
  );
  return {
    metadata: { name, namespace },
    spec: { replicas: count(spec?.replicas, 1), template: { spec: { volumes } } },
    status: { readyReplicas: count(status?.readyReplicas, 0) },
  };
}

function mounts(set: StatefulSet, configMap: string): boolean {
  return set.spec?.template?.spec?.volumes?.some((volume) => volume.configMap?.name === configMap) ?? false;
}
