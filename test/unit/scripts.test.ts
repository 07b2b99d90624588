import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { showProgress } from '../../scripts/progress.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The machine's own Node, which npm scripts use if the project's isn't installed. */
const SYSTEM_NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path));

describe('the Node that the project needs', () => {
  // A checkout whose dependencies were installed without scripts has no Node of its own.
  test('if it is missing, one sentence says what to do', () => {
    const checkout = mkdtempSync(join(tmpdir(), 'kaudit-tray-scripts-'));
    cpSync(join(root, 'scripts'), join(checkout, 'scripts'), { recursive: true });
    mkdirSync(join(checkout, 'node_modules'));
    writeFileSync(join(checkout, 'package.json'), JSON.stringify({ type: 'module', devDependencies: { node: '99.0.0' } }));
    const script = `import { projectNode } from '${join(checkout, 'scripts', 'node24.mjs')}'; projectNode();`;
    const { status, stderr } = spawnSync(SYSTEM_NODE ?? process.execPath, ['--input-type=module', '-e', script]);
    rmSync(checkout, { recursive: true });
    expect(status).toBe(1);
    expect(stderr.toString().trim().split('\n')).toEqual([expect.stringMatching(/needs Node 99.*npm ci.*--ignore-scripts/)]);
  });
});

describe('progress', () => {
  function shownOn(isTTY: boolean): string[] {
    vi.useFakeTimers();
    const written: string[] = [];
    const start = Date.now();
    const end = showProgress(() => `${(Date.now() - start) / 50} of 191 packages`, { isTTY, write: (text) => written.push(text) });
    vi.advanceTimersByTime(5_250);
    end();
    vi.advanceTimersByTime(60_000);
    vi.useRealTimers();
    return written;
  }

  test('is one line on a terminal, and removed at the end', () => {
    const written = shownOn(true);
    expect(written).toHaveLength(22);
    expect(written[0]).toBe('\r  5 of 191 packages');
    expect(written.join('')).not.toContain('\n');
    expect(written.at(-1)).toMatch(/^\r +\r$/);
  });

  test('is a line every five seconds in a log', () => {
    expect(shownOn(false)).toEqual(['  100 of 191 packages\n']);
  });
});
