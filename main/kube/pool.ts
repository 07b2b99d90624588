import { createSecureContext } from 'node:tls';
import type { DispatcherOptions } from '@kubernetes/client-node';
import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import { Agent, buildConnector, Client, Dispatcher, ProxyAgent } from 'undici';
import { HTTP1_ONLY } from './errors.ts';

// Connections, shared by the contexts that would open the same ones: the library opens a new one for every request.
// https://github.com/kubernetes-client/javascript/issues/2893

/**
 * Requests to one server that may be under way at once. With HTTP/1.1 each takes a connection: hundreds of contexts of one server share these, instead
 * of a TLS handshake for each; a few that hang do not stop the others.
 */
const REQUESTS_AT_ONCE = 32;

/** What sends, and all that has connections. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  readonly parts: readonly Dispatcher[];
}

/** Requests and watches share one: with HTTP/2 one connection to a server carries both. */
export class Pool {
  readonly #connections: Connections;
  readonly #turns = new Map<string, LimitFunction>();

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  get dispatcher(): Dispatcher {
    return this.#connections.dispatcher;
  }

  /** Sends a request that ends by itself in its turn. A watch waits for no turn: it may last for minutes. */
  inTurn<Answer>(origin: string, send: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#turns.get(origin) ?? pLimit(REQUESTS_AT_ONCE);
    this.#turns.set(origin, turn);
    return turn(send);
  }

  async end(how: 'close' | 'destroy'): Promise<void> {
    await Promise.all(this.#connections.parts.map((part) => part[how]()));
  }
}

/** One context's hold on a pool. */
export interface Lease {
  readonly identity: string;
  readonly pool: Pool;
  /** `destroy`: ends its connections at once, unless another context uses them. `close`: the same when what runs on them is done. */
  release(how: 'close' | 'destroy'): Promise<void>;
  /** The same as `close`; and nobody is given this pool any more: its connections may be dead. */
  retire(): Promise<void>;
}

interface Shared {
  readonly pool: Pool;
  users: number;
}

const shared = new Map<string, Shared>();

/** What tells connections apart: server name, certificates, proxy … Holds keys: for comparing only. */
export function identityOf(options: DispatcherOptions): string {
  return JSON.stringify(options.type === 'none' ? [] : Object.entries(options).map(([name, value]) => [name, comparable(value)]));
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([name, part]) => [name, Buffer.isBuffer(part) ? part.toString('latin1') : part]);
}

/** The pool of that identity, built where there is none. */
export function leasePool(identity: string, build: () => Connections): Lease {
  const held = shared.get(identity) ?? { pool: new Pool(build()), users: 0 };
  held.users += 1;
  shared.set(identity, held);
  const forget = (): void => {
    if (shared.get(identity) === held) shared.delete(identity);
  };
  const release = async (how: 'close' | 'destroy'): Promise<void> => {
    held.users -= 1;
    if (held.users > 0) return;
    forget();
    await held.pool.end(how);
  };
  return {
    identity,
    pool: held.pool,
    release,
    retire: () => {
      forget();
      return release('close');
    },
  };
}

/** Throws what node:tls throws for certificates that are none. */
export function buildConnections(options: Exclude<DispatcherOptions, { type: 'socks' }>): Connections {
  if (options.type === 'proxy') {
    const { uri, requestTls, connect } = options;
    return alone(new ProxyAgent({ uri, ...(requestTls && { requestTls }), ...(connect && { connect }) } as ProxyAgent.Options));
  }
  const given = options.type === 'agent' ? options.connect : {};
  const { ca, cert, key, pfx, passphrase, allowH2, ...rest } = given as Record<string, never>;
  // Read once, not for every connection; and one connector, so that a later connection resumes the TLS session of an earlier one.
  const secureContext = createSecureContext({ ca, cert, key, pfx, passphrase });
  const http1 = new Agent({ connect: buildConnector({ ...rest, secureContext, allowH2: false } as buildConnector.BuildOptions) });
  if (allowH2 !== true) return alone(http1);
  return eitherProtocol(buildConnector({ ...rest, secureContext, allowH2, preferH2: true } as buildConnector.BuildOptions), http1);
}

export function alone(dispatcher: Dispatcher): Connections {
  return { dispatcher, parts: [dispatcher] };
}

/**
 * HTTP/2 over one connection to each server, which takes a tenth less memory than a pool of one; `http1` for servers that do not speak it: there every
 * watch needs a connection of its own. The first request to such a server fails with HTTP1_ONLY before it was sent, and is to be sent again.
 */
function eitherProtocol(connect: buildConnector.connector, http1: Dispatcher): Connections {
  const old = new Set<string>();
  const http2 = new Agent({
    connect,
    // Every watch has a bound on its silence, and every request one on its answer.
    h2Options: { pingInterval: 0 },
    factory: (origin, shared) => {
      const options = shared as Client.Options & { readonly connect: buildConnector.connector };
      const checked: buildConnector.connector = (where, callback) =>
        options.connect(where, (...result) => {
          const [error, socket] = result;
          if (error !== null || ('alpnProtocol' in socket && socket.alpnProtocol === 'h2')) return callback(...result);
          old.add(new URL(origin).origin);
          socket.destroy();
          callback(Object.assign(new Error('This server does not speak HTTP/2'), { code: HTTP1_ONLY }), null);
        });
      return new Client(origin, { ...options, connect: checked });
    },
  });
  const dispatcher = new (class extends Dispatcher {
    override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
      return (old.has(String(options.origin)) ? http1 : http2).dispatch(options, handler);
    }
  })();
  return { dispatcher, parts: [http2, http1] };
}
