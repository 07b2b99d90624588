import { endpointOf, regionOf } from './coralogix.ts';
import type { KeyOwner } from './preset.ts';
import * as strings from './strings.ts';

/** Why a preset's key doesn't fit a URL of another Coralogix region or domain; undefined: it fits. */
export function keyElsewhere(url: string, { name, domain }: Pick<KeyOwner, 'name' | 'domain'>): string | undefined {
  const endpoint = endpointOf(url);
  // A private gateway may forward to any region.
  if (!endpoint?.coralogix || endpoint.domain === domain) return undefined;
  const region = regionOf(domain);
  if (region !== undefined && region === endpoint.region) return undefined;
  const [own, other] = [region?.id ?? domain, endpoint.region?.id ?? endpoint.domain];
  return strings.keyBelongsPresetButUrl(name, own, other);
}
