import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkTree, complaints, LONGEST_FILE, ROOMS } from '../../scripts/walls.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of that room, which may not exist. */
const fileIn = (room: string) => (/\.tsx?$/.test(room) ? room : `${room}/some-file.ts`);

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith('.') ? path : `./${path}`;
}

function tree(files: Readonly<Record<string, string>>): string {
  const top = mkdtempSync(join(tmpdir(), 'kaudit-tray-walls-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(join(top, dirname(file)), { recursive: true });
    writeFileSync(join(top, file), source);
  }
  return top;
}

describe('the walls between the rooms', () => {
  test.each(ROOMS.map(({ room, may, why }) => ({ room, may, why })))('$room imports only what the table names', (entry) => {
    const file = fileIn(entry.room);
    for (const { room: other } of ROOMS) {
      const imported = specifier(file, fileIn(other));
      for (const source of [
        `import { thing } from '${imported}';`,
        `import type { Thing } from '${imported}';`,
        `export * from '${imported}';`,
        `export type Thing = import('${imported}').Thing;`,
        `const later = import('${imported}');`,
      ]) {
        const found = complaints(file, source);
        if (other === entry.room || entry.may.includes(other)) expect(found, source).toEqual([]);
        else expect(found, source).toEqual([expect.stringContaining(entry.why)]);
      }
    }
  });

  test.each(ROOMS.map(({ room, may }) => ({ room, may })))('$room imports the packages that the table names', ({ room, may }) => {
    for (const name of ['electron', '@kubernetes/client-node', 'axios', 'react', 'node:fs', 'yaml', 'electron-store', 'undici'])
      expect(complaints(fileIn(room), `import { thing } from '${name}';`)).toHaveLength(
        may.includes(name.startsWith('node:') ? 'node' : name) ? 0 : 1,
      );
  });

  test('no room imports one below it in the table, so no rooms form a circle', () => {
    const place = new Map(ROOMS.map(({ room }, index) => [room, index]));
    for (const { room, may } of ROOMS)
      for (const other of may) expect(place.get(other) ?? -1, `${room} -> ${other}`).toBeLessThanOrEqual(place.get(room) ?? -1);
  });

  test('the check refuses a folder that the table doesn’t know, a file that is too long and a room that is too full', () => {
    const files = Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`main/state/file-${at}.ts`, 'export {};\n']));
    const problems = checkTree(
      tree({ ...files, 'main/shed/thing.ts': 'export {};\n', 'main/secrets/long.ts': '\n'.repeat(LONGEST_FILE + 1) }),
    );
    expect(problems).toEqual([
      expect.stringContaining(`main/secrets/long.ts has ${LONGEST_FILE + 1} lines`),
      expect.stringContaining('no room main/shed'),
      expect.stringContaining('main/state holds 17 files'),
    ]);
  });

  test('the linter refuses a circle of imports, even of type imports', () => {
    const top = tree({
      'main/state/one.ts': "import type { Two } from './two.ts';\n\nexport interface One {\n  readonly two: Two;\n}\n",
      'main/state/two.ts': "import type { One } from './one.ts';\n\nexport interface Two {\n  readonly one: One;\n}\n",
    });
    copyFileSync(join(root, 'biome.json'), join(top, 'biome.json'));
    const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const { stdout, stderr, status } = spawnSync(process.execPath, [biome, 'lint', '.'], { cwd: top, encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stdout + stderr).toContain('noImportCycles');
  });
});
