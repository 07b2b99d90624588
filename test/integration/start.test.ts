import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';

// What a start reads and compiles before it is ready; test/bench/start.bench.ts measures how long that takes.

const main = resolve(import.meta.dirname, '../../dist/main');

/**
 * The packages in a built file and in its static imports. Not in `import()`, which loads on demand.
 */
function packagesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  const packages = new Set<string>();
  if (seen.has(file)) return packages;
  seen.add(file);
  const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
  for (const source of sources) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source) ?? [];
    if (name !== undefined) packages.add(name);
  }
  for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+\.js)"/g)) {
    for (const name of packagesOf(join(dirname(file), path), seen)) packages.add(name);
  }
  return packages;
}

const LISTING = [
  'atomically',
  'conf',
  'debounce-fn',
  'dot-prop',
  'electron-store',
  'is-safe-filename',
  'js-yaml',
  'mimic-function',
  'p-limit',
  'stubborn-fs',
  'stubborn-utils',
  'uint8array-extras',
  'when-exit',
  'yaml',
  'yocto-queue',
  'zod',
];
/** The tray of a Linux desktop: D-Bus, which reads XML. */
const TRAY = [
  '@jellybrick/dbus-next',
  '@nodable/entities',
  'anynum',
  'fast-xml-builder',
  'fast-xml-parser',
  'is-unsafe',
  'path-expression-matcher',
  'strnum',
  'xml-naming',
];

test('the browser host starts with the libraries that list the contexts, and no others', () => {
  expect([...packagesOf(join(main, 'browser.js'))].sort()).toEqual(LISTING);
});

test('the desktop host starts with those and its tray’s, and no others', () => {
  expect([...packagesOf(join(main, 'desktop.js'))].sort()).toEqual([...TRAY, ...LISTING].sort());
});
