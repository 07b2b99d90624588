import { createContext, type ReactNode, useContext } from 'react';
import { middle } from '../words.ts';

/** The words of the search, in small letters. */
export const SearchedWords = createContext<readonly string[]>([]);

export function isHit(text: string, words: readonly string[]): boolean {
  const small = text.toLowerCase();
  return words.some((word) => small.includes(word));
}

/**
 * A text with the search's matches marked. Longer than `max` characters: without its middle, complete in the tooltip.
 * With a `tail`, its middle goes only where there is no room, and that many last characters stay.
 */
export function Marked({
  text,
  max,
  tail = 0,
  className,
}: {
  readonly text: string;
  readonly max?: number;
  readonly tail?: number;
  readonly className?: string;
}): ReactNode {
  const words = useContext(SearchedWords);
  const named = className === undefined ? {} : { className };
  if (tail > 0 && text.length > 2 * tail) {
    const cut = text.length - tail;
    return (
      <span {...named} title={text}>
        <span className="middle">
          <span>{partsOf(text, words, 0, cut)}</span>
          <span>{partsOf(text, words, cut)}</span>
        </span>
      </span>
    );
  }
  const shown = max === undefined ? text : middle(text, max);
  return (
    <span {...named} {...(shown === text ? {} : { title: text })}>
      {partsOf(shown, words)}
    </span>
  );
}

/** The part of the text between two places, its matches marked. */
function partsOf(text: string, words: readonly string[], from = 0, to = text.length): ReactNode {
  const small = text.toLowerCase();
  // Some letters have another length in lower case: then no mark would be in the right place.
  if (words.length === 0 || small.length !== text.length) return text.slice(from, to);
  const hit = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + word.length)) hit.fill(1, at, at + word.length);
  }
  const parts: ReactNode[] = [];
  let start = from;
  for (let end = from + 1; end <= to; end += 1) {
    if (end < to && hit[end] === hit[start]) continue;
    const part = text.slice(start, end);
    parts.push(hit[start] === 1 ? <mark key={start}>{part}</mark> : part);
    start = end;
  }
  return parts;
}
