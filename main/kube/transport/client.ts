import type { Dispatcher } from 'undici';
import { answerText, TOO_LARGE } from '../answer-text.ts';
import { FileError, HTTP1_ONLY, NOT_SENT, notKubernetes, RequestError, SignInError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { PluginCredentials } from '../sign-in/exec-plugin.ts';
import { forgetCredentials, keptCredentials, pluginCredentials } from '../sign-in/exec-plugin.ts';
import type { ContextSession, Method, Prepared } from './context-session.ts';
import { openContextSession } from './context-session.ts';
import type { WatchStream } from './watch-stream.ts';
import { openWatchStream } from './watch-stream.ts';

// One context's requests to its API server. The library reads credentials, refreshes OIDC tokens and builds the TLS and proxy set-up; requests go
// over its dispatcher directly, because its generated calls take no AbortSignal, know no time-out, send every patch as a JSON patch, and put
// body and headers into their errors' messages; and its Watch gives up after 30 quiet seconds.

/** Milliseconds. */
export interface RequestTimes {
  /** For a connection to stand, TLS included. Below the time of a request, so that it is told apart. */
  readonly connect: number;
  /** For a server to begin its answer, and between its parts. */
  readonly request: number;
  /** For a whole request, the wait for one of the connections that contexts of one server share included. */
  readonly whole: number;
  /** Without a word, after which a watch counts as dead: an API server sends a bookmark every minute. */
  readonly silence: number;
}

const TIMES: RequestTimes = { connect: 9_000, request: 10_000, whole: 30_000, silence: 150_000 };
/** Milliseconds for a plugin to finish while somebody waits for it: long enough for a login in the browser. */
const SIGN_IN_PATIENCE = 60_000;
/** Milliseconds for a plugin that renews credentials by itself, and for an OIDC provider. */
const SIGN_IN_TIME = 15_000;
/** Milliseconds of silence for a watch without bookmarks: an API server ends every watch within an hour, unless it is told otherwise. */
const WATCH_LIFE = 65 * 60_000;
/** Bytes. A page of a list is at most some megabytes in any cluster that people work with; one object with its managed fields is below three. */
const MAX_ANSWER = 64 * 1024 * 1024;
const MAX_EVENT = 16 * 1024 * 1024;
const USER_AGENT = 'kaudit-tray';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type Answer = { readonly statusCode: number; readonly text: string };
/** Sends a request that is ready, until `stop`. */
type Send<Kind> = (prepared: Prepared, request: ReadyRequest, stop: AbortSignal) => Promise<Kind>;
type ReadyRequest = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body' | 'headersTimeout'> & {
  readonly origin: string;
};

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * What a credential plugin may do. `attended`: someone waits who can answer it, and it has a minute. `renew`: it may run, but must do without
 * anybody, in 15 seconds. `kept`: it doesn't run, and credentials are used while they last.
 */
export type SignInMode = 'attended' | 'renew' | 'kept';

export class ClusterClient {
  readonly #entry: ContextEntry;
  readonly #times: RequestTimes;
  readonly #closing = new AbortController();
  #session: Promise<ContextSession> | null = null;
  #unattended: Exclude<SignInMode, 'attended'> = 'kept';
  /** Tasks under way for somebody who has just asked for them. */
  #asking = 0;

  /** `times`: others than usual. */
  constructor(entry: ContextEntry, times: Partial<RequestTimes> = {}) {
    this.#entry = entry;
    this.#times = { ...TIMES, ...times };
  }

  /** What applies while nobody has just asked for anything. */
  setUnattended(mode: Exclude<SignInMode, 'attended'>): void {
    this.#unattended = mode;
  }

  /** Does something that a user has just asked for, and so may be asked something themselves. */
  async attended<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#asking += 1;
    try {
      return await work();
    } finally {
      this.#asking -= 1;
    }
  }

  /** One request; its answer as JSON. Throws a RequestError, a SignInError, a FileError, or what the network throws. */
  async request<Reply>(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<Reply> {
    const send: Send<Answer> = ({ dispatcher, pool }, ready, given) =>
      within(given, this.#times.whole, (stop) =>
        pool.enqueue(ready.origin, async () => {
          stop.throwIfAborted();
          const { statusCode, body } = await dispatcher.request({ ...ready, bodyTimeout: this.#times.request, signal: stop });
          return { statusCode, text: await answerText(body, MAX_ANSWER) };
        }),
      );
    const { statusCode, text } = await this.#send(method, path, options, send);
    if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, text);
    return parse(text) as Reply;
  }

  /**
   * Opens a watch, and tells of its events, one after the other, until the API server ends it (then it answers true) or `onEvent` answers false.
   * `bookmarks`: the API server is to give a sign of life every minute; each wakes the processor. `opened`: it has answered. Throws as `request` does, a
   * RequestError for an ERROR event, and what `onEvent` throws.
   */
  async watch(
    path: string,
    query: Query,
    signal: AbortSignal,
    { bookmarks, opened, onEvent }: { bookmarks: boolean; opened(): void; onEvent(event: WatchEvent): Promise<boolean> | boolean },
  ): Promise<boolean> {
    const bodyTimeout = bookmarks ? this.#times.silence : WATCH_LIFE;
    const send: Send<WatchStream> = async ({ dispatcher, pool }, ready, stop) => {
      pool.assertOpen();
      return openWatchStream(dispatcher, { ...ready, bodyTimeout }, stop, this.#times.whole);
    };
    const whole = { ...query, watch: true, allowWatchBookmarks: bookmarks || undefined };
    const answer = await this.#send('GET', path, { query: whole, signal }, send).finally(opened);
    try {
      return await readEvents(answer, onEvent);
    } finally {
      answer.dump();
    }
  }

  /** Lets go of all connections: what is asked next opens new ones. What is under way goes on on the old ones. */
  reconnect(): void {
    const old = this.#session;
    this.#session = null;
    void old?.then((session) => session.retire()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The connection was closed', 'AbortError'));
    await this.#session?.then((session) => session.destroy()).catch(() => undefined);
  }

  async #send<Kind extends Answer | WatchStream>(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal | undefined },
    send: Send<Kind>,
  ): Promise<Kind> {
    const given = options.signal === undefined ? this.#closing.signal : AbortSignal.any([this.#closing.signal, options.signal]);
    given.throwIfAborted();
    const url = new URL(`${this.#entry.cluster?.server}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    for (let attempt = 1; ; attempt += 1) {
      const plugin = this.#entry.auth === 'exec' ? await this.#signIn(given) : null;
      const prepared = await this.#prepare(url.href, method, plugin, given);
      const request = {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: {
          ...prepared.headers,
          accept: 'application/json',
          'user-agent': USER_AGENT,
          ...(options.body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
        },
        body: options.body === undefined ? null : JSON.stringify(options.body),
        headersTimeout: this.#times.request,
      };
      try {
        const answer = await send(prepared, request, given).catch((error: unknown) => {
          if (codeOf(error) !== HTTP1_ONLY) throw error;
          return send(prepared, request, given);
        });
        if (answer.statusCode === 401 && attempt === 1 && plugin !== null) {
          // The plugin's credentials may have been revoked before their time: one retry with fresh ones.
          forgetCredentials(this.#entry, plugin);
          if ('dump' in answer) answer.dump();
          continue;
        }
        return answer;
      } catch (error) {
        // A kept connection that the server closed at this very moment: reading again is safe, writing is not, unless nothing was sent.
        const mayRepeat = codeOf(error) === NOT_SENT || (method === 'GET' && isStale(error));
        if (attempt === 1 && !given.aborted && mayRepeat) continue;
        throw error;
      }
    }
  }

  #signIn(signal: AbortSignal): Promise<PluginCredentials> {
    // SECURITY: a plugin may open a browser or ask for a code. In the background it runs only where the user has allowed that.
    const mode: SignInMode = this.#asking > 0 ? 'attended' : this.#unattended;
    if (mode === 'kept') return keptCredentials(this.#entry);
    return pluginCredentials(this.#entry, signal, mode === 'attended' ? SIGN_IN_PATIENCE : SIGN_IN_TIME);
  }

  async #prepare(url: string, method: Method, plugin: PluginCredentials | null, signal: AbortSignal): Promise<Prepared> {
    try {
      for (;;) {
        this.#session ??= openContextSession(this.#entry, this.#times.connect);
        const session = await this.#session;
        const prepared = await within(signal, SIGN_IN_TIME, () => session.prepare(url, method, plugin));
        if (prepared !== null) return prepared;
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof FileError || error instanceof SignInError) throw error;
      // The library reads certificates and CAs from their files itself.
      const { code, path } = error as NodeJS.ErrnoException;
      if (path !== undefined) throw new FileError(path, code);
      throw error;
    }
  }
}

async function readEvents(answer: WatchStream, onEvent: (event: WatchEvent) => Promise<boolean> | boolean): Promise<boolean> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let chunk = await answer.next(); chunk !== null; chunk = await answer.next()) {
    const piece = decoder.decode(chunk, { stream: true });
    // Not searched again for what cannot be there: a long event comes in a thousand pieces.
    const lines = answer.statusCode === 200 && piece.includes('\n') ? (rest + piece).split('\n') : [rest + piece];
    rest = lines.pop() ?? '';
    // SECURITY: a line without an end would fill the memory.
    if (rest.length > MAX_EVENT) throw new RequestError(0, TOO_LARGE, '');
    for (const line of lines) {
      if (line.trim() === '') continue;
      const event = parse(line) as WatchEvent;
      if (event.type === 'ERROR') throw statusError(Number(event.object.code ?? 500), event.object);
      if (!(await onEvent(event))) return false;
    }
  }
  if (answer.statusCode !== 200) throw refusal(answer.statusCode, rest);
  return true;
}

/** Waits for the work, or throws a TimeoutError after that many milliseconds. `stop` tells the work of that, and of the signal. */
async function within<Result>(signal: AbortSignal, milliseconds: number, work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
  // Not AbortSignal.timeout and AbortSignal.any: those stay in memory until the time is over, and a fleet has thousands at once.
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(
    () => stopping.abort(new DOMException(`Nothing came of it in ${milliseconds} ms`, 'TimeoutError')),
    milliseconds,
  );
  try {
    signal.throwIfAborted();
    return await orStopped(work(stopping.signal), stopping.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** undici tells of an abort only once a connection stands: one to a server that swallows packets would hold whoever lets go of it. */
async function orStopped<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Codes for a connection that was ended, or let go of (UND_ERR_INFO, in the words of HTTP/2). */
const STALE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_INFO']);

function isStale(error: unknown): boolean {
  const code = codeOf(error);
  return STALE.has(code) || code.startsWith('ERR_HTTP2_');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notKubernetes();
  }
}

function refusal(status: number, text: string): RequestError {
  try {
    return statusError(status, JSON.parse(text) as Record<string, unknown>);
  } catch {
    return new RequestError(status, 'Unknown', '');
  }
}

function statusError(status: number, body: Readonly<Record<string, unknown>>): RequestError {
  // Else it is a path that exists nowhere in Kubernetes, or another server altogether.
  const isStatus = body.kind === 'Status';
  const reason = typeof body.reason === 'string' && /^[A-Za-z]{1,64}$/.test(body.reason) ? body.reason : 'Unknown';
  return new RequestError(status, reason, typeof body.message === 'string' ? body.message : '', isStatus);
}
