import { setTimeout as wait } from 'node:timers/promises';
import type { ClusterClient, WatchEvent } from './client.ts';

/** Milliseconds: a server that ends watches at once is not asked in a tight loop. */
const SHORTEST = 1_000;

/** What is listed once and then watched from `resourceVersion` on. */
export interface Watched {
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly resourceVersion: string;
}

/**
 * Watches from `resourceVersion` on, through the ends that every watch has and through silence, until `signal`, until `onEvent` answers false, or
 * until only a new list can tell what happened meanwhile. `opened`: the server has taken the watch, or has not. Throws what a refused watch throws.
 */
export async function follow(
  client: ClusterClient,
  { path, labelSelector, fieldSelector, resourceVersion }: Watched,
  signal: AbortSignal,
  listen: { opened(): void; onEvent(event: WatchEvent): Promise<boolean> | boolean },
): Promise<void> {
  let version = resourceVersion;
  while (!signal.aborted) {
    const started = Date.now();
    try {
      // A watch has its end, as client-go's has, so that no server keeps all of them at once for ever. Seconds.
      const timeoutSeconds = Math.round(300 + 300 * Math.random());
      const query = { labelSelector, fieldSelector, resourceVersion: version, timeoutSeconds };
      const onEvent = (event: WatchEvent): Promise<boolean> | boolean => {
        const { metadata } = event.object as { readonly metadata?: { readonly resourceVersion?: string } };
        version = metadata?.resourceVersion ?? version;
        return !signal.aborted && listen.onEvent(event);
      };
      if (!(await client.watch(path, query, signal, { opened: () => listen.opened(), onEvent }))) return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isSilence(error)) throw error;
    }
    if (Date.now() - started < SHORTEST)
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

/** Nothing came for longer than a live API server is silent, or the connection stood idle: watching on tells whether it is still there. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_BODY_TIMEOUT';
}
