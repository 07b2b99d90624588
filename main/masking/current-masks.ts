import { valueAt } from '../common/integration/document.ts';
import type { Path, Value } from '../common/yaml/value.ts';
import { type MaskPlace, maskPlaces } from './places.ts';
import { urlsBeside } from './source.ts';

/** Indexed once: a value can hold thousands. */
export function currentMasks(masked: string, text: string) {
  const places = maskPlaces(masked);
  const byMask = new Map<string, MaskPlace[]>();
  for (const place of places) {
    const same = byMask.get(place.mask);
    if (same === undefined) byMask.set(place.mask, [place]);
    else same.push(place);
  }
  const texts = new Map(places.map(({ path, scalar }) => [JSON.stringify(path), scalar?.value]));
  const at = new Set(places.map(({ mask, path }) => JSON.stringify([mask, path])));
  const whole = new Set(places.filter(({ mask, scalar }) => scalar?.value === mask).map(({ mask }) => mask));
  const document = valueAt(text, []);
  return {
    places: (mask: string): readonly MaskPlace[] => byMask.get(mask) ?? [],
    isAt: (mask: string, path: Path) => at.has(JSON.stringify([mask, path])),
    isWhole: (mask: string) => whole.has(mask),
    textAt: (path: Path) => texts.get(JSON.stringify(path)),
    beside: urlsBeside(masked),
    raw: (path: Path) =>
      path.reduce<Value | undefined>((value, step) => (value as Record<string, Value> | null | undefined)?.[step], document),
  };
}
