import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';

// How the clusters of a fleet share the time in which they are listed: at the start, after a sleep, when somebody connects them all.

/** Clusters. More at a time do not come faster, and what a thousand have under way fills the memory. */
const LISTED_AT_ONCE = 16;
/** Milliseconds until one that is still being listed makes room for another. */
const TURN = 100;
/** Milliseconds, at most, that the lists of others are waited for. */
const LIST_FIRST = 2_000;

const listing = pLimit(LISTED_AT_ONCE);

/**
 * Lists in turn; null when the signal comes first. One that does not answer soon makes room: nobody waits for clusters that are down, or for somebody's
 * login. Throws what `list` throws.
 */
export function enqueue<Result>(signal: AbortSignal, list: () => Promise<Result>): Promise<Result | null> {
  return new Promise((resolve) => {
    const leave = (): void => resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    void listing(async () => {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) return leave();
      const answer = list();
      resolve(answer);
      await Promise.race([answer, wait(TURN, undefined, { ref: false })]).catch(() => undefined);
    });
  });
}

/**
 * Waits while clusters are being listed, 2 seconds at most: for a cluster that was listed and is to be watched, and for one whose plugin is to be started.
 * When many connect at once, all others are listed first. A watch misses nothing by it.
 */
export async function whenIdle(signal: AbortSignal): Promise<void> {
  const late = Date.now() + LIST_FIRST;
  while (listing.activeCount > 0 && Date.now() < late && !signal.aborted) await wait(50, undefined, { ref: false });
}
