import { nouns } from './strings.ts';

/** Cuts the middle, where names differ least. */
export function shortName(name: string, length: number): string {
  const characters = plainCharacters(name);
  if (characters.length <= length) return characters.join('');
  const head = Math.ceil((length - 1) / 2);
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - (length - 1 - head)).join('')}`;
}

export function shortSentence(sentence: string, length: number): string {
  const characters = plainCharacters(sentence);
  return characters.length <= length
    ? characters.join('')
    : `${characters
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`;
}

// SECURITY: other people's names and messages: drops line breaks, control and direction characters.
function plainCharacters(text: string): string[] {
  return [...text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()];
}

/** "1 cluster", "3 clusters". */
export function plural(number: number, noun: keyof typeof nouns): string {
  return `${number} ${nouns[noun][number === 1 ? 0 : 1]}`;
}
