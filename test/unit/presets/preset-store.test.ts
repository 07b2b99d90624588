import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import { AppError } from '../../../main/common/errors.ts';
import type { KeyStore } from '../../../main/keychain/keychain.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

let directory: string;
let keychain: KeyStore;
let reads: number;
let writes: number;
let changes: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-presets-'));
  // Replaces the operating system's: one keychain for all runs of a test, separate from this run's memory.
  const memory = openKeychain({ memory: true });
  reads = 0;
  writes = 0;
  changes = 0;
  keychain = {
    view: { state: 'available', message: '' },
    onChange: () => () => {},
    cancel: () => {},
    close: () => {},
    inMemory: () => false,
    read: (account) => {
      reads += 1;
      return memory.read(account);
    },
    write: async (account, secret) => {
      writes += 1;
      await memory.write(account, secret);
      return 'keychain';
    },
    remove: (account) => memory.remove(account),
    forget: () => {},
  };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function open(store: KeyStore = keychain): PresetStore {
  const settings = new SettingsStore({ directory, onProblem: () => {} });
  const fingerprinter = new Fingerprinter(settings.installationKey());
  return new PresetStore({ settings, keychain: store, fingerprinter, redaction: new Redaction(), onChange: () => (changes += 1) });
}

const checked = (more: object = {}) => presetSchema.parse({ name: 'Production', domain: 'eu2.coralogix.com', ...more });
const file = () => readFileSync(join(directory, 'settings.json'), 'utf8');

describe('presets', () => {
  it('are saved with their key in the keychain and nothing of it in the settings', async () => {
    const { preset, stored } = await open().save(checked(), `  Bearer ${KEY}\n`);
    expect(stored).toBe('keychain');
    expect(preset).toMatchObject({ name: 'Production', endpoint: 'api', applicationName: 'kaudit', subsystemName: 'delivery-test' });
    expect(preset.key).toMatchObject({ state: 'keychain', fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(JSON.stringify(preset)).not.toContain(KEY);
    expect(file()).not.toContain(KEY);
    expect(file()).not.toContain('Sentinel');
    expect(await open().use(preset.id)).toMatchObject({ key: KEY, url: 'https://api.eu2.coralogix.com/logs/v1/bulk' });
    expect(changes).toBe(1);
  });

  it('are listed without asking the keychain, even after a restart', async () => {
    await open().save(checked(), KEY);
    expect(open().list()).toHaveLength(1);
    expect(open().list()[0]?.key.state).toBe('keychain');
    expect(reads).toBe(0);
  });

  it('keep their key when other things change', async () => {
    const { preset } = await open().save(checked(), KEY);
    const changed = await open().save(checked({ id: preset.id, name: 'Other', endpoint: 'ingress' }));
    expect(changed.stored).toBe('unchanged');
    expect(changed.preset.key).toEqual(preset.key);
    expect(await open().use(preset.id)).toMatchObject({ key: KEY, url: 'https://ingress.eu2.coralogix.com/logs/v1/bulk' });
    expect(open().list()).toHaveLength(1);
  });

  it('don’t move a key to another domain', async () => {
    const { preset } = await open().save(checked(), KEY);
    const moved = open().save(checked({ id: preset.id, domain: 'us1.coralogix.com' }));
    await expect(moved).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('us1.coralogix.com') });
    expect(open().list()[0]?.domain).toBe('eu2.coralogix.com');
    await open().save(checked({ id: preset.id, domain: 'us1.coralogix.com' }), 'another-key');
    expect(await open().use(preset.id)).toMatchObject({ key: 'another-key', url: 'https://api.us1.coralogix.com/logs/v1/bulk' });
  });

  it('refuse to send a key to a domain that someone wrote into the settings', async () => {
    const { preset } = await open().save(checked(), KEY);
    writeFileSync(join(directory, 'settings.json'), file().replaceAll('eu2.coralogix.com', 'evil.example'));
    const tampered = open();
    expect(tampered.list()[0]?.domain).toBe('evil.example');
    await expect(tampered.use(preset.id)).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('eu2.coralogix.com') });
    await tampered.save(checked({ id: preset.id, name: 'Renamed', domain: 'evil.example' }));
    await expect(tampered.use(preset.id)).rejects.toMatchObject({ code: 'preset' });
  });

  it('say so when the entry is gone or was changed outside, without quoting it', async () => {
    const { preset } = await open().save(checked(), KEY);
    await keychain.write(`preset:${preset.id}`, `{"key": "${KEY}"`);
    const changed = await open()
      .use(preset.id)
      .catch((error: Error) => error);
    expect(changed).toMatchObject({ code: 'preset', message: expect.stringContaining('Something else changed the keychain’s entry') });
    expect(String((changed as Error).message)).not.toContain(KEY);
    await keychain.remove(`preset:${preset.id}`);
    await expect(open().use(preset.id)).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('no key') });
  });

  it('report that the keychain has an older key instead of their newest, and don’t use it', async () => {
    const { preset } = await open().save(checked(), 'the-first-key');
    const before = (await keychain.read(`preset:${preset.id}`)) ?? '';
    await open().save(checked({ id: preset.id }), KEY);
    await keychain.write(`preset:${preset.id}`, before);
    const store = open();
    await expect(store.use(preset.id)).rejects.toMatchObject({
      code: 'preset',
      message: expect.stringContaining('has an older key of “Production”'),
    });
    expect(store.list()[0]?.key.state).toBe('changed');
    await keychain.write(`preset:${preset.id}`, before.replace('the-first-key', 'some-other-key'));
    await expect(open().use(preset.id)).rejects.toMatchObject({
      message: expect.stringContaining('Something else changed the keychain’s entry'),
    });
  });

  it('lose only their keys when their user removes them, and still recognise both by fingerprint', async () => {
    const { preset } = await open().save(checked(), 'the-first-key');
    await open().save(checked({ id: preset.id }), KEY, 'cxup_ReadBack1');
    const { preset: after, stored } = await open().save(checked({ id: preset.id, name: 'Renamed' }), null);
    expect(stored).toBe('removed');
    expect(after).toEqual({ ...preset, name: 'Renamed', key: { state: 'missing' } });
    expect(await keychain.read(`preset:${preset.id}`)).toBeNull();
    await expect(open().use(preset.id)).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('no key') });
    for (const key of [KEY, 'the-first-key']) expect(open().ownerOf(key)).toMatchObject({ preset: preset.id, former: true });
    expect(open().exportText()).not.toMatch(/former|digest/);
    // Another domain is fine now: there is no key to move.
    await open().save(checked({ id: preset.id, domain: 'us1.coralogix.com' }));
    await open().save(checked({ id: preset.id, domain: 'us1.coralogix.com' }), 'a-newer-key');
    expect(open().ownerOf('a-newer-key')).toMatchObject({ preset: preset.id, former: false });
    for (const key of [KEY, 'the-first-key']) expect(open().ownerOf(key)).toMatchObject({ preset: preset.id, former: true });
  });

  it('keep their key when the keychain doesn’t remove it', async () => {
    const { preset } = await open().save(checked(), KEY);
    const refusal = new AppError('keychain', 'It stayed locked.');
    const locked: KeyStore = { ...keychain, remove: () => Promise.reject(refusal) };
    await expect(open(locked).save(checked({ id: preset.id }), null)).rejects.toBe(refusal);
    expect(open().list()[0]?.key).toEqual(preset.key);
    expect(await open().use(preset.id)).toMatchObject({ key: KEY });
  });

  it('stay when the keychain doesn’t remove their key, and name its entry; they go without it when their user insists', async () => {
    const { preset } = await open().save(checked(), KEY);
    const entry = { service: 'kaudit-tray', account: `preset:${preset.id}` };
    for (const code of ['keychain', 'cancelled'] as const) {
      const locked: KeyStore = { ...keychain, remove: () => Promise.reject(new AppError(code, 'It stayed locked.')) };
      expect(await open(locked).remove(preset.id)).toEqual({ outcome: 'keychain', reason: 'It stayed locked.', entry });
      expect(open().list()).toEqual([preset]);
    }
    const untouched: KeyStore = { ...keychain, remove: () => Promise.reject(new Error('asked all the same')) };
    expect(await open(untouched).remove(preset.id, true)).toEqual({ outcome: 'removed', left: entry });
    expect(open().list()).toEqual([]);
    expect(await keychain.read(entry.account)).toContain(KEY);
  });

  it('whose new key is in memory only remember that the keychain has the previous one', async () => {
    const { preset } = await open().save(checked(), KEY);
    let kept = '';
    const none: KeyStore = {
      ...keychain,
      inMemory: () => kept !== '',
      read: async () => kept,
      write: async (_account, secret) => {
        kept = secret;
        return 'memory';
      },
      remove: () => Promise.reject(new AppError('keychain', 'No keychain.')),
      forget: () => {
        kept = '';
      },
    };
    const store = open(none);
    expect((await store.save(checked({ id: preset.id }), 'a-newer-key')).stored).toBe('memory');
    expect(await store.remove(preset.id)).toMatchObject({ outcome: 'keychain' });
    expect(await store.use(preset.id)).toMatchObject({ key: 'a-newer-key' });
    expect(await store.remove(preset.id, true)).toMatchObject({ outcome: 'removed', left: { account: `preset:${preset.id}` } });
    expect(kept).toBe('');

    // One that never got into the keychain needs none.
    const { preset: fresh } = await store.save(checked(), KEY);
    expect(await store.remove(fresh.id)).toEqual({ outcome: 'removed', left: null });
  });

  it('are removed with their key', async () => {
    const { preset } = await open().save(checked(), KEY);
    await open().remove(preset.id);
    expect(open().list()).toEqual([]);
    expect(await keychain.read(`preset:${preset.id}`)).toBeNull();
    await expect(open().remove(preset.id)).rejects.toMatchObject({ code: 'not-found' });
    await expect(open().save(checked({ id: preset.id }))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('are removed, and say so, when the keychain no longer has their entry', async () => {
    const { preset } = await open().save(checked(), KEY);
    await keychain.remove(`preset:${preset.id}`);
    expect((await open().save(checked({ id: preset.id }), null)).stored).toBe('gone');
    expect(await open().remove(preset.id)).toEqual({ outcome: 'removed', left: null });
    const { preset: other } = await open().save(checked(), KEY);
    await keychain.remove(`preset:${other.id}`);
    expect(await open().remove(other.id)).toEqual({ outcome: 'removed', left: null, gone: true });
    expect(open().list()).toEqual([]);
  });

  it('whose keys are too long are refused before anything changes, without quoting the key', async () => {
    const { preset } = await open().save(checked(), KEY);
    const before = open().list();
    const long = `cxtp_${'Sentinel'.repeat(200)}`;
    for (const save of [
      () => open().save(checked(), long),
      () => open().save(checked({ id: preset.id }), long),
      () => open().save(checked({ id: preset.id }), undefined, long),
    ]) {
      const failure = await save().catch((error: AppError) => error);
      expect(failure).toMatchObject({
        code: 'preset',
        message: expect.stringMatching(/too long .* the limit is 1280.* Nothing was saved/),
      });
      expect((failure as AppError).message).not.toContain('Sentinel');
    }
    expect(open().list()).toEqual(before);
    expect(await open().use(preset.id)).toMatchObject({ key: KEY });

    // Nearly a thousand letters fit along with short names.
    const { preset: fits } = await open().save(checked(), 'k'.repeat(950));
    expect(Buffer.from((await keychain.read(`preset:${fits.id}`)) ?? '', 'utf16le').length).toBeLessThanOrEqual(2560);
  });

  it('without a key say so when they are used', async () => {
    const { preset, stored } = await open().save(checked());
    expect(stored).toBe('unchanged');
    expect(preset.key).toEqual({ state: 'missing' });
    await expect(open().use(preset.id)).rejects.toMatchObject({ code: 'preset' });
  });

  it.each([
    ['spaces only', '   '],
    ['nothing but Bearer', 'Bearer  '],
    ['a line break inside', 'abc\r\nX-Header: 1'],
    ['a letter outside ASCII', 'schlüssel'],
  ])('refuse a key of %s, without quoting it', async (_what, key) => {
    const refused = await open()
      .save(checked(), key)
      .catch((error: Error) => error);
    expect(refused).toMatchObject({ code: 'preset' });
    expect(open().list()).toEqual([]);
  });

  it('name the preset that has a key, or had it before', async () => {
    const store = open();
    const { preset } = await store.save(checked(), KEY);
    expect(store.ownerOf(KEY)).toMatchObject({ preset: preset.id, former: false });
    await store.save(checked({ id: preset.id }), 'a-newer-key');
    expect(open().ownerOf('a key that no preset has')).toBeUndefined();
    expect(open().ownerOf('a-newer-key')).toMatchObject({ preset: preset.id, former: false });
    expect(open().ownerOf(KEY)).toMatchObject({ preset: preset.id, former: true });
  });

  it('keep the read-back key next to the other one, and each stays when the other is replaced', async () => {
    const store = open();
    const { preset } = await store.save(checked(), KEY, 'cxup_ReadBack1');
    expect(preset.readBackKey).toMatchObject({ state: 'keychain', fingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) });
    expect(file()).not.toContain('ReadBack');
    await open().save(checked({ id: preset.id }), 'a-newer-key');
    expect(await open().use(preset.id)).toMatchObject({ key: 'a-newer-key', readBackKey: 'cxup_ReadBack1' });
    await open().save(checked({ id: preset.id }), undefined, 'cxup_ReadBack2');
    expect(await open().use(preset.id)).toMatchObject({ key: 'a-newer-key', readBackKey: 'cxup_ReadBack2' });
    const removed = await open().save(checked({ id: preset.id }), undefined, null);
    expect(removed.preset.readBackKey).toBeUndefined();
    expect(await open().use(preset.id)).not.toHaveProperty('readBackKey');
  });

  it('accept a new key when the entry is gone, and then say that the read-back key is lost', async () => {
    const { preset } = await open().save(checked(), KEY, 'cxup_ReadBack1');
    await keychain.remove(`preset:${preset.id}`);
    const { preset: after, readBackLost } = await open().save(checked({ id: preset.id }), 'a-newer-key');
    expect(after.readBackKey).toBeUndefined();
    expect(readBackLost).toBe(true);
    expect(await open().use(preset.id)).toMatchObject({ key: 'a-newer-key' });
    expect(await open().save(checked({ id: preset.id }), 'the-newest-key')).not.toHaveProperty('readBackLost');
  });

  it('don’t move a read-back key to another domain, not even one that was changed in the settings', async () => {
    const { preset } = await open().save(checked(), KEY, 'cxup_ReadBack1');
    const moved = open().save(checked({ id: preset.id, domain: 'us1.coralogix.com' }), 'another-key');
    await expect(moved).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('The read-back key') });
    writeFileSync(join(directory, 'settings.json'), file().replaceAll('eu2.coralogix.com', 'evil.example'));
    const tampered = open().save(checked({ id: preset.id, domain: 'evil.example' }), 'another-key');
    await expect(tampered).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('eu2.coralogix.com') });
    const added = open().save(checked({ id: preset.id, domain: 'evil.example' }), undefined, 'cxup_ReadBack2');
    await expect(added).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('eu2.coralogix.com') });
  });

  it('show after a failed use that their entry is gone or changed, until it is restored', async () => {
    const store = open();
    const { preset } = await store.save(checked(), KEY);
    const entry = (await keychain.read(`preset:${preset.id}`)) ?? '';
    const seen = async () => {
      await store.use(preset.id).catch(() => undefined);
      return store.list()[0]?.key.state;
    };
    await keychain.write(`preset:${preset.id}`, entry.replace('eu2', 'us2'));
    expect(await seen()).toBe('changed');
    await keychain.remove(`preset:${preset.id}`);
    expect(await seen()).toBe('gone');
    await keychain.write(`preset:${preset.id}`, entry);
    expect(await seen()).toBe('keychain');
    await keychain.remove(`preset:${preset.id}`);
    expect(await seen()).toBe('gone');
    expect((await store.save(checked({ id: preset.id }), KEY)).preset.key.state).toBe('keychain');
  });

  it('notice another key in the entry, even for the same domain, and don’t use it', async () => {
    const store = open();
    const { preset } = await store.save(checked(), KEY, 'cxup_ReadBack1');
    const account = `preset:${preset.id}`;
    const entry = (await keychain.read(account)) ?? '';
    for (const [mine, theirs] of [
      [KEY, 'cxtp_OfAnotherTeam'],
      ['cxup_ReadBack1', 'cxup_OfAnotherTeam'],
      [',"readBackKey":"cxup_ReadBack1"', ''],
    ] as const) {
      await keychain.write(account, entry.replace(mine, theirs));
      await expect(store.use(preset.id)).rejects.toMatchObject({
        code: 'preset',
        message: expect.stringContaining('Something else changed the keychain'),
      });
      expect(store.list()[0]?.key.state).toBe('changed');
    }
    const saved = store.save(checked({ id: preset.id }), undefined, 'cxup_ReadBack2');
    await expect(saved).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('Something else changed the keychain') });
    await keychain.write(account, entry);
    expect(await store.use(preset.id)).toMatchObject({ key: KEY, readBackKey: 'cxup_ReadBack1' });
    expect(store.list()[0]?.key.state).toBe('keychain');
  });

  const names = { name: 'Payments EU', applicationName: 'security', subsystemName: 'kaudit-payments' };

  it('keep their names in the keychain too, and change them there without asking for the key', async () => {
    const { preset } = await open().save(checked(names), KEY, 'cxup_ReadBack1');
    const entry = async () => JSON.parse((await keychain.read(`preset:${preset.id}`)) ?? '');
    expect(await entry()).toMatchObject({ ...names, domain: 'eu2.coralogix.com' });
    const other = { name: 'Renamed ü 日本', applicationName: 'other', subsystemName: 'else' };
    expect((await open().save(checked({ ...other, id: preset.id }))).stored).toBe('unchanged');
    expect(await entry()).toMatchObject({ ...other, key: KEY, readBackKey: 'cxup_ReadBack1' });
    expect(await open().use(preset.id)).toMatchObject({ preset: other, key: KEY, readBackKey: 'cxup_ReadBack1' });
    expect(open().list()[0]?.key).toEqual(preset.key);
  });

  it('leave the keychain alone when neither key nor names change', async () => {
    const { preset } = await open().save(checked(names), KEY);
    reads = 0;
    writes = 0;
    await open().save(checked({ ...names, id: preset.id, endpoint: 'ingress', team: 'acme' }));
    expect([reads, writes]).toEqual([0, 0]);
  });

  it('keep their old names when the keychain refuses the new ones', async () => {
    const { preset } = await open().save(checked(names), KEY);
    const refusal = new AppError('keychain', 'It stayed locked.');
    const locked: KeyStore = { ...keychain, read: () => Promise.reject(refusal), write: () => Promise.reject(refusal) };
    await expect(open(locked).save(checked({ id: preset.id, name: 'Other' }))).rejects.toBe(refusal);
    expect(open().list()[0]).toMatchObject(names);
  });

  it('whose names were swapped in the settings say so when they are used, and work again after the right ones are saved', async () => {
    const { preset: one } = await open().save(checked(names), KEY);
    const { preset: two } = await open().save(checked({ ...names, name: 'Payments US' }), 'key-of-the-other');
    const text = file().replace('Payments EU', 'x').replace('Payments US', 'Payments EU').replace('"x"', '"Payments US"');
    writeFileSync(join(directory, 'settings.json'), text);
    const store = open();
    expect(store.list().map(({ name }) => name)).toEqual(['Payments US', 'Payments EU']);
    const message = expect.stringMatching(/“Payments US”.*“Payments EU”.*Nothing was sent/);
    await expect(store.use(one.id)).rejects.toMatchObject({ code: 'preset', message });
    expect(store.list()[0]?.key).toMatchObject({ state: 'renamed', fingerprint: one.key.fingerprint });
    // Another part of it changes: the names stay in doubt until the user has seen them.
    await open().save(checked({ ...names, name: 'Payments US', id: one.id, team: 'acme' }));
    await expect(open().use(one.id)).rejects.toMatchObject({ code: 'preset', message });
    expect((await store.save(checked({ ...names, id: one.id }))).preset.key.state).toBe('keychain');
    expect(await open().use(one.id)).toMatchObject({ key: KEY, preset: names });
    // The current names can be the right ones, too.
    await expect(store.use(two.id)).rejects.toMatchObject({ code: 'preset' });
    await store.save(checked({ ...names, id: two.id }));
    expect(await open().use(two.id)).toMatchObject({ key: 'key-of-the-other', preset: names });
  });

  it.each(['applicationName', 'subsystemName'] as const)('notice another %s in the settings', async (field) => {
    const { preset } = await open().save(checked(names), KEY);
    writeFileSync(join(directory, 'settings.json'), file().replace(`"${names[field]}"`, '"forged"'));
    await expect(open().use(preset.id)).rejects.toMatchObject({ code: 'preset', message: expect.stringContaining('forged') });
  });

  it('accept an entry of the first version, with an older name and no others, and complete it when they are renamed', async () => {
    const { preset } = await open().save(checked(names), KEY);
    const account = `preset:${preset.id}`;
    const { applicationName: _, subsystemName: __, ...first } = JSON.parse((await keychain.read(account)) ?? '');
    await keychain.write(account, JSON.stringify({ ...first, name: 'As it was called once' }));
    expect(await open().use(preset.id)).toMatchObject({ key: KEY, preset: names });
    await open().save(checked({ ...names, id: preset.id, name: 'New' }));
    expect(JSON.parse((await keychain.read(account)) ?? '')).toMatchObject({ ...names, name: 'New', key: KEY });
  });

  it('are renamed in the settings only if the entry is gone or of another domain: a name binds no key', async () => {
    const { preset } = await open().save(checked(names), KEY);
    writeFileSync(join(directory, 'settings.json'), file().replaceAll('eu2.coralogix.com', 'evil.example'));
    await open().save(checked({ id: preset.id, name: 'Renamed', domain: 'evil.example' }));
    expect(JSON.parse((await keychain.read(`preset:${preset.id}`)) ?? '')).toMatchObject({ ...names, domain: 'eu2.coralogix.com' });
    await keychain.remove(`preset:${preset.id}`);
    expect((await open().save(checked({ id: preset.id, name: 'Again', domain: 'evil.example' }))).stored).toBe('unchanged');
    expect(open().list()[0]?.name).toBe('Again');
  });

  it('fit into an entry of Windows with the longest names', async () => {
    const label = 'd'.repeat(60);
    const longest = {
      name: '名'.repeat(80),
      domain: `${label}.${label}.${label}.${label}.example`,
      applicationName: 'a'.repeat(200),
      subsystemName: 'ü'.repeat(200),
    };
    const { preset } = await open().save(checked(longest), KEY, KEY.replace('cxtp', 'cxup'));
    const entry = (await keychain.read(`preset:${preset.id}`)) ?? '';
    expect(Buffer.byteLength(entry, 'utf16le')).toBeLessThan(2560);
  });

  it('are exported without ids or any part of a key, and imported once', async () => {
    await open().save(checked({ team: 'acme' }), KEY, 'cxup_ReadBack1');
    const text = open().exportText();
    expect(JSON.parse(text).presets).toEqual([
      {
        name: 'Production',
        domain: 'eu2.coralogix.com',
        endpoint: 'api',
        applicationName: 'kaudit',
        subsystemName: 'delivery-test',
        team: 'acme',
      },
    ]);
    expect(open().importText(text)).toEqual({ added: 0, known: 1 });
    rmSync(join(directory, 'settings.json'));
    expect(open().importText(text)).toEqual({ added: 1, known: 0 });
    expect(open().list()).toMatchObject([{ name: 'Production', team: 'acme', key: { state: 'missing' } }]);
  });

  it.each([
    ['no JSON', `key: ${KEY}`],
    ['another program’s file', `{"key": "${KEY}"}`],
    ['a key', { key: KEY }],
    ['an id, which could be that of a preset with a key', { id: 'a' }],
    ['an invalid domain', { domain: 'https://evil.example/x' }],
  ])('import nothing from %s, without quoting it', (_what, part) => {
    const preset = { name: 'Imported', domain: 'eu2.coralogix.com' };
    const exported = { format: 'kaudit-tray-presets', version: 1, presets: [preset, { ...preset, ...(part as object) }] };
    const text = typeof part === 'string' ? part : JSON.stringify(exported);
    expect(() => open().importText(text)).toThrow(expect.objectContaining({ code: 'preset', message: expect.not.stringContaining(KEY) }));
    expect(open().list()).toEqual([]);
  });

  it('keep a key for this run only if memory is all there is', async () => {
    const memory = openKeychain({ memory: true });
    const store = open(memory);
    const { preset, stored } = await store.save(checked(), KEY);
    expect(stored).toBe('memory');
    expect(preset.key.state).toBe('memory');
    expect(await store.use(preset.id)).toMatchObject({ key: KEY });
    expect(file()).not.toContain('digest');
    expect(open(openKeychain({ memory: true })).list()[0]?.key).toEqual({ state: 'missing' });
  });
});
