import type { ConfigMapRef } from '../../common/reference.ts';
import type { Permissions } from '../../common/replies.ts';
import { RequestError } from '../errors.ts';
import type { Verb } from '../role.ts';
import { roleFor } from '../role.ts';
import type { ClusterClient } from '../transport/client.ts';
import type { RawConfigMap } from './config-map.ts';
import { keyOf } from './config-map.ts';

/** Throws as `ClusterClient.request` does. */
async function allowed(
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
