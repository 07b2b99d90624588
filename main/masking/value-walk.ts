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
