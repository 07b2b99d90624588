import { valueAt } from '../common/document.ts';
import type { Path, Value } from '../common/integration.ts';
import type { ServedMask } from './mask-match.ts';
import { type MaskPlace, maskPlaces } from './mask-places.ts';
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
  const url = (parent: Value | undefined) => JSON.stringify((parent as { 'http-api-uri'?: Value } | undefined)?.['http-api-uri'] ?? null);
  const beside = path
    .slice(edit.path.length, -1)
    .reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null)?.[step], edit.value);
  return url(beside) === url(valueAt(text, origin.slice(0, -1)));
}
