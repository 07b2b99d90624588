import { readFile } from 'node:fs/promises';
import type { CustomFetch } from 'openid-client';
import { ClientSecretBasic, ClientSecretPost, Configuration, customFetch, discovery, None, refreshTokenGrant } from 'openid-client';
import type { Dispatcher } from 'undici';
import { Agent, fetch, ProxyAgent } from 'undici';
import { proxyFor } from '../../network/proxy.ts';
import { FileError, SignInError } from '../errors.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import { responseText } from '../response-text.ts';
import * as strings from './strings.ts';

// Tokens of the `oidc` auth-provider. The library can't refresh them: it passes the issuer as text instead of a URL,
// and drops the client's secret (@kubernetes/client-node 2.0.1, dist/oidc_auth.js).

const WHO = strings.oidcProvider;
/** Seconds before expiry from which a token counts as expired. */
const LEEWAY = 10;
/** Milliseconds for which a failure is kept. */
const AFTER_FAILURE = 1_000;
/** Seconds per request to the provider. */
const PATIENCE = 10;
const MAX_RESPONSE = 1024 * 1024;

interface Tokens {
  readonly id: string;
  /** A provider may issue a new one per use and refuse the old one. */
  readonly refresh: string | undefined;
}

interface User {
  tokens: Tokens;
  refreshing: Promise<void> | null;
}

/** By user entry, in memory: the kubeconfig isn't written to. Contexts that share a user share one refresh. */
const users = new Map<string, User>();

/** The kubeconfig's ID token, refreshed if expired. Throws a SignInError or a FileError. */
export async function oidcToken(entry: ContextEntry): Promise<string> {
  const { file, name, authProvider } = entry.credentials ?? {};
  const config = authProvider?.config ?? {};
  const key = JSON.stringify([file, name, config]);
  const user = users.get(key) ?? { tokens: { id: config['id-token'] ?? '', refresh: config['refresh-token'] }, refreshing: null };
  users.set(key, user);
  if (expiresSoon(user.tokens.id)) {
    user.refreshing ??= refresh(user, config);
    await user.refreshing;
  }
  return user.tokens.id;
}

async function refresh(user: User, config: Readonly<Record<string, string>>): Promise<void> {
  try {
    user.tokens = await refreshed(user.tokens, config);
    user.refreshing = null;
  } catch (error) {
    setTimeout(() => {
      user.refreshing = null;
    }, AFTER_FAILURE).unref();
    throw error;
  }
}

function expiresSoon(token: string): boolean {
  try {
    const { exp } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { readonly exp?: unknown };
    return typeof exp === 'number' && exp - LEEWAY < Date.now() / 1000;
  } catch {
    return true;
  }
}

async function refreshed(tokens: Tokens, config: Readonly<Record<string, string>>): Promise<Tokens> {
  const issuer = config['idp-issuer-url'] ?? '';
  const client = config['client-id'] ?? '';
  const secret = config['client-secret'] ?? '';
  if (tokens.refresh === undefined || !URL.canParse(issuer) || client === '') throw failed(strings.tokenExpiredKubeconfigNoRefresh);
  // SECURITY: client secret and refresh token never travel in clear text.
  if (new URL(issuer).protocol !== 'https:') throw failed(strings.idpIssuerUrlIsntHttps);
  const ca = await authorityOf(config);
  const tls = ca === undefined ? {} : { ca, allowPartialTrustChain: true };
  const dispatchers: Dispatcher[] = [];
  const send = (async (url: string, options: object) => {
    // As kubectl: through the environment's proxy.
    const proxy = proxyFor(url, process.env);
    // For the reason that Http2Dispatcher gives: these requests have a body and a time limit.
    const given = { allowH2: false };
    const dispatcher =
      proxy === undefined ? new Agent({ ...given, connect: tls }) : new ProxyAgent({ ...given, uri: proxy, requestTls: tls });
    dispatchers.push(dispatcher);
    const { body, status, headers } = await fetch(url, { ...options, dispatcher });
    return new Response(body === null ? null : await responseText(body, MAX_RESPONSE), { status, headers: [...headers] });
  }) as unknown as CustomFetch;
  try {
    const found = await discovery(new URL(issuer), client, undefined, None(), { [customFetch]: send, timeout: PATIENCE });
    const metadata = found.serverMetadata();
    // The standard's default is `client_secret_basic`.
    const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const how = secret === '' ? None() : methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
    const configuration = new Configuration(metadata, client, undefined, how);
    configuration[customFetch] = send;
    configuration.timeout = PATIENCE;
    const response = await refreshTokenGrant(configuration, tokens.refresh);
    if (response.id_token === undefined) throw failed(strings.responseNoIdToken);
    return { id: response.id_token, refresh: response.refresh_token ?? tokens.refresh };
  } catch (error) {
    // SECURITY: drops the provider's response text.
    throw error instanceof SignInError ? error : failed(strings.refreshTokenFailed);
  } finally {
    await Promise.all(dispatchers.map((dispatcher) => dispatcher.close()));
  }
}

async function authorityOf(config: Readonly<Record<string, string>>): Promise<string | undefined> {
  const data = config['idp-certificate-authority-data'];
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8');
  const path = config['idp-certificate-authority'];
  if (path === undefined || path === '') return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new FileError(path, error instanceof Error && 'code' in error ? String(error.code) : undefined);
  }
}

function failed(detail: string): SignInError {
  return new SignInError('failed', WHO, { detail });
}
