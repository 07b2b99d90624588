import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { opened, unpacked } from '../../../main/common/history/sealed.ts';
import { History, type Observed } from '../../../main/history/history.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { historyTexts, textWork } from '../../support/texts.ts';

const SERVER = 'https://one.example:6443';
const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const prints = new Fingerprinter(Buffer.alloc(32, 7));

let directory: string;
let problems: string[];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kaudit-history-'));
  problems = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function start(maxBytes?: number, onLearnt = () => {}): History {
  return new History({
    directory,
    digest: (secret) => prints.digest(secret),
    hash: (parts) => prints.hash(parts),
    signature: (parts) => prints.signature(parts),
    texts: historyTexts(textWork(prints)),
    onProblem: (message) => problems.push(message),
    onLearnt,
    ...(maxBytes === undefined ? {} : { maxBytes }),
  });
}

let version = 1;
function observed(text: string, parts: Partial<Observed> & { manager?: string; at?: string } = {}): Observed {
  version += 1;
  const { manager = 'kubectl-edit', at = new Date().toISOString(), ...rest } = parts;
  const ref = { context: 'c', namespace: 'alcide-kaudit', name: 'kaudit-integration-x' };
  return { ref, uid: 'u1', resourceVersion: String(version), text, writer: { manager, at }, ...rest };
}

const text = (limit: number) =>
  `- type: detections\n  target:\n    target-type: http-api\n    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk\n    http-api-token: ${KEY}\n    rate-limit: ${limit}\n`;

async function files(): Promise<string[]> {
  const root = join(directory, 'history');
  const folders = await readdir(root);
  return (
    await Promise.all(folders.map(async (folder) => (await readdir(join(root, folder))).map((name) => join(root, folder, name))))
  ).flat();
}

describe('the history of a ConfigMap', () => {
  test('hides a key that only an earlier version had as one, also after a restart, and reports no change of it', async () => {
    const words = 'Sentinel7words';
    const withNote = (key: string, note: string) => text(1).replace(KEY, key).replace('type:', `name: ${note}\n  type:`);
    const first = observed(withNote(words, 'one'));
    const second = observed(withNote(KEY, `formerly ${words}`));
    const history = start();
    history.seen(SERVER, first);
    history.seen(SERVER, second);
    await history.settled();
    const list = await history.list(SERVER, first);
    expect(list.map(({ changes }) => changes.join())).toEqual([
      expect.stringMatching(/name one → formerly key-[0-9a-f]{8}.*http-api-token changed/),
      'The first version that kAudit Tray found.',
    ]);
    let learnt = 0;
    const again = start(undefined, () => {
      learnt += 1;
    });
    again.seen(SERVER, { ...second, resourceVersion: '900' });
    again.seen(SERVER, { ...second, resourceVersion: '901', text: `${second.text}# more\n` });
    await again.settled();
    expect((await again.list(SERVER, first)).map(({ changes }) => changes.join())).toEqual([
      'Only comments or layout changed.',
      ...list.map(({ changes }) => changes.join()),
    ]);
    expect(learnt).toBe(1);
    for (const file of await files()) expect(await readFile(file, 'utf8')).not.toContain(words);
  });

  test('contains the first text, each change from outside, and our own, in private files without a key', async () => {
    const history = start();
    const first = observed(text(1));
    history.seen(SERVER, first);
    history.seen(SERVER, first);
    history.seen(SERVER, observed(text(2), { manager: 'helm' }));
    await history.settled();
    const before = observed(text(2), { manager: 'helm' });
    const after = observed(text(3), { manager: 'kaudit-tray' });
    const id = await history.applied(SERVER, before, after);
    history.seen(SERVER, after);
    await history.settled();
    const list = await history.list(SERVER, first);
    expect(list.map(({ by }) => by)).toEqual([
      { manager: 'kaudit-tray', ours: true },
      { manager: 'helm', ours: false },
      { manager: 'kubectl-edit', ours: false },
    ]);
    expect(list.map(({ changes }) => changes)).toEqual([
      ['detections → Coralogix: rate-limit 2 → 3'],
      ['detections → Coralogix: rate-limit 1 → 2'],
      ['The first version that kAudit Tray found.'],
    ]);
    expect(list[0]?.id).toBe(id);
    expect(opened(unpacked(list[2]?.content ?? Buffer.of()), () => KEY)).toBe(text(1));
    for (const file of await files()) {
      expect((await stat(file)).mode & 0o777).toBe(0o600);
      expect(await readFile(file, 'utf8')).not.toContain('AAAAaaaa');
    }
    // The next run knows it too.
    expect((await start().list(SERVER, first)).map(({ id }) => id)).toEqual(list.map(({ id }) => id));
  });

  test('keeps the newest 50, and counts many rewrites of one manager as one', async () => {
    const history = start();
    for (let limit = 0; limit < 60; limit += 1)
      await history.applied(SERVER, observed(text(limit)), observed(text(limit + 1), { manager: 'kaudit-tray' }));
    expect(await history.list(SERVER, observed(''))).toHaveLength(50);
    for (let limit = 100; limit < 140; limit += 1) history.seen(SERVER, observed(text(limit), { manager: 'controller' }));
    await history.settled();
    const list = await history.list(SERVER, observed(''));
    const rewrites = list.filter(({ by }) => by.manager === 'controller');
    expect(rewrites).toHaveLength(3);
    expect(rewrites[0]).toMatchObject({ rewrites: 38 });
    expect(opened(unpacked(rewrites[0]?.content ?? Buffer.of()), () => KEY)).toBe(text(139));
  });

  test('starts again for an object that was recreated, and says so; no other server can read it', async () => {
    const history = start();
    history.seen(SERVER, observed(text(1)));
    history.seen(SERVER, observed(text(2), { uid: 'u2' }));
    await history.settled();
    const list = await history.list(SERVER, observed('', { uid: 'u2' }));
    expect(list.map(({ changes }) => changes)).toEqual([['Someone deleted and recreated the ConfigMap, so its history starts here.']]);
    expect(await history.list('https://evil.example', observed(''))).toEqual([]);
  });

  test('leaves out a file that someone changed, moved or damaged, and names it', async () => {
    const history = start();
    for (const limit of [1, 2, 3]) history.seen(SERVER, observed(text(limit)));
    history.seen(SERVER, observed(text(9), { uid: 'u2' }));
    await history.settled();
    const [one = '', two = '', , other = ''] = (await files()).sort();
    const changed = JSON.parse(await readFile(one, 'utf8'));
    changed.content.text = changed.content.text.replace('api.eu2.coralogix.com', 'evil.example');
    await writeFile(one, JSON.stringify(changed));
    await writeFile(two, await readFile(other));
    const list = await start().list(SERVER, observed(''));
    expect(list.map(({ id }) => id)).toEqual(['3']);
    expect(problems).toHaveLength(2);
  });

  test('leaves out another ConfigMap’s file of the same number', async () => {
    const history = start();
    const first = observed(text(1));
    const other = { ...observed(text(9)), ref: { ...first.ref, name: 'kaudit-integration-y' } };
    history.seen(SERVER, first);
    history.seen(SERVER, other);
    await history.settled();
    const [one = '', two = ''] = await files();
    await writeFile(one, await readFile(two));
    const lists = await Promise.all([first, other].map((each) => start().list(SERVER, each)));
    expect(lists.map(({ length }) => length).sort()).toEqual([0, 1]);
    expect(problems).toHaveLength(1);
  });

  test('takes no key’s digest for a check value: someone could choose the key', async () => {
    const history = start();
    history.seen(SERVER, observed(text(1)));
    await history.settled();
    const [file = ''] = await files();
    const whole = await readFile(file, 'utf8');
    const forged = whole.slice(0, whole.lastIndexOf(',"mac"')).replace('rate-limit: 1', 'rate-limit: 9');
    const chosen = JSON.stringify(['revision', createHash('sha256').update(forged).digest('hex')]);
    await writeFile(file, `${forged},"mac":"${prints.digest(chosen)}"}`);
    expect(await start().list(SERVER, observed(''))).toEqual([]);
    await writeFile(file, `${forged},"mac":"${prints.signature(JSON.parse(chosen))}"}`);
    expect(await start().list(SERVER, observed(''))).toHaveLength(1);
  });

  test('leaves out a file with something behind its check value, which would replace what was checked', async () => {
    const history = start();
    history.seen(SERVER, observed(text(1)));
    await history.settled();
    const [file = ''] = await files();
    const whole = await readFile(file, 'utf8');
    const evil = { changes: ['evil'], content: { text: 'http-api-uri: https://evil.example/', holes: [] } };
    await writeFile(file, `${whole.slice(0, -1)},${JSON.stringify(evil).slice(1)}`);
    expect(JSON.parse(await readFile(file, 'utf8')).changes).toEqual(['evil']);
    expect(await start().list(SERVER, observed(''))).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test('reads files of earlier versions of the program, if this installation wrote all of them', async () => {
    const history = start();
    for (const limit of [1, 2, 3]) history.seen(SERVER, observed(text(limit)));
    await history.settled();
    const list = await history.list(SERVER, observed(''));
    for (const [index, file] of (await files()).sort().entries()) {
      const { mac: _, ...body } = JSON.parse(await readFile(file, 'utf8'));
      const plain = JSON.stringify({ ...body, version: 1 });
      const signed = `${plain.slice(0, -1)},"mac":"${prints.hash(['revision', plain])}"}`;
      await writeFile(
        file,
        index === 0 ? `${signed.slice(0, -1)},"changes":["evil"]}` : index === 1 ? signed.replace('eu2', 'eu1') : signed,
      );
    }
    const [newest, ...others] = await start().list(SERVER, observed(''));
    expect(others).toEqual([]);
    expect(newest).toEqual(list[0]);
    expect(problems).toHaveLength(2);
  });

  test('notices a change of the newest file while the program runs', async () => {
    const history = start();
    history.seen(SERVER, observed(text(1)));
    await history.settled();
    expect(await history.list(SERVER, observed(''))).toHaveLength(1);
    const [file = ''] = await files();
    const before = await readFile(file, 'utf8');
    // As long as before.
    await writeFile(file, before.replace('api.eu2.coralogix.com', 'evil.coralogix.xample'));
    expect(await history.list(SERVER, observed(''))).toEqual([]);
    expect(problems).toHaveLength(1);
  });

  test('survives an exit during a write', async () => {
    const history = start();
    history.seen(SERVER, observed(text(1)));
    await history.settled();
    const [file = ''] = await files();
    await writeFile(file.replace('0000000001', '0000000002').replace('.json', '.json.new'), '{"version":1,"pla');
    const next = start();
    next.seen(SERVER, observed(text(2)));
    await next.settled();
    expect(await next.list(SERVER, observed(''))).toHaveLength(2);
    expect((await files()).filter((name) => name.endsWith('.new'))).toEqual([]);
  });

  test('says when a folder can’t be written, and keeps changes until the program ends', async () => {
    // A file in place of the folder refuses writes, like a full disk.
    await writeFile(join(directory, 'history'), '');
    const history = start();
    history.seen(SERVER, observed(text(1)));
    history.seen(SERVER, observed(text(2)));
    await history.settled();
    expect(await history.list(SERVER, observed(''))).toHaveLength(2);
    expect(history.problem).toMatch(/free up space there/i);
    expect(problems).toHaveLength(1);
    await rm(join(directory, 'history'));
    history.seen(SERVER, observed(text(3)));
    await history.settled();
    expect(history.problem).toBeUndefined();
    expect(await history.list(SERVER, observed(''))).toHaveLength(3);
  });

  test('stays within its limit of bytes, and keeps the newest entry of each ConfigMap longest', async () => {
    const history = start(20_000);
    const big = (limit: number) => `${text(limit)}# ${'x '.repeat(1500)}\n`;
    for (let limit = 0; limit < 10; limit += 1) history.seen(SERVER, observed(big(limit), { manager: `m${limit}` }));
    history.seen(SERVER, observed(big(1), { ref: { context: 'c', namespace: 'a', name: 'b' }, uid: 'u9' }));
    await history.settled();
    const sizes = await Promise.all((await files()).map(async (file) => (await stat(file)).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(20_000);
    expect(await history.list(SERVER, observed('', { ref: { context: 'c', namespace: 'a', name: 'b' }, uid: 'u9' }))).toHaveLength(1);
    expect((await history.list(SERVER, observed('')))[0]?.by.manager).toBe('m9');
  });
});
