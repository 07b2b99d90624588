import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { TestContext } from 'vitest';
import { describe, it } from 'vitest';
import { watchKubeconfig } from '../../../../main/kube/kubeconfig/kubeconfig.ts';

/** A folder of its own for each test: they wait together. */
async function watched({ expect, onTestFinished }: TestContext) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kaudit-watch-')));
  const seen = { changes: 0 };
  let stop: () => void = () => undefined;
  onTestFinished(async () => {
    stop();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    folder,
    seen,
    start: async (...paths: string[]): Promise<void> => {
      // No wait after it: whatever happens from now on is reported.
      stop = await watchKubeconfig(paths, () => {
        seen.changes += 1;
      });
    },
    stop: () => stop(),
    /** Waits for exactly this many changes more, then for others that shouldn't come. */
    expectChanges: async (count: number): Promise<void> => {
      await expect.poll(() => seen.changes, { timeout: 3000 }).toBeGreaterThanOrEqual(count);
      await wait(400);
      expect(seen.changes).toBe(count);
      seen.changes = 0;
    },
  };
}

describe.concurrent('watchKubeconfig', () => {
  it('sees a write in several steps once, and atomic replacement, deletion and return', async (context) => {
    const { folder, start, expectChanges } = await watched(context);
    const path = join(folder, 'config');
    await writeFile(path, 'one');
    await start(path);
    for (const text of ['tw', 'two-', 'two-three']) {
      await writeFile(path, text);
      await wait(40);
    }
    await expectChanges(1);
    await writeFile(join(folder, 'config.tmp'), 'replaced');
    await rename(join(folder, 'config.tmp'), path);
    await expectChanges(1);
    await rm(path);
    await expectChanges(1);
    await writeFile(path, 'back again');
    await expectChanges(1);
    await writeFile(path, 'and still watched');
    await expectChanges(1);
  });

  it('waits for an emptied file to be written, and accepts one that stays empty', async (context) => {
    const { expect } = context;
    const { folder, seen, start, expectChanges } = await watched(context);
    const path = join(folder, 'config');
    await writeFile(path, 'one');
    await start(path);
    await writeFile(path, '');
    await wait(1200);
    expect(seen.changes).toBe(0);
    await writeFile(path, 'what took a while to make');
    await expectChanges(1);
    await writeFile(path, '');
    await expect.poll(() => seen.changes, { timeout: 6000 }).toBe(1);
    await wait(400);
    expect(seen.changes).toBe(1);
  });

  it('waits for a truncated file to be complete again, accepts a replaced one immediately, and one that stays smaller later', async (context) => {
    const { expect } = context;
    const { folder, seen, start, expectChanges } = await watched(context);
    const path = join(folder, 'config');
    await writeFile(path, 'one context, and another one');
    await start(path);
    // A slow writer, in place: each pause is longer than the one between two steps of `kubectl config`.
    for (const text of ['one con', 'one context, an', 'one context, and another one, and a third']) {
      expect(seen.changes).toBe(0);
      await writeFile(path, text);
      await wait(600);
    }
    await expectChanges(1);
    await writeFile(join(folder, 'config.tmp'), 'one context');
    await rename(join(folder, 'config.tmp'), path);
    await expect.poll(() => seen.changes, { timeout: 1500 }).toBe(1);
    seen.changes = 0;
    await writeFile(path, 'one');
    await expect.poll(() => seen.changes, { timeout: 6000 }).toBe(1);
  });

  it('sees a file appear in a folder that didn’t exist yet', async (context) => {
    const { folder, start, expectChanges } = await watched(context);
    const path = join(folder, 'deep', '.kube', 'config');
    await start(path);
    await mkdir(join(folder, 'deep', '.kube'), { recursive: true });
    await wait(400);
    await writeFile(path, 'one');
    await expectChanges(1);
  });

  it('follows links, and links whose target changes', async (context) => {
    const { folder, start, expectChanges } = await watched(context);
    for (const version of ['v1', 'v2']) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'config'), version);
    }
    await symlink('v1', join(folder, '..data'));
    await mkdir(join(folder, 'home'));
    await symlink(join('..', '..data', 'config'), join(folder, 'home', 'config'));
    await start(join(folder, 'home', 'config'));
    await writeFile(join(folder, 'v1', 'config'), 'written through');
    await expectChanges(1);
    await symlink('v2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await expectChanges(1);
    await writeFile(join(folder, 'v2', 'config'), 'written behind the new link');
    await expectChanges(1);
  });

  it('sees what happens to the files of a folder, and ignores what happens next to a file', async (context) => {
    const { expect } = context;
    const { folder, seen, start, expectChanges } = await watched(context);
    await mkdir(join(folder, 'all'));
    await writeFile(join(folder, 'config'), 'one');
    await start(join(folder, 'all'), join(folder, 'config'));
    await writeFile(join(folder, 'all', 'a.yaml'), 'one');
    await expectChanges(1);
    await writeFile(join(folder, 'beside'), 'one');
    await wait(500);
    expect(seen.changes).toBe(0);
  });

  it('is silent after it is stopped', async (context) => {
    const { expect } = context;
    const { folder, seen, start, stop } = await watched(context);
    const path = join(folder, 'config');
    await writeFile(path, 'one');
    await start(path);
    await writeFile(path, 'two, and longer');
    stop();
    await wait(500);
    expect(seen.changes).toBe(0);
  });
});
