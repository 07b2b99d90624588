// Plain data and the changes of it that the YAML engine makes. Knows no word of kAudit.

/** A position in the raw YAML: sequence indexes count every entry, `val-` entries too. `[0, 'target', 'http-api-uri']` */
export type Path = readonly (string | number)[];

/** Plain data as YAML and JSON share it. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The edits that the engine itself understands. */
export type DocumentEdit =
  | { readonly op: 'set'; readonly path: Path; readonly value: Value }
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'insert'; readonly index: number; readonly value: Value }
  | { readonly op: 'move'; readonly from: number; readonly to: number };

export type EditResult = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

export interface MergeConflict {
  readonly path: Path;
  /** undefined: not there. */
  readonly base: Value | undefined;
  readonly mine: Value | undefined;
  readonly theirs: Value | undefined;
}

export type MergeResult =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly conflicts: readonly MergeConflict[] };

/** Whether a name is one that a field can have: tells a comment that holds a switched-off field from one in prose. */
export type IsField = (name: string) => boolean;
