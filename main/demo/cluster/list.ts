import { apiVersionOf, type KubernetesObject, type Resource } from './objects.ts';
import { fieldSelector, labelSelector, type Selector } from './selector.ts';
import { badRequest, expired, StatusError } from './status.ts';
import type { Store } from './store.ts';
import { type RowObject, tableOf } from './table.ts';

export type Presentation = RowObject | null;

/** Throws a BadRequest. */
export function selectorOf(query: URLSearchParams): Selector {
  const byLabel = labelSelector(query.get('labelSelector') ?? '');
  const byField = fieldSelector(query.get('fieldSelector') ?? '');
  return (object) => byLabel(object) && byField(object);
}

/** Throws a BadRequest; undefined: absent. */
export function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Number(text);
}

export function versionOf(query: URLSearchParams): number | undefined {
  const text = query.get('resourceVersion');
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text)) {
    throw new StatusError(
      500,
      undefined,
      `resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  }
  return Number(text);
}

export function listObjects(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
  presentation: Presentation,
): object {
  const selected = selectorOf(query);
  checkVersion(store, versionOf(query));
  const all = store.list(resource, namespace).filter(selected);
  const start = startOf(query.get('continue'), store.version);
  const limit = numberOf(query, 'limit') ?? 0;
  const end = limit > 0 ? start + limit : all.length;
  const rest = all.length - end;
  const metadata = {
    resourceVersion: String(store.version),
    ...(rest > 0 ? { continue: pageToken(store.version, end), remainingItemCount: rest } : {}),
  };
  const page = all.slice(start, end);
  if (presentation !== null) return tableOf(resource, page, metadata, presentation);
  return { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata, items: page.map(listed) };
}

function listed({ apiVersion: _, kind: __, ...rest }: KubernetesObject): object {
  return rest;
}

function checkVersion(store: Store, wanted: number | undefined): void {
  if (wanted === undefined || wanted <= store.version) return;
  throw new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${wanted}, current: ${store.version}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

function pageToken(version: number, start: number): string {
  return Buffer.from(JSON.stringify([version, start])).toString('base64url');
}

function startOf(token: string | null, version: number): number {
  if (token === null || token === '') return 0;
  const [, at, start] = /^\[(\d+),(\d+)\]$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (at === undefined || start === undefined) throw badRequest('invalid continue token: continue key is not valid');
  // All pages show one version. A real server keeps it for minutes; here it ends with the next change.
  if (Number(at) !== version) {
    throw expired(
      'The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.',
    );
  }
  return Number(start);
}
