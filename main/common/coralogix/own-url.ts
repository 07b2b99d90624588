import { endpointOf } from './coralogix.ts';

// Which URLs a preset's key may stand beside. kAudit is Java, this program reads URLs as browsers do, and people check them with curl.

/** Nothing that one of them reads another way: no user, backslash, blank, escaped or non-ASCII host, no port, no path that starts with a query. */
const PLAIN = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::443)?(?:\/[\w.~!$&'()*+,;=:@%/-]*(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?)?$/i;

/**
 * SECURITY: where a preset's key may go: `api.` or `ingress.` of its own domain, not in clear, and to no other service of that host, which whoever
 * wrote the URL may have chosen. `https://api.eu2.coralogix.com\@evil.test/` is one host to a browser and another to Java.
 */
export function isOwnUrl(text: string, domain: string): boolean {
  const endpoint = PLAIN.test(text) ? endpointOf(text) : null;
  return endpoint !== null && endpoint.endpoint !== 'other' && endpoint.domain === domain;
}

/** Whether programs may disagree about which host a URL names. */
export function isAmbiguousUrl(text: string): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text.trim())?.[1];
  return authority === undefined || /[\\\s\p{Cc}%]/u.test(authority.replace(/^[^@\\]*@/, '')) || authority.split('@').length > 2;
}
