import { readFile } from 'node:fs/promises';
import type { Cluster, DispatcherOptions, KubeConfig, RequestContext, User } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { EntryError, FileError } from '../errors.ts';
import { isPlain } from '../kubeconfig/checks.ts';
import type { UserEntry } from '../kubeconfig/entries.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { PluginCredentials } from '../sign-in/exec-plugin.ts';
import { checkCertificates } from './certificates.ts';
import type { Lease, Pool } from './pool.ts';

// What the library is used for, and everything that it gets wrong about kubeconfigs, put right in this one place.

export type Method = 'GET' | 'POST' | 'PATCH';
type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

/** `dispatcher`: over the pool's, as this context. */
export interface Prepared {
  readonly headers: Record<string, string>;
  readonly dispatcher: Dispatcher;
  readonly pool: Pool;
}

/** One context's credentials and connections. */
export interface ContextSession {
  /**
   * What a request or a watch is to be sent with, the plugin's credentials included where there is a plugin. null: the session was let go of meanwhile. Throws
   * what the library throws.
   */
  prepare(url: string, method: Method, plugin: PluginCredentials | null): Promise<Prepared | null>;
  /** Lets its connections end with what runs on them. Nobody is given them any more, of other contexts neither. */
  retire(): Promise<void>;
  /** Ends all connections that no other context uses. */
  destroy(): Promise<void>;
}

/** The library and the connections cost 0.2 s bundled and 2 s as they are: not before the first contact. */
const load = () => Promise.all([import('./client-library.ts'), import('./pool.ts')]);
let loaded: ReturnType<typeof load> | undefined;

/** `connectTime`: milliseconds for a connection to stand. */
export async function openContextSession(entry: ContextEntry, connectTime: number): Promise<ContextSession> {
  loaded ??= load();
  const [{ KubeConfig, RequestContext: Context, HttpMethod }, { buildConnections, identityOf, leasePool }] = await loaded;
  const { cluster, credentials, context } = entry;
  if (cluster === null) throw new Error(`Context ${context} has no cluster`);

  let wanted: DispatcherOptions = { type: 'none' };
  let used: { readonly lease: Lease; readonly dispatcher: Dispatcher } | null = null;
  let current: PluginCredentials | null = null;
  let isOver = false;
  class OneContext extends KubeConfig {
    // The library is asked for options only: it would build connections for every request. Those to a SOCKS proxy only the library can build.
    override createDispatcherOptions(...args: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
      wanted = boundedOptions(super.createDispatcherOptions(...args), entry, connectTime);
      return wanted.type === 'socks' && used?.lease.identity !== identityOf(wanted) ? wanted : { type: 'none' };
    }
  }
  const config = new OneContext();
  config.addAuthenticator(authenticatorFor(entry, () => current));
  const server: Cluster = {
    name: cluster.name,
    server: cluster.server,
    // The library refuses plain http unless it is told to skip TLS; kubectl does not ask.
    skipTLSVerify: cluster.skipTlsVerify || isPlain(cluster),
    ...defined({ proxyUrl: entry.proxy }),
    ...(isPlain(cluster) ? {} : defined({ caData: cluster.caData, caFile: cluster.caFile, tlsServerName: cluster.tlsServerName })),
  };
  // A context without a user would lose CA, skip-TLS and server name: it gets one without credentials. Plugins, token files and
  // OIDC are ours (authenticatorFor), so `exec` and `authProvider` do not stand here.
  const user: User = {
    name: credentials?.name ?? 'nobody',
    ...defined({
      certData: credentials?.certData,
      certFile: credentials?.certFile,
      // A key without a certificate stands beside a token in many files, and kubectl passes over it.
      ...((credentials?.certData ?? credentials?.certFile) === undefined
        ? {}
        : { keyData: credentials?.keyData, keyFile: credentials?.keyFile }),
    }),
  };
  config.loadFromOptions({
    clusters: [server],
    users: [user],
    contexts: [{ name: context, cluster: server.name, user: user.name }],
    currentContext: context,
  });

  const take = (applied: RequestContext): Pick<Prepared, 'dispatcher' | 'pool'> => {
    const identity = identityOf(wanted);
    if (used?.lease.identity === identity) return { dispatcher: used.dispatcher, pool: used.lease.pool };
    const options = wanted;
    checkCertificates(options, entry);
    const lease = leasePool(identity, () => {
      const built = applied.getDispatcher();
      if (options.type !== 'socks') return buildConnections(options);
      if (built === undefined) throw new Error('No connection to the SOCKS proxy was built');
      return built;
    });
    // Other options than before: a plugin's or a file's new certificate.
    void used?.lease.release('close').catch(() => undefined);
    used = { lease, dispatcher: impersonating(lease.pool.dispatcher, entry) };
    return { dispatcher: used.dispatcher, pool: lease.pool };
  };
  // One after the other: `wanted` and `current` belong to one request.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    prepare: (url, method, plugin) => {
      const prepared = turn.then(async () => {
        current = plugin;
        const request = new Context(url, HttpMethod[method]);
        await config.applySecurityAuthentication(request);
        return isOver ? null : { headers: request.getHeaders(), ...take(request) };
      });
      turn = prepared.catch(() => undefined);
      return prepared;
    },
    retire: async () => {
      isOver = true;
      const last = used;
      used = null;
      await last?.lease.retire();
    },
    destroy: async () => {
      isOver = true;
      const last = used;
      used = null;
      await last?.lease.release('destroy');
    },
  };
}

/** A bound on connecting, and the protocol. Never `none`: that would be a pool nobody can close. */
function boundedOptions(options: DispatcherOptions, entry: ContextEntry, timeout: number): DispatcherOptions {
  // Every certificate that a kubeconfig has as a CA is trusted, not only one that signed itself: as Go does.
  const bounds = { timeout, allowH2: false, allowPartialTrustChain: true };
  switch (options.type) {
    case 'proxy':
      return { ...options, requestTls: { ...options.requestTls, ...bounds }, connect: { ...options.connect, ...bounds } };
    case 'socks':
      return { ...options, requestTls: { ...options.requestTls, allowPartialTrustChain: true } as typeof options.requestTls };
    case 'agent': {
      // HTTP/2, as kubectl has it: a connection carries the lists and the watches of a cluster.
      // SECURITY: not where groups are impersonated: undici puts a repeated header into one line there, and the API server would read one group.
      const allowH2 = entry.credentials?.impersonation === undefined;
      const protocol = { ...bounds, allowH2 };
      return { ...options, connect: { ...options.connect, ...protocol } };
    }
    case 'none':
      return { type: 'agent', connect: { keepAlive: true, keepAliveInitialDelay: 30_000, ...bounds } };
  }
}

/**
 * Plugins (the library's runner has no time-out), `tokenFile` (the library does not read it), OIDC (it cannot refresh a token), a name without a password
 * (it sends the word "undefined"), and which of them wins.
 */
function authenticatorFor(entry: ContextEntry, plugin: () => PluginCredentials | null): Authenticator {
  const { credentials } = entry;
  return {
    isAuthProvider: () => true,
    applyAuthentication: async (_user, options) => {
      const headers = { ...options.headers } as Record<string, string>;
      if (entry.auth === 'exec') {
        const { token, certificate, key } = plugin() ?? {};
        if (token !== undefined) headers.Authorization = onTheWire(`Bearer ${token}`);
        if (certificate !== undefined) Object.assign(options, { cert: certificate, key });
      } else if (entry.auth === 'oidc' && (credentials?.token ?? credentials?.tokenFile) === undefined) {
        // Not before somebody has such a context: an OpenID client is large.
        const { oidcToken } = await import('../sign-in/oidc.ts');
        headers.Authorization = `Bearer ${await oidcToken(entry)}`;
      }
      // Read each time: who wrote it renews it.
      const token = credentials?.tokenFile === undefined ? credentials?.token : await readToken(credentials);
      if (token !== undefined) headers.Authorization = onTheWire(`Bearer ${token}`);
      const basic = basicOf(entry);
      if (basic !== undefined) headers.Authorization = basic;
      options.headers = headers;
    },
  };
}

async function readToken({ name, tokenFile = '' }: UserEntry): Promise<string> {
  let token: string;
  try {
    token = (await readFile(tokenFile, 'utf8')).trim();
  } catch (error) {
    throw new FileError(tokenFile, error instanceof Error && 'code' in error ? String(error.code) : undefined);
  }
  if (token === '') throw new EntryError(`The tokenFile of user ${name} is empty.`, `Put the token into ${tokenFile}.`);
  return token;
}

/** What the address of the server holds wins over all else, as in Go; then the user's own. */
function basicOf({ cluster, credentials }: ContextEntry): string | undefined {
  // SECURITY: not over plain http.
  if (cluster === null || isPlain(cluster)) return undefined;
  const { username, password } = new URL(cluster.server);
  if (username !== '' || password !== '') return basic(decodeURIComponent(username), decodeURIComponent(password));
  // A password without a username is nobody's: kubectl does not send it either.
  if (credentials?.username === undefined) return undefined;
  return basic(credentials.username, credentials.password ?? '');
}

/** UTF-8, as Go sends it: Node takes each character of a header for one byte. */
function onTheWire(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * Impersonation headers, on the wire: groups and extra values repeat a header, which neither the library nor fetch can.
 * https://github.com/kubernetes-client/javascript/issues/2474
 */
function impersonating(dispatcher: Dispatcher, entry: ContextEntry): Dispatcher {
  const impersonation = entry.credentials?.impersonation;
  if (impersonation === undefined) return dispatcher;
  const headers: Record<string, string | string[]> = {};
  if (impersonation.user !== undefined) headers['impersonate-user'] = onTheWire(impersonation.user);
  if (impersonation.uid !== undefined) headers['impersonate-uid'] = onTheWire(impersonation.uid);
  if (impersonation.groups.length > 0) headers['impersonate-group'] = impersonation.groups.map(onTheWire);
  for (const [name, values] of Object.entries(impersonation.extra))
    headers[`impersonate-extra-${encodeURIComponent(name)}`] = values.map(onTheWire);
  return dispatcher.compose(
    (dispatch) => (options, handler) => dispatch({ ...options, headers: { ...(options.headers as object), ...headers } }, handler),
  );
}

function defined<Values extends Record<string, unknown>>(values: Values): { [Name in keyof Values]?: NonNullable<Values[Name]> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Values]?: NonNullable<Values[Name]>;
  };
}
