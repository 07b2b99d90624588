import type { Permissions } from '../common/api.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { ClusterClient } from './client.ts';
import type { Verb } from './role.ts';
import { roleFor } from './role.ts';

// What the API server lets us do, asked of itself (SelfSubjectAccessReview).

/** Throws as `ClusterClient.request` does. */
export async function allowed(
  client: ClusterClient,
  question: { readonly namespace: string; readonly verb: Verb; readonly name?: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { resource: 'configmaps', ...question } },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const reply = await client.request<{ readonly status?: { readonly allowed?: unknown } } | null>('POST', path, { body, signal });
  return reply?.status?.allowed === true;
}

/** Whether this one ConfigMap can be saved: patched, and read back. */
export async function permissionsFor(client: ClusterClient, ref: ConfigMapRef): Promise<Permissions> {
  const { namespace, name } = ref;
  const needed = ['patch', 'get'] as const;
  const answers = await Promise.all(needed.map((verb) => allowed(client, { namespace, name, verb })));
  const verb = needed.find((_, index) => answers[index] !== true);
  return verb === undefined ? { update: true, missing: null } : { update: false, missing: { verb, role: roleFor(namespace) } };
}
