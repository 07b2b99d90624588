import type { ClusterProblem } from '../../common/fleet/fleet.ts';
import { ANONYMOUS, notKubernetes, permissionProblem, RequestError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { ClusterClient } from '../transport/client.ts';
import type { Watched } from '../transport/follow.ts';
import { ANY_VERSION } from '../transport/follow.ts';
import type { ConfigMapObject, RawConfigMap } from './config-map.ts';
import { DEFAULT_NAMESPACE, isIntegrationConfigMap, KAUDIT_LABEL, namesFor, toRawConfigMap } from './config-map.ts';

/** Objects in one page of a list. */
const PAGE = 500;
/** Pages of one list, and integration ConfigMaps in it: more than any cluster has. SECURITY: a list that never ends is none. */
const MAX_PAGES = 200;
export const MAX_FOUND = 500;

export interface Scope extends Watched {
  /** null: all namespaces, by label; it only tells of namespaces not known yet, and so begins with all that there are. */
  readonly namespace: string | null;
}

export interface Discovery {
  readonly scopes: readonly Scope[];
  /** All that were looked into, those that may not be listed included. */
  readonly namespaces: ReadonlySet<string>;
  readonly configMaps: readonly RawConfigMap[];
  /** Set when not even one namespace may be listed. */
  readonly forbidden: ClusterProblem | null;
}

/**
 * Finds the integration ConfigMaps: cluster-wide by label, and all of each namespace where kAudit is known to be, for those whose label somebody
 * dropped. Where the cluster may not be listed: the known namespaces, and the context's own. Where a namespace may not be listed either: the ConfigMaps
 * known by name. `known`: `namespace`, or `namespace/name`.
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
  // Not waited for in their order: a failure of one of them is the failure of all.
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

/** The namespaces of places, as `discover` takes them, and kAudit's own. */
export function knownNamespaces(known: readonly string[]): ReadonlySet<string> {
  return new Set([DEFAULT_NAMESPACE, ...known.map((place) => place.replace(/\/.*/, ''))]);
}

/** Why nothing was found: kAudit's namespace is missing, or nothing of kAudit is in it. */
export async function explainNothing(client: ClusterClient, scopes: readonly Scope[], signal: AbortSignal): Promise<ClusterProblem> {
  const namespaces = scopes.flatMap(({ namespace }) => namespace ?? []);
  try {
    await client.request('GET', `/api/v1/namespaces/${DEFAULT_NAMESPACE}`, { signal });
  } catch (error) {
    if (error instanceof RequestError && error.status === 404) {
      return {
        step: 'namespace',
        message: `This cluster has no namespace ${DEFAULT_NAMESPACE}, and no kAudit ConfigMap elsewhere that you may see.`,
        fix: 'If kAudit is in another namespace, add it in Settings. If it is not installed here, stop watching this cluster.',
      };
    }
    if (!(error instanceof RequestError)) throw error;
  }
  return nothingHere(namespaces);
}

export function nothingHere(namespaces: readonly string[]): ClusterProblem {
  return {
    step: 'configmap',
    message: `No kaudit-integration ConfigMap was found in ${namespaces.join(', ')}.`,
    fix: 'If kAudit is in another namespace, add it in Settings. Otherwise deploy kAudit: its ConfigMap comes with it.',
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

/** A Role may name single ConfigMaps (`resourceNames`): those of these names that are there and may be read, each to be watched by itself. */
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
        // Not from its own version: an API server that was started since does not know that any more.
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
      // A namespace may be full of other ConfigMaps: none of them is kept.
      items.push(...(reply.items ?? []).filter(isIntegrationConfigMap));
      if (items.length > MAX_FOUND) throw notKubernetes();
      if (page === undefined)
        return { scope: { namespace, path, labelSelector, resourceVersion: namespace === null ? null : version }, items };
    }
  } catch (error) {
    // Nobody needs no Role but credentials.
    if (error instanceof RequestError && error.forbidden && error.user !== ANONYMOUS) return error;
    throw error;
  }
}
