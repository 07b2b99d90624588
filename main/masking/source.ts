import { valueAt } from '../common/integration/document.ts';
import type { Path, Value } from '../common/yaml/value.ts';
import type { MaskPair, ServedMask } from './match.ts';
import { type MaskPlace, maskPlaces } from './places.ts';
import { isPrefix } from './value-walk.ts';

// How masks and the characters that they stand for replace each other.

/** Where in the masked text a mask stands, and for which characters. */
export interface MaskOrigin {
  readonly at: number;
  readonly source: string;
  readonly whole: boolean;
}

export function servedMasks(masked: string, origins: readonly MaskOrigin[]): readonly ServedMask[] {
  const document = valueAt(masked, []);
  const entries = Array.isArray(document) ? document.map((entry: Value) => JSON.stringify(entry)) : [];
  const byOffset = new Map(origins.map((origin) => [origin.at, origin]));
  return maskPlaces(masked).flatMap(({ mask, path, field, start }): ServedMask[] => {
    const origin = byOffset.get(start);
    // A mask that somebody saved into the ConfigMap as text stands for nothing.
    if (!origin) return [];
    const index = path?.[0];
    const entry = typeof index === 'number' ? entries[index] : undefined;
    return [{ mask, path, field, entry, source: origin.source, whole: origin.whole }];
  });
}

export function entryJson(text: string, index: number): string | undefined {
  const entry = valueAt(text, [index]);
  return entry === undefined ? undefined : JSON.stringify(entry);
}

export function quoteOf(source: string): '"' | "'" | '' {
  const first = source[0];
  return source.length >= 2 && (first === '"' || first === "'") && source.endsWith(first) ? first : '';
}

/** Which characters the original ones replace. undefined: they cannot go there. */
export function rangeOf(text: string, place: MaskPlace, served: ServedMask): { start: number; end: number } | undefined {
  const quote = quoteOf(served.source);
  const quoted = quote !== '' && text[place.start - 1] === quote && text[place.end] === quote;
  const around = quoted ? { start: place.start - 1, end: place.end + 1 } : { start: place.start, end: place.end };
  if (place.scalar === null) return /[\r\n]/.test(served.source) ? undefined : around;
  if (!served.whole) return around;
  return place.scalar.value === place.mask ? { start: place.scalar.start, end: place.scalar.end } : undefined;
}

/** The URLs that the values of a text are sent to, by their paths, as JSON: of their own map, or, of a target spelt over one-key maps, of its other items. */
export function urlsBeside(text: string): (path: Path) => string {
  const document = valueAt(text, []);
  const at = (path: Path) => path.reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null)?.[step], document);
  return (path) => {
    const items = at(path.slice(0, -2));
    const spelt =
      Array.isArray(items) && items.every((item: Value) => Object.keys(item ?? {}).length === 1) ? Object.assign({}, ...items) : {};
    return urlOf({ ...spelt, ...(at(path.slice(0, -1)) as object | null | undefined) });
  };
}

/**
 * SECURITY: whether a masked text puts a key beside a URL that stood beside another one when it was served. Positions move with what stands before them,
 * so in a version that is not the one that was edited, the path alone does not say that it is the same place.
 */
export function crossed(
  text: string,
  pairs: readonly MaskPair[],
  served: { readonly text: string; readonly masks: readonly ServedMask[] },
): boolean {
  const now = urlsBeside(text);
  const then = urlsBeside(served.text);
  return pairs.some(({ place, served: own }) => {
    if (place.path === null || own.path === null) return false;
    const url = now(place.path);
    return url !== then(own.path) && served.masks.some(({ mask, path }) => mask !== own.mask && path !== null && then(path) === url);
  });
}

/** The same, once the edit has been made. */
export function urlAfter(edit: { path: Path; value: Value }, path: Path, text: string): string {
  if (edit.path.length >= path.length) return urlsBeside(text)(path);
  const parent = path
    .slice(edit.path.length, -1)
    .reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null)?.[step], edit.value);
  return urlOf(parent);
}

function urlOf(target: Value | undefined): string {
  return JSON.stringify((target as { 'http-api-uri'?: Value } | null | undefined)?.['http-api-uri'] ?? null);
}

/**
 * SECURITY: a whole target may be written in another shape (one map becomes a list): its key goes along, inside what this edit replaces, as
 * long as the URL beside it stays what it was.
 */
export function reshaped(
  edit: { path: Path; value: Value },
  path: Path,
  mask: string,
  standing: readonly MaskPlace[],
  text: string,
): boolean {
  if (edit.path.length === 0) return false;
  const origin = standing.find((place) => place.mask === mask && place.path !== null && isPrefix(edit.path, place.path))?.path;
  if (!origin || origin.at(-1) !== path.at(-1)) return false;
  return urlAfter(edit, path, text) === urlsBeside(text)(origin);
}
