// SnakeYAML on a JVM, with which kAudit reads its document: the truth about a text's contents.

import { existsSync } from 'node:fs';
import { isDate } from '../../main/common/yaml/reading/plain-value.ts';
import { parseSource } from '../../main/common/yaml/source.ts';
import { isMerge, keyName, type MapNode, resolved, type SourceNode } from '../../main/common/yaml/tree.ts';
import { type Jvm, java, startJvm } from './jvm.ts';
import type { Requirement } from './requirement.ts';

const JAR = '/usr/share/java/snakeyaml.jar';

export const snakeYaml: Requirement = {
  name: 'SnakeYAML',
  missing: () => java.missing() ?? (existsSync(JAR) ? null : 'SnakeYAML (apt-get install libyaml-snake-java)'),
};

export const startSnakeYaml = (): Jvm => startJvm('./LoadDocuments.java', JAR);

/** Data as the JVM has it. */
export type Loaded =
  | string
  | boolean
  | null
  | readonly Loaded[]
  | { readonly n: string }
  | { readonly d: 1 }
  | { readonly o: 1 }
  | { readonly m: readonly (readonly [Loaded, Loaded])[] };

export type Verdict = { readonly ok: true; readonly value: Loaded } | { readonly ok: false; readonly reason: string };

export async function loadAll(jvm: Jvm, texts: readonly string[]): Promise<readonly Verdict[]> {
  const lines = await jvm.ask(texts.map((text) => Buffer.from(text, 'utf16le').swap16().toString('base64')));
  return lines.map((line) =>
    line.startsWith('+') ? { ok: true, value: JSON.parse(line.slice(1)) as Loaded } : { ok: false, reason: line.slice(1) },
  );
}

/** How the JVM's data and a node differ; undefined: they don't. */
export function differenceFrom(loaded: Loaded, node: SourceNode | undefined): string | undefined {
  const plain = node === undefined ? undefined : resolved(node);
  const said = (ours: unknown) => `${JSON.stringify(loaded)} is read as ${typeof ours === 'number' ? String(ours) : JSON.stringify(ours)}`;
  if (plain === undefined) return loaded === null ? undefined : said(null);
  if (plain.kind === 'scalar') {
    if (typeof loaded !== 'object' || loaded === null) return Object.is(loaded, plain.value) ? undefined : said(plain.value);
    // A number that JavaScript can't hold exactly is kept as its text.
    if (
      'n' in loaded &&
      typeof plain.value === 'string' &&
      (plain.style === 'plain' || plain.tag !== undefined) &&
      !Number.isSafeInteger(Number(loaded.n))
    )
      return undefined;
    if ('n' in loaded)
      return typeof plain.value === 'number' && Object.is(Number(loaded.n) + 0, plain.value + 0) ? undefined : said(plain.value);
    if ('d' in loaded) {
      const isOne = typeof plain.value === 'string' && (isDate(plain.value) || plain.meaning === 'tag:yaml.org,2002:timestamp');
      return isOne ? undefined : said(plain.value);
    }
    return 'o' in loaded ? undefined : said(plain.value);
  }
  if (Array.isArray(loaded)) {
    if (plain.kind === 'map') return plain.tag === undefined ? said(plain.kind) : undefined;
    if (loaded.length !== plain.items.length)
      return plain.tag === undefined ? `${loaded.length} items are read as ${plain.items.length}` : undefined;
    return loaded.map((item: Loaded, index) => differenceFrom(item, plain.items[index])).find((difference) => difference !== undefined);
  }
  if (typeof loaded !== 'object' || loaded === null || !('m' in loaded)) return said(plain.kind);
  if (plain.kind === 'sequence') return plain.tag === undefined ? said(plain.kind) : undefined;
  return mapDifference(loaded.m, plain);
}

function mapDifference(pairs: readonly (readonly [Loaded, Loaded])[], map: MapNode): string | undefined {
  const theirs = new Map(pairs.map(([key, value]) => [nameOf(key), value]));
  const ours = fieldsOf(map);
  // Keys that are collections, and two keys that differ in type only, have no names here.
  const named = [...theirs.keys()].every((name) => name !== undefined) && theirs.size === pairs.length && !ours.has(undefined);
  if (!named) return undefined;
  const names = (map: ReadonlyMap<string | undefined, unknown>) => JSON.stringify([...map.keys()].sort());
  if (names(theirs) !== names(ours)) return `the fields ${names(theirs)} are read as ${names(ours)}`;
  return [...theirs].map(([name, value]) => differenceFrom(value, ours.get(name))).find((difference) => difference !== undefined);
}

/** Including what `<<` merges. */
function fieldsOf(map: MapNode): Map<string | undefined, SourceNode> {
  const fields = new Map<string | undefined, SourceNode>();
  for (const pair of map.pairs.filter(isMerge)) {
    const merged = resolved(pair.value);
    for (const part of merged.kind === 'sequence' ? merged.items.map(resolved) : [merged])
      if (part.kind === 'map') for (const [name, value] of fieldsOf(part)) if (!fields.has(name)) fields.set(name, value);
  }
  for (const pair of map.pairs) {
    const key = resolved(pair.key);
    const name =
      key.kind === 'scalar' && typeof key.value === 'string' && key.style === 'plain' && isDate(key.value) ? undefined : keyName(pair);
    if (!isMerge(pair)) fields.set(name, pair.value);
  }
  return fields;
}

function nameOf(key: Loaded): string | undefined {
  if (key === null || typeof key !== 'object') return String(key);
  // A number that JavaScript can't hold exactly has no name here.
  if (!('n' in key)) return undefined;
  return Number.isInteger(Number(key.n)) && !Number.isSafeInteger(Number(key.n))
    ? undefined
    : Number.isFinite(Number(key.n))
      ? String(Number(key.n))
      : undefined;
}

/**
 * Whether a tag at `offset` is in a value that a later field of the same name replaces: SnakeYAML never builds
 * such a value, so nothing in it is wrong.
 */
export function isReplaced(text: string, offset: number): boolean {
  const source = parseSource(text.replaceAll(/![^\s,[\]{}]*|<</g, (tag) => 'x'.repeat(tag.length)));
  const holds = (node: SourceNode | undefined): boolean => {
    if (node?.kind === 'sequence') return node.items.some(holds);
    if (node?.kind !== 'map') return false;
    return node.pairs.some((pair, index) => {
      const isHere = pair.start <= offset && offset <= pair.value.end;
      return (isHere && node.pairs.slice(index + 1).some((later) => keyName(later) === keyName(pair))) || holds(pair.value);
    });
  };
  return source.ok && holds(source.root);
}
