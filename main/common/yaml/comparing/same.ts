import type { Value } from '../value.ts';

const isArray = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);
const isObject = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function sameValue(one: Value | undefined, other: Value | undefined): boolean {
  if (one === other || Object.is(one, other)) return true;
  if (isArray(one) && isArray(other)) return one.length === other.length && one.every((item, index) => sameValue(item, other[index]));
  if (!isObject(one) || !isObject(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && sameValue(one[name], other[name]))
  );
}
