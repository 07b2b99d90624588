import { CORE } from './reading/tag-values.ts';
import { behindBreak, lineEnd } from './text.ts';
import type { Path, Value } from './value.ts';

interface NodeBase {
  readonly outer: number;
  readonly start: number;
  /** Includes the closing quote or bracket, but no trailing comment or line break. */
  end: number;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'absent';

export interface ScalarNode extends NodeBase {
  readonly kind: 'scalar';
  /** The tag, expanded. */
  readonly meaning: string | undefined;
  readonly style: ScalarStyle;
  readonly text: string;
  readonly value: string | number | boolean | null;
  readonly indent: number;
}

export interface SequenceNode extends NodeBase {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: SourceNode[];
  readonly dashes: number[];
}

export interface Pair {
  readonly key: SourceNode;
  readonly value: SourceNode;
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
  readonly root: SourceNode | undefined;
}

export function resolved(node: SourceNode): Exclude<SourceNode, AliasNode> {
  return node.kind === 'alias' ? resolved(node.target) : node;
}

/** undefined for a collection as key (`? [a]`), which no path can name. */
export function keyName(pair: Pair): string | undefined {
  const key = resolved(pair.key);
  return key.kind === 'scalar' ? String(key.value) : undefined;
}

/** A quoted `<<` is a plain key. */
export function isMerge(pair: Pair): boolean {
  const key = resolved(pair.key);
  return key.kind === 'scalar' && isMergeKey(key);
}

export function isMergeKey(key: ScalarNode): boolean {
  if (key.meaning === `${CORE}merge`) return true;
  // In SnakeYAML, the tag `!` makes quoted text plain.
  return key.value === '<<' && (key.meaning === '!' || (key.meaning === undefined && key.style === 'plain'));
}

/** `__proto__` is a plain name here. */
export function setField(map: { [name: string]: Value }, name: string, value: Value): void {
  if (name === '__proto__') Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  else map[name] = value;
}

/** Aliases share their target to stay linear. `leaf`: a scalar's value. */
export function nodeValue(
  node: SourceNode,
  known: Map<SourceNode, Value> = new Map(),
  leaf: (node: ScalarNode) => Value = plainLeaf,
): Value {
  const plain = resolved(node);
  if (plain.kind === 'scalar') return leaf(plain);
  const before = plain.anchor === undefined ? undefined : known.get(plain);
  if (before !== undefined) return before;
  const value = plain.kind === 'sequence' ? plain.items.map((item) => nodeValue(item, known, leaf)) : mapValue(plain, known, leaf);
  if (plain.anchor !== undefined) known.set(plain, value);
  return value;
}

const rootValues = new WeakMap<SourceNode, Value>();

/** `nodeValue` of a text's root. One change asks for it several times. */
export function rootValue(root: SourceNode): Value {
  const value = rootValues.get(root) ?? nodeValue(root);
  rootValues.set(root, value);
  return value;
}

function plainLeaf(node: ScalarNode): Value {
  return node.value;
}

function mapValue(map: MapNode, known: Map<SourceNode, Value>, leaf: (node: ScalarNode) => Value): Value {
  const value: { [name: string]: Value } = {};
  // A number replaces a key that is a collection.
  let complex = 0;
  for (const pair of map.pairs) setField(value, keyName(pair) ?? `? ${complex++}`, nodeValue(pair.value, known, leaf));
  return value;
}

const FEW_PAIRS = 16;
const tables = new WeakMap<MapNode, ReadonlyMap<string, Pair>>();

/** The last duplicate wins, as in kAudit's reader. */
export function pairOf(map: MapNode, name: string | number): Pair | undefined {
  if (map.pairs.length <= FEW_PAIRS) return map.pairs.findLast((pair) => keyName(pair) === String(name));
  let table = tables.get(map);
  if (table === undefined) {
    table = new Map(map.pairs.flatMap((pair): [string, Pair][] => [[keyName(pair) ?? '', pair]]));
    tables.set(map, table);
  }
  return table.get(String(name));
}

/** Follows aliases. */
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

/** From 1; columns count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** LF, CRLF and a lone CR end a line. Builds its table once. */
export function positionsOf(text: string): (offset: number) => Position {
  let starts: number[] | undefined;
  return (offset) => {
    if (starts === undefined) {
      starts = [0];
      for (let end = lineEnd(text, 0); end < text.length; end = lineEnd(text, starts.at(-1) ?? 0)) starts.push(behindBreak(text, end));
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
