import { endpointOf } from '../common/coralogix/coralogix.ts';
import { isOwnUrl } from '../common/coralogix/own-url.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf, targetAt } from '../common/integration/reading/destination.ts';
import { hostWords, type Place } from './key-release.ts';
import * as strings from './strings.ts';

export type TargetKey =
  | { readonly ok: true; readonly key: string; readonly domain: string }
  | { readonly ok: false; readonly code: 'document' | 'preset'; readonly reason: string };

export function targetKey(text: string, place: Place): TargetKey {
  const reading = readDocument(text);
  const integration = reading.integrations.find((candidate) => candidate.index === place.integration);
  const target = integration && targetAt(integration, place.target);
  const destination = target && destinationOf(reading, target);
  if (destination === undefined) return { ok: false, code: 'document', reason: strings.integrationNoLongerKnownReload };
  const key = destination.key.kind === 'none' ? undefined : destination.key.value;
  if (destination.targetType !== 'http-api' || key === undefined)
    return {
      ok: false,
      code: 'preset',
      reason: strings.integrationNoCoralogixKeyChoose,
    };
  // SECURITY: only to where the key goes already: `api.` or `ingress.` of this domain.
  const endpoint = destination.url === undefined ? null : endpointOf(destination.url);
  if (endpoint === null || !isOwnUrl(destination.url ?? '', endpoint.domain)) {
    const reason = strings.keyNextButPresetsKey(hostWords(destination.url ?? ''));
    return { ok: false, code: 'preset', reason };
  }
  return { ok: true, key, domain: endpoint.domain };
}
