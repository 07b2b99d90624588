import type { App } from 'electron';

/** How long closing may take before the process ends anyway, in milliseconds. */
const CLOSE_TIME = 1500;

/** Quitting, however it was requested: closes everything in the reverse order of its start, then exits. */
export class QuitOnce {
  readonly #app: App;
  readonly #closers: (() => Promise<void>)[] = [];
  #done: Promise<void> | undefined;
  #asking = false;
  /** Everything is closed, and a message waits for someone to read it. */
  #telling = false;
  #first: () => Promise<void> = async () => undefined;

  constructor(app: App) {
    this.#app = app;
    app.on('before-quit', (event) => {
      event.preventDefault();
      void this.ask();
    });
  }

  /**
   * From then on a signal ends the program. Not before the app is ready: Electron replaces what the system calls then,
   * without Node's knowledge. Node sets it again for a first listener alone, and libraries listen from their import on
   * (when-exit, in electron-store): they go first.
   */
  obeySignals(): void {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.removeAllListeners(signal);
      process.on(signal, () => {
        if (this.#telling) return this.#app.exit(0);
        // Whatever else runs: a closing that hangs, or a message that no one has read.
        setTimeout(() => this.#app.exit(0), CLOSE_TIME);
        void this.now();
      });
    }
  }

  get begun(): boolean {
    return this.#done !== undefined;
  }

  /** Runs this before the exit. */
  before(close: () => Promise<void>): void {
    this.#closers.unshift(close);
  }

  /** Whether quitting was requested or is under way. */
  get asked(): boolean {
    return this.#asking || this.begun;
  }

  /** Quits at the user's request. */
  async ask(): Promise<void> {
    if (this.asked) return;
    this.#asking = true;
    await this.#first();
    await this.now();
  }

  /** Waits for this first, except after a signal. */
  first(close: () => Promise<void>): void {
    this.#first = close;
  }

  /** A second call changes nothing. Unlike `app.quit()` it asks no page, so no page delays a signal. */
  now(): Promise<void> {
    this.#done ??= this.#close().then(() => this.#app.exit(0));
    return this.#done;
  }

  /** After a failure: closes everything, then says why until someone has read it. */
  fail(tell: () => Promise<void>): Promise<void> {
    this.#done ??= this.#close()
      .then(() => {
        this.#telling = true;
        return tell();
      })
      .catch(() => undefined)
      .then(() => this.#app.exit(1));
    return this.#done;
  }

  async #close(): Promise<void> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, CLOSE_TIME);
    const closed = (async () => {
      for (const close of this.#closers) await close().catch(() => undefined);
    })();
    await Promise.race([closed, late.promise]);
    clearTimeout(timer);
  }
}
