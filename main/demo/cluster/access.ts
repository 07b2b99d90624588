import * as z from 'zod';
import type { Resource } from './objects.ts';
import { badRequest, invalid } from './status.ts';

// A small model of RBAC for the demo clusters.

type Some = readonly string[] | '*';

export interface Grant {
  readonly namespaces: Some;
  readonly resources: Some;
  readonly verbs: Some;
  /** The role in an access review. Absent for full access, as on a real cluster. */
  readonly role?: string;
}

export interface User {
  readonly name: string;
  readonly token: string;
  readonly grants: readonly Grant[];
}

export const EVERYTHING: Grant = { namespaces: '*', resources: '*', verbs: '*' };

export const ANONYMOUS: User = { name: 'system:anonymous', token: '', grants: [] };

function covers(some: Some, one: string): boolean {
  return some === '*' || some.includes(one) || some.includes('*');
}

export function grantFor(user: User, verb: string, resource: string, namespace: string | undefined): Grant | undefined {
  return user.grants.find(
    (grant) =>
      (grant.namespaces === '*' || (namespace !== undefined && grant.namespaces.includes(namespace))) &&
      covers(grant.resources, resource) &&
      covers(grant.verbs, verb),
  );
}

export function allowed(user: User, verb: string, resource: Resource, namespace: string | undefined): boolean {
  return grantFor(user, verb, resource.name, namespace) !== undefined;
}

const PUBLIC_PATHS = new Set(['/version', '/healthz', '/livez', '/readyz']);

export function allowedPath(user: User, path: string): boolean {
  if (PUBLIC_PATHS.has(path.replace(/\/$/, ''))) return true;
  if (user === ANONYMOUS) return false;
  return /^\/(api|apis|openapi)(\/|$)/.test(path) || user.grants.includes(EVERYTHING);
}

const reviewSchema = z.object({
  spec: z.object({
    resourceAttributes: z
      .object({
        namespace: z.string().optional(),
        verb: z.string().optional(),
        group: z.string().optional(),
        version: z.string().optional(),
        resource: z.string().optional(),
        subresource: z.string().optional(),
        name: z.string().optional(),
      })
      .nullish(),
    nonResourceAttributes: z.object({ path: z.string().optional(), verb: z.string().optional() }).nullish(),
  }),
});

export function reviewAccess(user: User, body: unknown): object {
  const parsed = reviewSchema.safeParse(body);
  if (!parsed.success) throw badRequest('the object provided is no SelfSubjectAccessReview');
  const { resourceAttributes: asked, nonResourceAttributes: path } = parsed.data.spec;
  if (Boolean(asked) === Boolean(path)) {
    const message = 'Invalid value: "null": exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw invalid('.authorization.k8s.io', '', [{ reason: 'FieldValueInvalid', message, field: 'spec.resourceAttributes' }]);
  }
  const found = asked && grantFor(user, asked.verb ?? '', asked.resource ?? '', asked.namespace || undefined);
  const yes = path ? allowedPath(user, path.path ?? '') : found !== undefined;
  const reason = found?.role && `RBAC: allowed by RoleBinding of Role "${found.role}" to User "${user.name}"`;
  return {
    kind: 'SelfSubjectAccessReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: parsed.data.spec,
    status: { allowed: yes, ...(reason ? { reason } : {}) },
  };
}
