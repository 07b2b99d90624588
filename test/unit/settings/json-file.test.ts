import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JsonFile } from '../../../main/settings/json-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-json-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')('only the user can read a file and its folder, even where an open one was', () => {
  const directory = join(folder, 'new');
  const file = new JsonFile({ directory, name: 'drafts.json', what: 'Drafts', onProblem: () => {} });
  const path = join(directory, 'drafts.json');
  const mode = (of: string) => (statSync(of).mode & 0o777).toString(8);
  expect(file.write([1])).toBe(true);
  expect([mode(path), mode(directory)]).toEqual(['600', '700']);
  chmodSync(path, 0o644);
  writeFileSync(`${path}.new`, 'left by a kill', { mode: 0o644 });
  expect(file.write([2])).toBe(true);
  expect([mode(path), file.read()]).toEqual(['600', [2]]);
});
