export interface Limit {
  readonly milliseconds: number;
  readonly signal: AbortSignal;
  onLimit(): Error;
}

/** Settles on the first of: done, failed, time limit, or the signal (throws its reason). */
export async function limited<Result>(
  limit: Limit,
  start: (done: (result: Result) => void, fail: (error: Error) => void) => void,
): Promise<Result> {
  const { milliseconds, signal, onLimit } = limit;
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<Result>((done, fail) => {
      timer = setTimeout(() => fail(onLimit()), milliseconds);
      onAbort = () => fail(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      start(done, fail);
    });
  } finally {
    clearTimeout(timer);
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}
