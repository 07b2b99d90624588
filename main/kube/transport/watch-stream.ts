import type { Dispatcher } from 'undici';
import * as strings from './strings.ts';

/** Pieces to hold for a slow reader; the rest waits at the server. */
const BACKLOG = 8;

export interface WatchStream {
  readonly statusCode: number;
  /** null at its end. Throws network errors and the signal's reason. One call at a time. */
  next(): Promise<Buffer | null>;
  dump(): void;
}

/** undici's `request` takes far more memory. Throws a TimeoutError after `patience` milliseconds. */
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
    // undici reports an abort only once a request has its connection and stream.
    const giveUp = (error: Error): void => {
      finish({ error });
      controller?.abort(error);
      reject(error);
    };
    const stop = (): void => giveUp(signal.reason);
    const timer = setTimeout(() => giveUp(new DOMException(strings.noResponseStartedWithinMs(patience), 'TimeoutError')), patience);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    const next = async (): Promise<Buffer | null> => {
      if (chunks.length === 0 && end === null) {
        const { promise, resolve: woken } = Promise.withResolvers<void>();
        wake = woken;
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
        resolve({ statusCode, next, dump: () => void (end === null && controller?.abort(new Error(strings.noOneReadsResponse))) });
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
