import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import pLimit from 'p-limit';

// How the clusters of a fleet share the time in which they are listed: at the start, after a sleep, when somebody connects them all.

/** Clusters. More at a time do not come faster, and what a thousand have under way fills the memory. */
const LISTED_AT_ONCE = 16;
/** Milliseconds until one that is still being listed makes room for another. */
const TURN = 100;
/** Milliseconds, at most, that the lists of others are waited for. */
const LIST_FIRST = 2_000;
/** Lists that leave enough behind to be cleared away, and the milliseconds of quiet after which that is done: their watches stand then. */
const MANY = 100;
const QUIET = 8_000;

const listing = pLimit(LISTED_AT_ONCE);
let listed = 0;
let quiet: NodeJS.Timeout | undefined;

/**
 * Lists in turn; null when the signal comes first. One that does not answer soon makes room: nobody waits for clusters that are down, or for somebody's
 * login. Throws what `list` throws.
 */
export function inTurn<Result>(signal: AbortSignal, list: () => Promise<Result>): Promise<Result | null> {
  return new Promise((resolve) => {
    const leave = (): void => resolve(null);
    signal.addEventListener('abort', leave, { once: true });
    void listing(async () => {
      signal.removeEventListener('abort', leave);
      if (signal.aborted) return leave();
      const answer = list();
      resolve(answer);
      await Promise.race([answer, wait(TURN, undefined, { ref: false })]).catch(() => undefined);
      listed += 1;
      clearTimeout(quiet);
      quiet = setTimeout(clearAway, QUIET).unref();
    });
  });
}

/**
 * Waits while clusters are being listed, 2 seconds at most: for a cluster that was listed and is to be watched, and for one whose plugin is to be started.
 * When many connect at once, all others are listed first. A watch misses nothing by it.
 */
export async function untilListed(signal: AbortSignal): Promise<void> {
  const late = Date.now() + LIST_FIRST;
  while (listing.activeCount > 0 && Date.now() < late && !signal.aborted) await wait(50, undefined, { ref: false });
}

/**
 * V8 collects when new work needs room, and a tray application has none for hours: a third of what it held would stay. Takes some tenths of a second for a
 * thousand clusters, and everything waits for it.
 */
function clearAway(): void {
  const isMuch = listed >= MANY;
  listed = 0;
  if (!isMuch) return;
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
}
