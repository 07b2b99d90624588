import type { Dispatcher } from 'undici';

/** Pieces that are held when nobody reads fast enough; the rest waits at the server. */
const BACKLOG = 8;

/** An answer that comes over hours. */
export interface WatchStream {
  readonly statusCode: number;
  /** Its next piece; null at its end. Throws what the network throws, and the signal's reason. One call at a time. */
  next(): Promise<Buffer | null>;
  /** Lets go of it; nothing where it has ended. */
  dump(): void;
}

/**
 * Sends a request for such an answer. Not through undici's `request`: its streams and iterators take more memory than all the rest of a watch, and a
 * fleet has thousands of them. Throws what the network throws, the signal's reason, and a TimeoutError when nothing has begun after `patience` milliseconds.
 */
export function openWatchStream(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  patience: number,
): Promise<WatchStream> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    const chunks: Buffer[] = [];
    let end: { readonly error?: Error } | null = null;
    let wake = (): void => undefined;
    const finish = (how: { readonly error?: Error }): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      end ??= how;
      wake();
    };
    // undici tells of an abort only once a request has its connection, and its stream: one that waits for them would hold whoever lets go of it.
    const giveUp = (error: Error): void => {
      finish({ error });
      controller?.abort(error);
      reject(error);
    };
    const stop = (): void => giveUp(signal.reason);
    const timer = setTimeout(() => giveUp(new DOMException(`No answer began in ${patience} ms`, 'TimeoutError')), patience);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const next = async (): Promise<Buffer | null> => {
      if (chunks.length === 0 && end === null) {
        const { promise, resolve: woken } = Promise.withResolvers<void>();
        wake = woken;
        // What waited may come before this returns.
        if (controller?.paused) controller.resume();
        await promise;
      }
      const chunk = chunks.shift();
      if (chunk !== undefined) return chunk;
      if (end?.error !== undefined) throw end.error;
      return null;
    };
    dispatcher.dispatch(options, {
      onRequestStart: (given) => {
        controller = given;
        if (end?.error !== undefined) given.abort(end.error);
      },
      onResponseStart: (_, statusCode) => {
        clearTimeout(timer);
        resolve({ statusCode, next, dump: () => void (end === null && controller?.abort(new Error('Nobody reads this answer'))) });
      },
      onResponseData: (given, chunk) => {
        chunks.push(chunk);
        if (chunks.length >= BACKLOG) given.pause();
        wake();
      },
      onResponseEnd: () => finish({}),
      onResponseError: (_, error) => {
        finish({ error });
        reject(error);
      },
    });
  });
}
