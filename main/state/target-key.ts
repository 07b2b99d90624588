import { endpointOf } from '../common/coralogix/coralogix.ts';
import { isOwnUrl } from '../common/coralogix/own-url.ts';
import { AppError } from '../common/errors.ts';
import { readDocument } from '../common/integration/document.ts';
import { destinationOf, targetAt } from '../common/integration/reading/destination.ts';
import { hostWords } from '../texts/key-release.ts';
import * as strings from './strings.ts';

export interface KeyPlace {
  readonly integration: number;
  readonly target?: number | undefined;
}

export interface TargetKey {
  readonly key: string;
  readonly domain: string;
}

/** The key in a raw text, with the domain it goes to, for main only. Throws AppError `document`, `preset`. */
export function targetKey(text: string, place: KeyPlace, about: string): TargetKey {
  const reading = readDocument(text);
  const integration = reading.integrations.find((candidate) => candidate.index === place.integration);
  const target = integration && targetAt(integration, place.target);
  const destination = target && destinationOf(reading, target);
  if (destination === undefined) throw new AppError('document', strings.integrationNoLongerKnownReload, { about });
  const key = destination.key.kind === 'none' ? undefined : destination.key.value;
  if (destination.targetType !== 'http-api' || key === undefined)
    throw new AppError('preset', strings.integrationNoCoralogixKeyChoose, {
      about,
    });
  // SECURITY: only to where the key goes already: `api.` or `ingress.` of this domain.
  const endpoint = destination.url === undefined ? null : endpointOf(destination.url);
  if (endpoint === null || !isOwnUrl(destination.url ?? '', endpoint.domain)) {
    throw new AppError('preset', strings.keyNextButPresetsKey(hostWords(destination.url ?? '')), { about });
  }
  return { key, domain: endpoint.domain };
}
