import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import { fullRunTest } from '../support/full-run.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import { keychainRequirement, PASSWORD } from '../support/keychain.ts';
import { type Screen, screenRequirement, startScreen } from '../support/screen.ts';
import { DOMAIN, type SecretsBench, startSecretsBench } from '../support/secrets-bench.ts';

// Presets as a user sees them: in Chromium, with a real gnome-keyring that prompts on its own screen, and a real API
// server.

const FIRST = 'cxtp_First0First0First0First0First0A';
const SECOND = 'cxtp_Second0Second0Second0Second0Se';
const THIRD = '3f9a1c2b-0000-4000-8000-00000000abcd';
const STRAY = 'cxtp_Stray0Stray0Stray0Stray0Stray0';
const QUERY = 'cxup_Query0Query0Query0Query0Query0';
const SERVICE = 'kaudit-tray';

const entry = (name: string, key: string, url = `https://api.${DOMAIN}/logs/v1/bulk`) =>
  `- type: detections\n  name: ${name}\n  target:\n    target-type: http-api\n    http-api-uri: ${url}\n    http-api-token: ${key}\n`;

describeOnHosts([apiServerRequirement, keychainRequirement, screenRequirement, chromiumRequirement], 'presets in the window', (start) => {
  let screen: Screen;
  let bench: SecretsBench;
  let host: HostPage;

  beforeAll(async () => {
    screen = await startScreen();
    bench = await startSecretsBench({ display: screen.display });
    host = await start({ flags: bench.flags, environment: bench.environment });
    page().setDefaultTimeout(20_000);
    await go('presets');
  });
  afterAll(async () => {
    await host?.stop();
    await bench?.stop();
    await screen?.stop();
  });

  const page = (): Page => host.page;
  const button = (name: string | RegExp, within: Page | Locator = page()) =>
    within.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  // Without messages, which are alert dialogs too.
  const dialog = () => page().locator('.modal').getByRole('dialog').or(page().locator('.modal').getByRole('alertdialog'));
  const card = (name: string) => page().getByRole('article', { name: `Preset ${name}`, exact: true });
  const field = (label: string) => dialog().getByLabel(label, { exact: true });
  const domain = () => dialog().getByRole('combobox', { name: 'Coralogix domain' });
  const key = () => field('Send-Your-Data key');
  const readBackKey = () => field('Read-back key (optional)');
  const ownKey = () => dialog().getByRole('group', { name: 'Send-Your-Data key' });
  const message = (text: string | RegExp) => page().getByRole('region', { name: 'Messages' }).getByText(text).first();
  /** Without all earlier messages. */
  const fresh = async () => {
    const dismiss = page().getByRole('button', { name: 'Dismiss this message' });
    while ((await dismiss.count()) > 0) await dismiss.first().click();
  };
  const go = async (view: string) => {
    await page().evaluate((hash) => {
      location.hash = `#/${hash}`;
    }, view);
    await page().getByRole('heading', { level: 1 }).waitFor();
  };
  const presets = () => host.ask('preset.list', {});
  const presetNamed = async (name: string) => {
    const found = (await presets()).find((preset) => preset.name === name);
    if (!found) throw new Error(`No preset ${name}`);
    return found;
  };
  const account = async (name: string) => `preset:${(await presetNamed(name)).id}`;
  const stored = async (name: string) => (await bench.keychain.lookup(SERVICE, await account(name))) ?? '';
  const edit = async (name: string) => {
    await button(`Edit preset ${name}`).click();
    await dialog().waitFor();
  };
  const save = async (name: string) => {
    await button('Save preset', dialog()).click();
    await message(`Preset ${name} was saved`).waitFor();
    await dialog().waitFor({ state: 'detached' });
  };
  const pasted = async (text: string, into: Locator) => {
    await host.clipboard.write(text);
    await into.focus();
    await page().keyboard.press('ControlOrMeta+a');
    await page().keyboard.press('ControlOrMeta+v');
  };
  const clipboard = () => host.clipboard.read();

  beforeEach(() => fresh());
  afterEach(async () => {
    // Nothing that was entered, stored or adopted is ever in the page.
    for (let presses = 0; presses < 3 && (await dialog().count()) > 0; presses += 1) await page().keyboard.press('Escape');
    const content = await page().content();
    for (const secret of [FIRST, SECOND, THIRD, STRAY, QUERY]) expect(content).not.toContain(secret);
  });

  /** Presses a key until the element with that name has the focus. */
  async function reach(name: RegExp): Promise<void> {
    const seen: string[] = [];
    for (let presses = 0; presses < 80; presses += 1) {
      const here = await page().evaluate(() => {
        const { activeElement } = document;
        const labels = activeElement instanceof HTMLInputElement ? [...(activeElement.labels ?? [])].map((label) => label.textContent) : [];
        return [activeElement?.getAttribute('aria-label'), ...labels, activeElement?.matches('button, a') ? activeElement.textContent : '']
          .join(' ')
          .trim();
      });
      if (name.test(here)) return;
      seen.push(here);
      await page().keyboard.press('Tab');
    }
    throw new Error(`Tab never leads to ${name}: ${seen.join(' | ')}`);
  }

  test('by keyboard only: a preset from a team’s pasted address; its key goes to the keychain', async () => {
    await page().getByRole('heading', { name: 'No presets yet' }).waitFor();
    await page().getByText('Keychain: not used yet').waitFor();
    await reach(/^New preset$/);
    await page().keyboard.press('Enter');
    await field('Name').waitFor();
    await page().keyboard.type('Acme ü 日本');
    await page().keyboard.press('Tab');
    await page().keyboard.type('https://acme.app.eu2.coralogix.com/#/query-new/logs');
    await reach(/Send-Your-Data key/);
    expect(await domain().inputValue()).toBe(DOMAIN);
    await dialog().getByText('EU2, AWS eu-north-1, Stockholm.').waitFor();
    expect(await field('Team (optional)').inputValue()).toBe('acme');
    await page().keyboard.type(FIRST);
    await reach(/^Save preset$/);
    await page().keyboard.press('Enter');
    await message('Its key is in the keychain.').waitFor();
    await dialog().waitFor({ state: 'detached' });

    expect(JSON.parse(await stored('Acme ü 日本'))).toMatchObject({ name: 'Acme ü 日本', domain: DOMAIN, key: FIRST });
    await page().getByText('Keychain: available').waitFor();
    const { fingerprint = '' } = (await presetNamed('Acme ü 日本')).key;
    expect(await card('Acme ü 日本').textContent()).toMatch(new RegExp(`Key in the keychain, set just now.*${fingerprint}`));
    await card('Acme ü 日本').getByText(`https://api.${DOMAIN}/logs/v1/bulk`).waitFor();
  });

  test('a pasted domain becomes the right region, and an invalid one is reported', async () => {
    await button('New preset').click();
    for (const [text, becomes, words, endpoint, team] of [
      ['us1.coralogix.com', 'us1.coralogix.com', 'US1, AWS us-east-2, Ohio.', 'api', ''],
      ['https://ingress.ap3.coralogix.com/logs/v1/bulk', 'ap3.coralogix.com', 'AP3, AWS ap-southeast-3, Jakarta.', 'ingress', ''],
      ['api.coralogix.in', 'coralogix.in', 'AP1, AWS ap-south-1, Mumbai.', 'api', ''],
      ['https://acme.coralogix.com/#/alerts', 'eu1.coralogix.com', 'EU1, AWS eu-west-1, Ireland.', 'api', 'acme'],
      ['US2', 'us2.coralogix.com', 'US2, AWS us-west-2, Oregon.', 'api', 'acme'],
      ['ingress.private.eu2.coralogix.com', 'private.eu2.coralogix.com', 'EU2, AWS eu-north-1, Stockholm.', 'ingress', 'acme'],
      ['logs.acme.example', 'logs.acme.example', 'Not a known region: a custom or private domain.', 'ingress', 'acme'],
    ] as const) {
      await pasted(text, domain());
      await page().keyboard.press('Tab');
      await vi.waitFor(async () => expect(await domain().inputValue()).toBe(becomes));
      await dialog().getByText(words).waitFor();
      // A key must not go without a warning to an address that only looks like Coralogix's.
      expect(await dialog().getByText('whoever runs it gets the key').count()).toBe(becomes.endsWith('.example') ? 1 : 0);
      expect([
        text,
        await dialog()
          .getByRole('radio', { name: `${endpoint} host` })
          .isChecked(),
      ]).toEqual([text, true]);
      expect([text, await field('Team (optional)').inputValue()]).toEqual([text, team]);
    }
    // One line on the difference between the two hosts.
    await dialog()
      .getByText(/Used in kAudit’s documentation/)
      .waitFor();
    await dialog()
      .getByText(/Coralogix’s current documentation/)
      .waitFor();

    await field('Name').fill('Wrong');
    await pasted('10.0.0.1', domain());
    await page().keyboard.press('Tab');
    await button('Save preset', dialog()).click();
    await dialog().getByText('A domain looks like eu2.coralogix.com.').waitFor();
    await button('Cancel', dialog()).click();
    expect((await presets()).map(({ name }) => name)).toEqual(['Acme ü 日本']);
  });

  test('a key of an unlikely shape gets a warning but is never refused; a pasted one can be cleared from the clipboard', async () => {
    await button('New preset').click();
    for (const [text, words] of [
      [`Bearer ${THIRD}`, /“Bearer ” isn’t part of the key/],
      [QUERY, /looks like a personal key/],
      ['short', /doesn’t look like a Send-Your-Data key/],
    ] as const) {
      await key().fill(text);
      await dialog().getByText(words).waitFor();
    }
    await key().fill(THIRD);
    await dialog()
      .getByText(/doesn’t look like/)
      .waitFor({ state: 'detached' });
    await readBackKey().fill(FIRST);
    await dialog()
      .getByText(/which can send but not query/)
      .waitFor();
    await readBackKey().fill('');

    expect(await dialog().getByText('still on the clipboard').count()).toBe(0);
    await pasted(' Bearer odd-shape ', key());
    await dialog().getByText('Your pasted text is still on the clipboard.').waitFor();
    expect(await clipboard()).toContain('odd-shape');
    await button('Clear the clipboard', dialog()).click();
    await dialog().getByText('The clipboard is empty.').waitFor();
    expect(await clipboard()).toBe('');

    await field('Name').fill('Odd');
    await domain().fill('us1.coralogix.com');
    await domain().press('Tab');
    await save('Odd');
    expect(JSON.parse(await stored('Odd'))).toMatchObject({ key: 'odd-shape', domain: 'us1.coralogix.com' });
    await button('Remove preset Odd').click();
    await button('Remove', dialog()).click();
    await message('Preset Odd and its key were removed').waitFor();
  });

  test('replacing the key: shows which integrations have the new key, an older one, or a key without a preset', async () => {
    await edit('Acme ü 日本');
    await field('Name').fill('Acme');
    await save('Acme');
    await fresh();
    const { fingerprint: before = '' } = (await presetNamed('Acme')).key;
    await edit('Acme');
    expect(await ownKey().textContent()).toMatch(new RegExp(`Configured · set .* · ${before}ReplaceRemove$`));
    // No key is ever returned.
    expect(await button(/copy|reveal/i).count()).toBe(0);
    await button('Replace Send-Your-Data key', dialog()).click();
    await dialog().getByText('Leave it empty to keep the current key.').waitFor();
    await key().fill(SECOND);
    await save('Acme');
    expect(JSON.parse(await stored('Acme')).key).toBe(SECOND);
    expect((await presetNamed('Acme')).key.fingerprint).not.toBe(before);

    await bench.put('kaudit-integration-one', entry('fresh', SECOND) + entry('older', FIRST) + entry('stray', STRAY));
    await bench.put('kaudit-integration-two', entry('again', STRAY));
    await host.ask('cluster.connect', { context: 'editor' });
    const uses = card('Acme').getByRole('list').getByRole('listitem');
    await vi.waitFor(async () => expect(await uses.count()).toBe(2));
    expect((await uses.allTextContents()).sort()).toEqual([
      expect.stringMatching(/^fresh on editor, [^ ]+$/),
      expect.stringMatching(/^older on editor, .*with an older key$/),
    ]);
    const strays = page().getByRole('region', { name: 'Keys without a preset' });
    expect(await strays.textContent()).toMatch(/[0-9a-f]{8}(stray|again) on editor, .* and 1 more/);
  });

  test('a key of a ConfigMap becomes a preset without being seen', async () => {
    await button(/^Create a preset for key/).click();
    await dialog().getByRole('heading', { name: 'New preset with a key in use' }).waitFor();
    expect(await domain().inputValue()).toBe(DOMAIN);
    await dialog()
      .getByText(/It goes to the keychain without being shown\./)
      .waitFor();
    expect(await dialog().getByRole('textbox', { name: /key/ }).count()).toBe(0);
    await field('Name').fill('Adopted');
    await save('Adopted');
    await message('Its key is in the keychain.').waitFor();
    expect(JSON.parse(await stored('Adopted'))).toMatchObject({ key: STRAY, domain: DOMAIN });
    await page().getByRole('region', { name: 'Keys without a preset' }).waitFor({ state: 'detached' });
    await vi.waitFor(async () => expect(await card('Adopted').getByRole('list').getByRole('listitem').count()).toBe(2));
  });

  test('removing a preset names the integrations that used it; they keep their copies', async () => {
    const name = await account('Adopted');
    const text = await bench.stored('kaudit-integration-one');
    await button('Remove preset Adopted').click();
    await dialog().getByText('2 integrations have its key:').waitFor();
    expect((await dialog().getByRole('listitem').allTextContents()).map((words) => words.split(' on ')[0]).sort()).toEqual([
      'again',
      'stray',
    ]);
    await dialog()
      .getByText(/continue to work/)
      .waitFor();
    await button('Cancel', dialog()).click();
    expect(await stored('Adopted')).toContain(STRAY);
    await button('Remove preset Adopted').click();
    await button('Remove', dialog()).click();
    await message('Preset Adopted and its key were removed').waitFor();
    expect(await bench.keychain.lookup(SERVICE, name)).toBeNull();
    expect(await bench.stored('kaudit-integration-one')).toBe(text);
    await page().getByRole('region', { name: 'Keys without a preset' }).waitFor();
  });

  test('a read-back key: entered, shown as a fingerprint, removed alone', async () => {
    await edit('Acme');
    await readBackKey().fill(QUERY);
    await save('Acme');
    await fresh();
    const { readBackKey: saved } = await presetNamed('Acme');
    expect(await card('Acme').textContent()).toContain(saved?.fingerprint);
    expect(JSON.parse(await stored('Acme'))).toMatchObject({ key: SECOND, readBackKey: QUERY });
    // It can list names. Closing the dialog ends the query.
    bench.ingest.behave(() => undefined);
    const queries = () => bench.ingest.received.filter(({ path }) => path === '/api/v1/dataprime/query').length;
    await card('Acme').getByText('Check in Coralogix whether entries arrive').click();
    await dialog().getByText('Asking Coralogix …').waitFor();
    await vi.waitFor(() => expect(queries()).toBe(1));
    expect(bench.ingest.open()).toBe(1);
    await button('Cancel', dialog()).click();
    await vi.waitFor(() => expect(bench.ingest.open()).toBe(0));
    bench.ingest.behave((_request, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
    await edit('Acme');
    await button('Remove Read-back key (optional)', dialog()).click();
    await dialog().getByText('Saving removes it from this computer.').waitFor();
    await button('Keep Read-back key (optional)', dialog()).click();
    await button('Remove Read-back key (optional)', dialog()).click();
    await save('Acme');
    expect(JSON.parse(await stored('Acme'))).not.toHaveProperty('readBackKey');
    expect(JSON.parse(await stored('Acme')).key).toBe(SECOND);
  });

  test('the key removed alone: the preset stays, and still knows its integrations', async () => {
    await edit('Acme');
    await button('Remove Send-Your-Data key', dialog()).click();
    await dialog().getByText('Saving removes it from this computer. ConfigMaps keep their copies.').waitFor();
    expect(await button('Test', dialog()).isDisabled()).toBe(true);
    await save('Acme');
    await message('Its key was removed.').waitFor();
    await card('Acme').getByText('No key', { exact: true }).waitFor();
    expect(await button('Test preset Acme').isDisabled()).toBe(true);
    expect(await stored('Acme')).toBe('');
    const uses = card('Acme').getByRole('list').getByRole('listitem');
    expect(await uses.allTextContents()).toEqual([1, 2].map(() => expect.stringMatching(/with an older key$/)));
    await edit('Acme');
    await key().fill(SECOND);
    await save('Acme');
    await vi.waitFor(async () => expect(await card('Acme').getByText('with an older key').count()).toBe(1));
  });

  test('an older key replaced wherever it is used: planned, run, each target tested again, and the key reported as free', async () => {
    bench.ingest.behave((_request, response) => void response.writeHead(200).end());
    const sent = bench.ingest.received.length;
    await card('Acme').getByText('1 target on 1 cluster has an older key').waitFor();
    await button('Update the key …', card('Acme')).click();
    await dialog().getByText('1 target on 1 cluster has an older key of “Acme”').waitFor();
    // Those with an older key are already selected; with its preset it is the other one.
    const isChosen = (name: string) =>
      dialog()
        .getByRole('checkbox', { name: new RegExp(`\\(${name}\\)`) })
        .isChecked();
    expect([await isChosen('fresh'), await isChosen('older')]).toEqual([false, true]);
    await button('Choose the 1 with “Acme”', dialog()).click();
    expect([await isChosen('fresh'), await isChosen('older')]).toEqual([true, false]);
    await button('Choose the 1 on an older key', dialog()).click();
    expect([await isChosen('fresh'), await isChosen('older')]).toEqual([false, true]);
    await button('Plan for 1', dialog()).click();
    await button('Apply to 1', dialog()).click();
    await dialog().getByText('The older key is no longer used: you can revoke it').waitFor();
    // Without another click.
    await dialog().getByText('1 delivery test passed.').waitFor();
    const tests = () => bench.ingest.received.slice(sent).map(({ headers }) => headers.authorization);
    expect(tests()).toEqual([`Bearer ${SECOND}`]);
    expect(await bench.stored('kaudit-integration-one')).toBe(entry('fresh', SECOND) + entry('older', SECOND) + entry('stray', STRAY));
    // The page says that a key no longer works, with its place, and the test can run again.
    bench.ingest.behave((_request, response) => void response.writeHead(403).end());
    await button('Test each again', dialog()).click();
    await dialog()
      .getByText(/^0 delivery tests passed\. Not passed: editor · .*older/)
      .waitFor();
    expect(tests()).toHaveLength(2);
    await dialog().getByText('The new key doesn’t work everywhere: keep the older one until it does').waitFor();
    expect(
      await dialog()
        .getByText(/you can revoke it/)
        .count(),
    ).toBe(0);
    bench.ingest.behave((_request, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}'));
    await page().keyboard.press('Escape');
    await card('Acme').getByText('an older key').waitFor({ state: 'detached' });
  });

  test('exported without keys, and imported again', async () => {
    const text = await host.download(() => button('Export without keys').click());
    expect(JSON.parse(text).presets).toEqual([expect.objectContaining({ name: 'Acme', domain: DOMAIN, team: 'acme' })]);
    expect(text).not.toMatch(/cxtp_|digest|former|fingerprint/);
    const upload = async (content: string) => {
      const choosing = page().waitForEvent('filechooser');
      await button('Import').click();
      await (await choosing).setFiles({ name: 'presets.json', mimeType: 'application/json', buffer: Buffer.from(content) });
    };
    await upload(text);
    await message('No preset was added').waitFor();
    await message('1 already existed.').waitFor();
    await fresh();
    await upload(text.replace('"Acme"', '"Imported"'));
    await message('1 preset was added').waitFor();
    await message('Enter their keys here.').waitFor();
    await card('Imported').getByText('No key', { exact: true }).waitFor();
    await upload('{"format": "something else"}');
    await message('This file has no presets exported by kAudit Tray').waitFor();
    await button('Remove preset Imported').click();
    await button('Remove', dialog()).click();
    await message('Preset Imported was removed').waitFor();
  });

  const testing = () => page().getByRole('dialog', { name: 'Delivery test' });
  const verdict = () => testing().locator('.verdict');
  const done = () => button('Done', testing()).click();

  test('locked: waits, even for a dialog, and can be stopped; continues after a reply', async () => {
    await bench.keychain.lock();
    await button('Test preset Acme').click();
    await screen.window();
    await message(/Waiting for your desktop’s keyring.*or stop waiting\./).waitFor();
    await page().getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Stop waiting' }).click();
    await testing()
      .getByText(/was cancelled.*Try again when you want to unlock it/)
      .waitFor();
    await done();
    await page().getByText('Keychain: stayed locked').waitFor();
    // Also on the page itself, after the message was dismissed.
    await button('Remove preset Acme').click();
    await button('Remove', dialog()).click();
    await page().getByText('Keychain: waiting for you to unlock it').waitFor();
    await message(/Waiting for your desktop’s keyring/).waitFor();
    await fresh();
    await button('Stop waiting').click();
    await dialog().getByRole('heading', { name: 'The key of Acme is still in the keychain' }).waitFor();
    await button('Cancel', dialog()).click();
    await page().getByText('Keychain: stayed locked').waitFor();
    // Its prompt is still open; the password typed there serves the next try.
    await button('Test preset Acme').click();
    await screen.answer(PASSWORD, verdict().getByText('Passed').waitFor());
    await done();
    await page().getByText('Keychain: available').waitFor();
    expect(bench.ingest.received.at(-1)?.headers.authorization).toBe(`Bearer ${SECOND}`);
  });

  fullRunTest('refused: says so with a way out, in the test, in the form and on the page', async () => {
    await bench.keychain.lock();
    const sent = bench.ingest.received.length;
    await button('Test preset Acme').click();
    await screen.dismiss(
      testing()
        .getByText(/stayed locked.*Unlock it and try again/)
        .waitFor(),
    );
    await done();
    expect(bench.ingest.received).toHaveLength(sent);
    await page().getByText('Keychain: stayed locked').waitFor();
    // New names must be written there, too: nothing is saved, and the form says why.
    await edit('Acme');
    await field('Name').fill('Renamed');
    await button('Save preset', dialog()).click();
    await screen.dismiss(
      dialog()
        .getByText(/stayed locked.*Unlock it and try again/)
        .waitFor(),
    );
    await button('Cancel', dialog()).click();
    expect((await presets()).map(({ name }) => name)).toEqual(['Acme']);
    await screen.empty();
    await bench.keychain.restart();
  });

  fullRunTest('in the editor: a locked preset changes nothing and says why; once unlocked, the same attempt continues', async () => {
    await bench.keychain.lock();
    await go(`configmap/editor/${NAMESPACE}/kaudit-integration-one`);
    await page().getByRole('navigation', { name: 'Integrations' }).getByRole('button', { name: /stray/ }).click();
    await button(/Coralogix preset/).click();
    await page().getByRole('option', { name: /^Acme/ }).click();
    await screen.window();
    await message(/Waiting for your desktop’s keyring/).waitFor();
    await screen.dismiss(
      page()
        .getByText(/stayed locked.*Unlock it and try again/)
        .first()
        .waitFor(),
    );
    await message(/Waiting for your desktop’s keyring/).waitFor({ state: 'detached' });
    // What couldn't be shown can't be applied.
    await button('Review and apply').click();
    expect(await dialog().count()).toBe(0);
    await button('Try again').click();
    await screen.answer(PASSWORD, dialog().getByRole('heading', { name: 'Review and apply' }).waitFor());
    await button('Back to editing', dialog()).click();
    await page().getByText('the key of preset Acme').waitFor({ state: 'attached' });
    await button('Discard').click();
    await button(/Discard/, dialog()).click();
    await go('presets');
  });

  fullRunTest('entry gone: says so, with a way out; also for the read-back key in it', async () => {
    await edit('Acme');
    await readBackKey().fill(QUERY);
    await save('Acme');
    await bench.keychain.tamper(SERVICE, await account('Acme'), null);
    await button('Test preset Acme').click();
    await testing().getByText('The preset “Acme” has no key in the keychain. Edit the preset and enter its key.').waitFor();
    await done();
    await card('Acme').getByText('Key gone from the keychain: enter it again').first().waitFor();
    await edit('Acme');
    await dialog().getByText('The keychain no longer has this preset’s key. Enter it again, or remove the preset.').waitFor();
    await key().fill(SECOND);
    await save('Acme');
    await message(/Its key is in the keychain\. Its read-back key was in the same keychain entry\. Enter it again too\./).waitFor();
    expect(JSON.parse(await stored('Acme'))).toMatchObject({ key: SECOND });
  });

  fullRunTest('entry gone: never claims to have removed what wasn’t there', async () => {
    await host.ask('preset.save', { preset: { name: 'Outside', domain: DOMAIN }, key: THIRD });
    await bench.keychain.tamper(SERVICE, await account('Outside'), null);
    await button('Remove preset Outside').click();
    await button('Remove', dialog()).click();
    await message('Preset Outside was removed').waitFor();
    await message('The keychain no longer had its key. If you use several keyrings, check the others.').waitFor();
    expect(await page().getByText('Preset Outside and its key were removed').count()).toBe(0);
  });

  fullRunTest('entry changed outside: not used; says so, with a way out', async () => {
    const before = await stored('Acme');
    const sent = bench.ingest.received.length;
    await bench.keychain.tamper(SERVICE, await account('Acme'), before.replace(SECOND, FIRST));
    await button('Test preset Acme').click();
    await testing()
      .getByText(/has an older key of “Acme” than the last one entered.*Edit the preset and enter its key again/)
      .waitFor();
    await done();
    await bench.keychain.tamper(SERVICE, await account('Acme'), before.replace(SECOND, THIRD));
    await button('Test preset Acme').click();
    await testing()
      .getByText(/Something else changed the keychain’s entry of .*enter its key again/)
      .waitFor();
    await done();
    expect(bench.ingest.received).toHaveLength(sent);
    await card('Acme').getByText('Key or domain changed outside kAudit Tray: enter the key again').waitFor();
    await edit('Acme');
    await dialog()
      .getByText(/Something else changed this preset’s entry in the keychain.*enter the key again/)
      .waitFor();
    await key().fill(SECOND);
    await save('Acme');
    expect(await card('Acme').textContent()).toContain('Key in the keychain, set just now');
    expect(JSON.parse(await stored('Acme')).key).toBe(SECOND);
  });

  fullRunTest('names changed outside: says so, with a way out, and keeps the key', async () => {
    const entryBefore = JSON.parse(await stored('Acme'));
    await bench.keychain.tamper(SERVICE, await account('Acme'), JSON.stringify({ ...entryBefore, subsystemName: 'elsewhere' }));
    await button('Test preset Acme').click();
    await testing()
      .getByText(/the keychain calls it “Acme” \(kaudit \/ elsewhere\).*check its names and save it/)
      .waitFor();
    await done();
    await card('Acme').getByText('Names changed outside kAudit Tray: check and save them').waitFor();
    await edit('Acme');
    await dialog()
      .getByText(/Something else changed this preset’s names.*then save them/)
      .waitFor();
    await save('Acme');
    expect(JSON.parse(await stored('Acme'))).toEqual(entryBefore);
    await button('Test preset Acme').click();
    await verdict().getByText('Passed').waitFor();
    await done();
  });

  fullRunTest(
    'missing: keys stay in memory for this run, and the page says so; a preset with a key in the keychain can be removed, and its entry is named',
    async () => {
      const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-without-'));
      // Neither Chromium's own folder nor the program's socket, which mark the folder as in use.
      const own = (source: string) => source === join(host.directory, 'page') || source.includes('instance.sock');
      cpSync(host.directory, directory, { recursive: true, filter: (source) => !own(source) });
      const name = await account('Acme');
      const first = host;
      const environment = { ...bench.environment, DBUS_SESSION_BUS_ADDRESS: `unix:path=${directory}/nothing` };
      host = await start({ flags: bench.flags, environment, directory });
      try {
        await go('presets');
        expect(await card('Acme').textContent()).toContain('Key in the keychain');
        await button('Test preset Acme').click();
        await testing()
          .getByText(
            /No keychain: your desktop’s keyring.*can’t be used \(there’s no D-Bus session\)\. Start kAudit Tray in a desktop session and try again/,
          )
          .waitFor();
        await done();
        await page().getByText('Keychain: unavailable').waitFor();
        await page()
          .getByText(/keys that you enter stay in memory only, until kAudit Tray quits/)
          .first()
          .waitFor();

        await button('New preset').click();
        await field('Name').fill('Short-lived');
        await domain().fill(DOMAIN);
        await key().fill(THIRD);
        await save('Short-lived');
        await message('Its key stays in memory until kAudit Tray quits.').waitFor();
        expect(await card('Short-lived').textContent()).toMatch(/Key in memory until kAudit Tray quits, set just now/);
        const onDisk = readFileSync(join(directory, 'settings.json'), 'utf8');
        expect(onDisk).not.toContain(THIRD.slice(0, 8));
        const [, shortLived] = JSON.parse(onDisk).presets;
        expect(Object.keys(shortLived).sort()).toEqual(['applicationName', 'domain', 'endpoint', 'id', 'name', 'subsystemName']);
        await button('Test preset Short-lived').click();
        await verdict().getByText('Passed').waitFor();
        await done();
        await button('Remove preset Short-lived').click();
        await button('Remove', dialog()).click();
        await message('Preset Short-lived and its key were removed').waitFor();

        await button('Remove preset Acme').click();
        await button('Remove', dialog()).click();
        await dialog().getByRole('heading', { name: 'The key of Acme is still in the keychain' }).waitFor();
        await dialog().getByText(`service ${SERVICE}, account ${name}`).waitFor();
        await button('Cancel', dialog()).click();
        await card('Acme').waitFor();
        await button('Remove preset Acme').click();
        await button('Remove', dialog()).click();
        await button('Remove only the preset', dialog()).click();
        await message('Preset Acme was removed').waitFor();
        await message(`Its key is still in the keychain: service ${SERVICE}, account ${name}.`).waitFor();
        await page().getByRole('heading', { name: 'No presets yet' }).waitFor();
        expect(await bench.keychain.lookup(SERVICE, name)).toContain(SECOND);
        expect(host.thrown).toEqual([]);
      } finally {
        await host.stop();
        host = first;
        rmSync(directory, { recursive: true, force: true });
      }
    },
  );

  test('the page threw nothing and violated no policy', () => {
    expect(host.thrown).toEqual([]);
  });
});
