import { endpointOf, regionOf } from './coralogix.ts';
import type { KeyOwner } from './preset.ts';
import * as strings from './strings.ts';

/** Where a key belongs, and where the URL sends it. Region ids, or domains that belong to no region. */
export interface Mismatch {
  readonly own: string;
  readonly other: string;
}

/** undefined: the preset's key fits the URL. */
export function mismatchOf(url: string, { domain }: Pick<KeyOwner, 'domain'>): Mismatch | undefined {
  const endpoint = endpointOf(url);
  // A private gateway may forward to any region.
  if (!endpoint?.coralogix || endpoint.domain === domain) return undefined;
  const region = regionOf(domain);
  if (region !== undefined && region === endpoint.region) return undefined;
  return { own: region?.id ?? domain, other: endpoint.region?.id ?? endpoint.domain };
}

/** Why a preset's key doesn't fit a URL of another Coralogix region or domain; undefined: it fits. */
export function keyElsewhere(url: string, owner: Pick<KeyOwner, 'name' | 'domain'>): string | undefined {
  const found = mismatchOf(url, owner);
  return found && strings.keyBelongsPresetButUrl(owner.name, found.own, found.other);
}
