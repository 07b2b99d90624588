import { keyName, resolved, type SourceNode } from '../common/yaml/tree.ts';
import type { Path, Value } from '../common/yaml/value.ts';

export type Scalar = string | number | boolean | null;

export function mapScalars(value: Value, change: (scalar: Scalar, path: Path) => Value, start: Path = []): Value {
  if (typeof value !== 'object' || value === null) return change(value, start);
  if (isList(value)) return value.map((item, index) => mapScalars(item, change, [...start, index]));
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapScalars(item, change, [...start, name])]));
}

export function stringsOf(value: Value, start: Path): { readonly text: string; readonly path: Path; readonly isName: boolean }[] {
  if (typeof value === 'string') return [{ text: value, path: start, isName: false }];
  if (typeof value !== 'object' || value === null) return [];
  if (isList(value)) return value.flatMap((item, index) => stringsOf(item, [...start, index]));
  return Object.entries(value).flatMap(([name, item]) => [
    { text: name, path: [...start, name], isName: true },
    ...stringsOf(item, [...start, name]),
  ]);
}

export function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((step, index) => step === path[index]);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/**
 * Whether two documents differ at most in their scalars, and `same` accepts each pair of those. A field with an open
 * name may hold any scalar. What aliases repeat is compared once.
 */
export function sameTree(
  one: SourceNode,
  other: SourceNode,
  same: (one: string, other: string) => boolean,
  isOpen: (name: string) => boolean,
): boolean {
  const compared = new Map<SourceNode, SourceNode>();
  const compare = (own: SourceNode, its: SourceNode): boolean => {
    const [a, b] = [resolved(own), resolved(its)];
    if (a.anchor !== undefined && compared.get(a) === b) return true;
    if (!compareNew(a, b)) return false;
    if (a.anchor !== undefined) compared.set(a, b);
    return true;
  };
  const compareNew = (a: SourceNode, b: SourceNode): boolean => {
    if (a.kind === 'scalar') return b.kind === 'scalar' && same(a.text, b.text);
    if (a.kind === 'sequence')
      return b.kind === 'sequence' && a.items.length === b.items.length && a.items.every((item, index) => compareAt(item, b.items[index]));
    if (a.kind !== 'map' || b.kind !== 'map' || a.pairs.length !== b.pairs.length) return false;
    return a.pairs.every((pair, index) => {
      const [name, match] = [keyName(pair), b.pairs[index]];
      if (match === undefined || name !== keyName(match)) return false;
      const bothScalars = resolved(pair.value).kind === 'scalar' && resolved(match.value).kind === 'scalar';
      return (bothScalars && name !== undefined && isOpen(name)) || compare(pair.value, match.value);
    });
  };
  const compareAt = (item: SourceNode, match: SourceNode | undefined) => match !== undefined && compare(item, match);
  return compare(one, other);
}
