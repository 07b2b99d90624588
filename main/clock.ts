/** The time, for what decides when something is done: a test lets it pass. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs once, later; the answer cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
