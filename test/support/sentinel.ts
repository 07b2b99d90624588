import { randomBytes, randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Relay } from './relay.ts';

// Looks for keys that exist nowhere else, in every place that a key could get to.
// test/integration/sentinel-search.test.ts proves that each search finds one.

/** A key of the current shape, which redaction would recognise by its form alone. */
export function shapedKey(prefix: string): string {
  const letters = randomBytes(60)
    .toString('base64')
    .replaceAll(/[^A-Za-z0-9]/g, '');
  return prefix + letters.slice(0, 30).padEnd(30, '0');
}

/** A key of the older shape: only code that knows it can remove it. */
export const plainKey = (): string => randomUUID();

/** Runs of this many characters are found wherever a key was split. */
const PIECE = 12;
const STEP = 8;

const secretOf = (key: string): string => key.slice(-36).replace(/^.*_/, '');
const inTwoBytes = (text: string): string => [...text].join('\0');

/** The forms of a key: in pieces, spelt backwards, escaped, encoded, two bytes a character. In lower case. */
function formsOf(key: string): readonly string[] {
  const secret = secretOf(key);
  const bytes = [...secret].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'));
  const pieces = Array.from({ length: Math.floor((secret.length - PIECE) / STEP) + 1 }, (_, index) =>
    secret.slice(index * STEP, index * STEP + PIECE),
  );
  // base64 of something within a longer text depends on its offset there.
  const base64 = (['utf8', 'utf16le'] as const).flatMap((encoding) =>
    [0, 1, 2].map((skip) => Buffer.from(secret.slice(skip), encoding).toString('base64').slice(0, 20)),
  );
  const forms = [
    ...pieces,
    ...pieces.map(inTwoBytes),
    ...base64,
    secret.replaceAll('-', ''),
    [...secret].reverse().join(''),
    bytes.slice(0, PIECE).join(''),
    bytes.slice(0, PIECE).join(' '),
    bytes.slice(0, PIECE).join('00'),
    bytes
      .slice(0, PIECE)
      .map((byte) => `%${byte}`)
      .join(''),
    bytes
      .slice(0, PIECE)
      .map((byte) => `\\u00${byte}`)
      .join(''),
    bytes
      .slice(0, PIECE)
      .map((byte) => `\\x${byte}`)
      .join(''),
    bytes
      .slice(0, PIECE)
      .map((byte) => `&#x${byte};`)
      .join(''),
  ];
  return [...new Set(forms.map((form) => form.toLowerCase()))];
}

/** Fewer of the same: the key itself, or at least its middle. */
function rawFormsOf(key: string): readonly string[] {
  const secret = secretOf(key);
  const middle = secret.slice((secret.length - PIECE) / 2, (secret.length + PIECE) / 2);
  return [middle, inTwoBytes(middle)];
}

/**
 * Returns the names of the keys that a text contains in any form; `raw`: not escaped or encoded. Bytes come as latin1.
 */
export type Search = (text: string, raw?: boolean) => string[];

export function searchFor(keys: Readonly<Record<string, string>>): Search {
  const names = Object.keys(keys);
  const formsBy = (forms: (key: string) => readonly string[]) =>
    finder(Object.entries(keys).flatMap(([name, key]) => forms(key).map((form) => ({ name, form }))));
  const [raw, all] = [formsBy(rawFormsOf), formsBy(formsOf)];
  return (text, isRaw = false) => {
    const found = isRaw ? raw(text) : all(text.toLowerCase());
    return names.filter((name) => found.has(name));
  };
}

/** Letters that are compared first. */
const GRAM = 4;

/**
 * Finds all forms in one pass. Each form has a gram at every so many letters of a text, wherever it is, so only these
 * are compared with all grams of all forms. Hundreds of searches through a heap would take half a minute.
 */
function finder(forms: readonly { readonly name: string; readonly form: string }[]): (text: string) => ReadonlySet<string> {
  const step = Math.min(...forms.map(({ form }) => form.length)) - GRAM + 1;
  if (step < 1) throw new Error('A form is shorter than a gram');
  const gramAt = (text: string, at: number) =>
    (text.charCodeAt(at) ^ (text.charCodeAt(at + 1) << 8) ^ (text.charCodeAt(at + 2) << 16) ^ (text.charCodeAt(at + 3) << 24)) >>> 0;
  const known = new Uint8Array(1 << 20);
  const slot = (gram: number) => (gram ^ (gram >>> 12)) & (known.length - 1);
  const places = new Map<number, { readonly name: string; readonly form: string; readonly offset: number }[]>();
  for (const { name, form } of forms)
    for (let offset = 0; offset + GRAM <= form.length; offset += 1) {
      const gram = gramAt(form, offset);
      known[slot(gram)] = 1;
      places.set(gram, [...(places.get(gram) ?? []), { name, form, offset }]);
    }
  return (text) => {
    const found = new Set<string>();
    for (let at = 0; at + GRAM <= text.length; at += step) {
      const gram = gramAt(text, at);
      if (known[slot(gram)] === 0) continue;
      for (const { name, form, offset } of places.get(gram) ?? [])
        if (!found.has(name) && text.startsWith(form, at - offset)) found.add(name);
    }
    return found;
  };
}

/** A place where a key must not be. Texts are latin1. */
export interface Place {
  readonly name: string;
  /** Too large to search for more than raw keys. */
  readonly large?: true;
  texts(): Promise<Iterable<string>> | Iterable<string>;
}

/** The names of the keys that were found. */
export async function found(place: Place, search: Search): Promise<string[]> {
  const names = new Set<string>();
  let length = 0;
  for (const text of await place.texts()) {
    length += text.length;
    for (const name of search(text, place.large)) names.add(name);
  }
  if (length === 0) throw new Error(`There is nothing in “${place.name}”: nothing was searched`);
  return [...names];
}

/** What a program leaves in its data folder, and what it prints. */
export function programPlaces(program: {
  readonly directory: string;
  readonly output: () => string;
  readonly errors: () => string;
}): readonly Place[] {
  return [
    { name: 'data folder', texts: () => filesOf(program.directory) },
    { name: 'log', texts: () => [read(join(program.directory, 'kaudit-tray.log'))] },
    // The label keeps the text from being empty when a program has printed nothing.
    { name: 'standard output', texts: () => [`output: ${program.output()}`] },
    { name: 'standard error', texts: () => [`errors: ${program.errors()}`] },
  ];
}

/** The files below a folder, each with its name. */
function* filesOf(directory: string): Generator<string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const { parentPath, name } of files) yield `${join(parentPath, name)}\n${read(join(parentPath, name))}`;
}

export interface ProcessWatch {
  readonly places: readonly Place[];
  stop(): void;
}

/**
 * Reads the arguments and the environments of a process and all its descendants, again and again. Only the recorder,
 * which the program loads and which writes to `file`, sees those that end sooner.
 */
export function watchProcesses(root: number | undefined, file: string): ProcessWatch {
  const seen = { cmdline: new Set<string>(), environ: new Set<string>() };
  const look = () => {
    for (const pid of processesBelow(root))
      for (const what of ['cmdline', 'environ'] as const) seen[what].add(read(`/proc/${pid}/${what}`));
  };
  look();
  const timer = setInterval(look, 20);
  const recorded = (): Iterable<readonly [args: string, environment: string]> =>
    read(file)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as [string, string]);
  return {
    places: [
      { name: 'arguments', texts: () => [...seen.cmdline, ...Array.from(recorded(), ([args]) => args)] },
      { name: 'environments', texts: () => [...seen.environ, ...Array.from(recorded(), ([, environment]) => environment)] },
    ],
    stop: () => clearInterval(timer),
  };
}

/** A module for `node --import`: records the processes that the program starts. */
export const recorder = (file: string) => `import { ChildProcess } from 'node:child_process';
import { appendFileSync } from 'node:fs';
const { spawn } = ChildProcess.prototype;
ChildProcess.prototype.spawn = function (options) {
  const line = JSON.stringify([options.args, options.envPairs].map((texts) => (texts ?? []).join('\\0')));
  appendFileSync(${JSON.stringify(file)}, line + '\\n');
  return spawn.call(this, options);
};
`;

/** A process and all its descendants. There isn't time to read all of /proc every 20 ms. */
function processesBelow(root: number | undefined): number[] {
  const all = root === undefined ? [] : [root];
  for (const pid of all) {
    for (const thread of threadsOf(pid)) {
      const children = read(`/proc/${pid}/task/${thread}/children`);
      all.push(
        ...children
          .split(' ')
          .filter((child) => child !== '')
          .map(Number),
      );
    }
  }
  return all;
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has ended.
    return [];
  }
}

/** Everything that a program returned over HTTP, to its page and to others: headers, bodies, events, errors. */
export function httpPlace(relay: Relay): Place {
  return { name: 'HTTP replies', texts: () => [relay.said()] };
}

/** The page must have been opened with `WHOLE_STRINGS`, and be the only one of this test. */
export function pagePlaces(page: Page): readonly Place[] {
  return [
    { name: 'document', texts: async () => [await documentOf(page)] },
    { name: 'kept by the page', texts: async () => [await keptBy(page)] },
    { name: 'heap', texts: async () => [await heapOf(page)] },
    { name: 'memory of the page', texts: memoryOfPages, large: true },
  ];
}

/** What the page's document contains: its markup, the values of its fields, shadow trees and frames. */
async function documentOf(page: Page): Promise<string> {
  const texts = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => {
        const textOf = (root: Document | ShadowRoot): string => {
          const all = [...root.querySelectorAll('*')];
          const fields = all.map((element) => ('value' in element ? String(element.value) : ''));
          const shadows = all.map(({ shadowRoot }) => (shadowRoot === null ? '' : textOf(shadowRoot)));
          const markup = root instanceof Document ? root.documentElement.outerHTML : root.innerHTML;
          return [markup, ...fields, ...shadows].join('\n');
        };
        return `${document.title}\n${location.href}\n${textOf(document)}`;
      }),
    ),
  );
  return texts.join('\n');
}

/** What the page keeps outside its document. */
async function keptBy(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const stores = [localStorage, sessionStorage].flatMap((store) => Object.entries(store).flat());
    const caches = await window.caches.keys();
    const databases = (await indexedDB.databases()).map(({ name }) => name);
    return JSON.stringify([stores, caches, databases, document.cookie, history.state, name]);
  });
}

/** A heap snapshot. Without `WHOLE_STRINGS` V8 leaves out what follows the first 1024 characters of a string. */
async function heapOf(page: Page): Promise<string> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return chunks.join('');
}

/** A switch of Chromium's. */
export const WHOLE_STRINGS = '--js-flags=--heap-snapshot-string-limit=100000000';

/**
 * The memory of the processes that render pages in the browsers started here, as latin1: what a heap snapshot leaves
 * out, such as the bytes of responses.
 */
function* memoryOfPages(): Generator<string> {
  for (const pid of processesBelow(process.pid)) {
    if (!read(`/proc/${pid}/cmdline`).includes('--type=renderer')) continue;
    const memory = openSync(`/proc/${pid}/mem`, 'r');
    try {
      for (const [, from = '', to = ''] of read(`/proc/${pid}/smaps`).matchAll(WRITTEN)) {
        yield* bytesOf(memory, Number.parseInt(from, 16), Number.parseInt(to, 16));
      }
    } finally {
      closeSync(memory);
    }
  }
}

/** A writable mapping that is at least partly in memory. */
const WRITTEN = /^([0-9a-f]+)-([0-9a-f]+) rw.*\n(?:\w+: .*\n)*?Rss: +[1-9]/gm;
const BLOCK = 1024 * 1024;
const NOTHING = Buffer.alloc(BLOCK);
/** Of the next block, to find what crosses the border. */
const MORE = 256;

function* bytesOf(file: number, from: number, to: number): Generator<string> {
  for (let at = from; at < to; at += BLOCK) {
    const block = Buffer.alloc(Math.min(BLOCK + MORE, to - at));
    try {
      readSync(file, block, 0, block.length, at);
    } catch {
      // Reserved, and never used.
      continue;
    }
    if (NOTHING.compare(block, 0, Math.min(BLOCK, block.length), 0, Math.min(BLOCK, block.length)) !== 0) yield block.toString('latin1');
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process may have ended.
    return '';
  }
}
