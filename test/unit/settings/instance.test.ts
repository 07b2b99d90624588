import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Claim, claimFolder, foreignWords, runningWords } from '../../../main/settings/instance.ts';

let folder: string;
let directory: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-instance-'));
  directory = folder;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function claimed(host: 'desktop' | 'browser' = 'browser', onSecondStart = () => {}): Promise<Claim> {
  const result = await claimFolder(directory, host, onSecondStart);
  if (!('claim' in result) || result.claim === null) throw new Error(`no claim: ${JSON.stringify(result)}`);
  const { claim } = result;
  onTestFinished(() => claim.close());
  return claim;
}

/** A socket in the folder whose process was killed: it remains, and nothing listens. */
async function killedInstance(): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(join(directory, 'instance.sock'))}, () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(existsSync(join(directory, 'instance.sock'))).toBe(true);
}

describe.skipIf(process.platform === 'win32')('a data folder', () => {
  it('has one program: a second start learns where the first one runs', async () => {
    let starts = 0;
    const first = await claimed('browser', () => {
      starts += 1;
    });
    first.announce('http://127.0.0.1:4000/');
    const second = await claimFolder(directory, 'desktop', () => {});
    expect(second).toEqual({ running: { id: expect.any(String), pid: process.pid, host: 'browser', address: 'http://127.0.0.1:4000/' } });
    expect(starts).toBe(1);
    expect(statSync(join(directory, 'instance.sock')).mode & 0o077).toBe(0);
    first.close();
    expect(readdirSync(directory)).toEqual([]);
    await claimed();
  });

  it('is free again after a kill', async () => {
    await killedInstance();
    await claimed();
  });

  it('goes to exactly one of many programs that start together after a kill', async () => {
    await killedInstance();
    const results = await Promise.all(Array.from({ length: 8 }, () => claimFolder(directory, 'browser', () => {})));
    const claims = results.flatMap((result) => ('claim' in result ? [result.claim] : []));
    for (const claim of claims) onTestFinished(() => claim?.close());
    expect(claims.map((claim) => claim !== null)).toEqual([true]);
  });

  it('stays with a program that listens but doesn’t respond', async () => {
    const silent = createServer(() => undefined);
    silent.listen(join(directory, 'instance.sock'));
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const result = await claimFolder(directory, 'browser', () => {});
    expect(result).toEqual({ running: { id: null, pid: null, host: null, address: null } });
  });

  describe('whose path is too long for a socket', () => {
    beforeEach(() => {
      directory = join(folder, 'a'.repeat(120));
    });
    afterEach(() => {
      vi.restoreAllMocks();
      vi.unstubAllEnvs();
    });

    it('has one program, whatever folders the environment of a start names', async () => {
      await claimed();
      expect(statSync(`/tmp/kaudit-tray-${process.getuid?.()}`).mode & 0o777).toBe(0o700);
      vi.stubEnv('XDG_RUNTIME_DIR', `/tmp/${'b'.repeat(100)}`);
      vi.stubEnv('TMPDIR', '/nonexistent');
      expect(await claimFolder(directory, 'browser', () => {})).toHaveProperty('running');
    });

    it('puts no socket into another user’s folder', async () => {
      const user = 4_000_000 + process.pid;
      const folder = `/tmp/kaudit-tray-${user}`;
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      vi.spyOn(process, 'getuid').mockReturnValue(user);
      expect(await claimFolder(directory, 'browser', () => {})).toEqual({ claim: null, foreign: folder });
      expect(readdirSync(folder)).toEqual([]);
      expect(foreignWords(folder, directory)).toContain(`because ${folder} belongs to another user. Run only one of them`);
    });
  });

  it('that can’t be written has no second writer either', async () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    expect(await claimFolder(join(file, 'data'), 'browser', () => {})).toEqual({ claim: null });
  });

  it('in use is reported in a sentence, with the next step', () => {
    const words = runningWords({ id: null, pid: 42, host: 'browser', address: 'http://127.0.0.1:4000/' }, '/data');
    expect(words).toBe(
      'kAudit Tray is already running in the browser at http://127.0.0.1:4000/ (process 42) with the data folder /data. Use the running one, or start another with --user-data and another folder.',
    );
  });
});
