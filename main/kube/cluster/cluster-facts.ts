import * as z from 'zod';
import type { ClusterFacts, Labels } from '../../common/fleet/cluster-facts.ts';
import { egressOf } from '../../common/fleet/cluster-facts.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import { RequestError } from '../errors.ts';
import type { ClusterClient } from '../transport/client.ts';
import { KAUDIT_LABEL } from './config-map.ts';
import { checked, labelsSchema, listOf, nameSchema, optional } from './response.ts';
import { statefulSetOf, statefulSetSchema, workloadOf } from './stateful-set.ts';
import * as strings from './strings.ts';

const podSchema = z.object({
  metadata: optional(z.object({ labels: optional(labelsSchema) })),
  status: optional(
    z.object({
      containerStatuses: optional(listOf(z.object({ restartCount: optional(z.number().int().min(0).max(1_000_000_000)) }), 100)),
    }),
  ),
});
type Pod = z.output<typeof podSchema>;

const text = z.string().max(317);
const expressionSchema = z.object({ key: text, operator: text, values: optional(listOf(text)) });
const ruleSchema = z.object({
  to: optional(
    listOf(
      z.object({
        ipBlock: optional(z.object({ cidr: z.string().regex(/^[0-9a-fA-F.:]{1,45}\/\d{1,3}$/), except: optional(listOf(text)) })),
      }),
    ),
  ),
  ports: optional(
    listOf(
      z.object({
        protocol: optional(z.string().regex(/^[A-Z]{1,16}$/)),
        port: optional(z.union([z.number(), z.string().regex(/^[a-z0-9-]{1,15}$/)])),
        endPort: optional(z.number()),
      }),
    ),
  ),
});
const policySchema = z.object({
  metadata: z.object({ name: nameSchema }),
  spec: optional(
    z.object({
      podSelector: optional(z.object({ matchLabels: optional(labelsSchema), matchExpressions: optional(listOf(expressionSchema)) })),
      policyTypes: optional(listOf(text)),
      egress: optional(listOf(ruleSchema)),
    }),
  ),
});

/** `problems` names what can't be read. Throws network errors. */
export async function readClusterFacts(client: ClusterClient, ref: ConfigMapRef): Promise<ClusterFacts> {
  const problems: string[] = [];
  const namespace = encodeURIComponent(ref.namespace);
  const list = async <Item extends z.ZodType>(
    what: string,
    path: string,
    item: Item,
    query: Record<string, string>,
  ): Promise<readonly z.output<Item>[] | null> => {
    try {
      return checked(z.object({ items: optional(listOf(item)) }), await client.request('GET', path, { query })).items ?? [];
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const responded = error.status === 0 ? strings.responseDidntComeKubernetesApi : strings.clusterReturned(error.status);
      const why = error.forbidden ? strings.needPermissionList(what) : responded;
      problems.push(strings.cantRead(what, ref.namespace, why));
      return null;
    }
  };
  const app = { labelSelector: KAUDIT_LABEL };
  const [sets, pods, policies] = await Promise.all([
    list('statefulsets', `/apis/apps/v1/namespaces/${namespace}/statefulsets`, statefulSetSchema, app),
    list('pods', `/api/v1/namespaces/${namespace}/pods`, podSchema, app),
    list('networkpolicies', `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`, policySchema, {}),
  ]);
  const set = sets === null ? undefined : statefulSetOf(sets, ref.name);
  const labels = set?.podLabels ?? { app: 'kaudit' };
  const instance = set && {
    ...workloadOf(set),
    restarts: pods && restartsOf(pods, set.selector ?? labels),
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
