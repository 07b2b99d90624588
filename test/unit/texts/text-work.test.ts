import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { jsonOf } from '../../../main/api/dispatch.ts';
import { packed, unpacked } from '../../../main/common/history/sealed.ts';
import type { ReadyReply } from '../../../main/common/replies.ts';
import { newMask } from '../../../main/masking/places.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import type { PresetFacts } from '../../../main/texts/masked-view.ts';
import { TextWork } from '../../../main/texts/text-work.ts';
import { FULL } from '../../support/full-run.ts';
import { hostileTexts } from '../../support/hostile-texts.ts';
import { jsonWithBytes, textWork } from '../../support/texts.ts';

const OWNER = { context: 'c', namespace: 'n', name: 'kaudit-integration', server: 'https://one.example', uid: 'u' };
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const NONE: PresetFacts = { owners: new Map(), urls: [] };
const target = (index: number) =>
  `- type: detections\n  target: {target-type: http-api, http-api-uri: 'https://api.eu2.coralogix.com/${index}', http-api-token: ${KEY}${index}}\n`;
const SHORT = target(0);
const LONG = Array.from({ length: 500 }, (_, index) => target(index)).join('');

/** No key from anywhere but the text. */
const noKeys = {
  keys: [],
  seen: { secrets: new Map(), pairs: new Set<string>() },
  given: new Map(),
  presets: new Map(),
  earlier: new Map(),
};

const fingerprinter = new Fingerprinter(Buffer.alloc(32, 7));
const open: TextWork[] = [];
function start(...options: Parameters<typeof textWork> extends [unknown, ...infer Rest] ? Rest : never): TextWork {
  const texts = textWork(fingerprinter, ...options);
  open.push(texts);
  return texts;
}
afterEach(() => {
  for (const texts of open.splice(0)) texts.close();
});

describe('work on texts', { timeout: 120_000 }, () => {
  it('needs no thread for short texts', async () => {
    const texts = start();
    await texts.run('shown', OWNER, SHORT, NONE);
    expect(texts.isBusy).toBe(false);
  });

  it('shows the fleet no key, whatever field it is in', async () => {
    const text = `- type: detections\n  name: &k ${KEY}\n  target: {target-type: kafka, kafka-broker: "tcp://u:${KEY}@h", api-key: *k}\n`;
    const ref = { context: 'c', namespace: 'n', name: 'kaudit-integration' };
    const input = { ref, uid: 'u', resourceVersion: '1', instance: 'one', text, readOnly: false, managed: null };
    const { summary } = await start().run('summary', OWNER, input);
    expect(summary.integrations).toHaveLength(1);
    expect(JSON.stringify(summary)).not.toContain(KEY);
  });

  it('resolves no part of a mask from the thread, and the thread none from the main thread', async () => {
    const texts = start();
    const other = { ...OWNER, name: 'kaudit-integration-2', uid: 'u2' };
    const long = await texts.run('shown', OWNER, LONG, NONE);
    const short = await texts.run('shown', other, SHORT, NONE);
    const piece = (mask = '') => mask.slice('masked-key-'.length);
    const set = (value: string) => ({ op: 'set' as const, path: [0, 'target', 'http-api-token'], value });
    expect(await texts.run('edited', other, SHORT, set(piece(long.secrets[0]?.mask)))).toMatchObject({ ok: false });
    expect(await texts.run('edited', OWNER, LONG, set(piece(short.secrets[0]?.mask)))).toMatchObject({ ok: false });
  });

  it('returns the same for a long text as in the main thread', async () => {
    const here = start({ long: Number.POSITIVE_INFINITY });
    const there = start();
    // Masks are random.
    const plain = (shown: object) => {
      const masks = new Map<string, number>();
      return JSON.stringify(shown).replace(/masked-key-[0-9a-z]{24}/g, (mask) => {
        if (!masks.has(mask)) masks.set(mask, masks.size);
        return `mask ${masks.get(mask)}`;
      });
    };
    const shown = await there.run('shown', OWNER, LONG, NONE);
    expect(there.isBusy).toBe(true);
    expect(plain(shown)).toBe(plain(await here.run('shown', OWNER, LONG, NONE)));
    expect(JSON.stringify(shown)).not.toContain(KEY);
  });

  it('recognises the masks of a text that became long, and of one that became short again', async () => {
    const texts = start();
    const { text: short } = await texts.run('shown', OWNER, SHORT, NONE);
    // Grown in the editor: the masks were made here, and are resolved in the thread.
    const grown = await texts.run('edited', OWNER, SHORT, { op: 'text', text: `${short}${'# a comment\n'.repeat(5_000)}` });
    expect(grown).toEqual({ ok: true, text: `${SHORT}${'# a comment\n'.repeat(5_000)}` });
    const { text: long } = await texts.run('shown', OWNER, LONG, NONE);
    const shrunk = await texts.run('edited', OWNER, LONG, { op: 'text', text: long.slice(0, long.indexOf('\n- type', 1) + 1) });
    expect(shrunk).toEqual({ ok: true, text: SHORT });
  });

  it('returns a long reply as JSON, next to the fields that main reads', async () => {
    const [here, there] = [start({ long: Number.POSITIVE_INFINITY }), start()];
    const others = { outcome: 'saved', resourceVersion: '2' };
    const frame = { fields: { uid: 'u' }, under: { name: 'configMap', others } };
    const text = '# a comment\n'.repeat(5_000);
    const reply = await there.reply<'shown', ReadyReply>(frame, 'shown', OWNER, text, NONE);
    expect(reply).toMatchObject(others);
    const value = await here.reply(frame, 'shown', OWNER, text, NONE);
    expect(JSON.parse(new TextDecoder().decode(reply.envelope))).toEqual({ ok: true, value });
    expect(jsonOf({ ok: true, value: reply })).toBe(reply.envelope);
  });

  it('ends the thread when it is idle, and the next one recognises the masks', async () => {
    const texts = start({ idle: 20 });
    const { text } = await texts.run('shown', OWNER, LONG, NONE);
    await expect.poll(() => texts.isBusy).toBe(false);
    expect(await texts.run('edited', OWNER, LONG, { op: 'text', text: `${text}# mine\n` })).toEqual({
      ok: true,
      text: `${LONG}# mine\n`,
    });
  });

  it('fails one request when the thread ends, and continues', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-thread-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const thread = join(folder, 'ends.cjs');
    writeFileSync(thread, 'process.exit(7);');
    const texts = new TextWork({ fingerprinter, thread });
    open.push(texts);
    await expect(texts.run('shown', OWNER, LONG, NONE)).rejects.toMatchObject({ code: 'document', retry: true });
    expect(texts.isBusy).toBe(false);
    expect((await texts.run('shown', OWNER, SHORT, NONE)).state).toBe('ready');
  });

  it('passes on an operation’s exception', async () => {
    const texts = start();
    await expect(texts.run('revision', OWNER, LONG, null as never, [])).rejects.toThrow(TypeError);
    expect(texts.isBusy).toBe(true);
  });
});

it('the history’s sentences name keys by their fingerprints, and keep a mask that someone saved within a text', async () => {
  const texts = start();
  const { secrets } = await texts.run('shown', OWNER, SHORT, NONE);
  const saved = newMask();
  const named = async (name: string) => {
    const after = SHORT.replace('detections', `detections\n  name: ${name}`);
    return (await texts.run('changed', OWNER, await texts.run('seal', OWNER, SHORT), after)).change?.changes;
  };
  expect(await named(`ours ${saved}`)).toEqual([expect.stringMatching(`: name added: ours ${saved}$`)]);
  expect(await named(`${KEY}0`)).toEqual([expect.stringMatching(`: name added: key-${secrets[0]?.fingerprint}$`)]);
});

it('the history’s sentences say nothing of a field that stays, though an earlier version had its text as a key', async () => {
  const texts = start();
  await texts.run('shown', OWNER, SHORT, NONE);
  const later = (limit: number) =>
    `- type: detections\n  note: formerly ${KEY}0 here\n  target: {target-type: kafka, kafka-broker: b, rate-limit: ${limit}}\n`;
  const { change } = await texts.run('changed', OWNER, await texts.run('seal', OWNER, later(1)), later(2));
  expect(change?.changes).toEqual([expect.stringMatching(/rate-limit 1 → 2$/)]);
});

describe('restoring a text whose key is no longer known', () => {
  const withKey = (key: string) => SHORT.replace(`${KEY}0`, key);
  const path = [0, 'target', 'http-api-token'];
  const live = withKey('another-key');
  const wantedOf = async (texts: TextWork, before: string) => {
    const wanted = await texts.run('wanted', OWNER, { revision: await start().run('seal', OWNER, before), text: live });
    return wanted.ok ? wanted : expect.fail(wanted.reason);
  };

  it('asks for it at each field that has it, also as a word', async () => {
    const before = withKey('Sentinel7words').replace('detections', 'detections\n  note: formerly Sentinel7words here');
    const texts = start();
    const wanted = await wantedOf(texts, before);
    const places = [[0, 'note'], path];
    expect(await texts.run('withKeys', OWNER, wanted, live, noKeys)).toMatchObject({
      ok: false,
      missing: places.map((one) => ({ path: one })),
    });
    const keys = places.map((one) => ({ path: one, key: 'typed-again' }));
    expect(await texts.run('withKeys', OWNER, wanted, live, { ...noKeys, keys })).toMatchObject({
      ok: true,
      text: before.replaceAll('Sentinel7words', 'typed-again'),
    });
  });

  it('names the line of a comment that loses it', async () => {
    const before = `${withKey('Sentinel7words')}# formerly Sentinel7words here\n`;
    const texts = start();
    const keys = [{ path, key: 'typed-again' }];
    expect(await texts.run('withKeys', OWNER, await wantedOf(texts, before), live, { ...noKeys, keys })).toEqual({
      ok: true,
      text: before.replace('formerly Sentinel7words', 'formerly <key>').replace('Sentinel7words', 'typed-again'),
      presetKeys: [],
      notes: [expect.stringMatching(/^The key in the comment at line 3 .*, so <key> replaces it\.$/)],
    });
  });

  it('writes a word as its place can hold it, however the key was spelt elsewhere', async () => {
    for (const source of ['|-\n      KEYKEYKEY12', '!!str "KEYKEYKEY12"', '"\\u004bEYKEYKEY12"', "'KEYKEYKEY12'"]) {
      const text = `- type: detections\n  note: formerly KEYKEYKEY12 here\n  target:\n    http-api-token: ${source}\n# KEYKEYKEY12\n`;
      const now = text.replace('formerly KEYKEYKEY12', 'formerly').replace('# KEYKEYKEY12\n', '');
      const texts = start();
      const revision = await texts.run('seal', OWNER, text);
      const seen = await texts.run('placedSecrets', OWNER, text, 10);
      const wanted = await texts.run('wanted', OWNER, { revision, text: now });
      if (!wanted.ok) return expect.fail(wanted.reason);
      expect(await texts.run('withKeys', OWNER, wanted, now, { ...noKeys, seen })).toMatchObject({ ok: true, text, notes: [] });
    }
  });
});

it('a broken text makes no secrets of the fields after an open quote', async () => {
  const valid = `${SHORT}  data-filter:\n    resource-name: [principal-group, another-name]\n`;
  const broken = valid.replace(`${KEY}0`, `"${KEY}0`);
  const texts = start();
  const shown = (await texts.run('shown', OWNER, valid, NONE)).text;
  for (const work of [
    () => texts.run('shown', OWNER, broken, NONE),
    () => texts.run('preview', OWNER, valid, broken, NONE),
    () =>
      texts.run('summary', OWNER, {
        ref: OWNER,
        uid: 'u',
        resourceVersion: '1',
        instance: 'i',
        text: broken,
        readOnly: false,
        managed: null,
      }),
  ]) {
    await work();
    expect((await texts.run('shown', OWNER, valid, NONE)).text).toBe(shown);
  }
  const again = start();
  await again.run('changed', OWNER, await texts.run('seal', OWNER, broken), valid);
  expect((await again.run('shown', OWNER, valid, NONE)).text).toContain('resource-name: [principal-group, another-name]');
});

it('a preview doesn’t show in the text before what becomes a key in the one after', async () => {
  const before = SHORT.replace('detections', 'detections\n  name: Sentinel7words');
  const shown = await start().run('preview', OWNER, before, before.replace(`${KEY}0`, 'Sentinel7words'), NONE);
  expect(JSON.stringify(shown)).not.toContain('Sentinel7words');
  expect(shown.diff.changes).toEqual([expect.stringMatching(/http-api-token/)]);
});

describe('a key that is also a word elsewhere', () => {
  const WORD = 'Sentinel7words';
  const withKey = (key: string, more = '') => SHORT.replace(`${KEY}0`, key).replace('detections', `detections${more}`);

  it('isn’t named by a refusal', async () => {
    const text = withKey(WORD, `\n  note: &${WORD} {a: 1}\n  more: *${WORD}`);
    const refused = await start().run('edited', OWNER, text, { op: 'set', path: [0, 'note', 'a'], value: 2 });
    expect(refused).toEqual({ ok: false, reason: expect.stringContaining('•••') });
    expect(JSON.stringify(refused)).not.toContain(WORD);
  });

  it('isn’t named by a question for another key', async () => {
    const live = withKey(WORD);
    const texts = start();
    const revision = unpacked(await texts.run('seal', OWNER, withKey('another-key', `\n  name: ${WORD}`)));
    const unknown = { ...revision, holes: revision.holes.map((hole, index) => (index === 1 ? { ...hole, digest: 'f'.repeat(64) } : hole)) };
    const wanted = await texts.run('wanted', OWNER, { revision: packed(unknown), text: live });
    if (!wanted.ok) return expect.fail(wanted.reason);
    const asked = await texts.run('withKeys', OWNER, wanted, live, noKeys);
    expect(asked).toMatchObject({ ok: false, missing: [{ words: expect.stringMatching(/\(key-[0-9a-f]{8}\)/) }, {}] });
    expect(JSON.stringify(asked)).not.toContain(WORD);
  });

  it('is a fingerprint in what a fleet is compared by, and its preset’s name where it is the key', async () => {
    const owners = new Map([[fingerprinter.digest(WORD), { preset: 'p', name: 'Ours', domain: 'eu2.coralogix.com', former: false }]]);
    const [said] = await start().run('driftSays', OWNER, withKey(WORD, `\n  region: ${WORD}`), owners);
    expect(said?.says.region).toMatch(/^key [0-9a-f]{8}$/);
    expect(said?.says.credentials).toContain('Ours');
    expect(JSON.stringify(said)).not.toMatch(new RegExp(`${WORD}|kept-key`));
  });

  it('isn’t kept with edits that type it somewhere and take it out again', async () => {
    const texts = start();
    await texts.run('seal', OWNER, withKey(WORD));
    const text = withKey('another-key');
    const edits = [WORD, 'other'].map((value) => ({ op: 'set' as const, path: [0, 'name'], value }));
    expect(await texts.run('kept', OWNER, text, text, edits, [])).toMatchObject({ keyless: false });
    expect(await texts.run('kept', OWNER, text, text, edits.slice(1), [])).toMatchObject({ keyless: true });
  });

  it('isn’t kept of the text before, where a draft types it as a key', async () => {
    const base = withKey('another-key', `\n  note: ${WORD}`);
    const kept = await start().run('kept', OWNER, base, withKey(WORD, `\n  note: ${WORD}`), [{ op: 'text', text: '' }], []);
    expect(jsonWithBytes(kept)).toContain('detections');
    expect(jsonWithBytes(kept)).not.toContain(WORD);
  });

  it('isn’t shown by a merge or a conflict with a version that has it only as a word', async () => {
    const base = withKey('another-key', '\n  name: a');
    const mine = withKey(WORD, '\n  name: a');
    const theirs = withKey('another-key', `\n  name: ${WORD}`);
    const merged = await start().run('merged', OWNER, { base, mine, theirs }, [], []);
    expect(merged).toMatchObject({ ok: true, changes: [expect.stringContaining('name')] });
    expect('changes' in merged && JSON.stringify(merged.changes)).not.toContain(WORD);
    const three = { base: theirs, mine: withKey(WORD, '\n  name: b'), theirs: base };
    const conflict = await start().run('conflict', OWNER, three, true);
    expect(conflict.conflicts).toMatchObject([{ path: [0, 'name'], mine: 'b', theirs: 'a' }]);
    expect(JSON.stringify(conflict)).not.toContain(WORD);
  });

  it('isn’t learnt from an earlier version that wasn’t valid YAML', async () => {
    const earlier = await start().run('seal', OWNER, `- type: "detections\n  token: ${WORD}\n`);
    const after = withKey('another-key', `\n  name: ${WORD}`);
    const { change, learnt } = await start().run('changed', OWNER, earlier, after);
    expect(learnt).toBe(false);
    expect(new TextDecoder().decode(change?.content)).toContain(`name: ${WORD}`);
  });
});

describe('many short keys', { timeout: 120_000 }, () => {
  it('whose masks make a text longer than any ConfigMap are shown and edited; a raw text that long is refused', async () => {
    const text = hostileTexts(1_000_000).find(([name]) => name === 'one block with many keys')?.[1] ?? '';
    const texts = start();
    const shown = await texts.run('shown', OWNER, text, NONE);
    expect(shown.text.length).toBeGreaterThan(1_500_000);
    expect(shown.problems.map(({ rule }) => rule)).not.toContain('too-large');
    const edited = await texts.run('edited', OWNER, text, { op: 'text', text: `${shown.text}# mine\n` });
    expect(edited).toEqual({ ok: true, text: `${text}# mine\n` });
    const long = await texts.run('edited', OWNER, text, { op: 'text', text: `${shown.text}#${' mine'.repeat(200_000)}\n` });
    expect(long).toEqual({ ok: false, reason: expect.stringContaining('a ConfigMap holds at most 1 MiB') });
  });
});

it('a hundred thousand findings become the most severe thousand, with the number of the others', async () => {
  const text = hostileTexts(256 * 1024).find(([name]) => name === 'values that read as others')?.[1] ?? '';
  const { problems } = await start().run('shown', OWNER, `${text}- type: detections\n`, NONE);
  const last = problems.at(-1);
  expect(problems).toHaveLength(1_001);
  expect(problems.slice(0, -1).every(({ severity }) => severity === 'error')).toBe(true);
  expect(last).toMatchObject({ rule: 'more-findings', severity: 'warning' });
  expect(last?.message).toMatch(/^\d{4,} more findings aren’t shown\. Correct some of these first\.$/);
  expect(problems.map(({ line }) => line)).toEqual(problems.map(({ line }) => line).toSorted((one, other) => one - other));
});

describe('repeated aliases', { timeout: 120_000 }, () => {
  // Half of the text is one value, and the other half refers to it again and again.
  it.each([16, 64, 256, 1024])('don’t make a reply endless: %s KiB', async (size) => {
    const texts = start({ long: Number.POSITIVE_INFINITY });
    for (const [, text] of hostileTexts(size * 1024).filter(([name]) => name.startsWith('a long value behind'))) {
      const shown = await texts.run('shown', OWNER, text, NONE);
      const preview = await texts.run('preview', OWNER, text, `${text}# mine\n`, NONE);
      for (const reply of [shown, preview]) expect(JSON.stringify(reply).length).toBeLessThan(16_000_000);
      const three = { base: text, mine: text.replace('&k a', '&k b'), theirs: text.replace('&k a', '&k c') };
      expect(JSON.stringify(await texts.run('conflict', OWNER, three, true)).length).toBeLessThan(32_000_000);
    }
  });

  it('are refused if they expand to more than anyone can read, with the reason', async () => {
    const text = hostileTexts(256 * 1024).find(([name]) => name === 'a long value behind aliases of integrations')?.[1] ?? '';
    const { state, problems } = await start().run('shown', OWNER, text, NONE);
    expect([state, problems[0]?.rule]).toEqual(['invalid', 'too-large']);
    expect(problems[0]?.message).toContain('aliases spelt out, the text has more than 4,000,000 characters');
  });
});

describe(`a text of ${FULL ? 1024 : 256} KiB`, { timeout: 120_000 }, () => {
  it.each(FULL ? hostileTexts(1024 * 1024) : hostileTexts(256 * 1024).slice(0, 3))('blocks nothing else: %s', async (_, text) => {
    const texts = start();
    const [whole, own] = [process.cpuUsage(), process.threadCpuUsage()];
    const shown = await texts.run('shown', OWNER, text, NONE);
    const edited = await texts.run('edited', OWNER, text, { op: 'text', text: `${shown.text}\n# mine\n` });
    await texts.run('preview', OWNER, text, edited.ok ? edited.text : '', NONE);
    await texts.run('merged', OWNER, { base: text, mine: `${text}\n# mine\n`, theirs: `# theirs\n${text}` }, [], []);
    // A share of the time of all threads: a busy machine doesn't matter. A text that is refused quickly is mostly
    // copied: its four jobs may take 50 ms each here, as any that doesn't leave the main thread.
    const sum = ({ user, system }: NodeJS.CpuUsage) => user + system;
    expect(sum(process.threadCpuUsage(own))).toBeLessThan(Math.max(sum(process.cpuUsage(whole)) / 2, 4 * 50_000));
  });
});
