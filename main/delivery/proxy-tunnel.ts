import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { abandon, type ConnectionOrder } from './connection-order.ts';
import { limited } from './limit.ts';
import type { ProxyChoice } from './proxy-choice.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';

export type ChosenProxy = ProxyChoice & { readonly proxy: URL };

/** CONNECT through an HTTP proxy, with TLS end to end inside. Throws StageFailure `proxy`. */
export async function openTunnel({ url, trust, limits, signal }: ConnectionOrder, choice: ChosenProxy): Promise<Socket> {
  const { proxy } = choice;
  const authority = `${url.hostname}:${url.port || (url.protocol === 'http:' ? 80 : 443)}`;
  const secureProxy = proxy.protocol === 'https:';
  const host = proxy.hostname.replace(/^\[|\]$/g, '');
  const request = (secureProxy ? httpsRequest : httpRequest)({
    method: 'CONNECT',
    host,
    port: proxy.port || (secureProxy ? 443 : 80),
    path: authority,
    agent: false,
    headers: { Host: authority, ...proxyCredentials(proxy) },
    // Node would check the certificate against the Host header, and refuse every proxy.
    ...(secureProxy ? { secureContext: trust.context, servername: isIP(host) === 0 ? host : '' } : {}),
  });
  try {
    return await limited({ milliseconds: limits.proxy, signal, onLimit: () => proxyUnreachable(choice, 'ETIMEDOUT') }, (done, fail) => {
      request.once('connect', (response, socket) => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return done(socket.setNoDelay(true));
        abandon(socket);
        fail(proxyRefused(choice, authority, status));
      });
      request.once('response', (response) => fail(proxyRefused(choice, authority, response.statusCode ?? 0)));
      request.once('error', (error: NodeJS.ErrnoException) => fail(proxyUnreachable(choice, error.code ?? 'unknown')));
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

export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function proxyUnreachable({ proxy, setting }: ChosenProxy, code: string): StageFailure {
  const fix = strings.checkWhetherProxyRunningAdd(setting);
  return new StageFailure('proxy', strings.proxyCantReached(proxy.host, code), fix, {
    transient: code === 'ETIMEDOUT' || code === 'ECONNRESET',
  });
}

function proxyRefused({ proxy, setting }: ChosenProxy, authority: string, status: number): StageFailure {
  const evidence = strings.proxyReturnedHttp(proxy.host, status, authority);
  if (status === 407) {
    // The system hides its passwords, and the variable overrides it. Not a URL, which would be redacted.
    const variable = /^\w+$/.test(setting) ? setting : 'HTTPS_PROXY';
    const fix = strings.setUserNamePasswordBefore(variable, proxy.host);
    return new StageFailure('proxy', evidence, fix);
  }
  if (status === 403) return new StageFailure('proxy', evidence, strings.allowProxy(authority));
  const fix = strings.proxyCantReachHostCheck;
  return new StageFailure('proxy', evidence, fix, { transient: status === 503 || status === 504, twin: status >= 500 });
}
