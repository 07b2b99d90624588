import type { Region } from '../coralogix/coralogix.ts';
import { BULK_PATH, endpointOf, regionOf } from '../coralogix/coralogix.ts';
import type { DeliveryOutcome, StageName } from './delivery.ts';
import * as strings from './strings.ts';

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
      twin?.outcome === 'passed' ? strings.whichAcceptedSameEntryJust(twin.url) : `https://ingress.${endpoint.domain}${BULK_PATH}`;
    const why = strings.coralogixsListAddressesSwitchesOff(host, endpoint.path);
    if (failed === undefined) return strings.changeUrlBeforeStops(better, why);
    if (failed === 'http') return strings.changeUrl(better, why);
  }
  if (failed !== 'http') return undefined;
  const unserved = symptoms.status === 404 || symptoms.status === 405 || symptoms.status === 410;
  if (unserved && endpoint.kind === 'unknown') {
    return strings.changePathCoralogixsDocumentationNo(BULK_PATH, endpoint.path, symptoms.status);
  }
  if (twin?.outcome === 'passed') return strings.changeUrlAcceptedSameEntry(twin.url, host);
  return undefined;
}

function keyAdvice({ key, owner, status, url }: Symptoms, domain: string): string {
  const refused = strings.returnedHttp(new URL(url).host, status ?? '401');
  const region = regionOf(domain);
  if (key === 'personal') return strings.useSendDataKeyOne(refused);
  if (owner !== undefined && !isSamePlace(owner.domain, domain)) {
    return strings.useUrlKeyKeyBelongs(place(owner.domain), place(domain), owner.name, owner.domain);
  }
  if (owner !== undefined) return strings.checkCoralogixWhetherKeyPreset(owner.name, refused);
  if (region === undefined) return strings.checkWhichDomainTeamIsnt(domain);
  const unlikely = key === 'unknown' ? strings.oneDoesntLookLikeSend : '';
  return strings.compareTeamsDomainThenKey(place(domain), unlikely);
}

function nameAdvice(domain: string): string | undefined {
  if (domain.startsWith('private.')) return strings.testMachineInsidePrivateNetwork(domain);
  if (regionOf(domain) !== undefined) return undefined;
  return strings.checkSpellingIsntOneCoralogixs(domain);
}

function isSamePlace(one: string, other: string): boolean {
  return one === other || (regionOf(one) !== undefined && regionOf(one) === regionOf(other));
}

function place(domain: string): string {
  const region: Region | undefined = regionOf(domain);
  return region === undefined ? domain : `${region.id} (${domain})`;
}
