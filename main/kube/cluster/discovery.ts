import type { ClusterProblem } from '../../common/fleet/fleet.ts';
import { ANONYMOUS, notKubernetes, permissionProblem, RequestError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { ClusterClient } from '../transport/client.ts';
import type { Watched } from '../transport/follow.ts';
import { ANY_VERSION } from '../transport/follow.ts';
import type { ConfigMapObject, RawConfigMap } from './config-map.ts';
import { DEFAULT_NAMESPACE, isIntegrationConfigMap, KAUDIT_LABEL, namesFor, toRawConfigMap } from './config-map.ts';
import * as strings from './strings.ts';

const PAGE = 500;
/** Most pages per list, and most integration ConfigMaps. SECURITY: refuses an endless list. */
const MAX_PAGES = 200;
export const MAX_FOUND = 500;

export interface Scope extends Watched {
  /** null: all namespaces, by label. Its watch only reports new namespaces, so it begins with all objects. */
  readonly namespace: string | null;
}

export interface Discovery {
  readonly scopes: readonly Scope[];
  readonly namespaces: ReadonlySet<string>;
  readonly configMaps: readonly RawConfigMap[];
  readonly forbidden: ClusterProblem | null;
}

/**
 * Finds the integration ConfigMaps: cluster-wide by label, and all of each known namespace, in case someone dropped the
 * label. Without permission for the cluster: the known namespaces and the context's own; without permission for a
 * namespace: the ConfigMaps known by name. `known`: `namespace`, or `namespace/name`.
 */
export async function discover(
  client: ClusterClient,
  entry: ContextEntry,
  known: readonly string[],
  signal: AbortSignal,
): Promise<Discovery> {
  const places = known.map((place) => place.split('/'));
  const namespaces = new Set(knownNamespaces(known));
  const listed = new Map([...namespaces].map((namespace) => [namespace, listOrForbidden(client, namespace, signal)]));
  const [everywhere] = await Promise.all([listOrForbidden(client, null, signal), ...listed.values()]);
  if (everywhere instanceof RequestError) {
    if (entry.namespace !== undefined) namespaces.add(entry.namespace);
  } else {
    for (const object of everywhere.items) {
      if (isIntegrationConfigMap(object) && object.metadata?.namespace !== undefined) namespaces.add(object.metadata.namespace);
    }
  }
  let refused: RequestError | undefined;
  const lists = await Promise.all(
    [...namespaces].map(async (namespace) => {
      const list = await (listed.get(namespace) ?? listOrForbidden(client, namespace, signal));
      if (!(list instanceof RequestError)) return [list];
      refused ??= list;
      const named = places.flatMap(([where, name]) => (where === namespace && name !== undefined ? [name] : []));
      return getByName(client, namespace, new Set([...named, ...namesFor(entry)]), signal);
    }),
  );
  const allowed = lists.flat();
  const configMaps = allowed.flatMap(({ items }) => items.map((item) => toRawConfigMap(entry.context, item)));
  const scopes = allowed.map(({ scope }) => scope);
  return {
    scopes: everywhere instanceof RequestError ? scopes : [everywhere.scope, ...scopes],
    namespaces,
    configMaps,
    forbidden: allowed.length === 0 && refused !== undefined ? permissionProblem('list', [...namespaces], refused.user) : null,
  };
}

export function knownNamespaces(known: readonly string[]): ReadonlySet<string> {
  return new Set([DEFAULT_NAMESPACE, ...known.map((place) => place.replace(/\/.*/, ''))]);
}

export async function explainNothing(client: ClusterClient, scopes: readonly Scope[], signal: AbortSignal): Promise<ClusterProblem> {
  const namespaces = scopes.flatMap(({ namespace }) => namespace ?? []);
  try {
    await client.request('GET', `/api/v1/namespaces/${DEFAULT_NAMESPACE}`, { signal });
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      return {
        step: 'namespace',
        message: strings.clusterNoNamespaceNoOther(DEFAULT_NAMESPACE),
        fix: strings.ifKAuditAnotherNamespaceAdd,
      };
    }
    if (!(error instanceof RequestError)) throw error;
  }
  return nothingHere(namespaces);
}

export function nothingHere(namespaces: readonly string[]): ClusterProblem {
  return {
    step: 'configmap',
    message: strings.noKauditIntegrationConfigMapFound(namespaces.join(', ')),
    fix: strings.ifKAuditAnotherNamespaceAddSettings,
  };
}

interface ListReply {
  readonly metadata?: { readonly resourceVersion?: string; readonly continue?: string };
  readonly items?: readonly ConfigMapObject[];
}

interface Listed {
  readonly scope: Scope;
  readonly items: readonly ConfigMapObject[];
}

/** A Role may name single ConfigMaps (`resourceNames`). Returns the readable ones, each to be watched alone. */
async function getByName(
  client: ClusterClient,
  namespace: string,
  names: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly Listed[]> {
  const path = pathOf(namespace);
  const found = await Promise.all(
    [...names].map(async (name): Promise<Listed[]> => {
      try {
        const item = await client.request<ConfigMapObject>('GET', `${path}/${encodeURIComponent(name)}`, { signal });
        // Not from its own version, which a restarted API server no longer knows.
        const scope = { namespace, path, fieldSelector: `metadata.name=${name}`, resourceVersion: ANY_VERSION };
        return [{ scope, items: isIntegrationConfigMap(item) ? [item] : [] }];
      } catch (error) {
        if (error instanceof RequestError && (error.forbidden || error.status === 404)) return [];
        throw error;
      }
    }),
  );
  return found.flat();
}

function pathOf(namespace: string | null): string {
  return namespace === null ? '/api/v1/configmaps' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
}

async function listOrForbidden(client: ClusterClient, namespace: string | null, signal: AbortSignal): Promise<Listed | RequestError> {
  const path = pathOf(namespace);
  const labelSelector = namespace === null ? KAUDIT_LABEL : undefined;
  const items: ConfigMapObject[] = [];
  let page: string | undefined;
  try {
    for (let pages = 1; ; pages += 1) {
      const reply: ListReply = await client.request('GET', path, { query: { labelSelector, limit: PAGE, continue: page }, signal });
      const before = page;
      page = reply?.metadata?.continue || undefined;
      const version = reply?.metadata?.resourceVersion;
      const isList = Array.isArray(reply?.items ?? []) && typeof version === 'string';
      if (!isList || pages > MAX_PAGES || (page !== undefined && page === before)) throw notKubernetes();
      items.push(...(reply.items ?? []).filter(isIntegrationConfigMap));
      if (items.length > MAX_FOUND) throw notKubernetes();
      if (page === undefined)
        return { scope: { namespace, path, labelSelector, resourceVersion: namespace === null ? null : version }, items };
    }
  } catch (error) {
    // The anonymous user needs credentials, not a Role.
    if (error instanceof RequestError && error.forbidden && error.user !== ANONYMOUS) return error;
    throw error;
  }
}
