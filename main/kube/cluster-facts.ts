import type { ClusterFacts, Labels, NetworkPolicy } from '../common/cluster-facts.ts';
import { egressOf } from '../common/cluster-facts.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { ClusterClient } from './client.ts';
import { RequestError } from './errors.ts';
import type { StatefulSet } from './stateful-set.ts';
import { statefulSetOf, workloadOf } from './stateful-set.ts';

interface Pod {
  readonly metadata?: { readonly labels?: Labels };
  readonly status?: { readonly containerStatuses?: readonly { readonly restartCount?: number }[] };
}

interface List<Item> {
  readonly items?: readonly Item[];
}

/**
 * kAudit's StatefulSet of this ConfigMap, its restarts, and the policies on what it may send. What may not be read is said, and the rest is there
 * all the same. Throws what the network throws.
 */
export async function readClusterFacts(client: ClusterClient, ref: ConfigMapRef): Promise<ClusterFacts> {
  const problems: string[] = [];
  const namespace = encodeURIComponent(ref.namespace);
  const list = async <Item>(what: string, path: string, query: Record<string, string>): Promise<readonly Item[] | null> => {
    try {
      return (await client.request<List<Item>>('GET', path, { query })).items ?? [];
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const why = error.forbidden ? `needs the permission to list ${what}` : `the cluster answered ${error.status}`;
      problems.push(`${what} of ${ref.namespace} could not be read: ${why}.`);
      return null;
    }
  };
  const app = { labelSelector: 'app=kaudit' };
  const [sets, pods, policies] = await Promise.all([
    list<StatefulSet>('statefulsets', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, app),
    list<Pod>('pods', `/api/v1/namespaces/${namespace}/pods`, app),
    list<NetworkPolicy>('networkpolicies', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, {}),
  ]);
  const set = sets === null ? undefined : statefulSetOf(sets, ref.name);
  const labels = set?.spec?.template?.metadata?.labels ?? { app: 'kaudit' };
  const instance = set && {
    ...workloadOf(set),
    restarts: pods && restartsOf(pods, set.spec?.selector?.matchLabels ?? labels),
  };
  return {
    ...(sets === null ? {} : { instance: instance ?? null }),
    egress: policies && egressOf(policies, labels),
    problems: problems.sort(),
  };
}

function restartsOf(pods: readonly Pod[], labels: Labels): number {
  return pods
    .filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value))
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((sum, { restartCount = 0 }) => sum + restartCount, 0);
}
