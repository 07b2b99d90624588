import * as z from 'zod';
import type { ConfigMapRef } from '../../common/reference.ts';
import type { Permissions, PrincipalsReply } from '../../common/replies.ts';
import { RequestError } from '../errors.ts';
import type { Verb } from '../role.ts';
import { roleFor } from '../role.ts';
import type { ClusterClient } from '../transport/client.ts';
import type { RawConfigMap } from './config-map.ts';
import { keyOf } from './config-map.ts';
import { checked, listOf, nameSchema, optional } from './response.ts';

/** Throws as `ClusterClient.request` does. */
async function allowed(
  client: ClusterClient,
  question: {
    readonly namespace?: string;
    readonly verb: Verb;
    readonly name?: string;
    readonly group?: string;
    readonly resource?: string;
  },
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

export async function permissionsFor(client: ClusterClient, ref: ConfigMapRef): Promise<Permissions> {
  const { namespace, name } = ref;
  const needed = ['patch', 'get'] as const;
  const responses = await Promise.all(needed.map((verb) => allowed(client, { namespace, name, verb })));
  const verb = needed.find((_, index) => responses[index] !== true);
  return verb === undefined ? { update: true, missing: null } : { update: false, missing: { verb, role: roleFor(namespace) } };
}

/** Which ConfigMaps may be changed: asked per namespace, and per ConfigMap only if that is refused. */
export class PatchPermissions {
  readonly #client: ClusterClient;
  /** By namespace, and by `namespace/name`. */
  readonly #allowed = new Map<string, boolean>();

  constructor(client: ClusterClient) {
    this.#client = client;
  }

  /** Asks what isn't known yet. Throws network errors, and a RequestError for refused credentials. */
  async askFor(configMaps: readonly RawConfigMap[], signal: AbortSignal): Promise<void> {
    await this.askForNamespaces(new Set(configMaps.map(({ ref }) => ref.namespace)), signal);
    const others = configMaps.filter(({ ref }) => this.#allowed.get(ref.namespace) === false);
    await Promise.all(
      others.map((configMap) => {
        const { namespace, name } = configMap.ref;
        return this.#ask(keyOf(configMap), { namespace, name }, signal);
      }),
    );
  }

  async askForNamespaces(namespaces: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    await Promise.all([...namespaces].map((namespace) => this.#ask(namespace, { namespace }, signal)));
  }

  isReadOnly(configMap: RawConfigMap): boolean {
    return this.#allowed.get(configMap.ref.namespace) === false && this.#allowed.get(keyOf(configMap)) === false;
  }

  forget(configMap: RawConfigMap): void {
    this.#allowed.delete(keyOf(configMap));
  }

  async #ask(key: string, question: { readonly namespace: string; readonly name?: string }, signal: AbortSignal): Promise<void> {
    if (this.#allowed.has(key)) return;
    try {
      this.#allowed.set(key, await allowed(this.#client, { ...question, verb: 'patch' }, signal));
    } catch (error) {
      if (!(error instanceof RequestError) || error.status === 401) throw error;
      this.#allowed.set(key, true);
    }
  }
}

const RBAC = 'rbac.authorization.k8s.io';
/** Enough to try an expression on. */
const MOST_NAMES = 500;
const PAGE = 250;
const MOST_PAGES = 8;
// SECURITY: whoever may write a role binding chooses its names. A name is one line without invisible characters.
const principal = /^(?! )[^\p{C}\p{Zl}\p{Zp}]{1,512}(?<! )$/u;
const bindingsSchema = z.object({
  metadata: optional(z.object({ continue: optional(z.string()) })),
  items: optional(
    listOf(
      z.object({
        subjects: optional(listOf(z.object({ kind: z.string(), name: z.string(), namespace: optional(nameSchema) }), 100_000)),
      }),
    ),
  ),
});

/**
 * Whom role bindings name: those of the whole cluster, or only a namespace's if the rest is forbidden. Asks whether
 * it may list them first, so that the cluster's audit log has no refusal. Throws as `ClusterClient.request` does.
 */
export async function readPrincipals(client: ClusterClient, namespace: string): Promise<PrincipalsReply> {
  const mayList = (resource: string, within: { readonly namespace?: string } = {}) =>
    allowed(client, { group: RBAC, resource, verb: 'list', ...within });
  const [ofCluster, everywhere] = await Promise.all([mayList('clusterrolebindings'), mayList('rolebindings')]);
  const here = everywhere || (await mayList('rolebindings', { namespace }));
  if (!ofCluster && !here) return { outcome: 'not-permitted' };
  const lists = [
    ...(ofCluster ? ['clusterrolebindings'] : []),
    ...(here ? [everywhere ? 'rolebindings' : `namespaces/${encodeURIComponent(namespace)}/rolebindings`] : []),
  ];
  const found = await Promise.all(lists.map((list) => subjectsIn(client, `/apis/${RBAC}/v1/${list}`)));
  const names = [...new Set(found.flatMap((list) => list.names))].sort();
  return {
    outcome: 'principals',
    names: names.slice(0, MOST_NAMES),
    more: names.length > MOST_NAMES || found.some(({ more }) => more),
    partial: !ofCluster || !everywhere,
  };
}

async function subjectsIn(client: ClusterClient, path: string): Promise<{ readonly names: readonly string[]; readonly more: boolean }> {
  const names: string[] = [];
  let next: string | undefined;
  for (let page = 0; page < MOST_PAGES; page++) {
    const reply = checked(bindingsSchema, await client.request('GET', path, { query: { limit: PAGE, continue: next } }));
    for (const { kind, name, namespace = '' } of (reply.items ?? []).flatMap(({ subjects }) => subjects ?? [])) {
      const full = kind === 'ServiceAccount' ? `system:serviceaccount:${namespace}:${name}` : name;
      if (principal.test(full)) names.push(full);
    }
    next = reply.metadata?.continue || undefined;
    if (next === undefined) return { names, more: false };
  }
  return { names, more: true };
}
