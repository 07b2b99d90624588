import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as strings from './strings.ts';

/** Bytes: a ConfigMap's 1 MiB with masks and JSON's escapes. */
export const MAX_BODY = 8 * 1024 * 1024;

export interface Refusal {
  readonly status: 401 | 403 | 405 | 413 | 415;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/** The first rule that a request to `/api` or `/events` breaks; null: none. */
export function checkRequest(
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  path: '/api' | '/events',
  token: string,
  /** This run's own address: `127.83.12.9:4000`. */
  own?: string,
): Refusal | null {
  const { headers, method } = request;
  // SECURITY: refuses foreign DNS names for this port (rebinding). Any port, for `ssh -L`.
  if (headers.host === undefined || !isOurs(headers.host, own)) {
    return { status: 403, message: strings.kAuditTrayDoesntServeAddress };
  }
  // SECURITY: refuses other sites' pages. A request without an Origin isn't from a page.
  if (headers.origin !== undefined && !isOwnOrigin(headers.origin, own))
    return { status: 403, message: strings.kAuditTrayRefusesRequestsOther };
  // SECURITY: other users of this machine reach the port, but don't have the token.
  if (!hasToken(headers.authorization, token)) {
    return {
      status: 401,
      message: strings.pagesKeyMissingExpiredOpen,
      headers: { 'www-authenticate': 'Bearer' },
    };
  }
  const expected = path === '/api' ? 'POST' : 'GET';
  if (method !== expected) return { status: 405, message: strings.addressAcceptsOnly(expected), headers: { allow: expected } };
  if (path === '/api') {
    if (!/^application\/json(?:\s*;|$)/i.test(headers['content-type'] ?? ''))
      return { status: 415, message: strings.addressAcceptsApplicationJsonOnly };
    if (Number(headers['content-length'] ?? 0) > MAX_BODY) return { status: 413, message: strings.requestTooLarge };
  }
  return null;
}

function isOwnOrigin(origin: string, own: string | undefined): boolean {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match?.[1] !== undefined && isOurs(match[1], own);
}

function isOurs(host: string, own: string | undefined): boolean {
  return host === own || LOOPBACK.test(host);
}

function hasToken(authorization: string | undefined, token: string): boolean {
  const given = Buffer.from(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  // SECURITY: constant time, so that the token can't be guessed byte by byte.
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
