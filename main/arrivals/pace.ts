import type { Clock } from '../clock.ts';

/** Queries a minute. The team has 30, and others use them, too. */
const MOST = 10;
const MINUTE = 60_000;
/** Queries at a time: a slow one must not delay all the others. */
const AT_ONCE = 3;

interface Waiting {
  readonly begin: () => void;
}

/** Grants turns in the order of the calls. */
export class Pace {
  readonly #clock: Clock;
  readonly #waiting: Waiting[] = [];
  /** When the last ones started, oldest first, in milliseconds since 1970. */
  #begun: number[] = [];
  #running = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a turn would start immediately. */
  get free(): boolean {
    return this.#waiting.length === 0 && this.#running < AT_ONCE && this.#wait() === 0;
  }

  /**
   * Waits for a turn, then runs. `first`: before all others that wait. Throws the signal's reason if it is cancelled
   * before its turn.
   */
  async turn<Result>(signal: AbortSignal, run: () => Promise<Result>, first = false): Promise<Result> {
    await this.#place(signal, first);
    try {
      return await run();
    } finally {
      this.#running -= 1;
      this.#next();
    }
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  async #place(signal: AbortSignal, first: boolean): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting = { begin: resolve };
    const leave = () => {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', leave, { once: true });
    if (first) this.#waiting.unshift(waiting);
    else this.#waiting.push(waiting);
    this.#next();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  #next(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    while (this.#waiting.length > 0 && this.#running < AT_ONCE) {
      const wait = this.#wait();
      if (wait > 0) {
        this.#cancel = this.#clock.after(wait, () => this.#next());
        return;
      }
      this.#running += 1;
      this.#begun.push(this.#clock.now());
      this.#waiting.shift()?.begin();
    }
  }

  #wait(): number {
    const now = this.#clock.now();
    // If the clock was set back, this must not take longer than a minute.
    this.#begun = this.#begun.filter((time) => now - time < MINUTE && time <= now);
    const oldest = this.#begun[0];
    return oldest === undefined || this.#begun.length < MOST ? 0 : oldest + MINUTE - now;
  }
}
