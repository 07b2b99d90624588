import { END } from './java-regex-reader.ts';
import { type CharacterSet, isLineEnd, isOfWord } from './java-sets.ts';

// What a compiled expression is made of: each node matches at a place, and continues with the next node.

/** For each name. Some 10 ms. */
export const MOST_STEPS = 100_000;

export class TooLong extends Error {}

/** One run over one name. */
export interface Run {
  readonly text: readonly number[];
  /** Start and end of each group; -1: not matched. */
  readonly groups: number[];
  steps: number;
}

type Next = (at: number) => boolean;
export type Node = (run: Run, at: number, next: Next) => boolean;

export const nothing: Node = (_run, at, next) => next(at);

export const one =
  (set: CharacterSet): Node =>
  (run, at, next) => {
    if (++run.steps > MOST_STEPS) throw new TooLong();
    const value = run.text[at];
    return value !== undefined && set(value) && next(at + 1);
  };

export const both =
  (first: Node, second: Node): Node =>
  (run, at, next) =>
    first(run, at, (end) => second(run, end, next));

export const either =
  (nodes: readonly Node[]): Node =>
  (run, at, next) =>
    nodes.some((node) => node(run, at, next));

/** The first way to match, and no other. */
export const firstOnly =
  (node: Node): Node =>
  (run, at, next) => {
    const end = endOf(node, run, at);
    return end !== null && next(end);
  };

function endOf(node: Node, run: Run, at: number): number | null {
  let end: number | null = null;
  node(run, at, (reached) => {
    end = reached;
    return true;
  });
  return end;
}

export const at =
  (holds: (text: readonly number[], place: number) => boolean): Node =>
  (run, place, next) =>
    holds(run.text, place) && next(place);

export const begins = at((_text, place) => place === 0);
export const ends = at((text, place) => place === text.length);
/** At the end, or before the last line's end. */
export const endsLine = at((text, place) => {
  const left = text.length - place;
  if (left === 2) return text[place] === 13 && text[place + 1] === 10;
  return left === 0 || (left === 1 && isLineEnd(text[place] ?? END) && !isBetweenCrLf(text, place));
});
export const beginsAnyLine = at(
  (text, place) => place < text.length && (place === 0 || (isLineEnd(text[place - 1] ?? END) && !isBetweenCrLf(text, place))),
);
export const endsAnyLine = at((text, place) => place === text.length || (isLineEnd(text[place] ?? END) && !isBetweenCrLf(text, place)));
const isBetweenCrLf = (text: readonly number[], place: number) => text[place - 1] === 13 && text[place] === 10;
export const isBoundary = (text: readonly number[], place: number) => isOfWord(text[place - 1] ?? END) !== isOfWord(text[place] ?? END);

export function repeated(node: Node, least: number, most: number, kind: 'greedy' | 'lazy' | 'possessive'): Node {
  if (kind === 'possessive') {
    return (run, start, next) => {
      let place = start;
      for (let count = 0; count < most; count += 1) {
        const end = endOf(node, run, place);
        if (end === null && count < least) return false;
        if (end === null || end === place) break;
        place = end;
      }
      return next(place);
    };
  }
  const from = (run: Run, place: number, count: number, before: number, next: Next): boolean => {
    if (++run.steps > MOST_STEPS) throw new TooLong();
    // A round that matched nothing is the last one.
    if (count > 0 && place === before) return next(place);
    const again = () => node(run, place, (end) => from(run, end, count + 1, place, next));
    if (count < least) return again();
    if (kind === 'lazy') return next(place) || (count < most && again());
    return (count < most && again()) || next(place);
  };
  return (run, start, next) => from(run, start, 0, -1, next);
}

export function looking(node: Node, positive: boolean): Node {
  return (run, place, next) => (endOf(node, run, place) !== null) === positive && next(place);
}

export function lookingBack(node: Node, positive: boolean): Node {
  return (run, place, next) => {
    const stands = () => {
      for (let start = place; start >= 0; start -= 1) if (node(run, start, (end) => end === place)) return true;
      return false;
    };
    return stands() === positive && next(place);
  };
}
