import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { KeyStore } from '../../../main/keychain/keychain.ts';
import { openKeychain } from '../../../main/keychain/keychain.ts';
import { FULL } from '../../support/full-run.ts';
import { type Host, startHost } from '../../support/host.ts';
import { keyringRequirement, PASSWORD, startKeychain, startKeychainProcess, type TestKeychain } from '../../support/keychain.ts';
import { GNOME_KEYRING, KWALLET } from '../../support/keyring.ts';
import { describeWith } from '../../support/requirement.ts';
import { type Screen, screenRequirement, startScreen } from '../../support/screen.ts';

// A locked keyring asks for its password in its own window, on a screen, and gets it as key strokes.

const SERVICE = 'kaudit-tray-test';

// In the gate, kwallet.test.ts types into KWallet’s window, and keychain.test.ts closes it.
for (const kind of FULL ? [GNOME_KEYRING, KWALLET] : [GNOME_KEYRING]) {
  describeWith([keyringRequirement(kind), screenRequirement], `a locked ${kind.name} that asks`, () => {
    let screen: Screen;
    let keyring: TestKeychain;
    let keychain: KeyStore;
    beforeAll(async () => {
      screen = await startScreen();
      keyring = await startKeychain({ keyring: kind, display: screen.display });
      process.env.DBUS_SESSION_BUS_ADDRESS = keyring.environment.DBUS_SESSION_BUS_ADDRESS;
    });
    afterAll(async () => {
      await keyring?.stop();
      await screen?.stop();
    });
    beforeEach(async () => {
      keychain = openKeychain({ memory: false, start: startKeychainProcess, service: SERVICE, waitMs: 100 });
      await keychain.write('kept', 'before');
      await keyring.lock();
    });
    afterEach(async () => {
      keychain.close();
      await screen.empty();
      await keyring.restart();
    });

    const state = (expected: string) => vi.waitFor(() => expect(keychain.view.state).toBe(expected), { timeout: 10_000 });

    it('is waited for, and responds after the user types the password', async () => {
      const reading = keychain.read('kept');
      expect(await screen.window()).toContain(kind.question);
      await state('waiting');
      expect(keychain.view.message).toContain('Respond to its prompt');
      expect(await screen.answer(PASSWORD, reading)).toBe('before');
      expect(keychain.view.state).toBe('available');
      // From now on it doesn't prompt.
      expect(await keychain.write('kept', 'after')).toBe('keychain');
      expect(await screen.windows()).toEqual([]);
      expect(await keyring.lookup(SERVICE, 'kept')).toBe('after');
    });

    it('accepts the right password after a wrong one', async () => {
      const reading = keychain.read('kept');
      await screen.window();
      await screen.type('wrong');
      await pause(1000);
      expect(keychain.view.state).toBe('waiting');
      expect(await screen.answer(PASSWORD, reading)).toBe('before');
    });

    it('counts as refused when it is dismissed: nothing is read, and a new key is kept in memory', async () => {
      const reading = keychain.read('kept').catch((error: unknown) => error);
      expect(await screen.dismiss(reading)).toMatchObject({
        code: 'keychain',
        retry: true,
        message: expect.stringContaining('stayed locked'),
      });
      expect(keychain.view.state).toBe('refused');

      const writing = keychain.write('new', 'secret');
      expect(await screen.dismiss(writing)).toBe('memory');
      expect(keychain.inMemory('new')).toBe(true);
      await screen.empty();
      await keyring.restart();
      expect(await keyring.lookup(SERVICE, 'new')).toBeNull();
    });

    it('stores nothing after a cancel, not even when the remaining prompt is confirmed later', async () => {
      const writing = keychain.write('cancelled', 'secret').catch((error: unknown) => error);
      await screen.window();
      await state('waiting');
      keychain.cancel();
      expect(await writing).toMatchObject({ code: 'cancelled', message: expect.stringContaining('prompt may still be open') });
      expect(keychain.view.state).toBe('refused');
      expect(keychain.inMemory('cancelled')).toBe(false);

      // The same prompt serves the next call, too.
      expect(await screen.answer(PASSWORD, keychain.read('kept'))).toBe('before');
      expect(keychain.view.state).toBe('available');
      expect(await keyring.lookup(SERVICE, 'cancelled')).toBeNull();
      expect(await keychain.read('cancelled')).toBeNull();
    });

    it('can be cancelled when its daemon dies during the prompt, and is used when it returns', async () => {
      const reading = keychain.read('kept').catch((error: unknown) => error);
      await screen.window();
      await state('waiting');
      await keyring.kill();
      await screen.empty();
      keychain.cancel();
      expect(await reading).toMatchObject({ code: 'cancelled', retry: true });
      await keyring.revive();
      expect(await keychain.read('kept')).toBe('before');
      expect(keychain.view.state).toBe('available');
    });

    // Nothing starts KWallet this way: see kwallet.test.ts.
    if (kind === GNOME_KEYRING) {
      it('asks and responds after it died and the bus restarted it', async () => {
        await keyring.kill();
        const reading = keychain.read('kept');
        expect(await screen.answer(PASSWORD, reading)).toBe('before');
      });
    }
  });

  describeWith([keyringRequirement(kind), screenRequirement], `a locked ${kind.name}, with the program that has a preset in it`, () => {
    let screen: Screen;
    let keyring: TestKeychain;
    let host: Host;
    let directory: string;
    beforeAll(async () => {
      screen = await startScreen();
      keyring = await startKeychain({ keyring: kind, display: screen.display });
      directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-locked-'));
      host = await startHost({ directory, environment: keyring.environment });
      await host.ask('preset.save', { preset: { name: 'Prod', domain: 'eu2.coralogix.com' }, key: 'cxtp_Locked' });
      await host.stop();
      await keyring.lock();
    });
    afterAll(async () => {
      await host?.stop();
      await keyring?.stop();
      await screen?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it('is neither prompted nor called by starting, listing, exporting, importing or another endpoint; using the key does both', async () => {
      const watched = await keyring.watch();
      host = await startHost({ directory, environment: keyring.environment });
      const { presets, keychain } = await host.ask('fleet.get', {});
      expect(keychain.state).toBe('unknown');
      expect(presets).toMatchObject([{ name: 'Prod', key: { state: 'keychain', fingerprint: expect.any(String) } }]);
      const id = presets[0]?.id ?? '';
      await host.ask('preset.list', {});
      await host.ask('fleet.refresh', {});
      await host.ask('preset.import', { text: (await host.ask('preset.export', {})).text.replace('Prod', 'Imported') });
      const preset = { id, name: 'Prod', domain: 'eu2.coralogix.com' };
      await host.ask('preset.save', { preset: { ...preset, endpoint: 'ingress', team: 'acme' } });
      expect((await host.ask('fleet.get', {})).keychain.state).toBe('unknown');
      expect(await screen.windows()).toEqual([]);
      expect(await watched()).toEqual([]);

      const used = await keyring.watch();
      const testing = host.request('delivery.testPreset', { id });
      await screen.window();
      await vi.waitFor(async () => expect((await host.ask('fleet.get', {})).keychain.state).toBe('waiting'), { timeout: 10_000 });
      expect(await screen.dismiss(testing)).toMatchObject({ ok: false, error: { code: 'keychain' } });
      expect(await used()).toContain('Unlock');
    });
  });
}
