// Merges three texts. First the data, per entry and field; then the text by lines or, failing that, by edits. A text
// counts only if it means exactly the merged data and keeps both sides' comments.

import { commentsOf } from './comments.ts';
import { mergeLines } from './comparing/lines.ts';
import { canonical, matchItems } from './comparing/match.ts';
import { sameValue } from './comparing/same.ts';
import { editedText } from './edit.ts';
import { isConfirmed, Refused, sameDocument } from './proof.ts';
import { parseSource } from './source.ts';
import { rootValue, type Source } from './tree.ts';
import type { DocumentEdit, IsField, MergeConflict, MergeResult, Path, Value } from './value.ts';

type Maybe = Value | undefined;

const isArray = (value: Maybe): value is readonly Value[] => Array.isArray(value);
const isObject = (value: Maybe): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Symmetric except for the conflicts' sides. `isField` as in `editedText`. */
export function mergedText(base: string, mine: string, theirs: string, isField: IsField): MergeResult {
  if (mine === theirs || mine === base) return { ok: true, text: theirs };
  if (theirs === base) return { ok: true, text: mine };
  const [old, one, other] = [listOf(base), listOf(mine), listOf(theirs)];
  if (old === undefined || one === undefined || other === undefined) return { ok: false, conflicts: [{ path: [], base, mine, theirs }] };
  const conflicts: MergeConflict[] = [];
  const merged = mergeLists([], old.items, one.items, other.items, conflicts);
  if (conflicts.length > 0) return { ok: false, conflicts };
  const text = textOf(base, mine, theirs, [old, one, other], merged, isField);
  if (text !== undefined) return { ok: true, text };
  return { ok: false, conflicts: [formattingConflict(old.items, one.items, other.items)] };
}

interface Listed {
  readonly source: Source;
  readonly items: readonly Value[];
}

function listOf(text: string): Listed | undefined {
  const source = parseSource(text);
  if (!source.ok) return undefined;
  const value = source.root === undefined ? null : rootValue(source.root);
  if (value === null) return { source, items: [] };
  return isArray(value) ? { source, items: value } : undefined;
}

function formattingConflict(base: readonly Value[], mine: readonly Value[], theirs: readonly Value[]): MergeConflict {
  return { path: [], base, mine, theirs };
}

function mergeValues(path: Path, base: Maybe, mine: Maybe, theirs: Maybe, conflicts: MergeConflict[]): Maybe {
  if (same(mine, theirs) || same(base, theirs)) return mine;
  if (same(base, mine)) return theirs;
  if (isObject(mine) && isObject(theirs) && (isObject(base) || base === undefined || base === null))
    return mergeMaps(path, base ?? {}, mine, theirs, conflicts);
  if (isArray(base) && isArray(mine) && isArray(theirs) && [base, mine, theirs].every(holdsCollections))
    return mergeLists(path, base, mine, theirs, conflicts);
  conflicts.push({ path, base, mine, theirs });
  return mine;
}

function same(one: Maybe, other: Maybe): boolean {
  return one === undefined || other === undefined ? one === other : sameValue(one, other);
}

function holdsCollections(list: readonly Value[]): boolean {
  return list.every((item) => typeof item === 'object' && item !== null) || (list.length === 2 && isObject(list[1]));
}

function mergeMaps(
  path: Path,
  base: { readonly [key: string]: Value },
  mine: { readonly [key: string]: Value },
  theirs: { readonly [key: string]: Value },
  conflicts: MergeConflict[],
): Value {
  const names = new Set([...Object.keys(base), ...Object.keys(theirs), ...Object.keys(mine)]);
  const own = (map: { readonly [key: string]: Value }, name: string) => (Object.hasOwn(map, name) ? map[name] : undefined);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const value = mergeValues([...path, name], own(base, name), own(mine, name), own(theirs, name), conflicts);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

function sideOf(base: readonly Value[], list: readonly Value[]) {
  const matches = matchItems(base, list);
  const positions = new Map<number, number>();
  for (const [position, index] of matches.entries()) if (index !== undefined) positions.set(index, position);
  return { list, matches, positions };
}

type Side = ReturnType<typeof sideOf>;

function mergeLists(
  path: Path,
  base: readonly Value[],
  mine: readonly Value[],
  theirs: readonly Value[],
  conflicts: MergeConflict[],
): Value[] {
  const [one, other] = [sideOf(base, mine), sideOf(base, theirs)];
  const values = new Map<number, Value>();
  for (const [index, item] of base.entries()) {
    const value = mergeValues([...path, index], item, itemOf(one, index), itemOf(other, index), conflicts);
    if (value !== undefined) values.set(index, value);
  }
  // A removal of a changed item is already a conflict; the others decide the order.
  const kept = [...values.keys()].filter((index) => one.positions.has(index) && other.positions.has(index));
  const order = mergedOrder(kept, one, other);
  if (order === undefined) {
    conflicts.push({ path, base, mine, theirs });
    return [...mine];
  }
  const groups = mergedInsertions(one, other, new Set(order));
  const result = [...(groups.get(-1) ?? [])];
  for (const index of order) result.push(values.get(index) ?? null, ...(groups.get(index) ?? []));
  return result;
}

function itemOf(side: Side, index: number): Maybe {
  const position = side.positions.get(index);
  return position === undefined ? undefined : side.list[position];
}

function mergedOrder(kept: readonly number[], one: Side, other: Side): readonly number[] | undefined {
  const orderIn = (side: Side) => [...kept].sort((a, b) => (side.positions.get(a) ?? a) - (side.positions.get(b) ?? b));
  const [first, second] = [orderIn(one), orderIn(other)];
  if (sameValue(first, kept) || sameValue(first, second)) return second;
  return sameValue(second, kept) ? first : undefined;
}

function mergedInsertions(one: Side, other: Side, kept: ReadonlySet<number>): Map<number, Value[]> {
  const insertedBy = (side: Side) => {
    const groups = new Map<number, Value[]>();
    let behind = -1;
    for (const [position, index] of side.matches.entries()) {
      if (index !== undefined) {
        if (kept.has(index)) behind = index;
        continue;
      }
      const item = side.list[position];
      if (item === undefined) continue;
      const group = groups.get(behind);
      if (group === undefined) groups.set(behind, [item]);
      else group.push(item);
    }
    return groups;
  };
  const [first, second] = [insertedBy(one), insertedBy(other)];
  const text = (group: readonly Value[]) => group.map(canonical).join('\n');
  const merged = new Map<number, Value[]>();
  for (const index of new Set([...first.keys(), ...second.keys()])) {
    const [a = [], b = []] = [first.get(index), second.get(index)];
    const shared = new Set(a.map(canonical));
    if (text(a) === text(b)) merged.set(index, a);
    else {
      const [front, back] = text(a) < text(b) ? [a, b] : [b, a];
      const inFront = new Set(front.map(canonical));
      merged.set(index, [...front, ...back.filter((item) => !(shared.has(canonical(item)) && inFront.has(canonical(item))))]);
    }
  }
  return merged;
}

/** undefined: no text keeps both sides' comments. */
function textOf(
  base: string,
  mine: string,
  theirs: string,
  sides: readonly [Listed, Listed, Listed],
  merged: readonly Value[],
  isField: IsField,
): string | undefined {
  const byLines = mergeLines(base, mine, theirs);
  if (byLines !== undefined && means(byLines, theirs, merged)) return byLines;
  const [old, one, other] = sides;
  const candidates = [editedTo(theirs, other.items, merged, isField), editedTo(mine, one.items, merged, isField)]
    .filter((text) => text !== undefined)
    .filter((text) => keepsComments(text, old, one) && keepsComments(text, old, other));
  return candidates.sort((a, b) => (a < b ? -1 : 1))[0];
}

function means(text: string, theirs: string, items: readonly Value[]): boolean {
  const list = listOf(text);
  if (list === undefined) return false;
  // Both may have added entries at one place: the text decides their order.
  const equal = sameDocument(list.items, items) || sameValue(list.items.map(canonical).sort(), items.map(canonical).sort());
  return equal && isConfirmed(theirs, list.source);
}

/** Each edit reads the text twice: about 3 s at this product of edits and characters. */
const MAX_WORK = 20_000_000;

/** undefined: refused, or too much work. */
function editedTo(text: string, from: readonly Value[], goal: readonly Value[], isField: IsField): string | undefined {
  const matches = matchItems(from, goal);
  const stays = new Set(matches.filter((index) => index !== undefined));
  const edits: DocumentEdit[] = [];
  const isTooMuch = () => edits.length * text.length > MAX_WORK;
  for (let index = from.length - 1; index >= 0; index--) if (!stays.has(index)) edits.push({ op: 'remove', path: [index] });
  const current = [...from.keys()].filter((index) => stays.has(index));
  const wanted = matches.filter((index) => index !== undefined);
  for (const [to, index] of wanted.entries()) {
    if (current[to] === index) continue;
    if (isTooMuch()) return undefined;
    const at = current.indexOf(index, to);
    edits.push({ op: 'move', from: at, to });
    current.splice(at, 1);
    current.splice(to, 0, index);
  }
  for (const [index, value] of goal.entries()) {
    const match = matches[index];
    if (match === undefined) edits.push({ op: 'insert', index, value });
    else if (!sameValue(from[match], value)) edits.push({ op: 'set', path: [index], value });
  }
  if (isTooMuch()) return undefined;
  try {
    return editedText(text, edits, isField);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function keepsComments(text: string, base: Listed, side: Listed): boolean {
  const source = parseSource(text);
  if (!source.ok) return false;
  const [before, own, after] = [base.source, side.source, source].map((each) => {
    const counts = new Map<string, number>();
    for (const { start, end } of commentsOf(each)) {
      const comment = each.text.slice(start, end).trim();
      counts.set(comment, (counts.get(comment) ?? 0) + 1);
    }
    return counts;
  });
  return [...(own ?? [])].every(([comment, count]) => count <= (before?.get(comment) ?? 0) || (after?.get(comment) ?? 0) >= count);
}
