import { createContext, type ReactNode, useContext } from 'react';
import { middle } from '../words.ts';

/** The words of the search, in small letters. */
export const SearchedWords = createContext<readonly string[]>([]);

/**
 * A text with the search's matches marked. Longer than `max` characters: without its middle, complete in the tooltip.
 */
export function Marked({ text, max, className }: { readonly text: string; readonly max?: number; readonly className?: string }): ReactNode {
  const words = useContext(SearchedWords);
  const shown = max === undefined ? text : middle(text, max);
  return (
    <span {...(className === undefined ? {} : { className })} {...(shown === text ? {} : { title: text })}>
      {words.length === 0 ? shown : partsOf(shown, words)}
    </span>
  );
}

function partsOf(text: string, words: readonly string[]): ReactNode {
  const small = text.toLowerCase();
  // Some letters have another length in lower case: then no mark would be in the right place.
  if (small.length !== text.length) return text;
  const hit = new Uint8Array(text.length);
  for (const word of words) {
    for (let at = small.indexOf(word); at >= 0; at = small.indexOf(word, at + word.length)) hit.fill(1, at, at + word.length);
  }
  const parts: ReactNode[] = [];
  let start = 0;
  for (let end = 1; end <= text.length; end += 1) {
    if (end < text.length && hit[end] === hit[start]) continue;
    const part = text.slice(start, end);
    parts.push(hit[start] === 1 ? <mark key={start}>{part}</mark> : part);
    start = end;
  }
  return parts;
}
