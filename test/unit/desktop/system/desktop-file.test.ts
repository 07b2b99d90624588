import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DesktopFile } from '../../../../main/desktop/system/desktop-file.ts';

const nothing = { closeExplained: false, recent: [] };
let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-file-'));
  path = join(directory, 'desktop.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a desktop file remembers across runs, and only its user can read it', () => {
  const window = { x: -3, y: 4, width: 800, height: 600, maximised: true };
  const file = new DesktopFile(directory);
  file.update({ window });
  file.use('prod');
  expect(new DesktopFile(directory).memory).toEqual({ window, closeExplained: false, recent: ['prod'] });
  // Windows has no such modes: there a user's folder is private.
  expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
});

test('a desktop file keeps the last twenty clusters, each once, the newest first', () => {
  const file = new DesktopFile(directory);
  for (let index = 0; index < 30; index++) file.use(`cluster-${index}`);
  file.use('cluster-15');
  expect(file.memory.recent).toHaveLength(20);
  expect(file.memory.recent.slice(0, 3)).toEqual(['cluster-15', 'cluster-29', 'cluster-28']);
});

test('a folder that can’t be written loses the memory, not the program', () => {
  const file = new DesktopFile(join(directory, 'gone'));
  file.use('prod');
  expect(file.memory.recent).toEqual(['prod']);
});

describe('what someone else wrote into a desktop file', () => {
  const place = (parts: object) => JSON.stringify({ window: { x: 0, y: 0, width: 800, height: 600, maximised: false, ...parts } });

  test.each([
    '',
    'null',
    '[]',
    '{"recent": 1}',
    '{"recent": ["',
    `{"recent": ["${'x'.repeat(2000)}"]}`,
    place({ x: '0' }),
    place({ width: -5 }),
    place({ width: 0 }),
    place({ x: 1e300 }),
    place({ y: 2 ** 31 }),
    place({ height: 1e6 }),
    place({ extra: 1 }),
    '{"__proto__": {"closeExplained": true}}',
  ])('is ignored: %.60s', (text) => {
    writeFileSync(path, text);
    expect(new DesktopFile(directory).memory).toEqual(nothing);
  });

  test('is overwritten by the next change', () => {
    writeFileSync(path, '{"token": "abc"}');
    new DesktopFile(directory).update({ closeExplained: true });
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ closeExplained: true, recent: [] });
  });
});
