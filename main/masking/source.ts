import { valueAt } from '../common/integration/document.ts';
import { isSecretName } from '../common/integration/secrets/secret-words.ts';
import { coreValue } from '../common/yaml/reading/core-value.ts';
import { isText } from '../common/yaml/reading/plain-value.ts';
import { writeScalar } from '../common/yaml/scalar.ts';
import { parseSource } from '../common/yaml/source.ts';
import { resolved, type SourceNode } from '../common/yaml/tree.ts';
import type { Path, Value } from '../common/yaml/value.ts';
import { isLoose, type MaskPair, type ServedMask } from './match.ts';
import type { Served } from './memory.ts';
import { type MaskPlace, maskPlaces } from './places.ts';
import { isPrefix } from './value-walk.ts';

/** Found when they are first asked for: most texts are served and never edited. */
export function masksOf(served: Served): readonly ServedMask[] {
  if (served.masks !== undefined) return served.masks;
  const entryAt = entriesOf(served.text);
  const byOffset = new Map(served.origins.map((origin) => [origin.at, origin]));
  served.masks = maskPlaces(served.text).flatMap(({ mask, path, field, start }): ServedMask[] => {
    const origin = byOffset.get(start);
    if (!origin) return [];
    const index = path?.[0];
    const entry = typeof index === 'number' ? entryAt(index) : undefined;
    return [{ mask, start, path, field, entry, source: origin.source, whole: origin.whole }];
  });
  return served.masks;
}

/** Source, not data: aliases can repeat a long value a thousand times. */
export function entriesOf(text: string): (index: number) => string | undefined {
  const source = parseSource(text);
  const root = source.ok && source.root !== undefined ? resolved(source.root) : undefined;
  return (index) => {
    const item = root?.kind === 'sequence' ? root.items[index] : undefined;
    return item === undefined ? undefined : text.slice(item.outer, item.end);
  };
}

/** undefined: invalid or empty. */
export function rootOf(text: string): SourceNode | undefined {
  const source = parseSource(text);
  return source.ok ? source.root : undefined;
}

/** Keeps quotes that someone put around the mask of a key that would otherwise be a number. */
export function restoredSource(place: MaskPlace, served: ServedMask): string {
  const { scalar } = place;
  const { source, whole } = served;
  if (!whole || quoteOf(source) !== '' || scalar === null || scalar.value !== place.mask) return source;
  const { style } = scalar;
  if (style !== 'single' && style !== 'double') return source;
  // Quotes around the mask of a key with a tag take the tag's place.
  const tagged = source.startsWith('!') ? parseSource(source) : undefined;
  if (tagged?.ok === true && tagged.root?.kind === 'scalar') return writeScalar(tagged.root.text, style, false);
  if (isText(source) && coreValue(source) === source) return source;
  return style === 'single' ? `'${source}'` : `"${source}"`;
}

export function quoteOf(source: string): '"' | "'" | '' {
  const first = source[0];
  return source.length >= 2 && (first === '"' || first === "'") && source.endsWith(first) ? first : '';
}

export function rangeOf(text: string, place: MaskPlace, served: ServedMask): { start: number; end: number } | undefined {
  const quote = quoteOf(served.source);
  const quoted = quote !== '' && text[place.start - 1] === quote && text[place.end] === quote;
  const around = quoted ? { start: place.start - 1, end: place.end + 1 } : { start: place.start, end: place.end };
  if (place.scalar === null) return /[\r\n]/.test(served.source) ? undefined : around;
  // SECURITY: a key is alone in its field: `Bearer <mask>` would be another value.
  if (!served.whole && !(place.path ?? []).some((step) => typeof step === 'string' && isSecretName(step))) return around;
  return place.scalar.value === place.mask ? { start: place.scalar.start, end: place.scalar.end } : undefined;
}

/** The URL for each path: from its own map or, in a target of one-key maps, from the other items. */
export function urlsBeside(text: string): (path: Path) => string {
  const document = valueAt(text, []);
  const at = (path: Path) => path.reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null)?.[step], document);
  const spelt = new Map<object, Value | undefined>();
  const speltOver = (items: readonly Value[]): Value | undefined => {
    if (!spelt.has(items)) {
      const maps = items.every((item) => Object.keys(item ?? {}).length === 1) ? items : [];
      spelt.set(
        items,
        maps.map((map) => uriOf(map)).findLast((uri) => uri !== undefined),
      );
    }
    return spelt.get(items);
  };
  return (path) => {
    const items = at(path.slice(0, -2));
    return urlText(uriOf(at(path.slice(0, -1))) ?? (Array.isArray(items) ? speltOver(items as readonly Value[]) : undefined));
  };
}

/** Destinations in lines, in comments too. Bounded for linear time. */
const DESTINATION = /(?<![\w-])[\w-]{0,60}?(?:uri|url|host|broker|endpoint)["']?[ \t]{0,20}[:=][ \t]{0,20}["']?([^\s"',}]+)/gi;

/** SECURITY: in comments and invalid YAML, the destination before a mask, and the next one in the same item. */
export function destinationsAround(text: string): (offset: number) => string {
  const found = Array.from(text.matchAll(DESTINATION), (match) => ({ at: match.index, value: match[1] ?? '' }));
  const dashes = Array.from(text.matchAll(/(?:^|[\r\n])[ \t#\ufeff]*-(?=\s)/g), (match) => match.index);
  const firstBehind = (count: number, offsetOf: (index: number) => number, offset: number): number => {
    let [low, high] = [0, count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (offsetOf(middle) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return (offset) => {
    const next = firstBehind(found.length, (index) => found[index]?.at ?? 0, offset);
    const end = dashes[firstBehind(dashes.length, (index) => dashes[index] ?? 0, offset)] ?? text.length;
    const behind = found[next];
    return JSON.stringify([found[next - 1]?.value ?? null, behind !== undefined && behind.at < end ? behind.value : null]);
  };
}

/** SECURITY: whether a key that moved in or out of a comment has another URL next to it. */
export function strayed(text: string, pairs: readonly MaskPair[], served: Served): boolean {
  const loose = pairs.filter(isLoose);
  if (loose.length === 0) return false;
  const [now, then] = [destinationsAround(text), destinationsAround(served.text)];
  return loose.some((pair) => now(pair.place.start) !== then(pair.served.start));
}

/**
 * SECURITY: whether a key has another URL next to it than when served. Paths shift, so the path alone doesn't prove it.
 */
export function crossed(text: string, pairs: readonly MaskPair[], served: Served): boolean {
  const now = urlsBeside(text);
  const then = urlsBeside(served.text);
  const owners = new Map<string, Set<string>>();
  for (const { mask, path } of masksOf(served)) if (path !== null) owners.set(then(path), (owners.get(then(path)) ?? new Set()).add(mask));
  return pairs.some(({ place, served: own }) => {
    if (place.path === null || own.path === null) return false;
    const url = now(place.path);
    const masks = url === then(own.path) ? undefined : owners.get(url);
    return masks !== undefined && (masks.size > 1 || !masks.has(own.mask));
  });
}

export function urlAfter(edit: { path: Path; value: Value }, path: Path, beside: (path: Path) => string): string {
  if (edit.path.length >= path.length) return beside(path);
  const parent = path
    .slice(edit.path.length, -1)
    .reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null)?.[step], edit.value);
  return urlText(uriOf(parent));
}

function uriOf(target: Value | undefined): Value | undefined {
  return (target as { 'http-api-uri'?: Value } | null | undefined)?.['http-api-uri'];
}

/** A shared string stays shared, however many aliases it has. */
function urlText(uri: Value | undefined): string {
  return typeof uri === 'string' ? uri : ` ${JSON.stringify(uri ?? null)}`;
}

/**
 * SECURITY: a target may change shape (a map becomes a list) with its key, inside this edit's value, if its URL stays.
 */
export function reshaped(
  edit: { path: Path; value: Value },
  path: Path,
  current: readonly MaskPlace[],
  beside: (path: Path) => string,
): boolean {
  if (edit.path.length === 0) return false;
  const origin = current.find((place) => place.path !== null && isPrefix(edit.path, place.path))?.path;
  if (!origin || origin.at(-1) !== path.at(-1)) return false;
  return urlAfter(edit, path, beside) === beside(origin);
}
