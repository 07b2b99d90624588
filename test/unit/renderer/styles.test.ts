import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const renderer = resolve(import.meta.dirname, '../../../renderer');
const textsOf = (pattern: string) => globSync(pattern, { cwd: renderer }).map((file) => readFileSync(join(renderer, file), 'utf8'));

test('every class in the page has a rule in a style sheet', () => {
  const rules = new Set(textsOf('styles/*.css').flatMap((css) => [...css.matchAll(/\.([a-z][\w-]*)/gi)].map(([, name]) => name)));
  const used = textsOf('**/*.tsx').flatMap((source) =>
    [...source.matchAll(/className=(?:"([^"]*)"|\{`([^`]*)`\})/g)].flatMap(([, plain, template]) =>
      // Names that are built from a value aren't checked.
      (plain ?? template?.replaceAll(/[\w-]*\$\{[^}]*\}[\w-]*/g, ' ') ?? '').split(/\s+/).filter(Boolean),
    ),
  );
  expect(used.length).toBeGreaterThan(200);
  expect([...new Set(used)].filter((name) => !rules.has(name))).toEqual([]);
});
