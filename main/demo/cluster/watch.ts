import type { ServerResponse } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { numberOf, type Presentation, selectorOf, versionOf } from './list.ts';
import { apiVersionOf, type KubernetesObject, type Resource } from './objects.ts';
import { expired } from './status.ts';
import type { Change, Store } from './store.ts';
import { tableOf } from './table.ts';

/** Milliseconds, as in kube-apiserver. */
const BOOKMARK_EVERY = 60_000;
/** Seconds. A real server chooses 30 to 60 minutes. */
const DEFAULT_LIFE = 1800;

/** One JSON event per line until timeout or disconnect. Throws only before the first byte. */
export function watchObjects(
  store: Store,
  resource: Resource,
  namespace: string | undefined,
  query: URLSearchParams,
  presentation: Presentation,
  response: Http2ServerResponse,
): void {
  const bySelector = selectorOf(query);
  const selected = (object: KubernetesObject | undefined): object is KubernetesObject =>
    object !== undefined && (namespace === undefined || object.metadata.namespace === namespace) && bySelector(object);
  const since = versionOf(query);
  const life = (numberOf(query, 'timeoutSeconds') || DEFAULT_LIFE) * 1000;
  const bookmarks = /^(true|1)$/.test(query.get('allowWatchBookmarks') ?? '');

  function send(type: string, object: object): void {
    response.write(`${JSON.stringify({ type, object })}\n`);
  }

  function sendObject(type: Change['type'], object: KubernetesObject): void {
    const { resourceVersion } = object.metadata;
    send(type, presentation === null ? object : tableOf(resource, [object], { resourceVersion }, presentation));
  }

  /** A change can move an object into or out of the selection. */
  function sendChange({ type, object, before }: Change): void {
    const is = type !== 'DELETED' && selected(object);
    const was = selected(before);
    if (is) sendObject(was ? 'MODIFIED' : 'ADDED', object);
    else if (was) sendObject('DELETED', { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion } });
  }

  function sendBookmark(): void {
    const metadata = { resourceVersion: String(store.version), creationTimestamp: null };
    send('BOOKMARK', { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata });
  }

  response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' });
  // HTTP/2 responses have it too, but not in their type.
  (response as unknown as ServerResponse).flushHeaders();

  if (!since) {
    for (const object of store.list(resource, namespace).filter(selected)) sendObject('ADDED', object);
  } else {
    const missed = store.changesSince(resource, since);
    if (missed === undefined) {
      send('ERROR', expired(`too old resource version: ${since} (${store.version})`).status);
      response.end();
      return;
    }
    missed.forEach(sendChange);
  }

  const stop = store.listen(resource, sendChange);
  const marking = bookmarks ? setInterval(sendBookmark, BOOKMARK_EVERY) : undefined;
  const ending = setTimeout(() => {
    if (bookmarks) sendBookmark();
    response.end();
  }, life);
  response.once('close', () => {
    stop();
    clearInterval(marking);
    clearTimeout(ending);
  });
}
