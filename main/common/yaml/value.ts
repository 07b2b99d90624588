// Plain data and its changes. Knows no kAudit terms.

/** UTF-16 units of a text in which views see masks: a ConfigMap's 1 MiB, each line up to five times as long. */
export const MAX_MASKED = 6_000_000;

/** A raw YAML position: indexes count all entries, including `val-`. Example: `[0, 'target', 'http-api-uri']` */
export type Path = readonly (string | number)[];

export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

export type DocumentEdit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Value }
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'insert'; readonly index: number; readonly value: Value }
  | { readonly op: 'move'; readonly from: number; readonly to: number };

export type EditResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

export interface MergeConflict {
  readonly path: Path;
  /** undefined: absent. */
  readonly base: Value | undefined;
  readonly mine: Value | undefined;
  readonly theirs: Value | undefined;
}

export type MergeResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly conflicts: readonly MergeConflict[] };

/** Distinguishes a comment with a disabled field from prose. */
export type IsField = (name: string) => boolean;
