import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Ingest } from '../../main/demo/ingest/ingest.ts';
import { startIngest } from '../../main/demo/ingest/ingest.ts';
import { createAuthority } from '../../main/demo/server/certificates.ts';
import { KEYS } from '../../main/demo/story/documents.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnDesktopFirst, describeOnHosts } from '../support/hosts.ts';
import type { TestKeychain } from '../support/keychain.ts';
import { keychainRequirement, startKeychain } from '../support/keychain.ts';
import type { TestProxy } from '../support/proxy.ts';
import { startProxy } from '../support/proxy.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// The program's main job, done as a user does it: connect, keep a key as a preset, edit, check the diff, apply, test
// delivery. Once on a real API server with a real keychain and a real TLS ingest, once on the demo, each through both
// hosts; kubectl compares the bytes.

const OLD_KEY = 'cxtp_Old0Old0Old0Old0Old0Old0Old0Ol';
/** One that the demo's ingest knows too. */
const KEY = KEYS['eu2.coralogix.com'];

const TEXT = `# Integrations of the payments cluster.\r
# Ask security@acme.example before you change anything.\r
- type: detections            # what kAudit found\r
  name: findings\r
  target:\r
    target-type: http-api\r
    http-api-uri: 'https://api.coralogix.com/api/v1/logs'  # moved?\r
    http-api-token: "${OLD_KEY}"\r
    rate-limit: 10            # a minute\r
    stopped: true\r
  data-filter:\r
    confidence:               # detection confidence\r
      - 0                     # high\r
\r
# - type: activity            # too much for now\r
- type: selections\r
  target: {target-type: slack, slack-uri: 'https://hooks.slack.com/services/T0/B0/xyz'}\r
  data-filter:\r
    entity-no-match: ^system:|^admin$|#`;

const EDITED = TEXT.replace("'https://api.coralogix.com/api/v1/logs'", "'https://api.eu2.coralogix.com/logs/v1/bulk'")
  .replace(OLD_KEY, KEY)
  .replace('rate-limit: 10 ', 'rate-limit: 25 ')
  .replace('stopped: true', 'stopped: false')
  .replace('^system:|^admin$|#', '^system:|^admin$|^ci-bot$|#');

/** The demo and the real cluster differ in names, and in how the text is read back. */
interface Place {
  readonly context: string;
  readonly configMap: string;
  stored(): Promise<string>;
  /** The entries at the ingest; absent for the demo's own, which can't be read from outside. */
  readonly received?: () => Ingest['received'];
}

function describeJob(page: () => Page, place: () => Place): void {
  const button = (name: string | RegExp, within: Page | Locator = page()) => within.getByRole('button', { name });

  test('a preset: a pasted address becomes the domain, and the key is entered and never shown again', async () => {
    await page().getByRole('navigation').getByRole('link', { name: 'Presets' }).click();
    await button('New preset').first().click();
    const dialog = page().getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('Acme EU2');
    await dialog.getByRole('combobox', { name: 'Coralogix domain' }).fill('https://api.eu2.coralogix.com/logs/v1/bulk');
    await dialog.getByLabel('Application name').fill('security');
    await dialog.getByLabel('Subsystem name').fill('kaudit-payments');
    await dialog.getByLabel('Send-Your-Data key').fill(`Bearer ${KEY} `);
    await button('Save preset', dialog).click();
    await page().getByText('Preset Acme EU2 was saved').waitFor();
    expect(await page().content()).not.toContain(KEY);
    expect(await page().getByRole('main').textContent()).toContain('eu2.coralogix.com');
  });

  test('the form: domain and key in one choice, switches, numbers and filters; the diff is exact, applied and read back', async () => {
    await page().getByRole('navigation').getByRole('link', { name: 'Fleet' }).click();
    const { configMap } = place();
    await page()
      .getByRole('link', { name: new RegExp(`^Open ${configMap.replace('kaudit-integration-', '')}, Detections`) })
      .first()
      .click();
    await page().getByRole('heading', { name: place().configMap }).waitFor();

    await button(/Coralogix preset/).click();
    await page()
      .getByRole('option', { name: /Acme EU2/ })
      .click();
    await vi.waitFor(async () =>
      expect(await page().getByLabel('URL', { exact: true }).inputValue()).toBe('https://api.eu2.coralogix.com/logs/v1/bulk'),
    );

    await page().getByLabel('Rate limit').fill('25');
    // From here by keyboard: leave the field, and press the space bar.
    await page().keyboard.press('Tab');
    const stopped = page().getByRole('switch', { name: 'Stopped' });
    await stopped.focus();
    await page().keyboard.press('Space');
    await vi.waitFor(async () => expect(await stopped.isChecked()).toBe(false));

    await page()
      .getByRole('navigation', { name: 'Integrations' })
      .getByRole('button', { name: /Policy findings/ })
      .first()
      .click();
    const entities = page().getByLabel('Entities Not Matching');
    await entities.fill('^system:|^admin$|^ci-bot$|#');
    await entities.press('Tab');

    await vi.waitFor(async () => expect(await button('Review and apply').isEnabled()).toBe(true));
    await page().keyboard.press('Control+s');
    const dialog = page().getByRole('dialog', { name: 'Review and apply' });
    await dialog.waitFor();
    const difference = await dialog.textContent();
    expect(difference).toContain('rate-limit: 25');
    expect(difference).toContain('https://api.eu2.coralogix.com/logs/v1/bulk');
    expect(difference).not.toContain(KEY);
    expect(difference).not.toContain(OLD_KEY);
    const apply = button(/^Apply to /, dialog);
    await apply.focus();
    await page().keyboard.press('Enter');
    await page()
      .getByText(/Saved and read back/)
      .first()
      .waitFor();
    expect(await place().stored()).toBe(EDITED);
  });

  test('delivery: one marked entry reaches the ingest at the integration’s own URL, and the stages say so', async () => {
    const { received } = place();
    const before = received?.().length ?? 0;
    await page()
      .getByRole('navigation', { name: 'Integrations' })
      .getByRole('button', { name: /Detections/ })
      .first()
      .click();
    await button('Test delivery', page().getByRole('main')).first().click();
    const dialog = page().getByRole('dialog');
    await dialog
      .getByText(/Accepted by api\.eu2\.coralogix\.com/)
      .first()
      .waitFor();
    expect(await dialog.textContent()).not.toContain(KEY);
    expect(await dialog.textContent()).toContain('https://api.eu2.coralogix.com/logs/v1/bulk');
    await page().keyboard.press('Escape');
    if (received === undefined) return;
    expect(received()).toHaveLength(before + 1);
    const request = received().at(-1);
    expect(request).toMatchObject({ host: 'api.eu2.coralogix.com', path: '/logs/v1/bulk', status: 200 });
    const body = JSON.parse(request?.body ?? '') as { logEntries: { text: string }[] };
    expect(body).toMatchObject({
      applicationName: 'security',
      subsystemName: 'kaudit-payments',
      logEntries: [
        { severity: expect.any(Number), timestamp: expect.any(Number), category: 'detections', text: expect.stringContaining('test_id') },
      ],
    });
  });

  test('invalid YAML opens as text, at the problem’s place; the form says why it is closed', async () => {
    await page().getByRole('tab', { name: 'Text' }).click();
    const editor = page().getByRole('textbox', { name: /Text/ }).or(page().locator('.cm-content')).first();
    await editor.click();
    await page().keyboard.press('ControlOrMeta+Home');
    await page().keyboard.type('- [\n');
    await page().getByRole('tab', { name: 'Form' }).click();
    await page().getByText('The form can’t show this text').waitFor();
    await button('Discard').click();
    await button(/Discard/, page().getByRole('alertdialog').or(page().getByRole('dialog'))).click();
    await page().getByText('No changes').first().waitFor();
    expect(await place().stored()).toBe(EDITED);
  });
}

describeOnHosts(
  [apiServerRequirement, keychainRequirement, chromiumRequirement],
  'the main job on a real cluster, as the user “editor”',
  (start) => {
    let api: ApiServer;
    let keychain: TestKeychain;
    let ingest: Ingest;
    let proxy: TestProxy;
    let host: HostPage;
    const stored = async () => {
      const json = await api.kubectl(['get', 'configmap', 'kaudit-integration-payments', '-n', NAMESPACE, '-o', 'json']);
      return (JSON.parse(json) as { data: Record<string, string> }).data['audit-integration'] ?? '';
    };

    beforeAll(async () => {
      const authority = await createAuthority('Test ingest');
      [api, keychain, ingest] = await Promise.all([
        borrowApiServer(),
        startKeychain(),
        startIngest({ authority, keys: { [KEY]: 'eu2.coralogix.com' } }),
      ]);
      // The machine's own proxy settings route api.eu2.coralogix.com to the local ingest; its CA is an extra one, as
      // companies have them.
      proxy = await startProxy({ routes: { 'api.eu2.coralogix.com:443': ingest.port } });
      const ca = join(api.directory, 'extra-ca.pem');
      writeFileSync(ca, authority.certificate);
      const text = join(api.directory, 'audit-integration');
      writeFileSync(text, TEXT);
      await api.kubectl(['create', 'configmap', 'kaudit-integration-payments', '-n', NAMESPACE, `--from-file=audit-integration=${text}`]);
      await api.kubectl(['label', 'configmap', 'kaudit-integration-payments', '-n', NAMESPACE, 'app=kaudit']);
      host = await start({
        flags: ['--kubeconfig', api.kubeconfig],
        environment: { ...keychain.environment, HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca },
      });
    });
    afterAll(async () => {
      await host?.stop();
      await Promise.all([api?.stop(), keychain?.stop(), ingest?.close(), proxy?.stop()]);
    });

    test('every context is listed and idle; connecting one shows its integrations', async () => {
      for (const context of ['admin', 'editor', 'viewer', 'stranger', 'expired'])
        await host.page.getByText(context, { exact: true }).first().waitFor();
      await host.page.getByRole('button', { name: 'Connect editor' }).click();
      const row = host.page.getByRole('row', { name: /Detections findings/ });
      expect(await row.textContent()).toMatch(/api\.coralogix\.com[\s\S]*Stopped/);
    });

    describeJob(
      () => host.page,
      () => ({
        context: 'editor',
        configMap: 'kaudit-integration-payments',
        stored,
        received: () => ingest.received,
      }),
    );

    test('a permission that is gone when it is used: shows the verb and the Role that grants it, writes nothing, and keeps the edits', async () => {
      const editor = new EditorPage(host.page, host, { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-payments' });
      await editor
        .entries()
        .getByRole('button', { name: /Detections/ })
        .first()
        .click();
      await editor.field('Rate limit').fill('26');
      await editor.settled();
      const dialog = await editor.review();
      const bind = async (role: string) => {
        await api.kubectl(['delete', 'rolebinding', 'kaudit-editors', '-n', NAMESPACE]);
        await api.kubectl(['create', 'rolebinding', 'kaudit-editors', '-n', NAMESPACE, `--role=${role}`, '--group=kaudit-editors']);
      };
      await bind('kaudit-viewer');
      try {
        await editor.button(/^Apply to /, dialog).click();
        await dialog.getByText(/^Not applied: .*patch/).waitFor();
        await dialog.getByText(/kind: Role\b/).waitFor();
        expect(await stored()).toBe(EDITED);
        await editor.button('Back to editing', dialog).click();
        expect(await editor.field('Rate limit').inputValue()).toBe('26');
      } finally {
        await bind('kaudit-editor');
      }
      await editor.button('Discard').click();
      await editor.button(/Discard/, editor.dialog()).click();
    });

    test('the key is in the keychain, under the preset, for secret-tool too, and in no file', async () => {
      const [preset] = await host.ask('preset.list', {});
      const entry = await keychain.lookup('kaudit-tray', `preset:${preset?.id}`);
      expect(entry ?? '').toContain(KEY);
      const grep = await promisify(execFile)('grep', ['-rl', KEY, host.directory]).catch((error: { code: number }) => error);
      expect(grep).toMatchObject({ code: 1 });
    });

    test('the page threw nothing and violated no policy', () => {
      expect(host.thrown).toEqual([]);
    });
  },
);

describeOnDesktopFirst([chromiumRequirement, kubectlRequirement], 'the main job on the demo', (start) => {
  let host: HostPage;
  const kubectl = async (...args: string[]) => {
    const kubeconfig = /--kubeconfig (\S+)/.exec(host.errors())?.[1] ?? '';
    return (await promisify(execFile)('kubectl', ['--kubeconfig', kubeconfig, '--context', 'prod-eu', '-n', NAMESPACE, ...args])).stdout;
  };
  const read = async () => {
    const json = await kubectl('get', 'configmap', 'kaudit-integration-payments', '-o', 'json');
    return (JSON.parse(json) as { data: Record<string, string> }).data['audit-integration'] ?? '';
  };

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    const patch = JSON.stringify({ data: { 'audit-integration': TEXT } });
    await kubectl('patch', 'configmap', 'kaudit-integration-payments', '--type', 'merge', '-p', patch);
    expect(await read()).toBe(TEXT);
  });
  afterAll(async () => {
    await host?.stop();
  });

  test('the demo’s story is visible immediately', async () => {
    for (const words of ['prod-eu', 'kAudit ready', 'edge-berlin', 'Unreachable', 'audit-readonly', 'staging']) {
      await host.page.getByText(words).first().waitFor();
    }
    await host.page.getByRole('row', { name: /Detections findings/ }).waitFor();
  });

  describeJob(
    () => host.page,
    () => ({ context: 'prod-eu', configMap: 'kaudit-integration-payments', stored: read }),
  );

  test('the page threw nothing and violated no policy', () => {
    expect(host.thrown).toEqual([]);
  });
});
