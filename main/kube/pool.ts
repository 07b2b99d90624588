import { createSecureContext } from 'node:tls';
import type { DispatcherOptions } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, ProxyAgent } from 'undici';

// Connections, shared by the contexts that would open the same ones: the library opens a new one for every request.
// https://github.com/kubernetes-client/javascript/issues/2893

/**
 * Connections per server for requests that end by themselves. Hundreds of contexts of one server share them, instead of a TLS handshake for each;
 * a few that hang do not stop the others.
 */
const REQUEST_CONNECTIONS = 16;

export interface Pool {
  readonly requests: Dispatcher;
  /** Without a limit: with HTTP/1.1 a watch holds its connection for minutes. */
  readonly watches: Dispatcher;
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
export function leasePool(identity: string, build: () => Pool): Lease {
  const held = shared.get(identity) ?? { pool: build(), users: 0 };
  held.users += 1;
  shared.set(identity, held);
  const forget = (): void => {
    if (shared.get(identity) === held) shared.delete(identity);
  };
  const release = async (how: 'close' | 'destroy'): Promise<void> => {
    held.users -= 1;
    if (held.users > 0) return;
    forget();
    await Promise.all([held.pool.requests[how](), held.pool.watches[how]()]);
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
export function buildPool(options: Exclude<DispatcherOptions, { type: 'socks' }>): Pool {
  if (options.type === 'proxy') {
    const { uri, requestTls, connect } = options;
    const agent = new ProxyAgent({ uri, ...(requestTls && { requestTls }), ...(connect && { connect }) } as ProxyAgent.Options);
    return { requests: agent, watches: agent };
  }
  const given = options.type === 'agent' ? options.connect : {};
  const { ca, cert, key, pfx, passphrase, ...rest } = given as Record<string, never>;
  // Read once, not for every connection; and one connector, so that a later connection resumes the TLS session of an earlier one.
  const secureContext = createSecureContext({ ca, cert, key, pfx, passphrase });
  const connect = buildConnector({ ...rest, secureContext } as buildConnector.BuildOptions);
  return { requests: new Agent({ connect, connections: REQUEST_CONNECTIONS }), watches: new Agent({ connect }) };
}
