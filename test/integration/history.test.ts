import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Edit, UndoChoice } from '../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../main/common/replies.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';

// History, restore and undo on the running program.

const ref = { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' };
const A = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const B = 'cxtp_BBBBbbbbBBBBbbbbBBBBbbbbBBBBbb';
const TEXT = `# ours
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://a.example/logs
    http-api-token: "${A}"   # ours
    rate-limit: 1
- type: activity
  target:
    target-type: http-api
    http-api-uri: https://b.example/logs
    http-api-token: ${B}
`;

let host: Host;
beforeAll(async () => {
  host = await startHost({ flags: ['--demo'] });
  await host.ask('cluster.connect', { context: ref.context });
});
afterAll(async () => {
  await host?.stop();
});

const look = () => host.ask('configMap.get', { ref });
const history = async () => (await host.ask('configMap.history', { ref })).revisions;

async function apply(edits: readonly Edit[], base?: string) {
  return host.ask('configMap.apply', { ref, base: base ?? (await look()).resourceVersion, edits: [...edits] as never });
}

async function saved(edits: readonly Edit[]): Promise<{ view: ConfigMapView; revision: string }> {
  const reply = await apply(edits);
  if (reply.outcome !== 'saved') throw new Error(JSON.stringify(reply));
  return { view: reply.configMap, revision: reply.revision ?? '' };
}

/** Makes the text the newest change, whatever was there before. */
async function begun() {
  await apply([{ op: 'text', text: `${TEXT}# before\n` }]);
  return saved([{ op: 'text', text: TEXT }]);
}

const prints = (view: ConfigMapView) => view.secrets.map(({ fingerprint }) => fingerprint);

describe('restore and undo', () => {
  test('a change is in the history, masked; undo reverts only it, restore the whole text', async () => {
    const start = await begun();
    const limit = await saved([{ op: 'set', path: [0, 'target', 'rate-limit'], value: 5 }]);
    const stop = await saved([{ op: 'set', path: [1, 'target', 'stopped'], value: true }]);
    const [newest, second] = await history();
    expect(newest).toMatchObject({ id: stop.revision, by: { ours: true }, changes: ['activity → b.example: stopped no → yes'] });
    expect(second?.changes).toEqual(['detections → a.example: rate-limit 1 → 5']);

    const shown = await host.ask('configMap.revision', { ref, id: start.revision });
    expect(shown.text).toBe(start.view.text);
    expect(shown.diff.changes).toHaveLength(2);

    const undone = await saved([{ op: 'undo', revision: limit.revision }]);
    expect(undone.view.text).toContain('rate-limit: 1');
    expect(undone.view.text).toContain('stopped: true');
    const restored = await saved([{ op: 'restore', revision: start.revision }]);
    expect(restored.view.text).toBe(start.view.text);
    expect(prints(restored.view)).toEqual(prints(start.view));
    expect((await history())[0]?.restored).toBe(start.revision);
  });

  test('a key that was removed is restored next to its URL, during this run', async () => {
    const start = await begun();
    const gone = await saved([{ op: 'remove', path: [0, 'target', 'http-api-token'] }]);
    expect(gone.view.secrets).toHaveLength(1);
    const undone = await saved([{ op: 'undo', revision: gone.revision }]);
    expect(prints(undone.view)).toEqual(prints(start.view));
    expect(undone.view.text).toBe(start.view.text);
  });

  test('an undo of something that was changed again is refused with a reason', async () => {
    await begun();
    const first = await saved([{ op: 'set', path: [0, 'target', 'rate-limit'], value: 7 }]);
    await saved([{ op: 'set', path: [0, 'target', 'rate-limit'], value: 8 }]);
    const reply = await apply([{ op: 'undo', revision: first.revision }]);
    expect(reply).toMatchObject({
      outcome: 'refused',
      conflicts: [{ words: 'Detections → a.example: Rate limit', base: 7, mine: 1, theirs: 8 }],
    });
  });

  test('an undo that conflicts with later changes offers a choice for each place, and reverts the rest as usual', async () => {
    const start = await begun();
    const limit = [0, 'target', 'rate-limit'];
    const named = [1, 'name'];
    const change = (value: number, name: string): Edit[] => [
      { op: 'set', path: limit, value },
      { op: 'set', path: named, value: name },
    ];
    const first = await saved([
      ...change(7, 'a'),
      { op: 'set', path: [0, 'target', 'http-api-token'], value: 'cxtp_CCCCccccCCCCccccCCCCccccCCCCcc' },
    ]);
    const later = await saved(change(8, 'b'));
    const undo = (choices?: UndoChoice[]): Edit[] => [{ op: 'undo', revision: first.revision, ...(choices && { choices }) }];
    const asked = await apply(undo());
    if (asked.outcome !== 'refused') throw new Error(asked.outcome);
    expect(asked.conflicts?.map(({ path }) => path)).toEqual([limit, named]);
    expect(asked.writer).toMatchObject({ manager: 'kaudit-tray', at: expect.any(String) });
    // A conflict without a decision is still one.
    const half = await apply(undo([{ path: limit, take: 'mine' }]));
    expect(half).toMatchObject({ outcome: 'refused', conflicts: [{ path: named }] });
    // SECURITY: a typed mask isn't a value of its own.
    const [mask = ''] = later.view.secrets.map((secret) => secret.mask);
    const masked = await apply(
      undo([
        { path: limit, value: mask },
        { path: named, take: 'theirs' },
      ]),
    );
    expect(masked.outcome).not.toBe('saved');
    const done = await saved(
      undo([
        { path: limit, value: 9 },
        { path: named, take: 'mine' },
      ]),
    );
    expect(done.view.text).toContain('rate-limit: 9');
    expect(prints(done.view)).toEqual(prints(start.view));
    expect(done.view.text).toBe(start.view.text.replace(/rate-limit: \d+/, 'rate-limit: 9'));
  });

  test('what others changed later is named before a restore removes it', async () => {
    const start = await begun();
    const live = await look();
    const reply = await host.ask('configMap.preview', {
      ref,
      base: live.resourceVersion,
      edits: [{ op: 'restore', revision: start.revision }],
    });
    expect(reply.outcome).toBe('preview');
  });

  test('no key goes elsewhere: to another URL, through a forged file, or out of main', async () => {
    const start = await begun();
    // The URL has changed: the old key isn't restored next to a URL that it wasn't next to.
    await saved([
      { op: 'set', path: [0, 'target', 'http-api-uri'], value: 'https://new.example/logs' },
      { op: 'set', path: [0, 'target', 'http-api-token'], value: 'cxtp_CCCCccccCCCCccccCCCCccccCCCCcc' },
    ]);
    const root = join(host.directory, 'history');
    const files = readdirSync(root).flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)));
    for (const file of files) expect(readFileSync(file, 'utf8')).not.toMatch(/AAAAaaaa|BBBBbbbb|CCCCcccc/);
    const own = files.filter((file) => Number(/(\d{10})-/.exec(file)?.[1]) === Number(start.revision));
    expect(own.length).toBeGreaterThan(0);
    for (const file of own) {
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace('https://a.example/logs', 'https://evil.example'));
    }
    await expect(apply([{ op: 'restore', revision: start.revision }])).rejects.toThrow(/no longer in its history/);
    const live = await look();
    expect(live.text).not.toContain('evil.example');
  });
});

describe('a resolved conflict', () => {
  test('is described in words; mine, theirs or another value is applied, and the rest is merged', async () => {
    await begun();
    const base = (await look()).resourceVersion;
    await saved([
      { op: 'set', path: [0, 'target', 'rate-limit'], value: 20 },
      { op: 'set', path: [1, 'target', 'rate-limit'], value: 21 },
      { op: 'set', path: [1, 'target', 'stopped'], value: true },
    ]);
    const edits: Edit[] = [
      { op: 'set', path: [0, 'target', 'rate-limit'], value: 30 },
      { op: 'set', path: [1, 'target', 'rate-limit'], value: 31 },
      { op: 'set', path: [1, 'name'], value: 'mine' },
    ];
    const reply = await apply(edits, base);
    if (reply.outcome !== 'conflict') throw new Error(JSON.stringify(reply));
    expect(reply.writer?.manager).toBe('kaudit-tray');
    expect(reply.conflicts.map(({ words, mine, theirs }) => [words, mine, theirs])).toEqual([
      ['Detections → a.example: Rate limit', 30, 20],
      ['Raw activity → b.example: Rate limit', 31, 21],
    ]);
    const [one, two] = reply.conflicts.map(({ path }) => path) as [(string | number)[], (string | number)[]];
    const choose = (on: string) =>
      host.ask('configMap.apply', {
        ref,
        base,
        edits,
        chosen: {
          on,
          fields: [
            { path: one, take: 'mine' },
            { path: two, value: 99 },
          ],
        },
      });
    // A choice made on an outdated version decides nothing.
    expect((await choose('1')).outcome).toBe('conflict');
    const done = await choose(reply.resourceVersion);
    if (done.outcome !== 'saved') throw new Error(JSON.stringify(done));
    expect(done.configMap.text).toContain('rate-limit: 30');
    expect(done.configMap.text).toContain('rate-limit: 99');
    expect(done.configMap.text).toContain('stopped: true');
    expect(done.configMap.text).toContain('name: mine');
    expect(done.configMap.text).toContain('# ours');
  });
});
