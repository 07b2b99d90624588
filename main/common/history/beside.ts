// SECURITY: a secret comes back only at its own field and destination. This finds what a secret is next to.

import { readDocument } from '../integration/document.ts';
import { destinationOf } from '../integration/reading/destination.ts';
import { secretScalars } from '../integration/secrets/secret-scan.ts';
import { commentRuns } from '../yaml/comments.ts';
import { parseSource } from '../yaml/source.ts';
import { positionsOf, rootValue } from '../yaml/tree.ts';
import type { Path, Value } from '../yaml/value.ts';
import { type Digest, type Sealing, spellings } from './sealed.ts';

const PLACES = [
  'target-type',
  'http-api-uri',
  'http-api-token-header',
  'slack-uri',
  'syslog-host',
  'kafka-broker',
  'kafka-topic',
  'workspace-id',
  'aws-region',
  'aws-account-id',
  'aws-bucket',
];

const URLS = /[A-Za-z][A-Za-z0-9+.-]{0,30}:\/\/[^\s"'<>]+/g;

export interface Neighbour {
  readonly digest: string;
  readonly beside: string;
  /** undefined: no URL, or the secret is in a comment or in invalid YAML. */
  readonly url: string | undefined;
  readonly path: Path | null;
  readonly line: number;
}

/** `of`: digests of the secrets to look at; by default all. */
export function neighbours(text: string, sealing: Sealing, of?: ReadonlySet<string>): readonly Neighbour[] {
  const { digest } = sealing;
  const scalars = secretScalars(text, sealing.known);
  if (scalars.length === 0) return [];
  const source = parseSource(text);
  const runs = source.ok ? commentRuns(source) : [];
  const targetAt = targetsOf(() => (source.ok && source.root !== undefined ? rootValue(source.root) : undefined));
  const referred = referredTo(text);
  const positionAt = positionsOf(text);
  // Both lists are in order, so each comment is searched once, however many secrets it holds.
  let next = 0;
  const urlsAround = new Map<string, string>();
  const besideIn = (from: number, to: number, what: string): string => {
    const key = `${from} ${to}`;
    const known = urlsAround.get(key);
    if (known !== undefined) return known;
    const urls = [...new Set(Array.from(text.slice(from, to).matchAll(URLS), (match) => hidden(match[0], digest)))].sort();
    const beside = JSON.stringify([what, urls]);
    urlsAround.set(key, beside);
    return beside;
  };
  return spellings(text, sealing).flatMap(({ digest: secret, start, end, whole }, index): Neighbour[] => {
    if (of?.has(secret) === false) return [];
    const path = scalars[index]?.path ?? null;
    const common = { digest: secret, path, line: positionAt(start).line };
    if (path === null) {
      while (next < runs.length && (runs[next]?.end ?? 0) < end) next++;
      const run = runs[next];
      const beside = run !== undefined && run.start <= start ? besideIn(run.start, run.end, 'comment') : besideIn(0, text.length, 'text');
      return [{ ...common, beside, url: undefined }];
    }
    const field = path.findLast((step) => typeof step === 'string') ?? '';
    if (String(field).startsWith('val-'))
      return [{ ...common, beside: JSON.stringify(['value', referred.get(String(field)) ?? []]), url: undefined }];
    const target = targetAt(path);
    const place = PLACES.map((name) => {
      const at = target?.(name);
      if (at === undefined || typeof at === 'object') return null;
      return name === field ? (whole ? 'itself' : hidden(String(at), digest)) : hidden(String(at), digest);
    });
    const url = target?.('http-api-uri');
    return [{ ...common, beside: JSON.stringify([field, place]), url: typeof url === 'string' ? url : undefined }];
  });
}

/** Each URL with the digest of its key, through references and aliases. */
export function keyPairs(text: string, digest: Digest): ReadonlySet<string> {
  const reading = readDocument(text);
  return new Set(
    reading.integrations.flatMap((integration) =>
      integration.targets.flatMap((target) => {
        const { url, host, targetType, key } = destinationOf(reading, target);
        if (key.kind === 'none' || key.value === undefined) return [];
        return [pairText(digest(key.value), url ?? JSON.stringify([targetType, targetType === 'slack' ? '' : host]))];
      }),
    ),
  );
}

export function pairText(digest: string, url: string): string {
  return `${digest} ${url}`;
}

function referredTo(text: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  const reading = readDocument(text);
  for (const integration of reading.integrations)
    for (const target of integration.targets)
      for (const field of target.fields) {
        if (!field.name.startsWith('ref/') || typeof field.value !== 'string') continue;
        const { url, host, targetType } = destinationOf(reading, target);
        const places = found.get(field.value) ?? new Set();
        found.set(field.value, places.add(JSON.stringify([field.name, targetType, url ?? host ?? null])));
      }
  return new Map([...found].map(([name, places]) => [name, [...places].sort()]));
}

type Fields = Readonly<Record<string, Value>>;

/** The fields of the target around a path. Of a list of one-key maps, all items together are the target. */
function targetsOf(document: () => Value | undefined): (path: Path) => ((name: string) => Value | undefined) | undefined {
  // A list can have ten thousand items, each with a secret.
  const spelt = new Map<Value | undefined, Fields | undefined>();
  const together = (items: Value | undefined): Fields | undefined =>
    Array.isArray(items) && items.every((item: Value) => typeof item === 'object' && item !== null && Object.keys(item).length === 1)
      ? (Object.fromEntries((items as object[]).flatMap((item) => Object.entries(item))) as Fields)
      : undefined;
  const at = (steps: Path) =>
    steps.reduce<Value | undefined>((value, step) => (value as Fields | null | undefined)?.[step as string], document());
  return (path) => {
    const own = at(path.slice(0, -1));
    if (typeof own !== 'object' || own === null) return undefined;
    const items = at(path.slice(0, -2));
    if (!spelt.has(items)) spelt.set(items, together(items));
    const others = spelt.get(items);
    return (name) =>
      Object.hasOwn(own, name) ? (own as Fields)[name] : others !== undefined && Object.hasOwn(others, name) ? others[name] : undefined;
  };
}

function hidden(text: string, digest: Digest): string {
  return text.includes('@') || text.includes('?') ? digest(text) : text;
}
