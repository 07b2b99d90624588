import { setTimeout as wait } from 'node:timers/promises';
import { RequestError } from '../errors.ts';
import type { ClusterClient, WatchEvent } from './client.ts';

/** Milliseconds: no tight loop on a server that ends watches immediately. */
const SHORTEST = 1_000;
/** A watch from here first reports all existing objects, from the API server's cache. */
export const ANY_VERSION = '0';

export interface Watched {
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** null: from ANY_VERSION each time, without bookmarks. */
  readonly resourceVersion: string | null;
}

/**
 * Watches across the server's time limits until `signal`, until `onEvent` returns false, or until a new list is needed.
 * `opened`: the server accepted or refused. Throws for a refused, broken or silent watch.
 */
export async function follow(
  client: ClusterClient,
  { path, labelSelector, fieldSelector, resourceVersion }: Watched,
  signal: AbortSignal,
  listen: { opened(): void; onEvent(event: WatchEvent): Promise<boolean> | boolean },
): Promise<void> {
  let version = resourceVersion;
  while (!signal.aborted) {
    let begun = Date.now();
    const opened = (): void => {
      begun = Date.now();
      listen.opened();
    };
    try {
      const query = { labelSelector, fieldSelector, resourceVersion: version ?? ANY_VERSION };
      const onEvent = (event: WatchEvent): Promise<boolean> | boolean => {
        const { metadata } = event.object as { readonly metadata?: { readonly resourceVersion?: string } };
        if (version !== null) version = metadata?.resourceVersion ?? version;
        return !signal.aborted && listen.onEvent(event);
      };
      if (!(await client.watch(path, query, signal, { bookmarks: version !== null, opened, onEvent }))) return;
    } catch (error) {
      if (signal.aborted) return;
      // A watch from the start loses nothing when a proxy ends it as silent. One that never opened isn't a watch.
      if (version !== null || error instanceof RequestError || Date.now() - begun < SHORTEST) throw error;
    }
    if (Date.now() - begun < SHORTEST)
      await wait(SHORTEST * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

export function isSilence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
}
