import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { abandon, type ConnectionOrder } from './connection-order.ts';
import { limited } from './limit.ts';
import { StageFailure } from './stages.ts';

/** A CONNECT through an HTTP proxy: what goes through it is TLS end to end. Throws StageFailure `proxy`. */
export async function openTunnel({ url, trust, limits, signal }: ConnectionOrder, proxy: URL): Promise<Socket> {
  const authority = `${url.hostname}:${url.port || (url.protocol === 'http:' ? 80 : 443)}`;
  const secureProxy = proxy.protocol === 'https:';
  const request = (secureProxy ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host: proxy.hostname.replace(/^\[|\]$/g, ''),
    port: proxy.port || (secureProxy ? 443 : 80),
    path: authority,
    agent: false,
    headers: { Host: authority, ...proxyCredentials(proxy) },
    ...(secureProxy ? { secureContext: trust.context } : {}),
  });
  try {
    return await limited({ milliseconds: limits.proxy, signal, onLimit: () => proxyUnreachable(proxy, 'ETIMEDOUT') }, (done, fail) => {
      request.once('connect', (response, socket) => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return done(socket.setNoDelay(true));
        abandon(socket);
        fail(proxyRefused(proxy, authority, status));
      });
      request.once('response', (response) => fail(proxyRefused(proxy, authority, response.statusCode ?? 0)));
      request.once('error', (error: NodeJS.ErrnoException) => fail(proxyUnreachable(proxy, error.code ?? 'unknown')));
      request.end();
    });
  } catch (error) {
    request.on('error', () => {});
    request.destroy();
    throw error;
  }
}

function proxyCredentials(proxy: URL): Record<string, string> {
  if (proxy.username === '' && proxy.password === '') return {};
  const text = `${decoded(proxy.username)}:${decoded(proxy.password)}`;
  return { 'Proxy-Authorization': `Basic ${Buffer.from(text, 'utf8').toString('base64')}` };
}

/** A user name or password of the proxy's URL, as it is meant; a stray `%` stays one. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function proxyUnreachable(proxy: URL, code: string): StageFailure {
  const fix = 'Check HTTPS_PROXY and whether the proxy is running; add the host to NO_PROXY if it is reached without one.';
  return new StageFailure('proxy', `The proxy ${proxy.host} could not be reached (${code}).`, fix, {
    transient: code === 'ETIMEDOUT' || code === 'ECONNRESET',
  });
}

function proxyRefused(proxy: URL, authority: string, status: number): StageFailure {
  const evidence = `The proxy ${proxy.host} answered HTTP ${status} when asked for ${authority}.`;
  if (status === 407)
    return new StageFailure('proxy', evidence, 'Put the right user name and password into HTTPS_PROXY (http://user:password@proxy:port).');
  if (status === 403) return new StageFailure('proxy', evidence, `Ask for ${authority} to be allowed on the proxy.`);
  const fix = 'The proxy cannot reach that host: check the spelling of the domain, and what the proxy allows.';
  return new StageFailure('proxy', evidence, fix, { transient: status === 503 || status === 504, twin: status >= 500 });
}
