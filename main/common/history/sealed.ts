// A text without its secrets, and how they come back. Holes are positions, so no text can imitate one.

import { repeatedForms, type SecretScalar } from '../integration/secrets/secret-copies.ts';
import { secretScalars } from '../integration/secrets/secret-scan.ts';
import { parseSource } from '../yaml/source.ts';
import type { SourceNode } from '../yaml/tree.ts';

export type Digest = (secret: string) => string;

/** How the secrets in the texts of one ConfigMap are found and named. */
export interface Sealing {
  readonly digest: Digest;
  /** Secrets of its other texts (`repeatedForms`), which are secrets here, too. */
  readonly known: ReadonlySet<string>;
}

export interface Hole {
  /** UTF-16 offset. Quotes around the secret stay in the text. */
  readonly at: number;
  readonly digest: string;
}

export interface SealedText {
  readonly text: string;
  readonly holes: readonly Hole[];
  /** Whether it was valid YAML. Absent: an earlier version of the program sealed it, by other rules. */
  readonly valid?: boolean | undefined;
}

/** A sealed text as JSON in UTF-8. Main passes it on unread: it can have a hundred thousand holes. */
export type SealedBytes = Uint8Array;

const packedTexts = new WeakMap<SealedBytes, SealedText>();

export function packed(sealed: SealedText): SealedBytes {
  const bytes = new TextEncoder().encode(JSON.stringify(sealed));
  packedTexts.set(bytes, sealed);
  return bytes;
}

/** `bytes`: what `packed` made, now or in an earlier run. */
export function unpacked(bytes: SealedBytes): SealedText {
  const sealed = packedTexts.get(bytes) ?? (JSON.parse(new TextDecoder().decode(bytes)) as SealedText);
  packedTexts.set(bytes, sealed);
  return sealed;
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
const scanned = new WeakMap<readonly SecretScalar[], { readonly digest: Digest; readonly spellings: readonly Spelling[] }>();

export function spellings(text: string, { digest, known }: Sealing): readonly Spelling[] {
  const scalars = secretScalars(text, known);
  const before = scanned.get(scalars);
  if (before?.digest === digest) return before.spellings;
  const found = scalars.map(({ start, end, value, whole }) => {
    const source = text.slice(start, end);
    const quote = quoteOf(source);
    const secret = whole || quote === '' ? value : source.slice(1, -1);
    return { digest: digest(secret), value: secret, source, quote, whole, start, end };
  });
  scanned.set(scalars, { digest, spellings: found });
  return found;
}

/** SECURITY: removes everything that a view may not see, so no key is ever written to a file. */
export function seal(text: string, sealing: Sealing): SealedText {
  return { ...sealedAt(text, spellings(text, sealing)), valid: parseSource(text).ok };
}

/** Shorter than anything that is looked for. */
const FILLER = 'x';

/** Whether its digests are those of keys: in a broken text, whole lines can look like one. */
export function isValid(sealed: SealedText): boolean {
  return sealed.valid ?? parseSource(opened(sealed, () => FILLER)).ok;
}

/** Seals what has become known as a secret since, too. */
export function sealedAgain(sealed: SealedText, sealing: Sealing): SealedText {
  const text = opened(sealed, () => FILLER);
  const own = sealed.holes.map(({ at, digest }, index) => {
    const start = at + index * FILLER.length;
    return { start, end: start + FILLER.length, quote: '', digest } as const;
  });
  let next = 0;
  const more = spellings(text, sealing).filter(({ start, end, value }) => {
    while (next < own.length && (own[next]?.end ?? 0) <= start) next++;
    return sealing.known.has(value) && (own[next]?.start ?? Number.POSITIVE_INFINITY) >= end;
  });
  if (more.length === 0) return sealed;
  const again = sealedAt(
    text,
    [...own, ...more].sort((one, other) => one.start - other.start),
  );
  return { ...again, valid: sealed.valid };
}

function sealedAt(text: string, places: readonly Pick<Spelling, 'start' | 'end' | 'quote' | 'digest'>[]): SealedText {
  const holes: Hole[] = [];
  let sealed = '';
  let cursor = 0;
  for (const { start, end, quote, digest } of places) {
    sealed += text.slice(cursor, start) + quote;
    holes.push({ at: sealed.length, digest });
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
  constructor(nonce: string, digests = '') {
    this.nonce = nonce;
    for (const [digest] of digests.matchAll(/[^,]+/g)) this.wordFor(digest);
  }

  /** With commas: one text goes to another thread faster than fifty thousand. */
  get digests(): string {
    return [...this.#words.keys()].join();
  }

  readonly wordFor = (digest: string): string => {
    const known = this.#words.get(digest);
    if (known !== undefined) return known;
    const word = `kept-key-${this.nonce}-${this.#words.size}-`;
    this.#words.set(digest, word);
    this.#digests.set(word, digest);
    return word;
  };

  /** The text with something else in place of each word. */
  replaced(text: string, by: (digest: string) => string): string {
    let result = '';
    let cursor = 0;
    for (const { digest, start, end } of this.in(text)) {
      result += text.slice(cursor, start) + by(digest);
      cursor = end;
    }
    return result + text.slice(cursor);
  }

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

/** Stands for a key that is no longer known. */
export const LOST = '<key>';

/** Also finds these, where nothing but an earlier version says that they are secrets. */
export function withSecrets({ digest, known }: Sealing, secrets: readonly KnownSecret[]): Sealing {
  return { digest, known: new Set([...known, ...secrets.flatMap(({ value }) => repeatedForms(value))]) };
}

/** Replaces words with secrets, in order. undefined: the result would read as other secrets or places. */
export function filled(text: string, words: Words, secrets: readonly KnownSecret[], sealing: Sealing): string | undefined {
  let result = '';
  let cursor = 0;
  const places = words.in(text);
  const whole = wholeScalars(text);
  for (const [index, { start, end }] of places.entries()) {
    const secret = secrets[index];
    if (secret === undefined) return undefined;
    const before = text[start - 1];
    const quote: Quote = (before === '"' || before === "'") && text[end] === before ? before : '';
    const from = start - quote.length;
    result += text.slice(cursor, from) + (whole.has(from) ? spelt(secret, quote) : quote + secret.value + quote);
    cursor = end + quote.length;
  }
  result += text.slice(cursor);
  // SECURITY: the proof. A value that reads differently, or makes room for another secret, gives another list.
  const found = spellings(result, sealing).filter(({ value }) => value !== LOST);
  const wanted = secrets.filter(({ value }) => value !== LOST);
  return places.length === secrets.length &&
    found.length === wanted.length &&
    found.every((one, index) => one.digest === sealing.digest(wanted[index]?.value ?? ''))
    ? result
    : undefined;
}

/** Where a scalar starts that is nothing but one word. Elsewhere, a spelling with a tag or of a block doesn't fit. */
function wholeScalars(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (node: SourceNode): void => {
    if (node.kind === 'sequence') node.items.forEach(visit);
    else if (node.kind === 'map')
      for (const { key, value } of node.pairs) {
        visit(key);
        visit(value);
      }
    else if (node.kind === 'scalar' && WORD.test(node.text)) found.add(node.start);
  };
  const source = parseSource(text);
  if (source.ok && source.root !== undefined) visit(source.root);
  return found;
}

const WORD = /^kept-key-[0-9a-f]+-\d+-$/;

function spelt({ value, sources }: KnownSecret, quote: Quote): string {
  if (quote === '' && sources.includes(value)) return value;
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
