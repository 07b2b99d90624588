import * as z from 'zod';
import type { Workload } from '../../common/fleet/fleet.ts';
import { instanceName } from './config-map.ts';
import { labelsSchema, listOf, nameSchema, optional } from './response.ts';

// kAudit itself: one StatefulSet for each monitored cluster, `kaudit-<cluster>`.

const count = z.number().int().min(0).max(1_000_000);
const selectorSchema = z.object({ matchLabels: optional(labelsSchema) });
const volumeSchema = z.object({ configMap: optional(z.object({ name: optional(nameSchema) })) });

const rawSchema = z.object({
  metadata: z.object({ name: nameSchema, namespace: nameSchema }),
  spec: z.object({
    replicas: optional(count),
    selector: optional(selectorSchema),
    template: optional(
      z.object({
        metadata: optional(z.object({ labels: optional(labelsSchema) })),
        spec: optional(z.object({ volumes: optional(listOf(volumeSchema)) })),
      }),
    ),
  }),
  status: optional(z.object({ readyReplicas: optional(count) })),
});

export const statefulSetSchema = rawSchema.transform(({ metadata, spec, status }) => ({
  ...metadata,
  ready: status?.readyReplicas ?? 0,
  wanted: spec.replicas ?? 1,
  mounts: (spec.template?.spec?.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []),
  podLabels: spec.template?.metadata?.labels,
  selector: spec.selector?.matchLabels,
}));

export type StatefulSet = Pick<z.output<typeof statefulSetSchema>, 'name' | 'namespace' | 'ready' | 'wanted' | 'mounts'>;

export function statefulSetOf<Set extends StatefulSet>(sets: readonly Set[], configMap: string): Set | undefined {
  return sets.find(({ mounts }) => mounts.includes(configMap)) ?? sets.find(({ name }) => name === `kaudit-${instanceName(configMap)}`);
}

export function workloadOf({ name, ready, wanted }: StatefulSet): Workload {
  return { name, ready, wanted };
}

export function trimmed({ name, namespace, ready, wanted, mounts }: StatefulSet): StatefulSet {
  return { name, namespace, ready, wanted, mounts };
}
