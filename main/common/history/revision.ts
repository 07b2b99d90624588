import type { SealedBytes } from './sealed.ts';

export interface Revision {
  readonly id: string;
  readonly at: string;
  readonly by: { readonly manager: string; readonly ours: boolean };
  readonly resourceVersion: string;
  readonly changes: readonly string[];
  readonly restored?: string;
  /** How many rewrites of one manager it combines, if more than one. */
  readonly rewrites?: number;
}

export interface KeptRevision extends Revision {
  readonly content: SealedBytes;
}

/** A key that an old text needs and that is no longer known. */
export interface MissingKey {
  /** Its place in the restored text; null: in a comment. */
  readonly path: readonly (string | number)[] | null;
  readonly words: string;
  readonly fingerprint: string;
}

export function viewOf({ content: _, ...revision }: KeptRevision): Revision {
  return revision;
}
