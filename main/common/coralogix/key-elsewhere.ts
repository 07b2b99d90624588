import { endpointOf, regionOf } from './coralogix.ts';
import type { KeyOwner } from './preset.ts';

/** What is wrong with a preset's key beside a URL of another region or domain of Coralogix; undefined: nothing. */
export function keyElsewhere(url: string, { name, domain }: Pick<KeyOwner, 'name' | 'domain'>): string | undefined {
  const endpoint = endpointOf(url);
  // A gateway of one's own may pass it on to any region.
  if (!endpoint?.coralogix || endpoint.domain === domain) return undefined;
  const region = regionOf(domain);
  if (region !== undefined && region === endpoint.region) return undefined;
  const [own, other] = [region?.id ?? domain, endpoint.region?.id ?? endpoint.domain];
  return `This key belongs to the preset ${name} of ${own}, and the URL sends to ${other}. Use that preset, or replace the key.`;
}
