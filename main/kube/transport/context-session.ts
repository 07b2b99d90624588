import { readFile } from 'node:fs/promises';
import type { Cluster, DispatcherOptions, KubeConfig, User } from '@kubernetes/client-node';
import type { Dispatcher } from 'undici';
import { EntryError, FileError } from '../errors.ts';
import { hasCredentials, isPlain } from '../kubeconfig/checks.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import type { PluginCredentials } from '../sign-in/exec-plugin.ts';
import { checkCertificates } from './certificates.ts';
import type { Lease, Pool } from './pool.ts';
import * as strings from './strings.ts';

// Only this file uses the library's kubeconfig code and works around its mistakes.

export type Method = 'GET' | 'POST' | 'PATCH';
type Authenticator = Parameters<KubeConfig['addAuthenticator']>[0];

export interface Prepared {
  readonly headers: Record<string, string>;
  readonly dispatcher: Dispatcher;
  readonly pool: Pool;
}

export interface ContextSession {
  /** null: the session was released. Throws library errors. */
  prepare(url: string, method: Method, plugin: PluginCredentials | null): Promise<Prepared | null>;
  /** Connections end with their requests; no context gets them again. */
  retire(): Promise<void>;
  destroy(): Promise<void>;
}

/** 0.2 s bundled, 2 s unbundled: load at the first contact. */
const load = () => Promise.all([import('./client-library.ts'), import('./pool.ts')]);
let loaded: ReturnType<typeof load> | undefined;

export async function openContextSession(entry: ContextEntry, connectTime: number): Promise<ContextSession> {
  loaded ??= load();
  const [{ KubeConfig, RequestContext: Context, HttpMethod }, { buildConnections, identityOf, leasePool }] = await loaded;
  const { cluster, credentials, context } = entry;
  if (cluster === null) throw new Error(strings.contextNoCluster(context));

  let wanted: DispatcherOptions = { type: 'none' };
  let used: { readonly lease: Lease; readonly dispatcher: Dispatcher } | null = null;
  let current: PluginCredentials | null = null;
  let isOver = false;
  class OneContext extends KubeConfig {
    // Takes only options from the library, which builds connections per request.
    override createDispatcherOptions(...args: Parameters<KubeConfig['createDispatcherOptions']>): DispatcherOptions {
      wanted = boundedOptions(super.createDispatcherOptions(...args), entry, connectTime);
      return { type: 'none' };
    }
  }
  const config = new OneContext();
  config.addAuthenticator(authenticatorFor(entry, () => current));
  const server: Cluster = {
    name: cluster.name,
    server: cluster.server,
    // For plain http the library demands skip-TLS; kubectl doesn't.
    skipTLSVerify: cluster.skipTlsVerify || isPlain(cluster),
    // The library recognises SOCKS only in lower case, which `href` ensures.
    ...defined({ proxyUrl: entry.proxy === undefined ? undefined : new URL(entry.proxy).href }),
    ...(isPlain(cluster) ? {} : defined({ caData: cluster.caData, caFile: cluster.caFile, tlsServerName: cluster.tlsServerName })),
  };
  // Without a user the library loses CA, skip-TLS and server name. Plugins, token files and OIDC are ours
  // (authenticatorFor), so `exec` and `authProvider` are left out.
  const user: User = {
    name: credentials?.name ?? 'nobody',
    ...defined({
      certData: credentials?.certData,
      certFile: credentials?.certFile,
      // kubectl ignores a key without a certificate, common next to a token.
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

  const take = (): Pick<Prepared, 'dispatcher' | 'pool'> => {
    const identity = identityOf(wanted);
    if (used?.lease.identity === identity) return { dispatcher: used.dispatcher, pool: used.lease.pool };
    const options = wanted;
    checkCertificates(options, entry);
    const lease = leasePool(identity, () => buildConnections(options));
    void used?.lease.release('close').catch(() => undefined);
    used = { lease, dispatcher: impersonating(lease.pool.dispatcher, entry) };
    return { dispatcher: used.dispatcher, pool: lease.pool };
  };
  // One by one: `wanted` and `current` belong to one request.
  let turn: Promise<unknown> = Promise.resolve();
  return {
    prepare: (url, method, plugin) => {
      const prepared = turn.then(async () => {
        current = plugin;
        const request = new Context(url, HttpMethod[method]);
        await config.applySecurityAuthentication(request);
        return isOver ? null : { headers: request.getHeaders(), ...take() };
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

/** Never returns type `none`, whose pool can't be closed. */
function boundedOptions(options: DispatcherOptions, entry: ContextEntry, timeout: number): DispatcherOptions {
  // As Go: trust every CA of the kubeconfig, self-signed or not.
  const bounds = { timeout, allowH2: false, allowPartialTrustChain: true };
  switch (options.type) {
    case 'proxy':
      // SECURITY: skip-TLS for plain http doesn't apply to the proxy.
      if (isPlain({ server: entry.cluster?.server ?? '' }))
        return { ...options, requestTls: bounds, connect: { ...options.connect, ...bounds } };
      return { ...options, requestTls: { ...options.requestTls, ...bounds }, connect: { ...options.connect, ...bounds } };
    case 'socks':
      return { ...options, requestTls: { ...options.requestTls, ...bounds } as typeof options.requestTls };
    case 'agent': {
      // As kubectl: HTTP/2. SECURITY: not with impersonated groups: undici joins repeated headers, and the API server
      // would read one group.
      const allowH2 = entry.credentials?.impersonation === undefined;
      const protocol = { ...bounds, allowH2 };
      return { ...options, connect: { ...options.connect, ...protocol } };
    }
    case 'none':
      return { type: 'agent', connect: { keepAlive: true, keepAliveInitialDelay: 30_000, ...bounds } };
  }
}

/** The library has no plugin time-out, ignores `tokenFile`, and can't refresh OIDC tokens. */
function authenticatorFor(entry: ContextEntry, plugin: () => PluginCredentials | null): Authenticator {
  return {
    isAuthProvider: () => true,
    applyAuthentication: async (_user, options) => {
      const headers = { ...options.headers } as Record<string, string>;
      if (entry.auth === 'exec') {
        const { token, certificate, key } = plugin() ?? {};
        if (token !== undefined) headers.Authorization = onTheWire(`Bearer ${token}`);
        if (certificate !== undefined) Object.assign(options, { cert: certificate, key });
      } else if (entry.auth === 'oidc') {
        const { oidcToken } = await import('../sign-in/oidc.ts');
        headers.Authorization = `Bearer ${await oidcToken(entry)}`;
      }
      const named = basicOf(entry);
      const token = await tokenOf(entry, named !== undefined);
      if (token !== undefined) headers.Authorization = onTheWire(`Bearer ${token}`);
      if (named !== undefined) headers.Authorization = named;
      options.headers = headers;
    },
  };
}

/** As kubectl: the file's token wins; without one there, the other counts. */
async function tokenOf({ credentials }: ContextEntry, isReplaced: boolean): Promise<string | undefined> {
  const { name, token, tokenFile } = credentials ?? {};
  if (tokenFile === undefined) return token;
  try {
    const read = await readFile(tokenFile, 'utf8');
    if (read.trim() !== '') return read.trim();
    if (isReplaced && read !== '') return token;
  } catch (error) {
    if (token === undefined) throw new FileError(tokenFile, error instanceof Error && 'code' in error ? String(error.code) : undefined);
  }
  if (token !== undefined) return token;
  throw new EntryError(strings.tokenFileUserEmpty(name), strings.writeToken(tokenFile));
}

/** As Go: credentials in the server's address win. */
function basicOf({ cluster, credentials }: ContextEntry): string | undefined {
  // SECURITY: not over plain http.
  if (cluster === null || isPlain(cluster)) return undefined;
  if (hasCredentials(cluster.server)) {
    const { username, password } = new URL(cluster.server);
    return basic(decodeURIComponent(username), decodeURIComponent(password));
  }
  // As kubectl: no password without a username.
  if (credentials?.username === undefined) return undefined;
  return basic(credentials.username, credentials.password ?? '');
}

/** UTF-8, as Go sends it; Node writes headers as Latin-1. */
function onTheWire(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** Repeats headers, which the library can't: kubernetes-client/javascript#2474. */
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
