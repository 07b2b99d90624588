// SECURITY: finds secrets so that main can mask them before the text leaves it: by structure in valid YAML, by line in
// comments and invalid YAML. In doubt it is a secret: a mask too many costs a click, one too few a key.

import { commentRuns } from '../../yaml/comments.ts';
import { MAX_DEPTH } from '../../yaml/compose.ts';
import { plainValue } from '../../yaml/reading/plain-value.ts';
import { parseSource } from '../../yaml/source.ts';
import { lineEnd } from '../../yaml/text.ts';
import {
  keyName,
  type MapNode,
  type Pair,
  resolved,
  type ScalarNode,
  type SequenceNode,
  type Source,
  type SourceNode,
} from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import { repeated, repeatedForms, type SecretScalar, SHORTEST, typedStart, withoutNames } from './secret-copies.ts';
import { isBehindName, secretsInLines, secretValueIn } from './secret-lines.ts';
import {
  isKeyLike,
  isSecretName,
  isSecretShaped,
  isValueName,
  type SecretPart,
  secretPartsOfUrls,
  withoutSecretParts,
  withoutUrls,
} from './secret-words.ts';

const NONE: ReadonlySet<string> = new Set();

/** In order, no overlaps. Never throws. `known`: secrets of other versions (`repeatedForms`) to find here too. */
export function secretScalars(text: string, known = NONE): readonly SecretScalar[] {
  const source = parseSource(text);
  const own = scanned(text, source);
  if (known.size === 0) return own.found;
  const before = knownScans.get(source);
  if (before !== undefined && before.known === known && before.size === known.size) return before.found;
  const found = holdsAll(own.forms, known) ? own.found : withRepeated(text, source, own.marked, new Set([...known, ...own.forms]));
  knownScans.set(source, { known, size: known.size, found });
  return found;
}

/** Those that other texts of a ConfigMap can be searched for: a broken text may take other fields for keys. */
export function lastingSecrets(text: string, known = NONE): readonly SecretScalar[] {
  const found = secretScalars(text, known);
  return parseSource(text).ok ? found : found.filter(({ start }) => isBehindName(text, start));
}

/** What occurs outside the text's own secrets, as a value or a word, and is a copy of another version's one. */
export function copiesIn(text: string, isCopy: (value: string) => boolean): readonly string[] {
  const source = parseSource(text);
  const found = repeated(
    text,
    source,
    (value) => value.length >= SHORTEST && isCopy(value),
    scanned(text, source).marked,
    (pair) => nameOf(text, pair),
  );
  return [...new Set(found.map(({ value }) => value))];
}

function scanned(text: string, source: ReturnType<typeof parseSource>): PlainScan {
  const own = plainScans.get(source) ?? plainScan(text, source);
  plainScans.set(source, own);
  return own;
}

function holdsAll(set: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const one of wanted) if (!set.has(one)) return false;
  return true;
}

interface PlainScan {
  /** In order. By structure, in comments or by line, before their copies are looked for. */
  readonly marked: readonly SecretScalar[];
  readonly forms: ReadonlySet<string>;
  readonly found: readonly SecretScalar[];
}

const plainScans = new WeakMap<object, PlainScan>();
const knownScans = new WeakMap<
  object,
  { readonly known: ReadonlySet<string>; readonly size: number; readonly found: readonly SecretScalar[] }
>();

function plainScan(text: string, source: ReturnType<typeof parseSource>): PlainScan {
  const found = source.ok ? [...structural(source), ...inComments(source)] : lexical(text, secretsInLines(text, 0, text.length));
  const marked = found.toSorted(byStart);
  // A text can hold one key ten thousand times.
  const values = new Set(marked.map(({ value }) => value));
  const forms = new Set([...values].flatMap(repeatedForms));
  return { marked, forms, found: withRepeated(text, source, marked, forms) };
}

function withRepeated(
  text: string,
  source: ReturnType<typeof parseSource>,
  marked: readonly SecretScalar[],
  forms: ReadonlySet<string>,
): readonly SecretScalar[] {
  if (forms.size === 0) return withoutOverlaps(marked, text);
  const copies = repeated(
    text,
    source,
    (value) => forms.has(value),
    marked,
    (pair) => nameOf(text, pair),
  );
  return withoutOverlaps(withoutNames([...marked, ...copies], copies), text);
}

function lexical(text: string, parts: readonly SecretPart[]): SecretScalar[] {
  return parts.map(({ start, end }) => ({ path: null, start, end, value: text.slice(start, end), whole: false }));
}

function structural(source: Source): SecretScalar[] {
  const { text } = source;
  const found: SecretScalar[] = [];
  const seen = new Set<SourceNode>();
  const mask = (node: ScalarNode, path: Path): void => {
    // SECURITY: `!!null` says nothing about the text after it.
    if (node.text === '' || (node.value === null && plainValue(node.text) === null)) return;
    found.push({ path, start: typedStart(text, node), end: node.end, value: node.text, whole: true });
  };
  const visit = (node: SourceNode, path: Path, secret: boolean): void => {
    if (path.length > MAX_DEPTH * 2) return;
    if (node.kind === 'alias') {
      // SECURITY: `http-api-token: *key` makes the value at `&key` a secret, whatever its field.
      if (secret) visit(node.target, path, true);
      return;
    }
    if (secret) {
      // Once, however many aliases lead here.
      if (seen.has(node)) return;
      seen.add(node);
    }
    if (node.kind === 'sequence') visitItems(node, path, secret);
    else if (node.kind === 'map') {
      const named = !secret && namesSecret(node);
      for (const pair of node.pairs) visitPair(pair, path, secret || (named && VALUE_OF_NAME.test(keyName(pair) ?? '')));
    } else if (secret) mask(node, path);
    else if (typeof node.value === 'string') {
      if (isSecretValue(node.value, path)) mask(node, path);
      else found.push(...partsOfScalar(text, node, path));
    }
  };
  const visitItems = ({ items }: SequenceNode, path: Path, secret: boolean): void => {
    let named = false;
    for (const [index, item] of items.entries()) {
      visit(item, [...path, index], secret || named);
      const name = stringOf(item);
      named = name !== undefined && (items.length === 2 || /[-_]/.test(name)) && isSecretName(name) && !isPattern(path);
    }
  };
  const visitPair = (pair: Pair, path: Path, secret: boolean): void => {
    const name = keyName(pair);
    const key = resolved(pair.key);
    const hidden = key.kind === 'scalar' ? secretsOfKey(text, key) : [];
    found.push(...hidden);
    // SECURITY: paths are shown, so a secret in a name becomes "?".
    const at = [...path, hidden.length > 0 ? '?' : (name ?? '?')];
    if (key.kind !== 'scalar') visit(key, at, secret);
    visit(pair.value, at, secret || (name !== undefined && isSecretName(name) && !isReferenceTo(name, pair.value)));
  };
  if (source.root !== undefined) visit(source.root, [], false);
  return found;
}

function stringOf(node: SourceNode): string | undefined {
  const plain = resolved(node);
  return plain.kind === 'scalar' && typeof plain.value === 'string' ? plain.value : undefined;
}

const VALUE_OF_NAME = /^(?:values?|content|data)$/i;

function namesSecret(map: MapNode): boolean {
  return map.pairs.some((pair) => /^(?:name|header|key|field)$/i.test(keyName(pair) ?? '') && isSecretName(stringOf(pair.value) ?? ''));
}

/** Regular expressions consist of what separates words elsewhere. */
function isPattern(path: Path): boolean {
  return path.some((step) => typeof step === 'string' && (step === 'data-filter' || step.endsWith('-match')));
}

function isSecretValue(value: string, path: Path): boolean {
  if (isSecretShaped(value) && isSecretShaped(withoutSecretParts(value))) return true;
  const field = path.findLast((step) => typeof step === 'string') ?? '';
  return !isPattern(path) && !/(?:^|[-_])id$/i.test(String(field)) && isKeyLike(value);
}

function secretsOfKey(text: string, key: ScalarNode): SecretScalar[] {
  if (typeof key.value !== 'string' || key.end === key.start) return [];
  const whole = isSecretShaped(key.value) || isKeyLike(key.value);
  const parts = whole ? [{ start: key.start, end: key.end }] : partsOfScalar(text, key, []);
  return lexical(text, parts);
}

/** `ref/http-api-token: val-cx-key` isn't a secret; a plain key after `ref/` is. */
function isReferenceTo(name: string, node: SourceNode): boolean {
  return name.startsWith('ref/') && isValueName(stringOf(node) ?? '');
}

function nameOf(text: string, pair: Pair): string {
  const key = resolved(pair.key);
  return key.kind === 'scalar' && secretsOfKey(text, key).length > 0 ? '?' : (keyName(pair) ?? '?');
}

function partsOfScalar(text: string, node: ScalarNode, path: Path): SecretScalar[] {
  const value = String(node.value);
  const source = text.slice(node.start, node.end);
  // Several lines may hold anything, even a whole configuration.
  if (/[\n\r]/.test(source)) {
    const inLines = secretsInLines(text, node.indent >= 0 ? lineEnd(text, node.start) : node.start, node.end);
    return inLines.map(({ start, end }) => ({ path, start, end, value: text.slice(start, end), whole: false }));
  }
  const parts = [...secretPartsOfUrls(value), ...assignedIn(value, isPattern(path))];
  if (parts.length === 0) return [];
  const offset = source.indexOf(value);
  if (offset < 0) return [{ path, start: node.start, end: node.end, value, whole: true }];
  return parts.map((part) => ({
    path,
    start: node.start + offset + part.start,
    end: node.start + offset + part.end,
    value: value.slice(part.start, part.end),
    whole: false,
  }));
}

function assignedIn(value: string, pattern: boolean): SecretPart[] {
  const opening = /[:=\s]/.test(value) ? secretValueIn(withoutUrls(value)) : undefined;
  const end = value.trimEnd().length;
  // In a regular expression, a word before a colon isn't a field.
  if (opening === undefined || opening.start >= end || (pattern && !/[-_]/.test(opening.name))) return [];
  return [{ start: opening.start, end }];
}

/** Adjacent comment lines are read together, as a commented-out entry. */
function inComments(source: Source): SecretScalar[] {
  const { text } = source;
  return commentRuns(source).flatMap(({ start, end }) => lexical(text, secretsInLines(text, start, end)));
}

function byStart(one: SecretScalar, other: SecretScalar): number {
  return one.start - other.start || other.end - one.end;
}

function withoutOverlaps(found: readonly SecretScalar[], text: string): SecretScalar[] {
  const sorted = found.toSorted(byStart);
  const kept: SecretScalar[] = [];
  for (const secret of sorted) {
    const last = kept.at(-1);
    if (last === undefined || secret.start >= last.end) kept.push(secret);
    else if (secret.end > last.end)
      kept[kept.length - 1] = { path: null, start: last.start, end: secret.end, value: text.slice(last.start, secret.end), whole: false };
  }
  return kept;
}
