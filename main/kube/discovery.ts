import type { ClusterProblem } from '../common/fleet.ts';
import type { ClusterClient } from './client.ts';
import type { ConfigMapObject, RawConfigMap } from './config-map.ts';
import { DEFAULT_NAMESPACE, isIntegrationConfigMap, KAUDIT_LABEL, toRawConfigMap } from './config-map.ts';
import { ANONYMOUS, permissionProblem, RequestError } from './errors.ts';
import type { ContextEntry } from './kubeconfig.ts';

/** Objects in one page of a list. */
const PAGE = 500;

/** What is listed once and then watched from `resourceVersion` on. */
export interface Scope {
  /** null: all namespaces, by label; it only tells of namespaces not known yet. */
  readonly namespace: string | null;
  readonly path: string;
  readonly labelSelector: string | undefined;
  readonly resourceVersion: string;
}

export interface Discovery {
  readonly scopes: readonly Scope[];
  readonly configMaps: readonly RawConfigMap[];
  /** Set when not even one namespace may be listed. */
  readonly forbidden: ClusterProblem | null;
}

/**
 * Finds the integration ConfigMaps: cluster-wide by label, and all of each namespace where kAudit is known to be, for those whose label somebody
 * dropped. Where the cluster may not be listed: the known namespaces, and the context's own.
 */
export async function discover(
  client: ClusterClient,
  entry: ContextEntry,
  known: readonly string[],
  signal: AbortSignal,
): Promise<Discovery> {
  const namespaces = new Set([DEFAULT_NAMESPACE, ...known]);
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
  const lists = await Promise.all([...namespaces].map((namespace) => listed.get(namespace) ?? listOrForbidden(client, namespace, signal)));
  const refused = lists.find((list) => list instanceof RequestError);
  const allowed = lists.flatMap((list) => (list instanceof RequestError ? [] : [list]));
  const configMaps = allowed.flatMap(({ items }) =>
    items.filter(isIntegrationConfigMap).map((item) => toRawConfigMap(entry.context, item)),
  );
  const scopes = allowed.map(({ scope }) => scope);
  return {
    scopes: everywhere instanceof RequestError ? scopes : [everywhere.scope, ...scopes],
    configMaps,
    forbidden: allowed.length === 0 && refused !== undefined ? permissionProblem('list', [...namespaces], refused.user) : null,
  };
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

async function listOrForbidden(
  client: ClusterClient,
  namespace: string | null,
  signal: AbortSignal,
): Promise<{ readonly scope: Scope; readonly items: readonly ConfigMapObject[] } | RequestError> {
  const path = namespace === null ? '/api/v1/configmaps' : `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps`;
  const labelSelector = namespace === null ? KAUDIT_LABEL : undefined;
  const items: ConfigMapObject[] = [];
  let page: string | undefined;
  try {
    for (;;) {
      const reply: ListReply = await client.request('GET', path, { query: { labelSelector, limit: PAGE, continue: page }, signal });
      // A namespace may be full of other ConfigMaps: none of them is kept.
      items.push(...(reply.items ?? []).filter(isIntegrationConfigMap));
      page = reply.metadata?.continue || undefined;
      if (page === undefined)
        return { scope: { namespace, path, labelSelector, resourceVersion: reply.metadata?.resourceVersion ?? '0' }, items };
    }
  } catch (error) {
    // Nobody needs no Role but credentials.
    if (error instanceof RequestError && error.forbidden && error.user !== ANONYMOUS) return error;
    throw error;
  }
}
