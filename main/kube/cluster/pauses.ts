// Pauses before a retry, jittered so that clusters don't return in one burst.

/** Milliseconds: first and longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** Milliseconds between attempts at a forbidden watch: first and longest. */
const WATCH_AGAIN = 5_000;
const LONGEST_WATCH_AGAIN = 600_000;

/** Milliseconds. */
export function pause(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, failures - 1));
  return failures === 0 ? FIRST_PAUSE * Math.random() : longest * (0.5 + Math.random() / 2);
}

/** Milliseconds. */
export function watchPause(refusals: number): number {
  return Math.min(LONGEST_WATCH_AGAIN, WATCH_AGAIN * 4 ** refusals) * (0.5 + Math.random() / 2);
}
