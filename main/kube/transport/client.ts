import type { Dispatcher } from 'undici';
import { FileError, NOT_SENT, notKubernetes, OTHER_PROTOCOL, RequestError, SignInError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import { responseText, TOO_LARGE } from '../response-text.ts';
import type { PluginCredentials } from '../sign-in/exec-plugin.ts';
import { forgetCredentials, keptCredentials, pluginCredentials } from '../sign-in/exec-plugin.ts';
import type { ContextSession, Method, Prepared } from './context-session.ts';
import { openContextSession } from './context-session.ts';
import * as strings from './strings.ts';
import type { WatchStream } from './watch-stream.ts';
import { openWatchStream } from './watch-stream.ts';

// Requests go over the library's dispatcher, not its generated calls: those take no AbortSignal, have no time-out, send
// every patch as a JSON patch, and put body and headers into error messages. Its Watch stops after 30 quiet seconds.

/** Milliseconds. */
export interface RequestTimes {
  /** To connect, TLS included. Below `request`, to distinguish the two. */
  readonly connect: number;
  /** Until a response begins, and between its parts. */
  readonly request: number;
  /** A whole request, including the wait for a shared connection. */
  readonly whole: number;
  /** Silence after which a watch counts as dead: an API server sends a bookmark every minute. */
  readonly silence: number;
}

const TIMES: RequestTimes = { connect: 9_000, request: 10_000, whole: 30_000, silence: 150_000 };
/** Milliseconds for a plugin while someone waits: enough for a login in the browser. */
const SIGN_IN_PATIENCE = 60_000;
/** Milliseconds for a background renewal and for an OIDC provider. */
const SIGN_IN_TIME = 15_000;
/** Milliseconds of silence without bookmarks: by default an API server ends watches within an hour. */
const WATCH_LIFE = 65 * 60_000;
/** Bytes. List pages are a few megabytes; an object with its managed fields is below three. */
const MAX_RESPONSE = 64 * 1024 * 1024;
const MAX_EVENT = 16 * 1024 * 1024;
const USER_AGENT = 'kaudit-tray';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type TextResponse = { readonly statusCode: number; readonly text: string };
type Send<Kind> = (prepared: Prepared, request: ReadyRequest, stop: AbortSignal) => Promise<Kind>;
type ReadyRequest = Pick<Dispatcher.RequestOptions, 'path' | 'method' | 'headers' | 'body' | 'headersTimeout'> & {
  readonly origin: string;
};

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * What a plugin may do. `attended`: someone can respond to it, for a minute. `renew`: it runs unattended, for 15
 * seconds. `kept`: it doesn't run; credentials are used while they last.
 */
export type SignInMode = 'attended' | 'renew' | 'kept';

export class ClusterClient {
  readonly #entry: ContextEntry;
  readonly #times: RequestTimes;
  readonly #closing = new AbortController();
  #session: Promise<ContextSession> | null = null;
  #unattended: Exclude<SignInMode, 'attended'> = 'kept';
  #asking = 0;

  constructor(entry: ContextEntry, times: Partial<RequestTimes> = {}) {
    this.#entry = entry;
    this.#times = { ...TIMES, ...times };
  }

  setUnattended(mode: Exclude<SignInMode, 'attended'>): void {
    this.#unattended = mode;
  }

  /** Does something a user asked for, so a sign-in may prompt. */
  async attended<Value>(work: () => Promise<Value>): Promise<Value> {
    this.#asking += 1;
    try {
      return await work();
    } finally {
      this.#asking -= 1;
    }
  }

  /** The response's JSON. Throws a RequestError, a SignInError, a FileError or a network error. */
  async request<Reply>(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<Reply> {
    const send: Send<TextResponse> = ({ dispatcher, pool }, ready, given) =>
      within(given, this.#times.whole, (stop) =>
        pool.enqueue(ready.origin, async () => {
          stop.throwIfAborted();
          const { statusCode, body } = await dispatcher.request({ ...ready, bodyTimeout: this.#times.request, signal: stop });
          return { statusCode, text: await responseText(body, MAX_RESPONSE) };
        }),
      );
    const { statusCode, text } = await this.#send(method, path, options, send);
    if (statusCode < 200 || statusCode > 299) throw refusal(statusCode, text);
    return parse(text) as Reply;
  }

  /**
   * Reports a watch's events in order until the API server ends it (returns true) or `onEvent` returns false.
   * `bookmarks`: a sign of life every minute; each wakes the processor. `opened`: it has responded. Throws
   * what `request` throws, a RequestError for an ERROR event, and what `onEvent` throws.
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
    const response = await this.#send('GET', path, { query: whole, signal }, send).finally(opened);
    try {
      return await readEvents(response, onEvent);
    } finally {
      response.dump();
    }
  }

  reconnect(): void {
    const old = this.#session;
    this.#session = null;
    void old?.then((session) => session.retire()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException(strings.connectionClosed, 'AbortError'));
    await this.#session?.then((session) => session.destroy()).catch(() => undefined);
  }

  async #send<Kind extends TextResponse | WatchStream>(
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
        const response = await send(prepared, request, given).catch((error: unknown) => {
          if (codeOf(error) !== OTHER_PROTOCOL) throw error;
          return send(prepared, request, given);
        });
        if (response.statusCode === 401 && attempt === 1 && plugin !== null) {
          forgetCredentials(this.#entry, plugin);
          if ('dump' in response) response.dump();
          continue;
        }
        return response;
      } catch (error) {
        // The server has just closed a kept connection: repeat reads, and writes only if nothing was sent.
        const mayRepeat = codeOf(error) === NOT_SENT || (method === 'GET' && isStale(error));
        if (attempt === 1 && !given.aborted && mayRepeat) continue;
        throw error;
      }
    }
  }

  #signIn(signal: AbortSignal): Promise<PluginCredentials> {
    // SECURITY: a plugin may open a browser or ask for a code. In the background it runs only with the user's consent.
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
      const { code, path } = error as NodeJS.ErrnoException;
      if (path !== undefined) throw new FileError(path, code);
      throw error;
    }
  }
}

async function readEvents(response: WatchStream, onEvent: (event: WatchEvent) => Promise<boolean> | boolean): Promise<boolean> {
  const decoder = new TextDecoder();
  let rest = '';
  for (let chunk = await response.next(); chunk !== null; chunk = await response.next()) {
    const piece = decoder.decode(chunk, { stream: true });
    const lines = response.statusCode === 200 && piece.includes('\n') ? (rest + piece).split('\n') : [rest + piece];
    rest = lines.pop() ?? '';
    // SECURITY: an endless line would fill the memory.
    if (rest.length > MAX_EVENT) throw new RequestError(0, TOO_LARGE, '');
    for (const line of lines) {
      if (line.trim() === '') continue;
      const event = parse(line) as WatchEvent;
      if (event.type === 'ERROR') throw statusError(Number(event.object.code ?? 500), event.object);
      if (!(await onEvent(event))) return false;
    }
  }
  if (response.statusCode !== 200) throw refusal(response.statusCode, rest);
  return true;
}

async function within<Result>(signal: AbortSignal, milliseconds: number, work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
  // AbortSignal.timeout and AbortSignal.any stay in memory until the time is up; a fleet has thousands.
  const stopping = new AbortController();
  const stop = (): void => stopping.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(() => stopping.abort(new DOMException(strings.noResultWithinMs(milliseconds), 'TimeoutError')), milliseconds);
  try {
    signal.throwIfAborted();
    return await orStopped(work(stopping.signal), stopping.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

/** undici reports an abort only once connected, which a server that drops packets never allows. */
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

/** Codes of ended connections (UND_ERR_INFO: HTTP/2). */
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
  const isStatus = body.kind === 'Status';
  const reason = typeof body.reason === 'string' && /^[A-Za-z]{1,64}$/.test(body.reason) ? body.reason : 'Unknown';
  return new RequestError(status, reason, typeof body.message === 'string' ? body.message : '', isStatus);
}
