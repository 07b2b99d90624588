// The document engine: reads, edits, merges and compares the text in `data["audit-integration"]`. Nothing here prints a tree back: an edit
// replaces the characters of what it names, and a second YAML reader proves that nothing else changed.
//
//   yaml/source        text -> yaml/tree, the tree of source ranges, with the limits
//   reading/entries    tree -> integrations, targets, `val-` entries
//   yaml/edit          edits -> new text, step by step:
//     walk, change     where an edit leads, and which steps it takes
//     splice           which characters a step replaces by which     (scalar, style, text, comments: how new text is written, what is around it)
//     proof            what the data must be afterwards, and the second reader
//   merge, yaml/merge  three texts -> one, or the conflicts           (match: which entry is which; lines)
//   diff               two texts -> lines and sentences for people

import { editedText } from '../yaml/edit.ts';
import { Refused } from '../yaml/proof.ts';
import { parseSource } from '../yaml/source.ts';
import { nodeAt, nodeValue, positionsOf, resolved } from '../yaml/tree.ts';
import type { DocumentEdit, EditResult, MergeResult, Path, Value } from '../yaml/value.ts';
import { diagnose } from './diagnostics/diagnostics.ts';
import type { DiagnosisContext } from './diagnostics/finding.ts';
import { diagnoseReadings } from './diagnostics/readings.ts';
import { differenceOf } from './diff.ts';
import { mergedDocument } from './merge.ts';
import { duplicateKeys, type Entries, locator, missingFields, NO_ENTRIES, readEntries } from './reading/entries.ts';
import { isFieldName } from './reading/fields.ts';
import type { DocumentDiff, DocumentReading, Edit, Field, Integration, Problem, Target } from './reading/integration.ts';

/** Reads a text. Never throws and takes at most a few tenths of a second, whatever the text is; what is wrong with it is in `problems`. */
export function readDocument(text: string): DocumentReading {
  const source = parseSource(text);
  const known = readings.get(source);
  if (known !== undefined) return known;
  const reading = readSource(text, source);
  readings.set(source, reading);
  return reading;
}

/** Of texts that are still at hand (yaml/source.ts). */
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
    const message =
      'The text is no list: kAudit expects entries that start with "- ". Put the integration behind a dash and indent its other lines by two blanks.';
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
  // Most readers want the entries only, and looking for problems takes as long as reading them.
  return {
    state,
    ...entries,
    get problems() {
      found ??= find();
      return found;
    },
  };
}

/** UTF-16 units. Editors and `kubectl` become unusable on longer lines. */
const LONGEST_LINE = 50_000;

function longLines(text: string): Problem[] {
  let line = 1;
  for (let start = 0; start <= text.length; line++) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end - start > LONGEST_LINE) {
      const message = `Line ${line} has ${(end - start).toLocaleString('en')} characters: no editor shows it well. Check that it was pasted as intended.`;
      return [{ rule: 'long-line', severity: 'warning', message, line, column: 1 }];
    }
    start = end + 1;
  }
  return [];
}

/** The value at a raw path; undefined where nothing stands, or the text is no YAML. Aliases are followed, `<<` is not merged. */
export function valueAt(text: string, path: Path): Value | undefined {
  const source = parseSource(text);
  const node = source.ok ? nodeAt(source.root, path) : undefined;
  return node === undefined ? undefined : nodeValue(node);
}

/**
 * Applies edits in their order. Every character outside of what they name stays. An edit that two YAML readers cannot prove to do what it says,
 * and nothing else, is refused with the reason; then none is made. Setting what is there already changes nothing.
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
 * Brings two texts together that came out of one: per entry and field, with the comments of both. `base` is what both started from. The conflicts'
 * paths are those of `base`; the path [] means the document as a whole (a text that is no list, an order that both changed, comments that cannot
 * be brought together).
 */
export function mergeDocuments(base: string, mine: string, theirs: string): MergeResult {
  return mergedDocument(base, mine, theirs);
}

/** What changed, as lines and as sentences. The sentences never hold a key; the lines hold what the texts hold, so give it masked ones. */
export function diffDocuments(before: string, after: string): DocumentDiff {
  return differenceOf(before, after);
}

/** Read at either level (no documentation shows for certain where they belong), and written where they stand. */
const EITHER_LEVEL = new Set(['stopped', 'rate-limit', 'report']);

/** The path to `set` for a field of a target: where it stands already (for `stopped`, `rate-limit`: at either level), else the place for a new one. */
export function fieldPath(integration: Integration, target: Target, name: string): Path {
  const standing =
    target.fields.findLast((field) => field.name === name) ??
    (EITHER_LEVEL.has(name) ? integration.fields.findLast((field) => field.name === name) : undefined);
  if (standing !== undefined) return standing.path;
  // One-key maps hold one field each: a new field is a new item behind the last.
  if (integration.shape === 'one-key-maps') {
    const used = target.fields.map((field) => Number(field.path[target.path.length])).reduce((most, index) => Math.max(most, index), -1);
    return [...target.path, used + 1, name];
  }
  return [...target.path, name];
}

/** Stops or starts an integration: each of its targets, wherever its `stopped` stands. */
export function stopEdits(integration: Integration, stopped: boolean): readonly Edit[] {
  const paths = integration.targets.map((target) => fieldPath(integration, target, 'stopped'));
  // Targets can share the entry's own field.
  const different = new Map(paths.map((path) => [JSON.stringify(path), path]));
  return [...different.values()].map((path) => ({ op: 'set', path, value: stopped }));
}

/** What to `remove` for a field: the item that holds it where a target is spelt over one-key maps, which would else leave an empty item. */
export function removalPath(integration: Integration, field: Field): Path {
  const oneKey = integration.shape === 'one-key-maps' && integration.targets.some((target) => target.fields.includes(field));
  return oneKey ? field.path.slice(0, -1) : field.path;
}
