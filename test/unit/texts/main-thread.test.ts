import { globSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

// A long text is read in a thread: only main/texts, and what runs there, calls the functions that read a whole text.

const root = join(import.meta.dirname, '..', '..', '..');
const READS = [
  ...['readDocument', 'editDocument', 'mergeDocuments', 'diffDocuments', 'changesBetween', 'valueAt', 'mergeChosen', 'placeWords'],
  ...['parseSource', 'secretScalars', 'hideSecrets', 'seal', 'spellings', 'neighbours', 'keyPairs', 'secretsIn', 'editsFor'],
  ...['wantedText', 'withKeys', 'testedTarget', 'checkKeyRelease', 'targetKey', 'driftSays', 'changeIn', 'copiedEntry', 'keptText'],
  'summariseConfigMap',
];
const THERE = ['main/common/', 'main/texts/', 'main/masking/', 'main/history/take-back.ts', 'main/history/run-keys.ts'];
/** Each with the reason why its text is short. */
const SHORT = new Map([
  // Kubeconfigs have their own reader of that name.
  ['main/kube/kubeconfig/entries.ts', ['readDocument']],
  ['main/kube/sign-in/exec-plugin.ts', ['readDocument']],
]);

describe('code that reads a whole text', () => {
  const files = globSync('main/**/*.ts', { cwd: root }).map((file) => relative(root, join(root, file)));
  const found = files.flatMap((file) => {
    if (THERE.some((place) => file.startsWith(place))) return [];
    const imports = [...readFileSync(join(root, file), 'utf8').matchAll(/^import \{([^}]*)\} from/gm)].flatMap(([, names]) =>
      (names ?? '').split(',').map((name) => name.trim()),
    );
    const reads = imports.filter((name) => READS.includes(name));
    return reads.length === 0 ? [] : [[file, reads.sort()] as const];
  });

  it('is called where a thread can run it', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(SHORT));
  });
});
