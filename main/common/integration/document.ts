// The document engine: reads, edits, merges and compares `data["audit-integration"]`. It never reprints a tree: an edit
// replaces only its own characters, and a second YAML reader proves that nothing else changed. Text becomes a tree of
// source ranges (yaml/source), then entries (reading/entries). Edits become text through yaml/edit (walk, change,
// splice, proof). Three texts become one through merge and yaml/merge.

import { editedText } from '../yaml/edit.ts';
import { Refused } from '../yaml/proof.ts';
import { parseSource } from '../yaml/source.ts';
import { nodeAt, nodeValue, positionsOf, resolved } from '../yaml/tree.ts';
import type { DocumentEdit, EditResult, MergeResult, Path, Value } from '../yaml/value.ts';
import { diagnose } from './diagnostics/diagnostics.ts';
import type { DiagnosisContext } from './diagnostics/finding.ts';
import { diagnoseReadings } from './diagnostics/readings.ts';
import { differenceOf, meaningChanges } from './diff.ts';
import { mergedDocument } from './merge.ts';
import { duplicateKeys, type Entries, locator, missingFields, NO_ENTRIES, readEntries } from './reading/entries.ts';
import { isFieldName } from './reading/fields.ts';
import type { DocumentDiff, DocumentReading, Edit, Field, Integration, Problem, Target } from './reading/integration.ts';
import * as strings from './strings.ts';

/** Never throws and takes a few tenths of a second at most. Errors are in `problems`. */
export function readDocument(text: string): DocumentReading {
  const source = parseSource(text);
  const known = readings.get(source);
  if (known !== undefined) return known;
  const reading = readSource(text, source);
  readings.set(source, reading);
  return reading;
}

const readings = new WeakMap<object, DocumentReading>();

function readSource(text: string, source: ReturnType<typeof parseSource>): DocumentReading {
  const positionAt = positionsOf(text);
  if (!source.ok)
    return judged(
      text,
      'invalid',
      NO_ENTRIES,
      () => [{ rule: source.rule, severity: 'error', message: source.message, ...positionAt(source.offset) }],
      () => positionAt(source.offset),
    );
  const position = locator(source);
  const root = source.root === undefined ? undefined : resolved(source.root);
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) return judged(text, 'empty', NO_ENTRIES, () => [], position);
  if (root.kind !== 'sequence') {
    const message = strings.textIsntListKAuditExpects;
    return judged(text, 'invalid', NO_ENTRIES, () => [{ rule: 'not-a-sequence', severity: 'error', message, ...position([]) }], position);
  }
  const entries = readEntries(root);
  const problems = () => [
    ...duplicateKeys(root, source),
    ...diagnoseReadings(source),
    ...entries.integrations.flatMap((integration) => missingFields(integration, position)),
  ];
  return judged(text, root.items.length === 0 ? 'empty' : 'ready', entries, problems, position);
}

function judged(
  text: string,
  state: DocumentReading['state'],
  entries: Entries,
  problems: () => readonly Problem[],
  position: DiagnosisContext['position'],
): DocumentReading {
  const find = (): readonly Problem[] =>
    [...problems(), ...longLines(text), ...diagnose({ state, text, ...entries, position, positionAt: positionsOf(text) })].sort(
      (one, other) => one.line - other.line || one.column - other.column,
    );
  let found: readonly Problem[] | undefined;
  // Lazy: most callers need only the entries, and diagnosing takes as long as reading.
  return {
    state,
    ...entries,
    get problems() {
      found ??= find();
      return found;
    },
  };
}

/** UTF-16 units. Editors and `kubectl` struggle with longer lines. */
const LONGEST_LINE = 50_000;

function longLines(text: string): Problem[] {
  let line = 1;
  for (let start = 0; start <= text.length; line++) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end - start > LONGEST_LINE) {
      const message = strings.lineCharactersTooManyAny(line, (end - start).toLocaleString('en'));
      return [{ rule: 'long-line', severity: 'warning', message, line, column: 1 }];
    }
    start = end + 1;
  }
  return [];
}

/** The value at a raw path; undefined: none, or not YAML. Follows aliases but doesn't merge `<<`. */
export function valueAt(text: string, path: Path): Value | undefined {
  const source = parseSource(text);
  const node = source.ok ? nodeAt(source.root, path) : undefined;
  return node === undefined ? undefined : nodeValue(node);
}

/**
 * Applies edits in order, all or none, and keeps all other characters. Refuses an edit, with the reason, unless two
 * YAML readers prove that it does exactly what it says. Setting an equal value changes nothing.
 */
export function editDocument(text: string, edits: readonly DocumentEdit[]): EditResult {
  try {
    return { ok: true, text: editedText(text, edits, isFieldName) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    throw error;
  }
}

/**
 * Merges two texts from one `base`, per entry and field, with both sides' comments. Conflict paths are those of `base`;
 * [] means the whole document (not a list, two new orders, or comments that don't fit together).
 */
export function mergeDocuments(base: string, mine: string, theirs: string): MergeResult {
  return mergedDocument(base, mine, theirs);
}

/** SECURITY: the sentences never hold a key, but the lines hold what the texts hold: pass masked texts. */
export function diffDocuments(before: string, after: string): DocumentDiff {
  return differenceOf(before, after);
}

/** Only the sentences, because lines take long to compare. */
export function changesBetween(before: string, after: string): readonly string[] {
  return meaningChanges(before, after);
}

/** Read at either level (no documentation shows for certain where they belong), and written where they are. */
const EITHER_LEVEL = new Set(['stopped', 'rate-limit', 'report']);

/** The path to `set` for a target's field: its existing place, else the place for a new one. */
export function fieldPath(integration: Integration, target: Target, name: string): Path {
  const existing =
    target.fields.findLast((field) => field.name === name) ??
    (EITHER_LEVEL.has(name) ? integration.fields.findLast((field) => field.name === name) : undefined);
  if (existing !== undefined) return existing.path;
  // A one-key map holds one field, so a new field is a new item.
  if (integration.shape === 'one-key-maps') {
    const used = target.fields.map((field) => Number(field.path[target.path.length])).reduce((most, index) => Math.max(most, index), -1);
    return [...target.path, used + 1, name];
  }
  return [...target.path, name];
}

export function stopEdits(integration: Integration, stopped: boolean): readonly Edit[] {
  const paths = integration.targets.map((target) => fieldPath(integration, target, 'stopped'));
  // Targets can share the entry's field.
  const different = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...different.values()].map((path) => ({ op: 'set', path, value: stopped }));
}

/** What to `remove` for a field: the whole item in one-key maps, or it would stay as an empty item. */
export function removalPath(integration: Integration, field: Field): Path {
  const oneKey = integration.shape === 'one-key-maps' && integration.targets.some((target) => target.fields.includes(field));
  return oneKey ? field.path.slice(0, -1) : field.path;
}
