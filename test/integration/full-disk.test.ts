import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { describeWith } from '../support/requirement.ts';

// The data folder's disk is full while the program runs: a small separate disk, which nothing else uses.

/** Bytes: a disk in memory allocates whole pages. */
const PAGE = 4096;
const ref = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };

describeWith([{ name: 'unshare', missing: whyNoMounts }], 'a full disk', () => {
  let directory: string;
  let host: Host;
  /** On the program's disk. */
  const inside = (name: string) => join(`/proc/${host.process.pid}/root${directory}`, name);
  const fill = () => {
    for (let size = 65_536; size >= 1; size /= 2)
      for (let failed = false; !failed; ) {
        try {
          appendFileSync(inside('filler'), Buffer.alloc(size));
        } catch (error) {
          expect(error).toMatchObject({ code: 'ENOSPC' });
          failed = true;
        }
      }
  };
  const view = () => host.ask('configMap.get', { ref });
  const set = async (value: number) => {
    const { resourceVersion: base } = await view();
    return host.ask('configMap.apply', { ref, base, edits: [{ op: 'set', path: [0, 'target', 'rate-limit'], value }] });
  };
  const newest = async () => {
    const { revisions, problem } = await host.ask('configMap.history', { ref });
    return { changes: revisions[0]?.changes.join(), problem };
  };

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-full-'));
    const mount = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"';
    const through = ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, directory];
    host = await startHost({ flags: ['--demo'], directory, through });
    await host.ask('cluster.connect', { context: ref.context });
    await vi.waitFor(async () => expect((await newest()).changes).toMatch(/first version/));
  });
  afterAll(async () => {
    await host?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test('is reported for the history, and changes and undo continue', async () => {
    fill();
    const reply = await set(101);
    if (reply.outcome !== 'saved') throw new Error(JSON.stringify(reply));
    expect(await newest()).toEqual({
      changes: expect.stringContaining('rate-limit 100 → 101'),
      problem: expect.stringMatching(/^The history can’t be saved in .*Free up space there\./),
    });
    const { resourceVersion: base } = await view();
    const undone = await host.ask('configMap.apply', { ref, base, edits: [{ op: 'undo', revision: reply.revision ?? '' }] });
    expect(undone.outcome).toBe('saved');
    expect((await view()).text).toContain('rate-limit: 100 ');
    expect(await newest()).toMatchObject({ changes: expect.stringContaining('rate-limit 101 → 100') });
  });

  test('is reported for a draft, which lasts until the program ends, and for a setting', async () => {
    const { resourceVersion: base } = await view();
    const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 102 }];
    expect(await host.request('draft.save', { ref, base, edits })).toMatchObject({
      ok: false,
      error: { code: 'settings', message: expect.stringMatching(/won’t survive a restart/) },
    });
    expect(await host.ask('draft.get', { ref })).toMatchObject({ outcome: 'draft', edits });
    await host.request('draft.discard', { ref });
    expect(await host.request('settings.update', { settings: { theme: 'dark' } })).toMatchObject({
      ok: false,
      error: { code: 'settings' },
    });
  });

  test('starts no rollout, and says so; with free space everything continues', async () => {
    const targets = [{ ref, integration: 0 }];
    const { plan } = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 103 } });
    expect(await host.request('rollout.run', { plan })).toMatchObject({
      ok: false,
      error: { code: 'settings', message: expect.stringMatching(/^The progress of a rollout can’t be saved in .*Nothing was changed\.$/) },
    });
    expect((await view()).text).toContain('rate-limit: 100 ');
    expect(await host.ask('rollout.list', {})).toEqual([]);

    rmSync(inside('filler'));
    expect(await host.ask('rollout.run', { plan })).toMatchObject({ saved: 1 });
    expect(await newest()).toEqual({ changes: expect.stringContaining('rate-limit 100 → 103'), problem: undefined });

    // Full again before its undo: the row isn't touched, and says why. Empty lines fill the rest of its file's space.
    const journal = inside(`rollouts/${plan}.jsonl`);
    appendFileSync(journal, '\n'.repeat(PAGE - (statSync(journal).size % PAGE)));
    fill();
    expect(await host.ask('rollout.undo', { plan })).toMatchObject({ failed: 1, saved: 0 });
    expect((await host.ask('fleet.get', {})).rollout?.problems).toMatchObject([{ reason: expect.stringMatching(/Free up space there/) }]);
    expect((await view()).text).toContain('rate-limit: 103 ');
    rmSync(inside('filler'));
    expect(await host.ask('rollout.undo', { plan })).toMatchObject({ saved: 1 });
    expect((await view()).text).toContain('rate-limit: 100 ');
    expect(host.process.exitCode).toBeNull();
  });
});

function whyNoMounts(): string | null {
  const { status } = spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return status === 0 ? null : 'unshare with user namespaces (util-linux)';
}
