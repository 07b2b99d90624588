import { randomBytes } from 'node:crypto';
import { parseSource } from '../common/yaml/source.ts';
import { keyName, type ScalarNode, type SourceNode } from '../common/yaml/tree.ts';
import type { Path } from '../common/yaml/value.ts';

const PREFIX = 'masked-key-';
const RANDOM_LENGTH = 24;

/** A plain scalar that YAML 1.1 and 1.2 read as the same string in every context. */
const MASK = new RegExp(`${PREFIX}[0-9a-z]{${RANDOM_LENGTH}}(?![0-9a-zA-Z])`, 'g');
/** Characters of a mask's random part that can't match by chance. */
const FRAGMENT = 8;

export function maskOf(random: Uint8Array): string {
  return PREFIX + lettersOf(random.subarray(0, RANDOM_LENGTH));
}

const ALPHABET = Buffer.from('0123456789abcdefghijklmnopqrstuv');

function lettersOf(random: Uint8Array): string {
  return Buffer.from(random.map((byte) => ALPHABET[byte & 31] ?? 0)).toString('latin1');
}

/** For the next masks: each request for random bytes takes longer than all the rest of a mask. */
let letters = '';

/** SECURITY: random, so that a mask reveals nothing and can't be guessed. */
export function newMask(): string {
  if (letters === '') letters = lettersOf(randomBytes(100 * RANDOM_LENGTH));
  const mask = PREFIX + letters.slice(0, RANDOM_LENGTH);
  letters = letters.slice(RANDOM_LENGTH);
  return mask;
}

export function masksIn(text: string): readonly { readonly mask: string; readonly start: number; readonly end: number }[] {
  return Array.from(text.matchAll(MASK), (match) => ({ mask: match[0], start: match.index, end: match.index + match[0].length }));
}

/** In one pass: a text can hold ten thousand. */
export function replaceMasks(text: string, change: (mask: string) => string): string {
  return text.replace(MASK, (mask) => change(mask));
}

export function looksMasked(text: string): boolean {
  return text.toLowerCase().includes(PREFIX);
}

/** Recognises pieces of masks. */
export class Fragments {
  readonly #known = new Set<string>();
  /** Each mask has 17 fragments, and most texts hold nothing like one. */
  readonly #unsplit: string[] = [];

  add(mask: string): void {
    this.#unsplit.push(mask);
  }

  isIn(text: string): boolean {
    for (const [run] of text.matchAll(new RegExp(`[0-9a-v]{${FRAGMENT},}`, 'g'))) {
      for (const mask of this.#unsplit.splice(0)) for (const fragment of windows(mask.slice(PREFIX.length))) this.#known.add(fragment);
      if (windows(run).some((fragment) => this.#known.has(fragment))) return true;
    }
    return false;
  }
}

function windows(text: string): readonly string[] {
  return Array.from({ length: Math.max(0, text.length - FRAGMENT + 1) }, (_, index) => text.slice(index, index + FRAGMENT));
}

export interface MaskPlace {
  readonly mask: string;
  readonly start: number;
  readonly end: number;
  readonly scalar: ScalarNode | null;
  readonly path: Path | null;
  /** Name before the colon: the map's key, or in the comment's line. */
  readonly field: string | undefined;
}

export function maskPlaces(text: string): readonly MaskPlace[] {
  const masks = masksIn(text);
  if (masks.length === 0) return [];
  const source = parseSource(text);
  const scalars = source.ok && source.root !== undefined ? holdersOf(source.root, masks) : [];
  let next = 0;
  return masks.map((found) => {
    while (next < scalars.length && (scalars[next]?.node.end ?? 0) < found.end) next++;
    const holder = scalars[next];
    if (holder !== undefined && holder.node.start <= found.start)
      return { ...found, scalar: holder.node, path: holder.path, field: lastName(holder.path) };
    return { ...found, scalar: null, path: null, field: nameOnLine(text, found.start) };
  });
}

interface Located {
  readonly node: ScalarNode;
  readonly path: Path;
}

/** Scalars with a mask, in order. */
function holdersOf(root: SourceNode, masks: ReturnType<typeof masksIn>): readonly Located[] {
  const found: Located[] = [];
  const path: (string | number)[] = [];
  let next = 0;
  const visitAt = (step: string | number, node: SourceNode): void => {
    path.push(step);
    visit(node);
    path.pop();
  };
  const visit = (node: SourceNode): void => {
    if (node.kind === 'scalar') {
      while (next < masks.length && (masks[next]?.end ?? 0) <= node.start) next++;
      if ((masks[next]?.start ?? Number.POSITIVE_INFINITY) < node.end) found.push({ node, path: [...path] });
    } else if (node.kind === 'sequence') {
      node.items.forEach((item, index) => {
        visitAt(index, item);
      });
    } else if (node.kind === 'map') {
      for (const pair of node.pairs) visitAt(keyName(pair) ?? '?', pair.value);
    }
  };
  visit(root);
  return found;
}

function lastName(path: Path): string | undefined {
  return path.findLast((step) => typeof step === 'string');
}

/** Characters to search back for a name: a line can hold a thousand masks. */
const LONGEST_NAME = 200;

function nameOnLine(text: string, offset: number): string | undefined {
  const before = text.slice(Math.max(0, offset - LONGEST_NAME), offset);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  const colon = line.lastIndexOf(':');
  const named = line.slice(0, Math.max(0, colon)).trimEnd();
  // Not one expression: it would try each letter of the line as the first one of the name.
  const end = named.length - (/["']/.test(named.at(-1) ?? '') ? 1 : 0);
  let start = end;
  while (start > 0 && /[\w./-]/.test(named[start - 1] ?? '')) start--;
  return start < end ? named.slice(start, end) : undefined;
}
