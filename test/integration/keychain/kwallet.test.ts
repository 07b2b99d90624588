import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { KEYCHAIN_SERVICE } from '../../../main/keychain/keychain.ts';
import { fullRunTest } from '../../support/full-run.ts';
import { type Host, startHost } from '../../support/host.ts';
import { keyringRequirement, PASSWORD, startKeychain, type TestKeychain } from '../../support/keychain.ts';
import { KWALLET } from '../../support/keyring.ts';
import { describeWith } from '../../support/requirement.ts';
import { type Screen, screenRequirement, startScreen } from '../../support/screen.ts';

// The running program with KWallet, as a KDE user sees it. keychain.test.ts and prompt.test.ts show that KWallet does
// what every keychain does.

const DOMAIN = 'eu2.coralogix.com';
const KEYS = ['cxtp_SentinelOne00000000000000000001', 'cxtp_SentinelTwo00000000000000000002'] as const;
/** Milliseconds: KWallet writes its file about five seconds after it has reported success. */
const WRITES_WITHIN = 30_000;

describeWith([keyringRequirement(KWALLET), screenRequirement], 'the program with a real KWallet', () => {
  let screen: Screen;
  let wallet: TestKeychain;
  let host: Host;
  let directory: string;
  beforeAll(async () => {
    screen = await startScreen();
    wallet = await startKeychain({ keyring: KWALLET, display: screen.display });
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-kwallet-'));
  });
  afterEach(() => host?.stop());
  afterAll(async () => {
    await wallet?.stop();
    await screen?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (environment = wallet.environment) => {
    host = await startHost({ directory, environment });
  };
  const keychain = async () => (await host.ask('fleet.get', {})).keychain;
  const save = (preset: { id?: string; name: string }, key?: string) =>
    host.request('preset.save', { preset: { ...preset, domain: DOMAIN }, ...(key === undefined ? {} : { key }) });
  const named = async (name: string) => {
    const preset = (await host.ask('preset.list', {})).find((candidate) => candidate.name === name);
    if (preset === undefined) throw new Error(`No preset ${name}`);
    return preset;
  };
  const entry = async (id: string) => JSON.parse((await wallet.lookup(KEYCHAIN_SERVICE, `preset:${id}`)) ?? 'null');
  const files = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile())
      .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
      .join('\n');

  it('keeps presets when both restart, and asks in KWallet’s own window when the key is needed', async () => {
    await start();
    const before = wallet.onDisk();
    const names = ['Prod ü 日本', 'Staging “Ω” 🔑'];
    for (const [index, name] of names.entries()) {
      expect(await save({ name }, KEYS[index])).toMatchObject({
        ok: true,
        value: { stored: 'keychain', preset: { key: { state: 'keychain' } } },
      });
    }
    await host.stop();
    // Not closed in order, unlike at the end of a session: it must write on its own.
    await vi.waitFor(() => expect(wallet.onDisk()).not.toBe(before), { timeout: WRITES_WITHIN, interval: 200 });
    await wallet.kill();
    await wallet.revive();
    await wallet.lock();

    await start();
    expect((await host.ask('preset.list', {})).map(({ name, key }) => [name, key.state])).toEqual(names.map((name) => [name, 'keychain']));
    expect(await screen.windows()).toEqual([]);
    const { id } = await named('Prod ü 日本');
    const renaming = save({ id, name: 'Prod' });
    expect(await screen.window()).toBe(KWALLET.question);
    await vi.waitFor(async () => expect((await keychain()).state).toBe('waiting'), { timeout: 10_000 });
    expect(await screen.answer(PASSWORD, renaming)).toMatchObject({
      ok: true,
      value: { preset: { name: 'Prod', key: { state: 'keychain' } } },
    });
    expect((await keychain()).state).toBe('available');
    expect(await entry(id)).toMatchObject({ name: 'Prod', domain: DOMAIN, key: KEYS[0] });
    expect(await entry((await named('Staging “Ω” 🔑')).id)).toMatchObject({ domain: DOMAIN, key: KEYS[1] });

    for (const folder of [wallet.environment.HOME ?? '', directory]) {
      for (const key of KEYS) {
        for (const text of [key, Buffer.from(key, 'utf16le').toString('latin1'), Buffer.from(key, 'utf16le').swap16().toString('latin1')]) {
          expect(files(folder)).not.toContain(text);
        }
      }
    }
  });

  fullRunTest('changes nothing when its window is closed or not waited for', async () => {
    await start();
    await wallet.revive();
    const { id } = await named('Prod');
    await wallet.lock();
    expect(await screen.dismiss(save({ id, name: 'Refused' }))).toMatchObject({ ok: false, error: { code: 'keychain' } });
    expect(await keychain()).toMatchObject({ state: 'refused', message: expect.stringContaining('stayed locked') });

    const saving = save({ id, name: 'Cancelled' });
    await screen.window();
    await vi.waitFor(async () => expect((await keychain()).state).toBe('waiting'), { timeout: 10_000 });
    await host.ask('keychain.cancel', {});
    expect(await saving).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect((await host.ask('preset.list', {})).map(({ name }) => name)).toContain('Prod');
    // Its window stays, and serves the next request.
    expect(await screen.answer(PASSWORD, save({ id, name: 'Prod 2' }))).toMatchObject({ ok: true });
    expect(await entry(id)).toMatchObject({ name: 'Prod 2', key: KEYS[0] });
  });

  fullRunTest('says that the entry is gone when it dies before it has written, and accepts it again', async () => {
    // Nothing is left to write from earlier.
    await wallet.restart();
    await start();
    expect(await save({ name: 'Lost' }, 'cxtp_SentinelLost')).toMatchObject({ ok: true, value: { stored: 'keychain' } });
    await wallet.kill();
    await wallet.revive();
    const { id } = await named('Lost');
    expect(await host.request('delivery.testPreset', { id })).toMatchObject({ ok: false, error: { code: 'preset' } });
    expect((await named('Lost')).key.state).toBe('gone');
    expect(await save({ id, name: 'Lost' }, 'cxtp_SentinelAgain')).toMatchObject({ ok: true, value: { stored: 'keychain' } });
    expect(await entry(id)).toMatchObject({ key: 'cxtp_SentinelAgain' });
  });

  fullRunTest('doesn’t claim to have removed an entry that someone else removed', async () => {
    await wallet.revive();
    await start();
    const { id } = await named('Lost');
    await wallet.tamper(KEYCHAIN_SERVICE, `preset:${id}`, null);
    expect(await host.ask('preset.remove', { id })).toEqual({ outcome: 'removed', left: null, gone: true });
  });

  it('that doesn’t run is reported with what starts it; keys stay in memory, and go to the wallet as soon as it runs', async () => {
    await start();
    await wallet.kill();
    expect(await save({ name: 'Early' }, 'cxtp_SentinelEarly')).toMatchObject({ ok: true, value: { stored: 'memory' } });
    expect(await keychain()).toMatchObject({
      state: 'unavailable',
      message: expect.stringMatching(/no program offers one.*KWalletManager/),
    });
    await wallet.revive();
    const { id } = await named('Early');
    expect(await save({ id, name: 'Early' }, 'cxtp_SentinelEarly')).toMatchObject({ ok: true, value: { stored: 'keychain' } });
    expect(await entry(id)).toMatchObject({ key: 'cxtp_SentinelEarly' });
    expect(await host.ask('preset.remove', { id })).toEqual({ outcome: 'removed', left: null });
    expect(await entry(id)).toBeNull();
  });

  fullRunTest('without a wallet says so, with a way out', async () => {
    const begin = 'dbus-send --session --print-reply --dest=org.kde.kwalletd5 /modules/kwalletd5 org.kde.KWallet.isEnabled > /dev/null';
    const empty = await startKeychain({ keyring: { ...KWALLET, create: () => begin }, display: screen.display });
    try {
      await start(empty.environment);
      expect(await save({ name: 'Nowhere' }, 'cxtp_SentinelNowhere')).toMatchObject({ ok: true, value: { stored: 'memory' } });
      expect(await keychain()).toMatchObject({
        state: 'unavailable',
        message: expect.stringMatching(/no wallet or keyring yet.*KWalletManager/),
      });
      expect(files(directory)).not.toContain('SentinelNowhere');
    } finally {
      await host.stop();
      await empty.stop();
    }
  });
});
