// How long a connection waits before it tries again. Jittered: after a failure of many clusters at once they do not come back at once.

/** Milliseconds: the first pause after a failure, and the longest. */
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
/** Milliseconds until a watch that is not allowed is tried again: the first time, and at most. */
const WATCH_AGAIN = 5_000;
const LONGEST_WATCH_AGAIN = 600_000;

/** Milliseconds after that many failures in a row. */
export function pause(failures: number): number {
  const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.max(0, failures - 1));
  return failures === 0 ? FIRST_PAUSE * Math.random() : longest * (0.5 + Math.random() / 2);
}

/** Milliseconds until a watch that was refused that many times before is tried again. */
export function watchPause(refusals: number): number {
  return Math.min(LONGEST_WATCH_AGAIN, WATCH_AGAIN * 4 ** refusals) * (0.5 + Math.random() / 2);
}
