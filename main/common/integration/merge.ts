import { mergedText } from '../yaml/merge.ts';
import { parseSource } from '../yaml/source.ts';
import { resolved } from '../yaml/tree.ts';
import type { MergeConflict, MergeResult, Path, Value } from '../yaml/value.ts';
import { destinationOf } from './reading/destination.ts';
import { readEntries } from './reading/entries.ts';
import { isFieldName } from './reading/fields.ts';

/**
 * Merges per entry and field. SECURITY: a key and its destination belong together. If one side sets the key and the
 * other the URL, it is a conflict: no one chose that pair.
 */
export function mergedDocument(base: string, mine: string, theirs: string): MergeResult {
  const merge = mergedText(base, mine, theirs, isFieldName);
  if (!merge.ok || merge.text === mine || merge.text === theirs) return merge;
  const torn = tornKeys(base, mine, theirs, merge.text);
  return torn.length === 0 ? merge : { ok: false, conflicts: torn };
}

interface KeyPlace {
  readonly path: Path;
  readonly destination: string;
  readonly key: string;
  readonly fields: Value;
}

function keyPlaces(text: string): KeyPlace[] {
  const source = parseSource(text);
  const root = source.ok && source.root !== undefined ? resolved(source.root) : undefined;
  if (root?.kind !== 'sequence') return [];
  const entries = readEntries(root);
  return entries.integrations.flatMap(({ targets }) =>
    targets.flatMap((target) => {
      const { url, host, key } = destinationOf(entries, target);
      if (key.kind === 'none' || key.value === undefined) return [];
      const fields = Object.fromEntries(target.fields.map(({ name, value }) => [name, value]));
      return [{ path: target.path, destination: url ?? host ?? '', key: key.value, fields }];
    }),
  );
}

const MOST_TORN = 50;

function tornKeys(base: string, mine: string, theirs: string, merged: string): MergeConflict[] {
  const [old, own, other] = [keyPlaces(base), keyPlaces(mine), keyPlaces(theirs)];
  const pair = ({ destination, key }: Pick<KeyPlace, 'destination' | 'key'>) => JSON.stringify([destination, key]);
  const chosen = new Set([...own, ...other].map(pair));
  const indexed = (side: readonly KeyPlace[]) => {
    const first = new Map<string, number>();
    for (const [index, place] of side.entries()) if (!first.has(pair(place))) first.set(pair(place), index);
    return (...pairs: readonly string[]): KeyPlace | undefined =>
      side[Math.min(...pairs.map((wanted) => first.get(wanted) ?? Number.POSITIVE_INFINITY))];
  };
  const [inOwn, inOther] = [indexed(own), indexed(other)];
  return keyPlaces(merged)
    .filter((place) => !chosen.has(pair(place)))
    .slice(0, MOST_TORN)
    .map(({ destination, key }) => {
      const by = (side: typeof inOwn, before: KeyPlace) => side(pair({ destination, key: before.key }), pair({ ...before, key }));
      const before = old.find((place) => by(inOwn, place) !== undefined && by(inOther, place) !== undefined);
      if (before === undefined) return { path: [], base: undefined, mine: undefined, theirs: undefined };
      return { path: before.path, base: before.fields, mine: by(inOwn, before)?.fields, theirs: by(inOther, before)?.fields };
    });
}
