// SECURITY: finds copies of what is a secret, where nothing else says so.

import { CORE } from '../../yaml/reading/tag-values.ts';
import type { parseSource } from '../../yaml/source.ts';
import type { Pair, ScalarNode, SourceNode } from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import { FIELDS, TARGET_LABELS, TYPE_LABELS } from '../reading/field-table.ts';

export interface SecretScalar {
  readonly path: Path | null;
  /** UTF-16 offsets, including quotes, a block's `|` and a tag that gives a type, without the line break after it. */
  readonly start: number;
  readonly end: number;
  /** The value, or the source itself for parts, comments and invalid YAML. */
  readonly value: string;
  readonly whole: boolean;
}

/** Shorter values aren't keys and would mask half the text. */
export const SHORTEST = 8;
const VOCABULARY: ReadonlySet<string> = new Set([
  ...FIELDS.flatMap(({ name, choices = [] }) => [
    name,
    ...choices.flatMap(({ value, olderSpelling = '' }) => [String(value), olderSpelling]),
  ]),
  ...Object.keys(TYPE_LABELS),
  ...Object.keys(TARGET_LABELS),
]);

export function repeatedForms(value: string): string[] {
  // Most keys: nothing else is in them, and a text can hold fifty thousand.
  if (/^[\w.]+$/.test(value)) return isForm(value) ? [value] : [];
  return (
    value
      .split(/[\r\n]+/)
      .concat(value)
      .map((line) => line.replace(/^[\s:?#-]+/, '').trimEnd())
      .map((line) => /^(["'])(.*)\1[\s,}\]]*$/.exec(line)?.[2] ?? line)
      // A key may begin with what begins a comment, and base64's padding separates words.
      .flatMap((line) => (line.endsWith('=') ? [line, line.replace(/=+$/, '')] : [line]))
      .concat(value)
      .filter(isForm)
  );
}

function isForm(form: string): boolean {
  return form.length >= SHORTEST && !VOCABULARY.has(form) && !isMask(form);
}

/** Someone may have saved a mask as text. */
function isMask(form: string): boolean {
  return form.startsWith('masked-key-');
}

/** As long as a form at least: most words of a document are shorter. */
const WORD = /[^\s"',]{8,}/g;
/** Next to a secret in code, in URLs and in patterns, each with those before. Not the dot: part of a host is a word. */
const SEPARATORS = ['`;{}[\\]()=&?\\\\', ':/@', '^$|<>!*~“”‘’«»'];
const PARTS = SEPARATORS.map((_, last) => new RegExp(`[^${SEPARATORS.slice(0, last + 1).join('')}]{8,}`, 'g'));
const SEPARATOR = new RegExp(`[${SEPARATORS.join('')}]`);

/** Each word of a text, whole and in parts. `visit` gets those of one `level` in order. */
function words(text: string, visit: (word: string, start: number, level: number) => void): void {
  WORD.lastIndex = 0;
  for (let match = WORD.exec(text); match !== null; match = WORD.exec(text)) {
    const [word] = match;
    visit(word, match.index, 0);
    if (!SEPARATOR.test(word)) continue;
    for (const [level, parts] of PARTS.entries()) {
      parts.lastIndex = 0;
      for (let part = parts.exec(word); part !== null; part = parts.exec(word))
        if (part[0] !== word) visit(part[0], match.index + part.index, level + 1);
    }
  }
}

/** SECURITY: finds unmarked copies of a secret, such as an expanded alias. Linear: looks words up. */
export function repeated(
  text: string,
  source: ReturnType<typeof parseSource>,
  isCopy: (value: string) => boolean,
  marked: readonly SecretScalar[],
  nameOf: (pair: Pair) => string,
): SecretScalar[] {
  const found: SecretScalar[] = [];
  const root = source.ok ? source.root : undefined;
  const isMarked = within(marked);
  eachScalar(root, nameOf, (node, path) => {
    if (!isCopy(node.text)) return;
    const start = typedStart(text, node);
    if (!isMarked(start, node.end)) found.push({ path: path(), start, end: node.end, value: node.text, whole: true });
  });
  const areMarked = [within(marked), ...PARTS.map(() => within(marked))];
  const copies: SecretScalar[] = [];
  words(text, (value, start, level) => {
    if (isCopy(value) && !areMarked[level]?.(start, start + value.length))
      copies.push({ path: null, start, end: start + value.length, value, whole: false });
  });
  return [...found, ...(copies.length === 0 ? copies : located(copies, root, nameOf))];
}

/** With the paths of the values that they are in, for those that are in one. */
function located(copies: readonly SecretScalar[], root: SourceNode | undefined, nameOf: (pair: Pair) => string): SecretScalar[] {
  const sorted = copies.toSorted((one, other) => one.start - other.start);
  const result: SecretScalar[] = [];
  let next = 0;
  const take = (until: number, path: () => Path | null): void => {
    for (let copy = sorted[next]; copy !== undefined && copy.start < until; copy = sorted[++next]) result.push({ ...copy, path: path() });
  };
  eachScalar(root, nameOf, (node, path) => {
    take(node.start, () => null);
    take(node.end, path);
  });
  take(Number.POSITIVE_INFINITY, () => null);
  return result;
}

/** In order. One path for all, made on request: of a hundred thousand values few are found. */
function eachScalar(
  root: SourceNode | undefined,
  nameOf: (pair: Pair) => string,
  visit: (node: ScalarNode, path: () => Path) => void,
): void {
  const steps: (Pair | number)[] = [];
  const path = (): Path => steps.map((step) => (typeof step === 'number' ? step : nameOf(step)));
  const walk = (node: SourceNode): void => {
    if (node.kind === 'scalar') visit(node, path);
    else if (node.kind === 'sequence')
      for (let index = 0; index < node.items.length; index++) walkAt(index, node.items[index] as SourceNode);
    else if (node.kind === 'map') for (const pair of node.pairs) walkAt(pair, pair.value);
  };
  const walkAt = (step: Pair | number, node: SourceNode): void => {
    steps.push(step);
    walk(node);
    steps.pop();
  };
  if (root !== undefined) walk(root);
}

/** Whether a place is in one of the ranges. Both come in order: most of what is found again is marked already. */
function within(ranges: readonly SecretScalar[]): (start: number, end: number) => boolean {
  let next = 0;
  return (start, end) => {
    while (next + 1 < ranges.length && (ranges[next + 1]?.start ?? 0) <= start) next++;
    const range = ranges[next];
    return range !== undefined && range.start <= start && end <= range.end;
  };
}

/** SECURITY: paths are shown, so a name with a copied secret becomes "?". */
export function withoutNames(found: readonly SecretScalar[], copies: readonly SecretScalar[]): readonly SecretScalar[] {
  const secrets = new Set(copies.flatMap(({ path, value }) => (path === null ? [value] : [])));
  if (secrets.size === 0) return found;
  const seen = new Map<string, boolean>();
  const isSecret = (name: string): boolean => {
    let known = seen.get(name) ?? secrets.has(name);
    if (!seen.has(name))
      words(name, (word) => {
        known ||= secrets.has(word);
      });
    seen.set(name, known);
    return known;
  };
  return found.map((secret) => {
    if (secret.path?.some((step) => typeof step === 'string' && isSecret(step)) !== true) return secret;
    return { ...secret, path: secret.path.map((step) => (typeof step === 'string' && isSecret(step) ? '?' : step)) };
  });
}

/** Includes a tag such as `!!int`: a mask isn't a number. */
export function typedStart(text: string, { meaning, tag = '', start }: ScalarNode): number {
  if (meaning === undefined || meaning === '!' || meaning === `${CORE}str`) return start;
  const tagged = text.lastIndexOf(tag, start - 1);
  return tagged >= 0 && text.slice(tagged + tag.length, start).trim() === '' ? tagged : start;
}
