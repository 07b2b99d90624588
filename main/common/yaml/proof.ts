// The expected data after an edit, and the second reader that confirms it.

import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument } from 'yaml';
import { withFewerComments } from './comments.ts';
import { sameValue } from './comparing/same.ts';
import { Unreadable } from './reading/cursor.ts';
import { scalarValue } from './reading/tag-values.ts';
import { regularCopy } from './regular.ts';
import { parseSource } from './source.ts';
import * as strings from './strings.ts';
import { ownLineStart, type Splice, spliced } from './text.ts';
import { nodeValue, rootValue, type Source, type SourceNode, setField } from './tree.ts';
import type { DocumentEdit, Path, Value } from './value.ts';

/** The message is for the user. */
export class Refused extends Error {}

const isArray = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
const isObject = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Nothing, null and `[]` all mean a document without entries. */
export function sameDocument(one: Value, other: Value): boolean {
  const empty = (value: Value) => value === null || (isArray(value) && value.length === 0);
  return (empty(one) && empty(other)) || sameValue(one, other);
}

export function pathText(path: Path): string {
  return path.map((step) => (typeof step === 'number' ? `[${step}]` : step)).join(' › ');
}

export function builtValue(rest: Path, value: Value): Value {
  return rest.reduceRight<Value>((inner, step) => {
    if (typeof step === 'string') return Object.fromEntries([[step, inner]]);
    if (step !== 0) throw new Refused(strings.newListStartsPosition0(step));
    return [inner];
  }, value);
}

function withValue(before: Value | undefined, path: Path, at: number, value: Value): Value {
  const step = path[at];
  if (step === undefined) return value;
  if (before === undefined || before === null) return builtValue(path.slice(at), value);
  if (isArray(before) && typeof step === 'number' && step >= 0 && step <= before.length) {
    const items = [...before];
    items[step] = withValue(before[step], path, at + 1, value);
    return items;
  }
  if (isObject(before) && typeof step === 'string') {
    const own = Object.hasOwn(before, step) ? before[step] : undefined;
    // Entries, not a spread: `__proto__` is a plain name here.
    return Object.fromEntries([...Object.entries(before).filter(([name]) => name !== step), [step, withValue(own, path, at + 1, value)]]);
  }
  throw new Refused(strings.noPlace(pathText(path.slice(0, at)) || strings.theDocument, pathText([step])));
}

function withoutValue(before: Value | undefined, path: Path, at: number): Value {
  const step = path[at];
  const last = at === path.length - 1;
  if (isArray(before) && typeof step === 'number' && step in before)
    return before.flatMap((item, index) => (index !== step ? [item] : last ? [] : [withoutValue(item, path, at + 1)]));
  if (isObject(before) && typeof step === 'string' && Object.hasOwn(before, step))
    return Object.fromEntries(
      Object.entries(before).flatMap(([name, item]) =>
        name !== step ? [[name, item]] : last ? [] : [[name, withoutValue(item, path, at + 1)]],
      ),
    );
  throw new Refused(strings.thereNothingRemove(pathText(path)));
}

/** Shares all that stays. Throws Refused. */
export function expectedValue(before: Value, edit: DocumentEdit): Value {
  if (edit.op === 'set') return withValue(before, edit.path, 0, edit.value);
  if (edit.op === 'remove') return withoutValue(before, edit.path, 0);
  const items = before === null ? [] : before;
  if (!isArray(items)) throw new Refused(strings.documentIsntListIntegrations);
  const result = [...items];
  if (edit.op === 'insert') {
    if (!Number.isInteger(edit.index) || edit.index < 0 || edit.index > items.length)
      throw new Refused(strings.thereNoPositionInsertDocument(edit.index, items.length));
    result.splice(edit.index, 0, edit.value);
    return result;
  }
  const moved = items[edit.from];
  if (moved === undefined || edit.to < 0 || edit.to >= items.length || !Number.isInteger(edit.to))
    throw new Refused(strings.entryCantMoveDocumentEntries(edit.from, edit.to, items.length));
  result.splice(edit.from, 1);
  result.splice(edit.to, 0, moved);
  return result;
}

/**
 * Whether the second reader agrees with the first. Being slow, it reads the text without items far from the change, and
 * all of it only on a mismatch.
 */
export function isConfirmed(before: string, after: Source): boolean {
  const part = withoutDistantItems(before, after);
  const source = part && parseSource(part.text);
  return (source?.ok && isRead(source, part?.value ?? null)) || isRead(after, after.root === undefined ? null : rootValue(after.root));
}

/** Tries the text with fewer comment lines, then a copy with the blanks that only this reader needs. */
export function isRead(source: Source, value: Value): boolean {
  const holds = (text: string | undefined) => {
    const reading = text === undefined ? undefined : secondReading(text);
    return reading !== undefined && sameDocument(reading.value, value);
  };
  const text = withFewerComments(source);
  if (holds(text)) return true;
  const copied = text === source.text ? source : parseSource(text);
  return copied.ok && holds(regularCopy(copied));
}

/**
 * The text without list items far from what changed, and what it means. A list keeps its first item, which indents the
 * others, and the neighbours of changed ones. undefined: nothing is far from it.
 */
export function withoutDistantItems(before: string, { root, text }: Source): { readonly text: string; readonly value: Value } | undefined {
  const shorter = Math.min(before.length, text.length);
  let same = 0;
  while (same < shorter && before.charCodeAt(same) === text.charCodeAt(same)) same++;
  let behind = 0;
  while (behind < shorter - same && before.charCodeAt(before.length - 1 - behind) === text.charCodeAt(text.length - 1 - behind)) behind++;
  const dropped: Splice[] = [];
  /** `next`: where what follows the node starts. */
  const near = (node: SourceNode, next: number): SourceNode => {
    if (node.kind === 'map' && !node.flow)
      return {
        ...node,
        pairs: node.pairs.map((pair, index) => ({ ...pair, value: near(pair.value, node.pairs[index + 1]?.start ?? next) })),
      };
    if (node.kind !== 'sequence' || node.flow) return node;
    const { dashes, items } = node;
    const starts = [...dashes.slice(1), next].map((offset) => (offset === text.length ? offset : ownLineStart(text, offset)));
    if (starts.includes(undefined)) return node;
    const at = (offset: number) => dashes.findLastIndex((dash) => dash <= offset);
    const first = Math.max(1, at(same) - 1);
    const last = Math.max(0, at(text.length - behind)) + 1;
    const startOf = (index: number) => starts[Math.min(index, items.length) - 1] ?? 0;
    dropped.push({ start: startOf(1), end: startOf(first), text: '' }, { start: startOf(last + 1), end: startOf(items.length), text: '' });
    const isNear = (index: number) => index === 0 || (index >= first && index <= last);
    return { ...node, items: items.flatMap((item, index) => (isNear(index) ? [near(item, dashes[index + 1] ?? next)] : [])) };
  };
  if (root === undefined) return undefined;
  const value = nodeValue(near(root, text.length));
  const part = spliced(text, dropped);
  return part.length === text.length ? undefined : { text: part, value };
}

/** The second reader (yaml package), with kAudit's rules for plain scalars. undefined: not one valid document. */
function secondReading(text: string): { readonly value: Value } | undefined {
  const anchors = new Map<string, Value>();
  const read = (node: Node | null): Value => {
    const value = readNode(node);
    if (node !== null && !isAlias(node) && 'anchor' in node && node.anchor !== undefined) anchors.set(node.anchor, value);
    return value;
  };
  const readNode = (node: Node | null): Value => {
    if (node === null) return null;
    if (isScalar(node)) return scalarValue(String(node.value ?? ''), node.type === 'PLAIN', node.tag, 0);
    if (isAlias(node)) return anchors.get((node as Alias).source) ?? null;
    if (isSeq(node)) return (node.items as (Node | null)[]).map(read);
    if (!isMap(node)) return null;
    let complex = 0;
    const map: { [name: string]: Value } = {};
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const key = read(pair.key);
      setField(map, typeof key === 'object' && key !== null ? `? ${complex++}` : String(key), read(pair.value));
    }
    return map;
  };
  try {
    // The package counts a byte order mark as a column and then misreads line 2. Its duplicate-key check is quadratic,
    // and line tables in its errors cost a tenth of the reading.
    const document = parseDocument(text.replace(/^\ufeff/, ''), {
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
      version: '1.2',
      schema: 'failsafe',
    });
    if (document.errors.length > 0) return undefined;
    return { value: read(document.contents as Node | null) };
  } catch (error) {
    // The package nests fields that only other line breaks separate, until its stack is full.
    if (error instanceof Unreadable || error instanceof RangeError) return undefined;
    throw error;
  }
}
