// Splits a change of a whole map or list into small ones, so that what stays keeps its place and comments.

import { sameValue } from './comparing/same.ts';
import { pathText, Refused } from './proof.ts';
import * as strings from './strings.ts';
import { isList, isMap } from './style.ts';
import { isMerge, keyName, type MapNode, nodeValue, type SequenceNode, type SourceNode } from './tree.ts';
import type { Path, Value } from './value.ts';
import type { Place } from './walk.ts';

export type Step =
  | { readonly op: 'replace'; readonly path: Path; readonly value: Value }
  | { readonly op: 'add'; readonly path: Path; readonly step: string | number; readonly value: Value }
  | { readonly op: 'remove'; readonly path: Path };

/** Each step reads the text again, so beyond this many the collection is written as a whole. */
const MAX_STEPS = 40;

export function stepsOf(place: Place, value: Value): Step[] {
  const steps = changesOf(place.node, place.path, value);
  return steps.length > MAX_STEPS ? [{ op: 'replace', path: place.path, value }] : steps;
}

function changesOf(node: SourceNode, path: Path, value: Value): Step[] {
  const old = nodeValue(node);
  if (sameValue(old, value)) return [];
  if (node.kind === 'alias') throw new Refused(strings.aliasStandsWhatHoldsElsewhere(pathText(path), node.name));
  if (node.kind === 'map' && isMap(value) && node.pairs.length > 0 && Object.keys(value).length > 0) return mapChanges(node, path, value);
  if (node.kind === 'sequence' && isList(value) && node.items.length > 0 && value.length > 0) return listChanges(node, path, value);
  return [{ op: 'replace', path, value }];
}

function mapChanges(node: MapNode, path: Path, value: { readonly [key: string]: Value }): Step[] {
  const names = node.pairs.map((pair) => keyName(pair));
  if (new Set(names).size < names.length || names.includes(undefined) || node.pairs.some(isMerge)) return [{ op: 'replace', path, value }];
  const changed = node.pairs.flatMap((pair, index) => {
    const name = names[index] ?? '';
    return Object.hasOwn(value, name) ? changesOf(pair.value, [...path, name], value[name] ?? null) : [];
  });
  const added = Object.entries(value).flatMap(([name, item]): Step[] =>
    names.includes(name) ? [] : [{ op: 'add', path, step: name, value: item }],
  );
  const removed = names.flatMap((name = ''): Step[] => (Object.hasOwn(value, name) ? [] : [{ op: 'remove', path: [...path, name] }]));
  return [...changed, ...added, ...removed];
}

/** Equal items stay; as many others as possible change in place. */
function listChanges(node: SequenceNode, path: Path, value: readonly Value[]): Step[] {
  const known = new Map<SourceNode, Value>();
  const old = node.items.map((item) => nodeValue(item, known));
  if (old.length * value.length > 250_000) return [{ op: 'replace', path, value }];
  const kept = commonItems(old, value);
  const steps: Step[] = [];
  // From the end, so that earlier positions stay valid.
  const bounds = [...kept, [old.length, value.length] as const];
  for (let at = bounds.length - 1; at >= 0; at--) {
    const [oldEnd, newEnd] = bounds[at] ?? [0, 0];
    const previous = at === 0 ? undefined : bounds[at - 1];
    const [oldStart, newStart] = previous === undefined ? [0, 0] : [previous[0] + 1, previous[1] + 1];
    const pairs = Math.min(oldEnd - oldStart, newEnd - newStart);
    for (let index = newEnd - 1; index >= newStart + pairs; index--)
      steps.push({ op: 'add', path, step: oldStart + pairs, value: value[index] ?? null });
    for (let index = oldEnd - 1; index >= oldStart + pairs; index--) steps.push({ op: 'remove', path: [...path, index] });
    for (let index = pairs - 1; index >= 0; index--) {
      const item = node.items[oldStart + index];
      if (item !== undefined) steps.push(...changesOf(item, [...path, oldStart + index], value[newStart + index] ?? null));
    }
  }
  return steps;
}

function commonItems(old: readonly Value[], value: readonly Value[]): (readonly [number, number])[] {
  const width = value.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => table[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = value.length - 1; j >= 0; j--)
      table[i * width + j] = sameValue(old[i], value[j]) ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < old.length && j < value.length; ) {
    if (sameValue(old[i], value[j])) found.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return found;
}
