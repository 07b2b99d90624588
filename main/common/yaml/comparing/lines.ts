import { behindBreak, lineEnd } from '../text.ts';

/** Lines count from 0; ends are exclusive. */
export interface Hunk {
  readonly oldStart: number;
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

/** Limit between two unique common lines; beyond it the whole part counts as replaced. */
const MAX_DIFFERENCES = 1_000;

export function differences(old: readonly string[], changed: readonly string[]): Hunk[] {
  let start = 0;
  while (start < old.length && start < changed.length && old[start] === changed[start]) start++;
  let oldEnd = old.length;
  let newEnd = changed.length;
  while (oldEnd > start && newEnd > start && old[oldEnd - 1] === changed[newEnd - 1]) {
    oldEnd--;
    newEnd--;
  }
  if (start === oldEnd && start === newEnd) return [];
  const whole = [{ oldStart: start, oldEnd, newStart: start, newEnd }];
  if (start === oldEnd || start === newEnd) return whole;
  const [from, to] = [old.slice(start, oldEnd), changed.slice(start, newEnd)];
  return (myers(from, to) ?? betweenAnchors(from, to) ?? whole).map((hunk) => moved(hunk, start));
}

/** Splits at lines unique in both texts and in the same order ("patience diff"). undefined: none. */
function betweenAnchors(old: readonly string[], changed: readonly string[]): Hunk[] | undefined {
  const once = (lines: readonly string[]) => {
    const positions = new Map<string, number>();
    for (const [at, line] of lines.entries()) positions.set(line, positions.has(line) ? -1 : at);
    return positions;
  };
  const inNew = once(changed);
  const pairs = [...once(old)].flatMap(([line, at]): [number, number][] => {
    const other = inNew.get(line);
    return at < 0 || other === undefined || other < 0 ? [] : [[at, other]];
  });
  const anchors = rising(pairs.sort(([one], [other]) => one - other));
  if (anchors.length === 0) return undefined;
  const hunks: Hunk[] = [];
  let [i, j] = [0, 0];
  for (const [at, other] of [...anchors, [old.length, changed.length] as const]) {
    for (const hunk of differences(old.slice(i, at), changed.slice(j, other)))
      hunks.push({ oldStart: hunk.oldStart + i, oldEnd: hunk.oldEnd + i, newStart: hunk.newStart + j, newEnd: hunk.newEnd + j });
    [i, j] = [at + 1, other + 1];
  }
  return hunks;
}

function rising(pairs: readonly (readonly [number, number])[]): (readonly [number, number])[] {
  const ends: number[] = [];
  const before: number[] = [];
  for (const [at, [, value]] of pairs.entries()) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before.push(ends[low - 1] ?? -1);
    ends[low] = at;
  }
  const run: (readonly [number, number])[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) run.push(pair);
  }
  return run.reverse();
}

function moved(hunk: Hunk, by: number): Hunk {
  return { oldStart: hunk.oldStart + by, oldEnd: hunk.oldEnd + by, newStart: hunk.newStart + by, newEnd: hunk.newEnd + by };
}

/** Source: E. W. Myers, "An O(ND) difference algorithm …" (1986), greedy form. undefined: too many differences. */
function myers(old: readonly string[], changed: readonly string[]): Hunk[] | undefined {
  const limit = Math.min(old.length + changed.length, MAX_DIFFERENCES);
  const offset = limit + 1;
  const furthest = new Int32Array(2 * limit + 3);
  const trace: Int32Array[] = [];
  for (let distance = 0; distance <= limit; distance++) {
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      const left = furthest[offset + diagonal - 1] ?? 0;
      const right = furthest[offset + diagonal + 1] ?? 0;
      let x = diagonal === -distance || (diagonal !== distance && left < right) ? right : left + 1;
      while (x < old.length && x - diagonal < changed.length && old[x] === changed[x - diagonal]) x++;
      furthest[offset + diagonal] = x;
      if (x >= old.length && x - diagonal >= changed.length) return backtrack(trace, old.length, changed.length);
    }
    trace.push(furthest.slice(offset - distance - 1, offset + distance + 2));
  }
  return undefined;
}

function backtrack(trace: readonly Int32Array[], oldLength: number, newLength: number): Hunk[] {
  const hunks: Hunk[] = [];
  let x = oldLength;
  let y = newLength;
  for (let distance = trace.length; distance > 0; distance--) {
    const before = trace[distance - 1] ?? new Int32Array(0);
    // Row d holds diagonals -d-1 to d+1.
    const at = (diagonal: number) => before[diagonal + distance] ?? 0;
    const diagonal = x - y;
    const down = diagonal === -distance || (diagonal !== distance && at(diagonal - 1) < at(diagonal + 1));
    const previous = down ? diagonal + 1 : diagonal - 1;
    const fromX = at(previous);
    const fromY = fromX - previous;
    const hunk = down
      ? { oldStart: fromX, oldEnd: fromX, newStart: fromY, newEnd: fromY + 1 }
      : { oldStart: fromX, oldEnd: fromX + 1, newStart: fromY, newEnd: fromY };
    const next = hunks[0];
    if (next !== undefined && next.oldStart === hunk.oldEnd && next.newStart === hunk.newEnd)
      hunks[0] = { ...hunk, oldEnd: next.oldEnd, newEnd: next.newEnd };
    else hunks.unshift(hunk);
    x = fromX;
    y = fromY;
  }
  return hunks;
}

/** With their breaks. */
export function linesOf(text: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const next = behindBreak(text, lineEnd(text, start));
    lines.push(text.slice(start, next));
    start = next;
  }
  return lines;
}

/** Adds a break to a last line that has none. */
function linesWithBreaks(text: string, eol: string): string[] {
  const lines = linesOf(text);
  const last = lines.at(-1);
  if (last !== undefined && !/[\r\n]$/.test(last)) lines[lines.length - 1] = last + eol;
  return lines;
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly lines: readonly string[];
}

function changesOf(base: readonly string[], text: readonly string[]): Change[] {
  return differences(base, text).map((hunk) => ({ start: hunk.oldStart, end: hunk.oldEnd, lines: text.slice(hunk.newStart, hunk.newEnd) }));
}

/** Symmetric. Changes of adjacent lines don't conflict: the proof comes later. undefined: both changed a line. */
export function mergeLines(base: string, one: string, other: string): string | undefined {
  const eol = /\r\n?|\n/.exec(base + one + other)?.[0] ?? '\n';
  const lines = linesWithBreaks(base, eol);
  const changes = [
    ...changesOf(lines, linesWithBreaks(one, eol)).map((change) => ({ ...change, side: 0 })),
    ...changesOf(lines, linesWithBreaks(other, eol)).map((change) => ({ ...change, side: 1 })),
  ];
  changes.sort((a, b) => a.start - b.start || a.end - b.end || (a.lines.join('') < b.lines.join('') ? -1 : 1));
  const merged: string[] = [];
  let cursor = 0;
  let previous: (typeof changes)[number] | undefined;
  for (const change of changes) {
    if (
      previous !== undefined &&
      previous.start === change.start &&
      previous.end === change.end &&
      previous.lines.join('') === change.lines.join('')
    )
      continue;
    const overlaps = change.start < cursor || (previous !== undefined && previous.start === change.start && previous.end > previous.start);
    if (overlaps) return undefined;
    merged.push(lines.slice(cursor, change.start).join(''), change.lines.join(''));
    cursor = change.end;
    previous = change;
  }
  merged.push(lines.slice(cursor).join(''));
  const text = merged.join('');
  return endsOpen(base, one, other) ? text.replace(/(?:\r\n?|\n)$/, '') : text;
}

function endsOpen(base: string, one: string, other: string): boolean {
  const open = (text: string) => text !== '' && !/[\r\n]$/.test(text);
  return open(base) ? open(one) && open(other) : open(one) || open(other);
}
