import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import { type KeyStore, openKeychain } from '../../../main/keychain/keychain.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { FULL } from '../../support/full-run.ts';
import { startKeychainProcess } from '../../support/keychain.ts';

// What every keychain must do on every system.

/** Not the program's own: on a Mac or Windows this is the user's keychain. */
export const SERVICE = 'kaudit-tray-test';
const PRESETS = FULL ? 64 : 4;
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

export interface StoredSecrets {
  /** Whether the system's own program finds that entry, and with that secret if it shows one without a prompt. */
  holds(service: string, account: string, secret: string): Promise<boolean>;
}

const opened: KeyStore[] = [];

/** The keychain in its own process, as in another run of the program. */
export function open(more: { waitMs?: number; giveUpMs?: number } = {}): KeyStore {
  const keychain = openKeychain({ memory: false, start: startKeychainProcess, service: SERVICE, ...more });
  opened.push(keychain);
  return keychain;
}

/** gnome-keyring 42 sometimes crashes when a client vanishes while it works for another: none does then. */
export function closeAll(): void {
  for (const keychain of opened.splice(0)) keychain.close();
}

/** Registers the tests. `stored`: asked when one of them runs. */
export function keepsSecrets(stored: () => StoredSecrets): void {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-data-'));
  });
  afterEach(closeAll);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function presets(): PresetStore {
    const settings = new SettingsStore({ directory, onProblem: () => {} });
    const fingerprinter = new Fingerprinter(settings.installationKey());
    return new PresetStore({ settings, keychain: open(), fingerprinter, redaction: new Redaction(), onChange: () => {} });
  }

  /** Everything in the data folder. */
  const onDisk = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');

  it('isn’t touched before the first use', () => {
    expect(open().view.state).toBe('unknown');
  });

  it('keeps a secret that the system’s own program and the next run find, replaces it, and removes it', async () => {
    const { holds } = stored();
    const keychain = open();
    expect(await keychain.write('somebody', 'first')).toBe('keychain');
    expect(keychain.view.state).toBe('available');
    expect(keychain.inMemory('somebody')).toBe(false);
    expect(await holds(SERVICE, 'somebody', 'first')).toBe(true);
    expect(await open().read('somebody')).toBe('first');
    expect(await open().write('somebody', 'second')).toBe('keychain');
    expect(await holds(SERVICE, 'somebody', 'second')).toBe(true);
    expect(await keychain.read('somebody')).toBe('second');
    expect(await keychain.remove('somebody')).toBe(true);
    expect(await holds(SERVICE, 'somebody', 'second')).toBe(false);
    expect(await open().read('somebody')).toBeNull();
    expect(await keychain.remove('somebody')).toBe(false);
  });

  it.each([
    ['any letters', 'konto ä 日本 🔑', 'sécret "x"\n🔑'],
    ['the longest entry, in letters of three bytes', 'long', '鍵'.repeat(1280)],
  ])('keeps %s', async (_, account, secret) => {
    const keychain = open();
    expect(await keychain.write(account, secret)).toBe('keychain');
    expect(await open().read(account)).toBe(secret);
    await keychain.remove(account);
    expect(await keychain.read(account)).toBeNull();
  });

  it('contains the keys and the domain of a preset; the data folder contains neither a key nor a part of one', async () => {
    const longest = { name: 'Prod ü '.padEnd(80, '日'), applicationName: 'a'.repeat(200), subsystemName: 's'.repeat(200) };
    const { preset, stored: place } = await presets().save(presetSchema.parse({ ...longest, domain: 'eu2.coralogix.com' }), KEY, `${KEY}R`);
    expect(place).toBe('keychain');
    const account = `preset:${preset.id}`;
    const entry = await open().read(account);
    expect(JSON.parse(entry ?? '')).toMatchObject({
      version: 1,
      ...longest,
      domain: 'eu2.coralogix.com',
      key: KEY,
      readBackKey: `${KEY}R`,
    });
    expect(await stored().holds(SERVICE, account, entry ?? '')).toBe(true);
    expect(onDisk()).toContain('eu2.coralogix.com');
    expect(onDisk()).not.toContain('Sentinel');
    expect(await presets().use(preset.id)).toMatchObject({ key: KEY, readBackKey: `${KEY}R` });
    expect(await presets().remove(preset.id)).toEqual({ outcome: 'removed', left: null });
    expect(await stored().holds(SERVICE, account, entry ?? '')).toBe(false);
  });

  it(`keeps ${PRESETS} presets apart, and nothing of them when they are removed`, async () => {
    const store = presets();
    const saved = [];
    for (let index = 0; index < PRESETS; index += 1) {
      const preset = presetSchema.parse({ name: `Preset ${index} ü`, domain: `d${index}.example.com` });
      saved.push((await store.save(preset, `key-${index}-of-many`)).preset);
    }
    closeAll();
    const again = presets();
    expect(again.list()).toHaveLength(PRESETS);
    for (const [index, preset] of saved.entries()) expect((await again.use(preset.id)).key).toBe(`key-${index}-of-many`);
    for (const { id } of saved) {
      expect(await again.remove(id)).toEqual({ outcome: 'removed', left: null });
      expect(await stored().holds(SERVICE, `preset:${id}`, '')).toBe(false);
    }
  });
}
