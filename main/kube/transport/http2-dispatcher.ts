import { subscribe } from 'node:diagnostics_channel';
import type { ClientHttp2Stream } from 'node:http2';
import type { buildConnector } from 'undici';
import { Agent, Client, Dispatcher } from 'undici';
import { OTHER_PROTOCOL } from '../errors.ts';
import * as strings from './strings.ts';

/** What Node says where a server refuses each protocol that it is offered. */
const NO_PROTOCOL = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
/** Streams per connection: the least that servers should allow (RFC 9113, 6.5.2). */
const STREAMS = 100;

/**
 * undici sends no RST_STREAM for a request that is aborted in the turn in which it was sent. When its response arrives,
 * Node 24 opens a stream that no one reads and whose errors no one handles: the connection's end then ends the program.
 * A client stream with a status belongs to no request, as undici accepts no pushes.
 */
subscribe('http2.client.stream.created', (message) => {
  const { stream, headers } = message as { stream: ClientHttp2Stream; headers: object };
  if (!(':status' in headers)) return;
  stream.on('error', () => undefined);
  queueMicrotask(() => stream.destroy());
});

/**
 * HTTP/2 over as few connections per server as its streams need: watches don't end, and hundreds of contexts may share
 * a server. undici's client queues what exceeds its streams; its pool opens a connection per request at first and takes
 * a tenth more memory. If a server doesn't speak the chosen protocol, the first request fails with OTHER_PROTOCOL
 * before it is sent: send it again.
 *
 * A request with a body takes HTTP/1.1 where the server speaks it. If one is aborted over HTTP/2 before its body is
 * sent, Node 24 writes empty DATA frames without end: the process hangs and takes all memory. Where there is only
 * HTTP/2, the request has a connection of its own, which ends in place of the stream.
 */
export class Http2Dispatcher extends Dispatcher {
  readonly #connect: buildConnector.connector;
  /** Milliseconds for a server to allow a stream. Until then undici keeps even requests that were given up. */
  readonly #patience: number;
  readonly #http1: Agent;
  /** Origins that speak HTTP/1.1 only. */
  readonly #old = new Set<string>();
  /** Origins that speak HTTP/2 only. */
  readonly #new = new Set<string>();
  readonly #clients = new Map<string, Set<Client>>();
  /** Each for one request with a body. */
  readonly #single = new Set<Client>();
  /** Found limits below STREAMS, by origin. */
  readonly #limits = new Map<string, number>();

  constructor(either: buildConnector.connector, http1: buildConnector.connector, patience: number) {
    super();
    this.#connect = either;
    this.#patience = patience;
    this.#http1 = new Agent({
      connect: (where, callback) =>
        http1(where, (...result) => {
          const [error] = result;
          if (error === null || !('code' in error) || error.code !== NO_PROTOCOL) return callback(...result);
          const { origin } = new URL(`${where.protocol}//${where.host}`);
          this.#new.add(origin);
          this.#old.delete(origin);
          callback(Object.assign(new Error(strings.serverSpeaksOnlyHttp2, { cause: error }), { code: OTHER_PROTOCOL }), null);
        }),
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const origin = String(options.origin);
    const hasBody = options.body !== null && options.body !== undefined;
    if ((hasBody && !this.#new.has(origin)) || this.#old.has(origin) || this.#http1.closed || this.#http1.destroyed)
      return this.#http1.dispatch(options, handler);
    if (hasBody) return this.#dispatchAlone(origin, options, handler);
    const clients = this.#clients.get(origin) ?? new Set();
    this.#clients.set(origin, clients);
    const client = [...clients].find((one) => hasRoom(one, this.#limits.get(origin) ?? STREAMS)) ?? this.#open(origin, clients);
    const isBusy = !client.dispatch(options, handler);
    const { connected, pending, running } = client.stats;
    // Full. Before the server's settings arrive, undici sends a single request.
    if (isBusy && connected && pending === 0 && running > 1) this.#limits.set(origin, running);
    return true;
  }

  override async close(): Promise<void> {
    await Promise.all([this.#http1.close(), ...this.#all().map((client) => client.close())]);
  }

  override async destroy(): Promise<void> {
    await Promise.all([this.#http1.destroy(), ...this.#all().map((client) => client.destroy())]);
  }

  #all(): Client[] {
    return [...this.#single, ...[...this.#clients.values()].flatMap((clients) => [...clients])];
  }

  #dispatchAlone(origin: string, options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const client = this.#newClient(origin);
    this.#single.add(client);
    const start = handler.onRequestStart?.bind(handler);
    handler.onRequestStart = (controller, context) => {
      controller.abort = (reason) => void client.destroy(reason);
      start?.(controller, context);
    };
    client.dispatch(options, handler);
    const forget = () => this.#single.delete(client);
    client.close().then(forget, forget);
    return true;
  }

  #newClient(origin: string): Client {
    const connect: buildConnector.connector = (where, callback) =>
      this.#connect(where, (...result) => {
        const [error, socket] = result;
        if (error !== null || ('alpnProtocol' in socket && socket.alpnProtocol === 'h2')) return callback(...result);
        this.#old.add(origin);
        this.#new.delete(origin);
        socket.destroy();
        callback(Object.assign(new Error(strings.serverDoesNotSpeakHttp), { code: OTHER_PROTOCOL }), null);
      });
    // The header time counts for unsent requests only: each request brings its own.
    return new Client(origin, { connect, headersTimeout: this.#patience, h2Options: { maxConcurrentStreams: STREAMS, pingInterval: 0 } });
  }

  #open(origin: string, clients: Set<Client>): Client {
    const client = this.#newClient(origin);
    clients.add(client);
    const forget = (): void => {
      const { size, running } = client.stats;
      // Unsent requests move to the next connection. After a GOAWAY, running ones finish first, and undici sends
      // nothing until then.
      if (size > 0 && running === 0) return;
      clients.delete(client);
      void client.close().catch(() => undefined);
    };
    client.on('disconnect', forget).on('connectionError', forget);
    return client;
  }
}

function hasRoom({ stats: { connected, pending, size } }: Client, limit: number): boolean {
  return size < limit && !(connected && pending > 0);
}
