import type { DocumentEdit, Path, Value } from '../../yaml/value.ts';

// The words of kAudit's `audit-integration` document as this program uses them. The document engine (document.ts) makes these from text.

/** The key of its ConfigMap under which kAudit reads it. */
export const INTEGRATION_KEY = 'audit-integration';

/** A change of the document, as data. The last ones are made by main, on the raw text: it fills the key in, puts masked keys back, or takes keys along. */
export type Edit =
  | DocumentEdit
  | { readonly op: 'preset'; readonly integration: number; readonly target?: number | undefined; readonly preset: string }
  | { readonly op: 'text'; readonly text: string }
  | TargetEdit
  | HistoryEdit;

/** Changes that take something back. `keys` fills places whose key nobody has any more. */
export type HistoryEdit =
  /** The text becomes that of the revision. */
  | { readonly op: 'restore'; readonly revision: string; readonly keys?: readonly GivenKey[] | undefined }
  /** Only what the revision changed is taken back. */
  | { readonly op: 'undo'; readonly revision: string; readonly keys?: readonly GivenKey[] | undefined };

export type GivenKey = { readonly path: Path; readonly preset: string } | { readonly path: Path; readonly key: string };

/**
 * Changes that take what stands there along as it is written, keys included. `target`, `from` and `to` are positions in the `target` sequence; 0 where
 * the target is written as one.
 */
export type TargetEdit =
  /** The integration (or one target of it) once more, right behind itself. */
  | { readonly op: 'duplicate'; readonly integration: number; readonly target?: number | undefined }
  /** One more target of that type behind the others; a target that is no list becomes one. */
  | { readonly op: 'addTarget'; readonly integration: number; readonly type: string }
  | { readonly op: 'moveTarget'; readonly integration: number; readonly from: number; readonly to: number };

export type Severity = 'error' | 'warning' | 'note';

/** Something about the document that its user should know. Line and column count from 1; column counts UTF-16 units. */
export interface Problem {
  /** Stable name of the rule, for tests and for the page: `invalid-yaml`, `missing-url`, `retired-path` … */
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** Where it is, when it belongs to a value. */
  readonly path?: Path;
  /** What mends it, offered as one button. */
  readonly fix?: { readonly label: string; readonly edits: readonly (DocumentEdit | { readonly op: 'text'; readonly text: string })[] };
}

/** One key of a map of the document, known or not. */
export interface Field {
  readonly name: string;
  readonly path: Path;
  readonly value: Value;
}

/** How `target` is written (facts: one map, a sequence of maps, the older pairs, one target over one-key maps). */
export type TargetShape = 'map' | 'maps' | 'pairs' | 'one-key-maps' | 'missing' | 'unknown';

/** One destination of an integration. */
export interface Target {
  /** Position in the `target` sequence; null where `target` is one map or one target spelt over one-key maps. */
  readonly index: number | null;
  /** Path of the map that holds the fields; of the sequence for one-key maps. */
  readonly path: Path;
  /** `http-api`, `slack` …; undefined when missing or no string. */
  readonly type: string | undefined;
  readonly stopped: boolean;
  /** Whether it has what its type needs (URL and key for http-api …). */
  readonly complete: boolean;
  readonly fields: readonly Field[];
}

export type IntegrationState = 'active' | 'stopped' | 'incomplete';

/** One entry of the document that sends findings somewhere. */
export interface Integration {
  /** Raw position in the document's sequence. */
  readonly index: number;
  readonly name: string | undefined;
  /** `detections`, `selections`, `activity`, or another word as it stands; undefined when missing or no string. */
  readonly type: string | undefined;
  /** `stopped` when all its targets are; `incomplete` when the type or a target's needs are missing. */
  readonly state: IntegrationState;
  readonly shape: TargetShape;
  readonly targets: readonly Target[];
  /** The fields inside `data-filter`. */
  readonly filter: readonly Field[];
  /** The entry's own fields beside `type`, `name`, `target`, `data-filter`: `stopped`, `rate-limit`, unknown ones. */
  readonly fields: readonly Field[];
}

/** A `val-…` entry: a value that `ref/…` fields point to. */
export interface NamedValue {
  readonly index: number;
  readonly name: string;
  readonly path: Path;
  readonly value: Value;
}

export type DocumentState = 'ready' | 'empty' | 'invalid';

/** What readDocument makes of a text. */
export interface DocumentReading {
  /** `invalid`: no YAML, or neither a sequence nor nothing; then integrations and values are empty. */
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  /** Entries that are neither an integration nor a named value, shown as they are. */
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
}

/** One line of a diff for people. `old`/`new` are line numbers from 1. */
export type DiffLine =
  | { readonly kind: 'same'; readonly text: string; readonly old: number; readonly new: number }
  | { readonly kind: 'removed'; readonly text: string; readonly old: number }
  | { readonly kind: 'added'; readonly text: string; readonly new: number };

export interface DocumentDiff {
  /** Minimal line diff, all lines in order; the page folds what is far from a change. */
  readonly lines: readonly DiffLine[];
  /** One sentence per change of meaning: "detections → Coralogix: stopped no → yes". */
  readonly changes: readonly string[];
}
