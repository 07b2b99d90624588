import type { DocumentEdit, Path, Value } from '../../yaml/value.ts';

export const INTEGRATION_KEY = 'audit-integration';

/** A change as data. All but `text` and `DocumentEdit` need main, which fills in, restores or copies keys. */
export type Edit =
  | DocumentEdit
  | { readonly op: 'preset'; readonly integration: number; readonly target?: number | undefined; readonly preset: string }
  | { readonly op: 'text'; readonly text: string }
  | TargetEdit
  | HistoryEdit;

/** `keys`: keys that are no longer known. */
export type HistoryEdit =
  | { readonly op: 'restore'; readonly revision: string; readonly keys?: readonly GivenKey[] | undefined }
  /** `choices`: what to write where someone has changed it since; `mine` is the version before the revision. */
  | {
      readonly op: 'undo';
      readonly revision: string;
      readonly keys?: readonly GivenKey[] | undefined;
      readonly choices?: readonly UndoChoice[] | undefined;
    };

export type UndoChoice = { readonly path: Path; readonly take: 'mine' | 'theirs' } | { readonly path: Path; readonly value: Value };

export type GivenKey = { readonly path: Path; readonly preset: string } | { readonly path: Path; readonly key: string };

/** Copies text with its keys. Numbers are positions in the `target` sequence; 0 for a single target. */
export type TargetEdit =
  | { readonly op: 'duplicate'; readonly integration: number; readonly target?: number | undefined }
  | { readonly op: 'addTarget'; readonly integration: number; readonly type: string }
  | { readonly op: 'moveTarget'; readonly integration: number; readonly from: number; readonly to: number };

export type Severity = 'error' | 'warning' | 'note';

/** Line and column count from 1; columns count UTF-16 units. */
export interface Problem {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly path?: Path;
  readonly fix?: { readonly label: string; readonly edits: readonly (DocumentEdit | { readonly op: 'text'; readonly text: string })[] };
}

export interface Field {
  readonly name: string;
  readonly path: Path;
  readonly value: Value;
}

export type TargetShape = 'map' | 'maps' | 'pairs' | 'one-key-maps' | 'missing' | 'unknown';

export interface Target {
  /** null: `target` is one map, or one target over one-key maps. */
  readonly index: number | null;
  readonly path: Path;
  readonly type: string | undefined;
  readonly stopped: boolean;
  readonly complete: boolean;
  readonly fields: readonly Field[];
}

export type IntegrationState = 'active' | 'stopped' | 'incomplete';

export interface Integration {
  readonly index: number;
  readonly name: string | undefined;
  readonly type: string | undefined;
  /** `stopped`: all targets are. `incomplete`: the type or something a target needs is missing. */
  readonly state: IntegrationState;
  readonly shape: TargetShape;
  readonly targets: readonly Target[];
  readonly filter: readonly Field[];
  readonly fields: readonly Field[];
}

export interface NamedValue {
  readonly index: number;
  readonly name: string;
  readonly path: Path;
  readonly value: Value;
}

export type DocumentState = 'ready' | 'empty' | 'invalid';

export interface DocumentReading {
  /** `invalid`: not YAML, or neither a sequence nor empty. Then there are no integrations or values. */
  readonly state: DocumentState;
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  readonly others: readonly Field[];
  readonly problems: readonly Problem[];
}

/** Line numbers from 1. */
export type DiffLine =
  | { readonly kind: 'same'; readonly text: string; readonly old: number; readonly new: number }
  | { readonly kind: 'removed'; readonly text: string; readonly old: number }
  | { readonly kind: 'added'; readonly text: string; readonly new: number };

export interface DocumentDiff {
  readonly lines: readonly DiffLine[];
  readonly changes: readonly string[];
}
