// A text without its secrets, and how they come back. Holes are positions, so no text can imitate one.

import { type SecretScalar, secretScalars } from '../integration/secrets/secret-scan.ts';

export type Digest = (secret: string) => string;

export interface Hole {
  /** UTF-16 offset. Quotes around the secret stay in the text. */
  readonly at: number;
  readonly digest: string;
}

export interface SealedText {
  readonly text: string;
  readonly holes: readonly Hole[];
}

export interface Spelling {
  readonly digest: string;
  readonly value: string;
  readonly source: string;
  readonly quote: Quote;
  readonly whole: boolean;
  readonly start: number;
  readonly end: number;
}

type Quote = '"' | "'" | '';

/** One change asks for those of a text several times. By what the text's scan found. */
const known = new WeakMap<readonly SecretScalar[], { readonly digest: Digest; readonly spellings: readonly Spelling[] }>();

export function spellings(text: string, digest: Digest): readonly Spelling[] {
  const scalars = secretScalars(text);
  const before = known.get(scalars);
  if (before?.digest === digest) return before.spellings;
  const found = scalars.map(({ start, end, value, whole }) => {
    const source = text.slice(start, end);
    const quote = quoteOf(source);
    const secret = whole || quote === '' ? value : source.slice(1, -1);
    return { digest: digest(secret), value: secret, source, quote, whole, start, end };
  });
  known.set(scalars, { digest, spellings: found });
  return found;
}

/** SECURITY: removes everything that a view may not see, so no key is ever written to a file. */
export function seal(text: string, digest: Digest): SealedText {
  const holes: Hole[] = [];
  let sealed = '';
  let cursor = 0;
  for (const { start, end, quote, digest: own } of spellings(text, digest)) {
    sealed += text.slice(cursor, start) + quote;
    holes.push({ at: sealed.length, digest: own });
    sealed += quote;
    cursor = end;
  }
  return { text: sealed + text.slice(cursor), holes };
}

export function opened({ text, holes }: SealedText, word: (digest: string) => string): string {
  let result = '';
  let cursor = 0;
  for (const { at, digest } of holes) {
    result += text.slice(cursor, at) + word(digest);
    cursor = at;
  }
  return result + text.slice(cursor);
}

export function isSameSealed(one: SealedText, other: SealedText): boolean {
  return (
    one.text === other.text &&
    one.holes.length === other.holes.length &&
    one.holes.every(({ at, digest }, index) => other.holes[index]?.at === at && other.holes[index]?.digest === digest)
  );
}

/** Unique words that replace secrets during a merge. None occurs in any of the texts. */
export class Words {
  readonly nonce: string;
  readonly #words = new Map<string, string>();
  readonly #digests = new Map<string, string>();

  /** `digests`: of words that another one gave out. */
  constructor(nonce: string, digests: readonly string[] = []) {
    this.nonce = nonce;
    for (const digest of digests) this.wordFor(digest);
  }

  get digests(): readonly string[] {
    return [...this.#words.keys()];
  }

  readonly wordFor = (digest: string): string => {
    const known = this.#words.get(digest);
    if (known !== undefined) return known;
    const word = `kept-key-${this.nonce}-${this.#words.size}-`;
    this.#words.set(digest, word);
    this.#digests.set(word, digest);
    return word;
  };

  in(text: string): readonly { readonly digest: string; readonly start: number; readonly end: number }[] {
    const pattern = new RegExp(`kept-key-${this.nonce}-\\d+-`, 'g');
    return Array.from(text.matchAll(pattern), (match) => ({
      digest: this.#digests.get(match[0]) ?? '',
      start: match.index,
      end: match.index + match[0].length,
    }));
  }
}

export interface KnownSecret {
  readonly value: string;
  readonly sources: readonly string[];
}

/** Replaces words with secrets, in order. undefined: the result would read as other secrets or places. */
export function filled(text: string, words: Words, secrets: readonly KnownSecret[], digest: Digest): string | undefined {
  let result = '';
  let cursor = 0;
  const places = words.in(text);
  for (const [index, { start, end }] of places.entries()) {
    const secret = secrets[index];
    if (secret === undefined) return undefined;
    const before = text[start - 1];
    const quote: Quote = (before === '"' || before === "'") && text[end] === before ? before : '';
    const from = start - quote.length;
    result += text.slice(cursor, from) + spelt(secret, quote);
    cursor = end + quote.length;
  }
  result += text.slice(cursor);
  // SECURITY: the proof. A value that reads differently, or makes room for another secret, gives another list.
  const found = spellings(result, digest);
  return found.length === places.length && found.every((one, index) => one.digest === digest(secrets[index]?.value ?? ''))
    ? result
    : undefined;
}

function spelt({ value, sources }: KnownSecret, quote: Quote): string {
  const seen = sources.find((source) => quoteOf(source) === quote);
  if (seen !== undefined) return seen;
  if (quote === '"') return JSON.stringify(value);
  if (quote === "'") return `'${value.replaceAll("'", "''")}'`;
  return value;
}

function quoteOf(source: string): Quote {
  const first = source[0];
  return source.length >= 2 && (first === '"' || first === "'") && source.endsWith(first) ? first : '';
}
