import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { presetSchema } from '../../../main/common/coralogix/preset.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { PresetStore } from '../../../main/presets/preset-store.ts';
import { Fingerprinter } from '../../../main/secrets/fingerprint.ts';
import { Redaction } from '../../../main/secrets/redaction.ts';
import { SettingsStore } from '../../../main/settings/settings-store.ts';
import { startKeychainProcess } from '../../support/keychain.ts';

const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

// macOS and Windows always have a keychain.
describe.runIf(process.platform === 'linux')('without a keychain', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-data-'));
    process.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${join(directory, 'nothing-listens-here')}`;
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('a key is kept in memory for this run, with a clear message, and never on disk', async () => {
    const keychain = openKeychain({ memory: false, start: startKeychainProcess });
    const settings = new SettingsStore({ directory: join(directory, 'data'), onProblem: () => {} });
    const fingerprinter = new Fingerprinter(settings.installationKey());
    const presets = new PresetStore({ settings, keychain, fingerprinter, redaction: new Redaction(), onChange: () => {} });
    const { preset, stored } = await presets.save(presetSchema.parse({ name: 'Prod', domain: 'eu2.coralogix.com' }), KEY);
    expect(stored).toBe('memory');
    expect(preset.key.state).toBe('memory');
    expect(keychain.view).toMatchObject({ state: 'unavailable', message: expect.stringContaining('stay in memory') });
    expect(await presets.use(preset.id)).toMatchObject({ key: KEY });
    const files = readdirSync(join(directory, 'data')).map((name) => readFileSync(join(directory, 'data', name), 'utf8'));
    expect(files.join()).toContain('eu2.coralogix.com');
    expect(files.join()).not.toContain('Sentinel');
    // Not in the kernel's keyring either, the library's own fallback.
    expect(readFileSync('/proc/keys', 'utf8')).not.toContain('kaudit-tray');
    await presets.remove(preset.id);
    expect(presets.list()).toEqual([]);
  });

  it('reading is an error with a way out', async () => {
    await expect(openKeychain({ memory: false, start: startKeychainProcess }).read('a')).rejects.toMatchObject({
      code: 'keychain',
      retry: true,
    });
  });
});
