import type { SealedText } from './sealed.ts';

/** A version of one ConfigMap's text, as views see it. */
export interface Revision {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: { readonly manager: string; readonly ours: boolean };
  readonly resourceVersion: string;
  /** What changed from the revision before, a sentence each; none holds a secret. */
  readonly changes: readonly string[];
  /** The revision that it brought back. */
  readonly restored?: string;
  /** How many rewrites of the same manager stand in it, where it is more than one. */
  readonly rewrites?: number;
}

/** The same with its text, as main keeps it. */
export interface KeptRevision extends Revision {
  readonly content: SealedText;
}

/** A key that an old text needs and nobody has any more. */
export interface MissingKey {
  /** Where it goes in the restored text; null: in a comment. */
  readonly path: readonly (string | number)[] | null;
  /** "http-api-token of Detections → Coralogix". */
  readonly words: string;
  readonly fingerprint: string;
}

export function viewOf({ content: _, ...revision }: KeptRevision): Revision {
  return revision;
}
