import { isDeepStrictEqual } from 'node:util';
import type { ConfigMapSummary } from '../common/fleet/fleet.ts';
import type { SeenConfigMap } from '../kube/cluster/cluster-contents.ts';

export function isSame(a: SeenConfigMap, b: SeenConfigMap): boolean {
  return a.uid === b.uid && a.resourceVersion === b.resourceVersion && a.readOnly === b.readOnly;
}

export function withWorkload(summary: ConfigMapSummary, workload: SeenConfigMap['workload']): ConfigMapSummary {
  const { workload: before, ...rest } = summary;
  if (isDeepStrictEqual(before, workload)) return summary;
  return workload === undefined ? rest : { ...rest, workload };
}
