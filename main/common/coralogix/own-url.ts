import { endpointOf } from './coralogix.ts';

// Which URLs a preset's key may go with. kAudit (Java), browsers and curl read some URLs differently.

/** Only what all three read the same way: no user, backslash, blank, escaped or non-ASCII host, and no port but 443. */
const PLAIN = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::443)?(?:\/[\w.~!$&'()*+,;=:@%/-]*(?:\?[\w.~!$&'()*+,;=:@%/?-]*)?)?$/i;

/**
 * SECURITY: a preset's key goes only to `api.` or `ingress.` of its own domain, over HTTPS, and to no other service
 * there. A browser and Java read `https://api.eu2.coralogix.com\@evil.test/` as different hosts.
 */
export function isOwnUrl(text: string, domain: string): boolean {
  const endpoint = PLAIN.test(text) ? endpointOf(text) : null;
  return endpoint !== null && endpoint.endpoint !== 'other' && endpoint.domain === domain;
}

export function isAmbiguousUrl(text: string): boolean {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(text.trim())?.[1];
  return authority === undefined || /[\\\s\p{Cc}%]/u.test(authority.replace(/^[^@\\]*@/, '')) || authority.split('@').length > 2;
}
