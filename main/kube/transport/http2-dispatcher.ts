import type { buildConnector } from 'undici';
import { Agent, Client, Dispatcher } from 'undici';
import { HTTP1_ONLY } from '../errors.ts';

/** Streams over one connection: as many as any server should allow (RFC 9113, 6.5.2). */
const STREAMS = 100;

/**
 * HTTP/2, over as few connections to each server as carry all its streams: a watch is one that does not end, and hundreds of contexts may be of one server.
 * undici's client alone lets what it has no stream for wait behind them; its pool opens a connection for each request until the first one stands, and takes
 * a tenth more memory. HTTP/1.1 for servers that speak nothing else: the first request to one fails with HTTP1_ONLY before it was sent, and is to be sent
 * again.
 */
export class Http2Dispatcher extends Dispatcher {
  readonly #connect: buildConnector.connector;
  readonly #http1: Agent;
  readonly #old = new Set<string>();
  /** By origin. */
  readonly #clients = new Map<string, Set<Client>>();
  /** Streams that servers allow on a connection, where they were found to allow fewer. */
  readonly #limits = new Map<string, number>();

  /** Connectors for a socket that speaks either protocol, and for one that speaks HTTP/1.1. */
  constructor(either: buildConnector.connector, http1: buildConnector.connector) {
    super();
    this.#connect = either;
    this.#http1 = new Agent({ connect: http1 });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const origin = String(options.origin);
    // A closed agent says what is wrong with a request that comes too late.
    if (this.#old.has(origin) || this.#http1.closed || this.#http1.destroyed) return this.#http1.dispatch(options, handler);
    const clients = this.#clients.get(origin) ?? new Set();
    this.#clients.set(origin, clients);
    const client = [...clients].find((one) => hasRoom(one, this.#limits.get(origin) ?? STREAMS)) ?? this.#open(origin, clients);
    const isBusy = !client.dispatch(options, handler);
    const { connected, pending, running } = client.stats;
    // All were sent, and no more can be. Before the server's settings have come, undici sends a single one.
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
    return [...this.#clients.values()].flatMap((clients) => [...clients]);
  }

  #open(origin: string, clients: Set<Client>): Client {
    const connect: buildConnector.connector = (where, callback) =>
      this.#connect(where, (...result) => {
        const [error, socket] = result;
        if (error !== null || ('alpnProtocol' in socket && socket.alpnProtocol === 'h2')) return callback(...result);
        this.#old.add(origin);
        socket.destroy();
        callback(Object.assign(new Error('This server does not speak HTTP/2'), { code: HTTP1_ONLY }), null);
      });
    // Without pings: every watch has a bound on its silence, and every request one on its answer.
    const client = new Client(origin, { connect, h2Options: { maxConcurrentStreams: STREAMS, pingInterval: 0 } });
    clients.add(client);
    const forget = (): void => {
      const { size, running } = client.stats;
      // What was not sent yet is sent over its next connection. But where the server has only said goodbye, what it has taken goes on, and undici sends nothing
      // more before that has ended.
      if (size > 0 && running === 0) return;
      clients.delete(client);
      void client.close().catch(() => undefined);
    };
    client.on('disconnect', forget).on('connectionError', forget);
    return client;
  }
}

function hasRoom({ stats: { connected, pending, size } }: Client, limit: number): boolean {
  // What waits although the connection stands has no stream to be sent on.
  return size < limit && !(connected && pending > 0);
}
