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
  readonly secrets: Set<string>;
  /** Their `repeatedForms`. */
  readonly known: Set<string>;
  /** Newest first. */
  served: readonly Served[];
}

export type MaskMemory = ReadonlyMap<string, OwnMasks>;
