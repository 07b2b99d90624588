import { createSecureContext, rootCertificates } from 'node:tls';
import type { DispatcherOptions } from '@kubernetes/client-node';
import type { LimitFunction } from 'p-limit';
import pLimit from 'p-limit';
import { SocksClient } from 'socks';
import type { Dispatcher } from 'undici';
import { Agent, buildConnector, ProxyAgent } from 'undici';
import { NOT_SENT } from '../errors.ts';
import { Http2Dispatcher } from './http2-dispatcher.ts';
import * as strings from './strings.ts';

// Shared connections; the library opens one per request: kubernetes-client/javascript#2893.

/** Per server. With HTTP/1.1 each takes a connection, shared by hundreds of contexts. */
const REQUESTS_AT_ONCE = 32;

export class Pool {
  readonly dispatcher: Dispatcher;
  readonly #turns = new Map<string, LimitFunction>();
  #isOver = false;

  constructor(dispatcher: Dispatcher) {
    this.dispatcher = dispatcher;
  }

  enqueue<Result>(origin: string, send: () => Promise<Result>): Promise<Result> {
    const turn = this.#turns.get(origin) ?? pLimit(REQUESTS_AT_ONCE);
    this.#turns.set(origin, turn);
    return turn(() => {
      this.assertOpen();
      return send();
    });
  }

  assertOpen(): void {
    if (this.#isOver) throw Object.assign(new Error(strings.theseConnectionsClosed), { code: NOT_SENT });
  }

  async end(how: 'close' | 'destroy'): Promise<void> {
    this.#isOver = true;
    await this.dispatcher[how]();
  }
}

export interface Lease {
  readonly identity: string;
  readonly pool: Pool;
  /** `destroy` ends unshared connections now, `close` after their requests. */
  release(how: 'close' | 'destroy'): Promise<void>;
  /** As `close`, and no one gets this pool again: its connections may be dead. */
  retire(): Promise<void>;
}

interface Shared {
  readonly pool: Pool;
  users: number;
}

const shared = new Map<string, Shared>();

/** Server name, certificates, proxy … Holds keys: for comparing only. */
export function identityOf(options: DispatcherOptions): string {
  return JSON.stringify(options.type === 'none' ? [] : Object.entries(options).map(([name, value]) => [name, comparable(value)]));
}

function comparable(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value).map(([name, part]) => [name, Buffer.isBuffer(part) ? part.toString('latin1') : part]);
}

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

export function buildConnections(options: DispatcherOptions): Dispatcher {
  if (options.type === 'socks') return new Agent({ connect: socksConnector(options) });
  if (options.type === 'proxy') {
    const { uri, requestTls, connect } = options;
    const { username, password } = new URL(uri);
    const who = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64');
    // As kubectl: for an https proxy, too, the cluster's CA is trusted, next to public ones, and
    // insecure-skip-tls-verify counts.
    const { ca, rejectUnauthorized } = (requestTls ?? {}) as { readonly ca?: Buffer; readonly rejectUnauthorized?: boolean };
    const proxyTls = uri.startsWith('https:') && {
      rejectUnauthorized: rejectUnauthorized !== false,
      ...(ca && { ca: [...rootCertificates, String(ca)], allowPartialTrustChain: true }),
    };
    return new ProxyAgent({
      uri,
      // undici drops a password without a name.
      ...(username + password !== '' && { token: `Basic ${who}` }),
      ...(requestTls && { requestTls }),
      ...(proxyTls && { proxyTls }),
      ...(connect && { connect }),
    } as ProxyAgent.Options);
  }
  const given = options.type === 'agent' ? options.connect : {};
  const { ca, cert, key, pfx, passphrase, allowH2, allowPartialTrustChain, ...rest } = given as Record<string, never>;
  const { timeout } = given as buildConnector.BuildOptions;
  const secureContext = createSecureContext({ ca, cert, key, pfx, passphrase, allowPartialTrustChain });
  const connector = (protocol: object) => buildConnector({ ...rest, secureContext, ...protocol } as buildConnector.BuildOptions);
  const http1 = connector({ allowH2: false });
  if (allowH2 !== true) return new Agent({ connect: http1 });
  return new Http2Dispatcher(connector({ allowH2, preferH2: true }), http1, timeout ?? 0);
}

/** The library's connector drops the password and tls-server-name, and has no time limit. */
function socksConnector({ uri, requestTls }: Extract<DispatcherOptions, { type: 'socks' }>): buildConnector.connector {
  const { hostname, port, username, password } = new URL(uri);
  const upgrade = buildConnector(requestTls as buildConnector.BuildOptions);
  const { timeout } = requestTls as buildConnector.BuildOptions;
  const proxy = {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || 1080,
    type: 5,
    ...(username === '' ? {} : { userId: decodeURIComponent(username), password: decodeURIComponent(password) }),
  } as const;
  return (options, callback) => {
    const { hostname: host, port: given, protocol } = options;
    const destination = { host, port: Number(given) || (protocol === 'https:' ? 443 : 80) };
    SocksClient.createConnection({ proxy, command: 'connect', destination, ...(timeout && { timeout }) })
      .then(({ socket }) => {
        if (protocol === 'https:') upgrade({ ...options, httpSocket: socket }, callback);
        else callback(null, socket.setKeepAlive(true, 30_000));
      })
      .catch((error: Error) => callback(error, null));
  };
}
