import type { ClusterProblem, ClusterState } from '../../common/fleet/fleet.ts';
import type { SeenConfigMap } from './cluster-contents.ts';

export interface ConnectionUpdate {
  readonly state: ClusterState;
  readonly problem: ClusterProblem | null;
  readonly configMaps: readonly SeenConfigMap[];
  /** ISO 8601; null before the first contact. */
  readonly seenAt: string | null;
}
