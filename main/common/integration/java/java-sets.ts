import { isDigit, isLetter } from './java-regex-reader.ts';

// The sets of characters that java.util.regex.Pattern names, as predicates of a code point.

export type CharacterSet = (value: number) => boolean;

const between = (from: number, to: number) => (value: number) => value >= from && value <= to;
const isLower = between(0x61, 0x7a);
const isUpper = between(0x41, 0x5a);
const isAscii = between(0, 0x7f);
const isAlphanumeric = (value: number) => isLetter(value) || isDigit(value);
const isPunctuation = (value: number) => value > 0x20 && value < 0x7f && !isAlphanumeric(value);
const oneOf = (characters: string): CharacterSet => {
  const codes = new Set([...characters].map((character) => character.codePointAt(0)));
  return (value) => codes.has(value);
};
const isSpace = oneOf(' \t\n\v\f\r');

export const isLineEnd = oneOf('\n\r\u0085\u2028\u2029');

const LETTERS: Readonly<Record<string, CharacterSet>> = {
  d: isDigit,
  h: oneOf(' \t\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000'),
  s: isSpace,
  v: oneOf('\n\v\f\r\u0085\u2028\u2029'),
  w: (value) => isAlphanumeric(value) || value === 0x5f,
};

export const isNot =
  (set: CharacterSet): CharacterSet =>
  (value) =>
    !set(value);

/** `\d`, `\D` and their like; undefined for other letters. */
export function setOfLetter(letter: string): CharacterSet | undefined {
  const set = LETTERS[letter.toLowerCase()];
  return set === undefined || letter === letter.toLowerCase() ? set : isNot(set);
}

const POSIX: Readonly<Record<string, CharacterSet>> = {
  ASCII: isAscii,
  Alnum: isAlphanumeric,
  Alpha: isLetter,
  Blank: oneOf(' \t'),
  Cntrl: (value) => value < 0x20 || value === 0x7f,
  Digit: isDigit,
  Graph: (value) => value > 0x20 && value < 0x7f,
  Lower: isLower,
  Print: (value) => value >= 0x20 && value < 0x7f,
  Punct: isPunctuation,
  Space: isSpace,
  Upper: isUpper,
  XDigit: (value) => isDigit(value) || between(0x41, 0x46)(value) || between(0x61, 0x66)(value),
};

/** A set of `\p{…}`. undefined: this program's engine has no such set, or a possibly different one. */
export function setOfProperty(name: string): CharacterSet | undefined {
  const posix = POSIX[name];
  if (posix !== undefined) return posix;
  const plain = /^(?:Is)?(C[cfo]|L[ulmo]?|M[nec]?|N[dlo]?|P[cdsefio]?|S[cmko]?|Z[slp]?)$/.exec(name)?.[1];
  const script = plain ?? /^Is(Latin|Greek|Cyrillic|Alphabetic|Lowercase|Uppercase)$/.exec(name)?.[1];
  if (script === undefined) return undefined;
  const expression = new RegExp(/^(?:Latin|Greek|Cyrillic)$/.test(script) ? `^\\p{Script=${script}}$` : `^\\p{${script}}$`, 'u');
  return (value) => expression.test(String.fromCodePoint(value));
}

/** What `\b` takes for a part of a word, up to Java 18. */
export const isOfWord: CharacterSet = (value) =>
  value < 0x80 ? isAlphanumeric(value) || value === 0x5f : /^[\p{L}\p{Nd}]$/u.test(String.fromCodePoint(value));

/** Flag i knows the letters of ASCII only. */
export function inEitherCase(set: CharacterSet): CharacterSet {
  return (value) => set(value) || (isLetter(value) && set(value ^ 0x20));
}
