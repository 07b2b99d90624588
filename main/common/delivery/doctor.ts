import type { Region } from '../coralogix/coralogix.ts';
import { BULK_PATH, endpointOf, regionOf } from '../coralogix/coralogix.ts';
import type { DeliveryOutcome, StageName } from './delivery.ts';

// The likely cause of a failure. Says "looks like", because Coralogix publishes no table of responses.

export interface Symptoms {
  readonly url: string;
  readonly failed: StageName | undefined;
  readonly status: number | undefined;
  readonly key: KeyShape;
  readonly owner: { readonly name: string; readonly domain: string } | undefined;
  readonly twin: { readonly url: string; readonly outcome: Extract<DeliveryOutcome, 'passed' | 'failed'> } | undefined;
}

export type KeyShape = 'send-your-data' | 'personal' | 'unknown';

/** Based on the undocumented shapes of Coralogix keys so far. */
export function keyShape(key: string): KeyShape {
  const bare = key.trim().replace(/^bearer\s+/i, '');
  if (/^cxup_/.test(bare)) return 'personal';
  if (/^cxtp_[A-Za-z0-9]{30}$/.test(bare) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(bare)) return 'send-your-data';
  return 'unknown';
}

export function diagnose(symptoms: Symptoms): string | undefined {
  const endpoint = endpointOf(symptoms.url);
  if (!endpoint?.coralogix) return undefined;
  const { failed, twin } = symptoms;
  if (failed === 'key') return keyAdvice(symptoms, endpoint.domain);
  if (failed === 'dns') return nameAdvice(endpoint.domain);
  const host = new URL(symptoms.url).host;
  if (endpoint.retired) {
    const better =
      twin?.outcome === 'passed' ? `${twin.url}, which accepted the same entry just now` : `https://ingress.${endpoint.domain}${BULK_PATH}`;
    const why = `${host}${endpoint.path} is on Coralogix's list of addresses that it switches off (announced for 30 September 2026)`;
    if (failed === undefined) return `Change the URL to ${better} before it stops: ${why}.`;
    if (failed === 'http') return `Change the URL to ${better}: ${why}.`;
  }
  if (failed !== 'http') return undefined;
  const unserved = symptoms.status === 404 || symptoms.status === 405 || symptoms.status === 410;
  if (unserved && endpoint.kind === 'unknown') {
    return `Change the path to ${BULK_PATH}: Coralogix’s documentation has no path ${endpoint.path} for logs, and the host returned HTTP ${symptoms.status}.`;
  }
  if (twin?.outcome === 'passed')
    return `Change the URL to ${twin.url}: it accepted the same entry with the same key just now, and ${host} did not.`;
  return undefined;
}

function keyAdvice({ key, owner, status, url }: Symptoms, domain: string): string {
  const refused = `${new URL(url).host} returned HTTP ${status ?? '401'}`;
  const region = regionOf(domain);
  if (key === 'personal')
    return `Use a Send-Your-Data key: this one looks like a personal key (it starts with cxup_), which can query but not send; ${refused}.`;
  if (owner !== undefined && !isSamePlace(owner.domain, domain)) {
    return `Use the URL of ${place(owner.domain)}, or a key of ${place(domain)}: this key belongs to the preset “${owner.name}” of ${owner.domain}.`;
  }
  if (owner !== undefined)
    return `Check in Coralogix whether the key of the preset “${owner.name}” was revoked or replaced: it belongs to this domain, but ${refused}.`;
  if (region === undefined)
    return `Check which domain the team has: ${domain} isn’t one of Coralogix’s public regions, and Coralogix refuses a key of another region like a wrong one.`;
  const unlikely = key === 'unknown' ? ', and this one doesn’t look like a Send-Your-Data key' : '';
  return `Compare the team's domain with ${place(domain)}, then the key with its Send-Your-Data keys: Coralogix refuses a key of another region like a wrong one${unlikely}.`;
}

function nameAdvice(domain: string): string | undefined {
  if (domain.startsWith('private.'))
    return `Test from a machine inside the private network: ${domain} is a PrivateLink domain, which resolves only there.`;
  if (regionOf(domain) !== undefined) return undefined;
  return `Check the spelling of ${domain}: it isn’t one of Coralogix’s public regions, and a private domain resolves only where it was set up.`;
}

function isSamePlace(one: string, other: string): boolean {
  return one === other || (regionOf(one) !== undefined && regionOf(one) === regionOf(other));
}

function place(domain: string): string {
  const region: Region | undefined = regionOf(domain);
  return region === undefined ? domain : `${region.id} (${domain})`;
}
