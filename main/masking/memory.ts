import { repeatedForms } from '../common/integration/secrets/secret-copies.ts';
import type { MaskOrigin, ServedMask } from './match.ts';

export interface Served {
  readonly text: string;
  readonly origins: readonly MaskOrigin[];
  /** `masksOf`. */
  masks?: readonly ServedMask[];
}

/** What is remembered of one ConfigMap, as data: a thread can continue with it. */
export interface OwnMasks {
  /** By secret. */
  readonly masks: Map<string, string>;
  /** What is a secret in some text of a ConfigMap is one in all of them (`lastingSecrets`). */
  secrets: Set<string>;
  /** Their `repeatedForms`. */
  known: Set<string>;
  /** Newest first. */
  served: readonly Served[];
}

export type MaskMemory = ReadonlyMap<string, OwnMasks>;

/** Per ConfigMap: a controller may write new ones each minute. */
const MOST_SECRETS = 100_000;

export function learn(own: OwnMasks, found: readonly { readonly value: string }[]): void {
  for (const { value } of found) {
    if (own.secrets.has(value)) continue;
    if (own.secrets.size === MOST_SECRETS) [own.secrets, own.known] = [new Set(), new Set()];
    own.secrets.add(value);
    for (const form of repeatedForms(value)) own.known.add(form);
  }
}
