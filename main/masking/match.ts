import type { Path } from '../common/yaml/value.ts';
import type { MaskPlace } from './places.ts';

/** One mask of a text that main served: where it stood, and the characters that it stands for. */
export interface ServedMask {
  readonly mask: string;
  readonly path: Path | null;
  readonly field: string | undefined;
  /** The entry around it, masked, as JSON: an entry that is still the same may have moved. */
  readonly entry: string | undefined;
  /** The original characters, quotes included. Stays in main. */
  readonly source: string;
  /** Whether it is all of a scalar, not only a part of one. */
  readonly whole: boolean;
}

export interface MaskPair {
  readonly place: MaskPlace;
  readonly served: ServedMask;
}

export type MaskMatch = { readonly ok: true; readonly pairs: readonly MaskPair[] } | { readonly ok: false; readonly reason: string };

/**
 * Finds for each mask of an edited text the one of a served text that it is. Refused when one is at another place, or there more often than it
 * was served.
 */
export function matchMasks(
  places: readonly MaskPlace[],
  served: readonly ServedMask[],
  entryAt: (index: number) => string | undefined,
): MaskMatch {
  const free = new Set(served);
  const pairs = new Map<MaskPlace, ServedMask>();
  const pass = (fits: (place: MaskPlace, candidate: ServedMask) => boolean) => {
    for (const place of places) {
      if (pairs.has(place)) continue;
      const match = served.find((candidate) => free.has(candidate) && candidate.mask === place.mask && fits(place, candidate));
      if (match === undefined) continue;
      free.delete(match);
      pairs.set(place, match);
    }
  };
  pass((place, candidate) => samePath(place.path, candidate.path));
  pass((place, candidate) => movedWithEntry(place, candidate, entryAt));
  pass((place, candidate) => (place.path === null || candidate.path === null) && place.field === candidate.field);

  const lost = places.find((place) => !pairs.has(place));
  if (lost) {
    const known = served.some((candidate) => candidate.mask === lost.mask);
    return {
      ok: false,
      reason: known ? misplaced(lost) : `The masked key ${where(lost)} belongs to a version that is not known any more. ${ENTER_ANEW}`,
    };
  }
  const ordered = places.flatMap((place) => {
    const match = pairs.get(place);
    return match ? [{ place, served: match }] : [];
  });
  // SECURITY: in comments and in invalid YAML only the field's name tells the place. Keeping the order, no two keys can change places there.
  const loose = ordered.filter(({ place, served: match }) => place.path === null || match.path === null);
  const swapped = loose.find(
    (pair, index) => index > 0 && served.indexOf(pair.served) < served.indexOf(loose[index - 1]?.served ?? pair.served),
  );
  return swapped ? { ok: false, reason: misplaced(swapped.place) } : { ok: true, pairs: ordered };
}

export const ENTER_ANEW = 'Enter the key again there, or choose a preset.';

function misplaced(place: MaskPlace): string {
  return `The masked key ${where(place)} was moved or copied there: a mask stands for its key only where it was. Put it back, or move integrations by the form's buttons. ${ENTER_ANEW}`;
}

export function where(place: MaskPlace): string {
  const field = place.field === undefined ? '' : ` of "${place.field}"`;
  const [index] = place.path ?? [];
  if (typeof index === 'number') return `at entry ${index + 1}${field}`;
  return `in a comment or in text that is no valid YAML${field}`;
}

function movedWithEntry(place: MaskPlace, candidate: ServedMask, entryAt: (index: number) => string | undefined): boolean {
  if (place.path === null || candidate.path === null) return false;
  const [index, ...rest] = place.path;
  if (typeof index !== 'number' || !samePath(rest, candidate.path.slice(1))) return false;
  return candidate.entry !== undefined && entryAt(index) === candidate.entry;
}

export function samePath(one: Path | null, other: Path | null): boolean {
  return one !== null && other !== null && one.length === other.length && one.every((step, index) => step === other[index]);
}
