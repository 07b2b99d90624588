import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { presetSchema } from '../../../main/common/preset.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { KEYCHAIN_SERVICE, openKeychain } from '../../../main/secrets/keychain.ts';
import { PresetStore } from '../../../main/secrets/preset-store.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { keychainRequirement, startKeychain, startKeychainProcess, type TestKeychain } from '../../support/keychain.ts';
import { describeWith } from '../../support/requirement.ts';

const SERVICE = 'kaudit-tray-test';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

describeWith([keychainRequirement], 'the keychain, with a real gnome-keyring', () => {
  let keyring: TestKeychain;
  let directory: string;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-data-'));
    keyring = await startKeychain();
    process.env.DBUS_SESSION_BUS_ADDRESS = keyring.environment.DBUS_SESSION_BUS_ADDRESS;
  });
  afterAll(async () => {
    await keyring?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const open = (more: { waitMs?: number; giveUpMs?: number } = {}) =>
    openKeychain({ memory: false, start: startKeychainProcess, service: SERVICE, ...more });

  function presets(): PresetStore {
    const settings = new SettingsStore({ directory, onProblem: () => {} });
    const fingerprinter = new Fingerprinter(settings.installationKey());
    return new PresetStore({
      settings,
      keychain: openKeychain({ memory: false, start: startKeychainProcess }),
      fingerprinter,
      redaction: new Redaction(),
      onChange: () => {},
    });
  }

  /** Everything that is in the data folder. */
  const onDisk = () =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');

  it('is not touched before the first use', () => {
    expect(open().view.state).toBe('unknown');
  });

  it('keeps a secret that secret-tool and the next run find', async () => {
    const keychain = open();
    expect(await keychain.write('konto ä 日本', 'sécret "x"\n')).toBe('keychain');
    expect(keychain.view.state).toBe('available');
    expect(keychain.inMemory('konto ä 日本')).toBe(false);
    expect(await keyring.lookup(SERVICE, 'konto ä 日本')).toBe('sécret "x"\n');
    expect(await open().read('konto ä 日本')).toBe('sécret "x"\n');
  });

  it('says that there is no such entry, and removes one', async () => {
    const keychain = open();
    expect(await keychain.read('nobody')).toBeNull();
    await keychain.write('somebody', 'x');
    await keychain.remove('somebody');
    expect(await keyring.lookup(SERVICE, 'somebody')).toBeNull();
    await keychain.remove('somebody');
  });

  it('holds the key and the domain of a preset; the data folder holds neither the key nor a piece of it', async () => {
    const { preset, stored } = await presets().save(presetSchema.parse({ name: 'Prod', domain: 'eu2.coralogix.com' }), KEY);
    expect(stored).toBe('keychain');
    const entry = JSON.parse((await keyring.lookup(KEYCHAIN_SERVICE, `preset:${preset.id}`)) ?? '');
    expect(entry).toMatchObject({
      version: 1,
      name: 'Prod',
      domain: 'eu2.coralogix.com',
      applicationName: 'kaudit',
      subsystemName: 'delivery-test',
      key: KEY,
    });
    expect(onDisk()).toContain('eu2.coralogix.com');
    expect(onDisk()).not.toContain('Sentinel');
    expect(await presets().use(preset.id)).toMatchObject({ key: KEY });
    await presets().remove(preset.id);
    expect(await keyring.lookup(KEYCHAIN_SERVICE, `preset:${preset.id}`)).toBeNull();
  });

  it('keeps 64 presets apart', async () => {
    const store = presets();
    const saved = [];
    for (let index = 0; index < 64; index += 1) {
      const preset = presetSchema.parse({ name: `Preset ${index} ü`, domain: `d${index}.example.com` });
      saved.push((await store.save(preset, `key-${index}-of-64`)).preset);
    }
    const again = presets();
    expect(again.list()).toHaveLength(64);
    for (const [index, preset] of saved.entries()) expect((await again.use(preset.id)).key).toBe(`key-${index}-of-64`);
  });

  it('says that it is waiting while there is no answer', async () => {
    const keychain = open({ waitMs: 0 });
    const states: string[] = [];
    keychain.onChange((view) => states.push(view.state));
    await keychain.read('nobody');
    expect([...new Set(states)]).toEqual(['waiting', 'available']);
  });

  it('gives up when nobody answers', async () => {
    const keychain = open({ waitMs: 0, giveUpMs: 1 });
    await expect(keychain.read('nobody')).rejects.toMatchObject({
      code: 'keychain',
      retry: true,
      message: expect.stringContaining('Unlock it'),
    });
  });

  it('when locked and the question dismissed, says so, keeps a new key in memory, and works again afterwards', async () => {
    const keychain = open();
    await keychain.write('kept', 'before');
    await keyring.lock();
    await expect(keychain.read('kept')).rejects.toMatchObject({ code: 'keychain', message: expect.stringContaining('stayed locked') });
    expect(keychain.view.state).toBe('refused');
    expect(await keychain.write('new', 'in-memory')).toBe('memory');
    expect(keychain.inMemory('new')).toBe(true);
    expect(await keychain.read('new')).toBe('in-memory');

    await keyring.restart();
    expect(await keychain.read('kept')).toBe('before');
    expect(keychain.view.state).toBe('available');
    expect(await keyring.lookup(SERVICE, 'new')).toBeNull();
    expect(await keychain.write('new', 'stored')).toBe('keychain');
    expect(keychain.inMemory('new')).toBe(false);
    expect(await keyring.lookup(SERVICE, 'new')).toBe('stored');
  });
});
