// The tree of a document's source: what stands where. Made by source.ts.

import type { Path, Value } from './value.ts';

interface NodeBase {
  /** Where its anchor or tag starts; `start` where it has none. */
  readonly outer: number;
  readonly start: number;
  /** Behind its last character: closing quote or bracket included, trailing comment and line break not. */
  end: number;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'absent';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  readonly style: ScalarStyle;
  /** What it says, before a number, a switch or nothing is made of it. */
  readonly text: string;
  readonly value: string | number | boolean | null;
  /** Columns before the content of a block scalar; -1 for the others. */
  readonly indent: number;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: SourceNode[];
  /** Offsets of the dashes; empty in a flow sequence. */
  readonly dashes: number[];
}

export interface Pair {
  readonly key: SourceNode;
  readonly value: SourceNode;
  /** Where it begins: its key with anchor and tag, or the `?` of an explicit key. */
  readonly start: number;
  readonly explicit: boolean;
}

export interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly flow: boolean;
  readonly pairs: Pair[];
}

export interface AliasNode extends NodeBase {
  readonly kind: 'alias';
  readonly name: string;
  readonly target: SourceNode;
}

export type SourceNode = ScalarNode | SequenceNode | MapNode | AliasNode;

export interface Source {
  readonly ok: true;
  readonly text: string;
  /** undefined: nothing but comments and blanks. */
  readonly root: SourceNode | undefined;
}

/** The node itself, or what an alias stands for. */
export function resolved(node: SourceNode): Exclude<SourceNode, AliasNode> {
  return node.kind === 'alias' ? resolved(node.target) : node;
}

/** The name of a key, as JSON has it. A collection as key (`? [a]`) has none: it cannot be named in a path. */
export function keyName(pair: Pair): string | undefined {
  const key = resolved(pair.key);
  return key.kind === 'scalar' ? String(key.value) : undefined;
}

/** Whether a pair merges another map into its own. A quoted `<<` is a key like any other. */
export function isMerge(pair: Pair): boolean {
  const key = resolved(pair.key);
  return key.kind === 'scalar' && isMergeKey(key);
}

export function isMergeKey(key: ScalarNode): boolean {
  return key.value === '<<' && key.style === 'plain' && (key.tag === undefined || key.tag === '!');
}

/** Plain data of a map under construction. `__proto__` is a name like any other here. */
export function setField(map: { [name: string]: Value }, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  else map[name] = value;
}

/** Plain data of a node. Aliases share what they refer to, so that the work stays linear. */
export function nodeValue(node: SourceNode, known: Map<SourceNode, Value> = new Map()): Value {
  const plain = resolved(node);
  if (plain.kind === 'scalar') return plain.value;
  const before = plain.anchor === undefined ? undefined : known.get(plain);
  if (before !== undefined) return before;
  const value = plain.kind === 'sequence' ? plain.items.map((item) => nodeValue(item, known)) : mapValue(plain, known);
  if (plain.anchor !== undefined) known.set(plain, value);
  return value;
}

function mapValue(map: MapNode, known: Map<SourceNode, Value>): Value {
  const value: { [name: string]: Value } = {};
  // A key that is a collection has no name in plain data: its number stands for it.
  let complex = 0;
  for (const pair of map.pairs) setField(value, keyName(pair) ?? `? ${complex++}`, nodeValue(pair.value, known));
  return value;
}

/** Maps with more pairs than this are looked up through a table. */
const FEW_PAIRS = 16;
const tables = new WeakMap<MapNode, ReadonlyMap<string, Pair>>();

/** The pair of that name; the last where the key is there twice, as kAudit's reader takes it. */
export function pairOf(map: MapNode, name: string | number): Pair | undefined {
  if (map.pairs.length <= FEW_PAIRS) return map.pairs.findLast((pair) => keyName(pair) === String(name));
  let table = tables.get(map);
  if (table === undefined) {
    table = new Map(map.pairs.flatMap((pair): [string, Pair][] => [[keyName(pair) ?? '', pair]]));
    tables.set(map, table);
  }
  return table.get(String(name));
}

/** The node at a path; aliases on the way are followed. */
export function nodeAt(root: SourceNode | undefined, path: Path): SourceNode | undefined {
  let node = root;
  for (const step of path) {
    if (node === undefined) return undefined;
    const plain: SourceNode = resolved(node);
    if (plain.kind === 'sequence') node = typeof step === 'number' ? plain.items[step] : undefined;
    else if (plain.kind === 'map') node = pairOf(plain, step)?.value;
    else return undefined;
  }
  return node;
}

/** Line and column from 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Turns offsets into positions; makes its table of lines once. LF, CRLF and a lone CR end a line. */
export function positionsOf(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    if (starts === undefined) {
      starts = [0];
      for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length);
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}
