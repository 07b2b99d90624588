import type { Path } from '../common/yaml/value.ts';
import type { MaskPlace } from './places.ts';
import * as strings from './strings.ts';

export interface MaskOrigin {
  readonly at: number;
  readonly source: string;
  readonly whole: boolean;
}

export interface ServedMask {
  readonly mask: string;
  readonly start: number;
  readonly path: Path | null;
  readonly field: string | undefined;
  /** Masked source of its entry, to recognise one that moved. */
  readonly entry: string | undefined;
  /** Original characters with quotes. Stays in main. */
  readonly source: string;
  readonly whole: boolean;
}

export interface MaskPair {
  readonly place: MaskPlace;
  readonly served: ServedMask;
}

export type MaskMatch = { readonly ok: true; readonly pairs: readonly MaskPair[] } | { readonly ok: false; readonly reason: string };

/**
 * Finds the served mask for each mask of an edited text. Refuses one at another place, or more often than served.
 * Linear: a text may hold a key ten thousand times.
 */
export function matchMasks(
  places: readonly MaskPlace[],
  served: readonly ServedMask[],
  entryAt: (index: number) => string | undefined,
): MaskMatch {
  if (places.length === served.length && places.every((place, index) => isUnmoved(place, served[index])))
    return { ok: true, pairs: places.flatMap((place, index) => (served[index] ? [{ place, served: served[index] }] : [])) };
  const free = new Set(served);
  const pairs = new Map<MaskPlace, ServedMask>();
  const pass = (keyOfPlace: (place: MaskPlace) => string | undefined, keyOf: (candidate: ServedMask) => string | undefined) => {
    const queues = new Map<string, ServedMask[]>();
    for (const candidate of [...served].reverse()) {
      const key = free.has(candidate) ? keyOf(candidate) : undefined;
      if (key === undefined) continue;
      const queue = queues.get(key);
      if (queue === undefined) queues.set(key, [candidate]);
      else queue.push(candidate);
    }
    for (const place of places) {
      const key = pairs.has(place) ? undefined : keyOfPlace(place);
      const match = key === undefined ? undefined : queues.get(key)?.pop();
      if (match === undefined) continue;
      free.delete(match);
      pairs.set(place, match);
    }
  };
  const key = (...parts: readonly unknown[]) => JSON.stringify(parts);
  const entries = new Map<string, number>();
  const numberOf = (entry: string | undefined): number | undefined => {
    if (entry === undefined) return undefined;
    const known = entries.get(entry) ?? entries.size;
    entries.set(entry, known);
    return known;
  };
  const inEntry = (mask: string, path: Path | null, entry: string | undefined) => {
    const number = typeof path?.[0] === 'number' ? numberOf(entry) : undefined;
    return number === undefined ? undefined : key(mask, number, path?.slice(1));
  };

  const atPath = ({ mask, path }: { mask: string; path: Path | null }) => (path === null ? undefined : key(mask, path));
  pass(atPath, atPath);
  const indexOf = (path: Path | null) => (typeof path?.[0] === 'number' ? entryAt(path[0]) : undefined);
  pass(
    ({ mask, path }) => inEntry(mask, path, indexOf(path)),
    ({ mask, path, entry }) => inEntry(mask, path, entry),
  );
  // In or out of a comment, only the field name identifies it.
  const loose = ({ mask, field }: { mask: string; field: string | undefined }) => key(mask, field);
  pass((place) => (place.path === null ? loose(place) : undefined), loose);
  pass(loose, (candidate) => (candidate.path === null ? loose(candidate) : undefined));

  const lost = places.find((place) => !pairs.has(place));
  if (lost) {
    const known = served.some((candidate) => candidate.mask === lost.mask);
    return {
      ok: false,
      reason: known ? misplaced(lost) : strings.maskedKeyBelongsVersionThats(where(lost), ENTER_AGAIN),
    };
  }
  const ordered = places.flatMap((place) => {
    const match = pairs.get(place);
    return match ? [{ place, served: match }] : [];
  });
  // SECURITY: if only the field name identifies a place, the order must stay, so that two keys can't swap.
  const unplaced = ordered.filter(isLoose);
  const swapped = unplaced.find((pair, index) => index > 0 && pair.served.start < (unplaced[index - 1]?.served.start ?? 0));
  return swapped ? { ok: false, reason: misplaced(swapped.place) } : { ok: true, pairs: ordered };
}

function isUnmoved({ mask, path, field }: MaskPlace, served: ServedMask | undefined): boolean {
  if (served === undefined || served.mask !== mask) return false;
  return path === null ? served.path === null && served.field === field : samePath(path, served.path);
}

export function isLoose({ place, served }: MaskPair): boolean {
  return place.path === null || served.path === null;
}

export const ENTER_AGAIN = strings.enterKeyAgainThereChoose;

function misplaced(place: MaskPlace): string {
  return strings.maskedKeyMovedCopiedThereMask(where(place), ENTER_AGAIN);
}

export function where(place: MaskPlace): string {
  const field = place.field === undefined ? '' : strings.ofField(place.field);
  const [index] = place.path ?? [];
  if (typeof index === 'number') return strings.atEntry(index + 1, field);
  return strings.commentTextIsntValidYaml(field);
}

export function samePath(one: Path | null, other: Path | null): boolean {
  return one !== null && other !== null && one.length === other.length && one.every((step, index) => step === other[index]);
}
