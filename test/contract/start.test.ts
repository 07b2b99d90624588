import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

// What the README tells a user to type: npm, the start script and the host that it starts, together.

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Started {
  readonly npm: ChildProcess;
  output(): string;
  errors(): string;
}

describe('npm start and npm run demo', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kaudit-tray-npm-'));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  function npm(...args: string[]): Started {
    const child = spawn('npm', ['--silent', ...args], {
      cwd: root,
      // An empty home, no display, no Electron: like a server or a fresh machine.
      env: { PATH: process.env.PATH, HOME: home, ELECTRON_OVERRIDE_DIST_PATH: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    return { npm: child, output: () => output, errors: () => errors };
  }

  const ready = (started: Started) => vi.waitFor(() => expect(started.output()).toContain('#token='), { timeout: 30_000, interval: 50 });

  async function end(started: Started, signal: NodeJS.Signals): Promise<{ code: number | null; milliseconds: number }> {
    const before = Date.now();
    const exited = once(started.npm, 'exit');
    started.npm.kill(signal);
    const [code] = (await exited) as [number | null];
    return { code, milliseconds: Date.now() - before };
  }

  test.runIf(process.platform !== 'win32').each(['SIGTERM', 'SIGINT'] as const)(
    '%s to npm closes everything and exits 0 within 2 s',
    async (signal) => {
      const started = npm('run', 'demo', '--', '--no-open');
      await ready(started);
      const { origin } = new URL(/http:\S+/.exec(started.output())?.[0] ?? '');
      const { code, milliseconds } = await end(started, signal);
      expect(code).toBe(0);
      expect(milliseconds).toBeLessThan(2000);
      await expect(fetch(origin)).rejects.toThrow();
    },
  );

  test('without a display, says why in one line and serves the page; standard output is one line', async () => {
    const started = npm('start', '--', '--no-open');
    await ready(started);
    expect(started.errors().trim().split('\n')).toEqual([expect.stringMatching(/needs a display.*browser/)]);
    expect(started.output().trim().split('\n')).toEqual([
      expect.stringMatching(/^kAudit Tray: http:\/\/127\.0\.0\.1:\d+\/#token=[\w-]{43}$/),
    ]);
    await end(started, 'SIGTERM');
  });

  test('the demo says where its kubeconfig is, and a requested browser host gives no reason', async () => {
    const started = npm('run', 'demo', '--', '--host', 'browser', '--no-open');
    await ready(started);
    await vi.waitFor(() => expect(started.errors()).toMatch(/--kubeconfig \S+/));
    expect(started.errors()).toContain('runs until you press Ctrl+C here.');
    expect(started.errors()).not.toContain('Electron');
    await end(started, 'SIGTERM');
  });

  test('an unknown flag: a message, and exit code 2', async () => {
    const started = npm('start', '--', '--hots', 'browser');
    const [code] = (await once(started.npm, 'exit')) as [number | null];
    expect(code).toBe(2);
    expect(started.errors()).toContain('Unknown flag: --hots');
    expect(started.output()).toBe('');
  });
});
