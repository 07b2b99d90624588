import { setTimeout as wait } from 'node:timers/promises';
import { RequestError } from '../errors.ts';
import type { ClusterClient, WatchEvent } from './client.ts';

/** Milliseconds: a server that ends watches at once is not asked in a tight loop. */
const SHORTEST = 1_000;
/** A watch from here tells of all that there is first, as the API server has it at hand. */
export const ANY_VERSION = '0';

export interface Watched {
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Of the list that the watch goes on from, or ANY_VERSION. null: from ANY_VERSION each time that it begins, and without bookmarks. */
  readonly resourceVersion: string | null;
}

/**
 * Watches, through the ends that the server gives every watch, until `signal`, until `onEvent` answers false, or until only a new list can tell what
 * happened meanwhile. `opened`: the server has taken the watch, or has not. Throws what a refused, a broken or a silent watch throws.
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
      // One that begins anew each time loses nothing when a proxy ends it, for it may be silent for longer than proxies like. What it never was is no watch.
      if (version !== null || error instanceof RequestError || Date.now() - begun < SHORTEST) throw error;
    }
    if (Date.now() - begun < SHORTEST)
      await wait(SHORTEST * (0.5 + Math.random()), undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Waits for the signal. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Nothing came for longer than a live API server is silent. */
export function isSilence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
}
