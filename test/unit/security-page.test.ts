import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

// docs/security.md names, for each protection, the tests that fail without it.

const root = join(import.meta.dirname, '..', '..');
const rows = readFileSync(join(root, 'docs', 'security.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---') && !line.startsWith('| What is protected |'))
  .map((line) => line.slice(2, -2).split(' | '));

describe('the page about security', () => {
  it('has rows of four cells, none twice', () => {
    expect(rows.filter((cells) => cells.length !== 4)).toEqual([]);
    expect(new Set(rows.map((cells) => cells.join())).size).toBe(rows.length);
  });

  it.each(rows.map((cells) => [cells[0] ?? '', cells[1] ?? '', cells[3] ?? ''] as const))('names existing tests: %s; %s', (_, __, cell) => {
    // `file`, or `file` "a part of the test's name".
    const named = [...cell.matchAll(/`((?:unit|integration|contract|e2e)\/[\w/-]+)`(?: "([^"]+)")?/g)];
    expect(named.map(([text]) => text).join(', ')).toBe(cell);
    for (const [, file = '', name] of named) {
      const path = [`${file}.test.ts`, `${file}.test.tsx`].map((each) => join(root, 'test', each)).find(existsSync);
      expect(path, file).toBeDefined();
      // The suite that both hosts share.
      const suite = join(root, 'test', 'contract', 'suite.ts');
      const text = [path ?? '', ...(file.startsWith('contract/') ? [suite] : [])].map((each) => readFileSync(each, 'utf8')).join('\n');
      if (name !== undefined) expect(text, `${file} "${name}"`).toContain(name);
    }
  });

  it.each(rows.flatMap((cells) => [...(cells[2] ?? '').matchAll(/`(main\/[\w/.-]+)`/g)].map(([, file]) => file ?? '')))(
    'names an existing file: %s',
    (file) => {
      expect(existsSync(join(root, file))).toBe(true);
    },
  );
});
