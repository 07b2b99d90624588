// Makes edits one by one: splice, read again, and compare with the expected value.

import { type Step, stepsOf } from './change.ts';
import { MAX_NODES } from './compose.ts';
import { builtValue, expectedValue, isConfirmed, pathText, Refused, sameDocument } from './proof.ts';
import { parseSource } from './source.ts';
import { add, addFirst, move, remove, replace } from './splice.ts';
import * as strings from './strings.ts';
import { type DocumentStyle, styleOf } from './style.ts';
import { type Splice, spliced } from './text.ts';
import { nodeAt, positionsOf, resolved, rootValue, type Source } from './tree.ts';
import type { DocumentEdit, IsField, Path, Value } from './value.ts';
import { type Place, walk } from './walk.ts';

interface Draft {
  readonly source: Source;
  readonly value: Value;
}

function draftOf(text: string): Draft {
  const source = parseSource(text);
  if (!source.ok) {
    const { line } = positionsOf(text)(source.offset);
    throw new Refused(strings.textCantReadLineCorrect(line, source.message));
  }
  return { source, value: source.root === undefined ? null : rootValue(source.root) };
}

/** `isField` distinguishes a commented-out field from prose. Throws Refused with the reason. */
export function editedText(text: string, edits: readonly DocumentEdit[], isField: IsField): string {
  const first = draftOf(text);
  let draft = first;
  let style: DocumentStyle | undefined;
  for (const edit of edits) {
    if ('value' in edit && !isValue(edit.value, 0)) throw new Refused(strings.yamlCantHoldNewValue);
    const expected = expectedValue(draft.value, edit);
    if (edit.op !== 'insert' && sameDocument(draft.value, expected)) continue;
    style ??= styleOf(draft.source);
    const after = applied(draft, edit, style, isField);
    if (!sameDocument(after.value, expected)) throw new Refused(unproved(draft.source, edit));
    draft = after;
  }
  if (draft === first) return text;
  if (!isConfirmed(text, draft.source)) throw new Refused(strings.twoYamlReadersDisagreeAbout);
  return draft.source.text;
}

function isValue(value: unknown, depth: number): value is Value {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true;
  if (typeof value !== 'object' || depth > 50) return false;
  return Object.values(value).every((item) => isValue(item, depth + 1));
}

function applied(draft: Draft, edit: DocumentEdit, style: DocumentStyle, isField: IsField): Draft {
  const { source } = draft;
  const { root } = source;
  const written = (splices: readonly Splice[]) => reread(source, edit, spliced(source.text, splices));
  if (edit.op === 'set') return set(draft, edit.path, edit.value, style, isField, written);
  if (edit.op === 'remove') {
    if (root === undefined) throw new Refused(strings.documentNothingRemove);
    const { place, missing } = walk(root, edit.path);
    if (missing.length > 0) throw new Refused(strings.thereNothingRemove(pathText(edit.path)));
    return written(remove(source, place, isField));
  }
  const plain = root === undefined ? undefined : resolved(root);
  if (edit.op === 'insert') {
    if (plain?.kind !== 'sequence' || plain.items.length === 0) return written(addFirst(source, edit.value, style));
    return written(add(source, rootPlace(plain), edit.index, edit.value, style, isField));
  }
  if (plain?.kind !== 'sequence') throw new Refused(strings.documentIsntListIntegrations);
  return written(move(source, plain, edit.from, edit.to, isField));
}

function rootPlace(node: Place['node']): Place {
  return { node, path: [], parent: undefined, position: 0, flow: false };
}

function set(
  draft: Draft,
  path: Path,
  value: Value,
  style: DocumentStyle,
  isField: IsField,
  written: (splices: readonly Splice[]) => Draft,
): Draft {
  const { source } = draft;
  const { root } = source;
  if (path.length === 0) throw new Refused(strings.wholeDocumentCantReplacedEdit);
  const isBlank =
    root === undefined || (root.kind === 'scalar' && root.value === null) || (root.kind === 'sequence' && root.items.length === 0);
  if (isBlank) return written(addFirst(source, builtValue(path.slice(1), value), style));
  const { place, missing } = walk(root, path);
  const [step, ...rest] = missing;
  if (step !== undefined) {
    if (place.node.kind === 'scalar') return written(replace(source, place, builtValue(missing, value), style));
    return written(add(source, place, step, builtValue(rest, value), style, isField));
  }
  const steps = stepsOf(place, value);
  let current = draft;
  for (const one of steps) current = takeStep(current, one, style, isField);
  return current;
}

function takeStep(draft: Draft, step: Step, style: DocumentStyle, isField: IsField): Draft {
  const { source } = draft;
  const { root } = source;
  if (root === undefined) throw new Refused(strings.documentEmpty);
  const { place } = walk(root, step.path);
  const splices =
    step.op === 'replace'
      ? replace(source, place, step.value, style)
      : step.op === 'remove'
        ? remove(source, place, isField)
        : add(source, place, step.step, step.value, style, isField);
  return reread(source, { op: 'set', path: step.path, value: null }, spliced(source.text, splices));
}

function reread(before: Source, edit: DocumentEdit, text: string): Draft {
  const source = parseSource(text);
  if (source.ok) return { source, value: source.root === undefined ? null : rootValue(source.root) };
  if (source.rule === 'too-large') throw new Refused(strings.changeTextWouldTooLarge(MAX_NODES.toLocaleString('en')));
  throw new Refused(unproved(before, edit));
}

function unproved(source: Source, edit: DocumentEdit): string {
  if (edit.op === 'move' || edit.op === 'insert') return strings.entriesCantPutOrderWithout;
  for (let length = edit.path.length; length > 0; length--) {
    const node = nodeAt(source.root, edit.path.slice(0, length));
    if (node?.anchor !== undefined) return strings.anchorWhichUsedElsewhereChange(pathText(edit.path.slice(0, length)), node.anchor);
    if (node?.tag !== undefined) return strings.tagWhichGivesNewValue(pathText(edit.path.slice(0, length)), node.tag);
  }
  return strings.cantProvedChangingLeavesEverything(pathText(edit.path));
}
