import { createSecureContext, rootCertificates } from 'node:tls';
import type { DispatcherOptions } from '@kubernetes/client-node';
import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, ProxyAgent } from 'undici';
import { NOT_SENT } from '../errors.ts';
import { Http2Dispatcher } from './http2-dispatcher.ts';

// Connections, shared by the contexts that would open the same ones: the library opens a new one for every request.
// https://github.com/kubernetes-client/javascript/issues/2893

/**
 * Requests to one server that may be under way at once. With HTTP/1.1 each takes a connection: hundreds of contexts of one server share these, instead
 * of a TLS handshake for each; a few that hang do not stop the others.
 */
const REQUESTS_AT_ONCE = 32;

/** Requests and watches share one: with HTTP/2 the same connections to a server carry both. */
export class Pool {
  readonly dispatcher: Dispatcher;
  readonly #turns = new Map<string, LimitFunction>();
  #isOver = false;

  constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
  }

  /** Sends a request that ends by itself in its turn. A watch waits for no turn: it may last for minutes. */
  enqueue<Answer>(origin: string, send: () => Promise<Answer>): Promise<Answer> {
    const turn = this.#turns.get(origin) ?? pLimit(REQUESTS_AT_ONCE);
    this.#turns.set(origin, turn);
    return turn(() => {
      this.assertOpen();
      return send();
    });
  }

  /** Throws NOT_SENT where its connections have been let go of since it was taken. */
  assertOpen(): void {
    if (this.#isOver) throw Object.assign(new Error('These connections were let go of'), { code: NOT_SENT });
  }

  async end(how: 'close' | 'destroy'): Promise<void> {
    this.#isOver = true;
    await this.dispatcher[how]();
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
export function leasePool(identity: string, build: () => Dispatcher): Lease {
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
export function buildConnections(options: Exclude<DispatcherOptions, { type: 'socks' }>): Dispatcher {
  if (options.type === 'proxy') {
    const { uri, requestTls, connect } = options;
    // An https proxy is believed by the cluster's authority too, as kubectl does; a public one goes on to work.
    const { ca } = (requestTls ?? {}) as { readonly ca?: Buffer };
    const proxyTls = uri.startsWith('https:') &&
      ca !== undefined && { ca: [...rootCertificates, String(ca)], allowPartialTrustChain: true };
    return new ProxyAgent({
      uri,
      ...(requestTls && { requestTls }),
      ...(proxyTls && { proxyTls }),
      ...(connect && { connect }),
    } as ProxyAgent.Options);
  }
  const given = options.type === 'agent' ? options.connect : {};
  const { ca, cert, key, pfx, passphrase, allowH2, allowPartialTrustChain, ...rest } = given as Record<string, never>;
  // Read once, not for every connection; and one connector, so that a later connection resumes the TLS session of an earlier one.
  const secureContext = createSecureContext({ ca, cert, key, pfx, passphrase, allowPartialTrustChain });
  const connector = (protocol: object) => buildConnector({ ...rest, secureContext, ...protocol } as buildConnector.BuildOptions);
  const http1 = connector({ allowH2: false });
  return allowH2 === true ? new Http2Dispatcher(connector({ allowH2, preferH2: true }), http1) : new Agent({ connect: http1 });
}
