// Matches entries of two versions. They have no identity, so position, name, type, target and fields decide.

import type { Value } from '../value.ts';
import { differences } from './lines.ts';
import { sameValue } from './same.ts';

/** For each item of `after`, its unique position in `before`; undefined: new. */
export function matchItems(before: readonly Value[], after: readonly Value[]): (number | undefined)[] {
  // Most items are the same in both, and their canonical form takes longer than a comparison.
  let start = 0;
  while (start < before.length && start < after.length && sameValue(before[start], after[start])) start++;
  let [oldEnd, nowEnd] = [before.length, after.length];
  while (oldEnd > start && nowEnd > start && sameValue(before[oldEnd - 1], after[nowEnd - 1])) {
    oldEnd--;
    nowEnd--;
  }
  const between = matchBetween(before.slice(start, oldEnd), after.slice(start, nowEnd));
  return after.map((_, position) => {
    if (position < start) return position;
    if (position >= nowEnd) return position - nowEnd + oldEnd;
    const index = between[position - start];
    return index === undefined ? undefined : index + start;
  });
}

function matchBetween(before: readonly Value[], after: readonly Value[]): (number | undefined)[] {
  const old = before.map(canonical);
  const now = after.map(canonical);
  const matches: (number | undefined)[] = new Array(after.length).fill(undefined);
  const free = new Set(before.keys());
  const match = (position: number, of: number) => {
    matches[position] = of;
    free.delete(of);
  };
  let [i, j] = [0, 0];
  for (const hunk of [...differences(old, now), { oldStart: old.length, oldEnd: old.length, newStart: now.length, newEnd: now.length }]) {
    while (i < hunk.oldStart) match(j++, i++);
    i = hunk.oldEnd;
    j = hunk.newEnd;
  }
  const elsewhere = new Map<string, number[]>();
  for (const index of [...free].reverse()) elsewhere.set(old[index] ?? '', [...(elsewhere.get(old[index] ?? '') ?? []), index]);
  for (const [position, text] of now.entries()) {
    const same = matches[position] === undefined ? elsewhere.get(text)?.pop() : undefined;
    if (same !== undefined) match(position, same);
  }
  const rest = [...now.keys()].filter((position) => matches[position] === undefined);
  const candidates = alike(before, after, [...free], rest, matches);
  for (const { index, position } of candidates) if (free.has(index) && matches[position] === undefined) match(position, index);
  return matches;
}

/** JSON with sorted names. */
export function canonical(value: Value): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${(value as readonly Value[]).map(canonical).join()}]`;
  const map = value as { readonly [name: string]: Value };
  const names = Object.keys(map).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(map[name] ?? null)}`).join()}}`;
}

/** Pairs compared; beyond it only the item after the neighbour's match. */
const MAX_PAIRS = 40_000;

function alike(
  before: readonly Value[],
  after: readonly Value[],
  free: readonly number[],
  rest: readonly number[],
  matches: readonly (number | undefined)[],
) {
  const few = free.length * rest.length <= MAX_PAIRS;
  const open = new Set(free);
  const oldLeaves = new Map(free.map((index) => [index, leavesOf(before[index] ?? null)]));
  const found: { index: number; position: number; score: number; distance: number }[] = [];
  let [reached, expected] = [0, 0];
  for (const position of rest) {
    const value = after[position] ?? null;
    const leaves = leavesOf(value);
    while (reached < position) expected = (matches[reached++] ?? expected) + 1;
    for (const index of few ? free : open.has(expected) ? [expected] : []) {
      const score = likeness(before[index] ?? null, value, oldLeaves.get(index) ?? new Set(), leaves);
      const distance = Math.abs(index - expected);
      if (score >= (distance <= 1 ? 0.34 : 0.5)) found.push({ index, position, score, distance });
    }
  }
  return found.sort((one, other) => other.score - one.score || one.distance - other.distance || one.position - other.position);
}

/** Share of equal leaves, 0 to 1; a common name weighs more. */
function likeness(old: Value, now: Value, oldLeaves: ReadonlySet<string>, leaves: ReadonlySet<string>): number {
  const [oldKey, key] = [soleKey(old), soleKey(now)];
  if (oldKey !== undefined || key !== undefined) return oldKey === key ? 1 : 0;
  let common = 0;
  for (const leaf of leaves) if (oldLeaves.has(leaf)) common++;
  const share = (2 * common) / Math.max(1, leaves.size + oldLeaves.size);
  const [oldName, name] = [nameOf(old), nameOf(now)];
  return oldName !== undefined && oldName === name ? share + 1 : share;
}

/** Its only key identifies a `val-` entry and a one-key map. */
function soleKey(value: Value): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const keys = Object.keys(value);
  return keys.length === 1 ? keys[0] : undefined;
}

function nameOf(value: Value): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const name = (value as { readonly [key: string]: Value }).name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function leavesOf(value: Value, path = '', leaves: Set<string> = new Set()): Set<string> {
  if (typeof value !== 'object' || value === null) leaves.add(`${path}=${JSON.stringify(value)}`);
  else if (Array.isArray(value)) for (const item of value) leavesOf(item, `${path}/-`, leaves);
  else for (const [name, item] of Object.entries(value)) leavesOf(item, `${path}/${name}`, leaves);
  return leaves;
}
