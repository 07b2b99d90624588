import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';

/** Clusters. More aren't faster, and fill the memory. */
const LISTED_AT_ONCE = 16;
/** Milliseconds that a slow list keeps its turn. */
const TURN = 100;
/** The most milliseconds that watches and plugins wait for lists. */
const LIST_FIRST = 2_000;

const listing = pLimit(LISTED_AT_ONCE);

/**
 * Lists in turn; null if the signal comes first. A slow list gives up its turn after TURN ms, so no one waits for dead
 * clusters or an open login. Throws what `list` throws.
 */
export function enqueue<Result>(signal: AbortSignal, list: () => Promise<Result>): Promise<Result | null> {
  return new Promise((resolve) => {
    const leave = (): void => resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    void listing(async () => {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) return leave();
      const response = list();
      resolve(response);
      await Promise.race([response, wait(TURN, undefined, { ref: false })]).catch(() => undefined);
    });
  });
}

/**
 * Waits at most LIST_FIRST ms while clusters are being listed: watches and plugins start later. A watch misses nothing.
 */
export async function whenIdle(signal: AbortSignal): Promise<void> {
  const late = Date.now() + LIST_FIRST;
  while (listing.activeCount > 0 && Date.now() < late && !signal.aborted) await wait(50, undefined, { ref: false });
}
