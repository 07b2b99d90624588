import type { Dispatcher } from 'undici';
import { FileError, RequestError, SignInError } from './errors.ts';
import type { PluginCredentials } from './exec-plugin.ts';
import { forgetCredentials, keptCredentials, pluginCredentials } from './exec-plugin.ts';
import type { ContextEntry } from './kubeconfig.ts';
import type { Line, Method } from './line.ts';
import { openLine } from './line.ts';

// One context's line to its API server. The library reads credentials, refreshes OIDC tokens and builds the TLS and proxy set-up; requests go
// over its dispatcher directly, because its generated calls take no AbortSignal, know no time-out, send every patch as a JSON patch, and put
// body and headers into their errors' messages; and its Watch gives up after 30 quiet seconds.

/** Milliseconds for a server to begin its answer, and between its parts. */
const REQUEST_TIME = 10_000;
/** Milliseconds for a whole request, the wait for one of the connections that contexts of one server share included. */
const WHOLE_TIME = 30_000;
/** Milliseconds for a plugin to finish while somebody waits for it: long enough for a login in the browser. */
const SIGN_IN_PATIENCE = 60_000;
/** Milliseconds for a plugin that renews credentials by itself, and for an OIDC provider. */
const SIGN_IN_TIME = 15_000;
/** Milliseconds of silence after which a watch counts as dead: an API server sends a bookmark every minute. */
const WATCH_SILENCE = 150_000;
const USER_AGENT = 'kaudit-tray';

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type Answer = Dispatcher.ResponseData;

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Readonly<Record<string, unknown>>;
}

export class ClusterClient {
  readonly #entry: ContextEntry;
  readonly #silence: number;
  readonly #closing = new AbortController();
  #line: Promise<Line> | null = null;
  #expected = false;
  #asking = 0;
  #signInAllowed = false;

  /** `silence`: milliseconds after which a watch without a word counts as dead. */
  constructor(entry: ContextEntry, silence = WATCH_SILENCE) {
    this.#entry = entry;
    this.#silence = silence;
  }

  /** Whether somebody is there to answer a plugin that asks: it is given a minute then, else 15 seconds. */
  expectSignIn(expected: boolean): void {
    this.#expected = expected;
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

  /** Whether the plugin may run although nobody has just asked for it. */
  allowSignIn(allowed: boolean): void {
    this.#signInAllowed = allowed;
  }

  /** One request; its answer as JSON. Throws a RequestError, a SignInError, a FileError, or what the network throws. */
  async request<Reply>(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal | undefined } = {},
  ): Promise<Reply> {
    const limits = () => AbortSignal.timeout(WHOLE_TIME);
    const answer = await this.#send(method, path, options, limits);
    const text = await answer.body.text();
    if (answer.statusCode < 200 || answer.statusCode > 299) throw refusal(answer.statusCode, text);
    return parse(text) as Reply;
  }

  /**
   * Opens a watch: its events until the API server ends it. Throws as `request` does; what it gives throws what the network throws, and a
   * RequestError for an ERROR event.
   */
  async watch(path: string, query: Query, signal: AbortSignal): Promise<AsyncIterable<WatchEvent>> {
    const answer = await this.#send('GET', path, { query: { ...query, watch: true, allowWatchBookmarks: true }, signal }, () => null);
    if (answer.statusCode !== 200) throw refusal(answer.statusCode, await answer.body.text());
    return this.#events(answer);
  }

  async *#events(answer: Answer): AsyncGenerator<WatchEvent> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of answer.body) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line.trim() === '') continue;
        const event = parse(line) as WatchEvent;
        if (event.type === 'ERROR') throw statusError(Number(event.object.code ?? 500), event.object);
        yield event;
      }
    }
  }

  /** Lets go of all connections: what is asked next opens new ones. What is under way goes on on the old ones. */
  reconnect(): void {
    const old = this.#line;
    this.#line = null;
    void old?.then((line) => line.retire()).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException('The connection was closed', 'AbortError'));
    await this.#line?.then((line) => line.destroy()).catch(() => undefined);
  }

  async #send(
    method: Method,
    path: string,
    options: { query?: Query; body?: unknown; contentType?: string; signal?: AbortSignal | undefined },
    limits: () => AbortSignal | null,
  ): Promise<Answer> {
    const given = AbortSignal.any([this.#closing.signal, ...(options.signal === undefined ? [] : [options.signal])]);
    given.throwIfAborted();
    this.#line ??= openLine(this.#entry);
    const line = await this.#line;
    const url = new URL(`${this.#entry.cluster?.server}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined) url.searchParams.set(name, String(value));
    for (let attempt = 1; ; attempt += 1) {
      const plugin = this.#entry.auth === 'exec' ? await this.#signIn(given) : null;
      const { headers, pool } = await this.#prepare(line, url.href, method, plugin, given);
      const limit = limits();
      try {
        const stop = limit === null ? given : AbortSignal.any([given, limit]);
        const sent = (limit === null ? pool.watches : pool.requests).request({
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers: {
            ...headers,
            accept: 'application/json',
            'user-agent': USER_AGENT,
            ...(options.body === undefined ? {} : { 'content-type': options.contentType ?? 'application/json' }),
          },
          body: options.body === undefined ? null : JSON.stringify(options.body),
          signal: stop,
          headersTimeout: REQUEST_TIME,
          bodyTimeout: limit === null ? this.#silence : REQUEST_TIME,
        });
        const answer = await orStopped(sent, stop);
        if (answer.statusCode === 401 && attempt === 1 && plugin !== null) {
          // The plugin's credentials may have been revoked before their time: one retry with fresh ones.
          forgetCredentials(this.#entry, plugin);
          await answer.body.dump();
          continue;
        }
        return answer;
      } catch (error) {
        // A kept connection that the server closed at this very moment: reading again is safe, writing is not.
        if (attempt === 1 && method === 'GET' && !given.aborted && isStale(error)) continue;
        throw error;
      }
    }
  }

  #signIn(signal: AbortSignal): Promise<PluginCredentials> {
    // SECURITY: a plugin may open a browser or ask for a code. In the background it runs only where the user has allowed that.
    const attended = this.#expected || this.#asking > 0;
    if (!attended && !this.#signInAllowed) return keptCredentials(this.#entry);
    return pluginCredentials(this.#entry, signal, attended ? SIGN_IN_PATIENCE : SIGN_IN_TIME);
  }

  async #prepare(
    line: Line,
    url: string,
    method: Method,
    plugin: PluginCredentials | null,
    signal: AbortSignal,
  ): ReturnType<Line['prepare']> {
    const late = AbortSignal.any([signal, AbortSignal.timeout(SIGN_IN_TIME)]);
    const stopped = Promise.withResolvers<never>();
    const stop = (): void => stopped.reject(late.reason);
    late.addEventListener('abort', stop, { once: true });
    try {
      return await Promise.race([line.prepare(url, method, plugin), stopped.promise]);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (error instanceof FileError || error instanceof SignInError) throw error;
      // The library reads certificates and CAs from their files itself.
      const { code, path } = error as NodeJS.ErrnoException;
      if (path !== undefined) throw new FileError(path, code);
      throw error;
    } finally {
      late.removeEventListener('abort', stop);
    }
  }
}

/** undici tells of an abort only once a connection stands: one to a server that swallows packets would hold whoever lets go of it. */
async function orStopped(sent: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  const stopped = Promise.withResolvers<never>();
  const stop = (): void => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([sent, stopped.promise]);
  } catch (error) {
    // What comes all the same interests nobody.
    void sent.then(({ body }) => body.dump()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function isStale(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // UND_ERR_INFO: the connection was let go of, in the words of HTTP/2.
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET' || code === 'UND_ERR_INFO' || code.startsWith('ERR_HTTP2_');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestError(0, 'NotKubernetes', '');
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
  // A path that exists nowhere in Kubernetes, or another server altogether.
  const reason = typeof body.reason === 'string' && /^[A-Za-z]{1,64}$/.test(body.reason) ? body.reason : 'Unknown';
  return new RequestError(status, reason, typeof body.message === 'string' ? body.message : '');
}
