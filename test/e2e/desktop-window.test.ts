import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnDesktop } from '../support/hosts.ts';

// What the system does for the page, and what differs on the desktop: clipboard, downloads, files, questions. The page
// itself is tested through the browser host.

describeOnDesktop([chromiumRequirement, kubectlRequirement], 'the window', (start) => {
  let host: HostPage;
  let editor: EditorPage;

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    editor = new EditorPage(host.page, host, { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' });
    await host.page.getByText('prod-eu').first().waitFor();
    await host.ask('cluster.connect', { context: 'prod-eu' });
  });
  afterAll(async () => {
    await host?.stop();
  });

  test('a report is copied to the system’s clipboard, as text and as a command, without its key', async () => {
    await editor.open();
    await editor.button('Test delivery').first().click();
    const dialog = editor.dialog();
    await dialog
      .getByText(/Failed|Passed/)
      .first()
      .waitFor();
    await editor.button('Copy as curl', dialog).click();
    await vi.waitFor(async () => expect(await host.clipboard.read()).toContain('$CORALOGIX_KEY'));
    await editor.button('Copy report', dialog).click();
    await vi.waitFor(async () => expect(await host.clipboard.read()).toContain('kAudit Tray delivery test: '));
    expect(await host.clipboard.read()).not.toMatch(/cxtp_[A-Za-z0-9]{30}/);
    await host.page.keyboard.press('Escape');
  });

  test('a key that was pasted can be cleared from the system’s clipboard', async () => {
    await editor.go('#/presets');
    await editor.button('New preset').first().click();
    await host.clipboard.write(' Bearer odd-shape ');
    await editor.dialog().getByLabel('Send-Your-Data key', { exact: true }).focus();
    await host.page.keyboard.press('ControlOrMeta+v');
    await editor.dialog().getByText('Your pasted text is still on the clipboard.').waitFor();
    await editor.button('Clear the clipboard', editor.dialog()).click();
    await editor.dialog().getByText('The clipboard is empty.').waitFor();
    expect(await host.clipboard.read()).toBe('');
    // The button that had the focus is gone: Escape reaches the dialog after the focus is back in it.
    await editor.dialog().locator(':focus').waitFor();
    await host.page.keyboard.press('Escape');
    await editor.dialog().waitFor({ state: 'hidden' });
  });

  test('presets are saved as a file and read from one, without keys', async () => {
    await host.ask('preset.save', { preset: { name: 'Carried', domain: 'eu2.coralogix.com' }, key: 'cxtp_Carried0Carried0Carried0Carri' });
    await editor.go('#/presets');
    const text = await host.download(() => editor.button('Export without keys').click());
    expect(JSON.parse(text).presets).toContainEqual(expect.objectContaining({ name: 'Carried', domain: 'eu2.coralogix.com' }));
    expect(text).not.toMatch(/cxtp_|digest|former|fingerprint/);
    const choosing = host.page.waitForEvent('filechooser');
    await editor.button('Import').click();
    const file = Buffer.from(text.replace('"Carried"', '"Brought"'));
    await (await choosing).setFiles({ name: 'presets.json', mimeType: 'application/json', buffer: file });
    await host.page.getByRole('article', { name: 'Preset Brought', exact: true }).waitFor();
  });

  test('leaving an edited ConfigMap asks first, and staying keeps the edit', async () => {
    await editor.open();
    await editor.field('Name').fill('unsaved');
    await editor.settled();
    await host.page.getByRole('navigation').getByRole('link', { name: 'Presets' }).click();
    await editor.button('Discard and leave').waitFor();
    await host.page.keyboard.press('Escape');
    expect(await editor.field('Name').inputValue()).toBe('unsaved');
    await editor.go('#/');
    await host.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
  });

  test('the page threw nothing and violated no policy', () => {
    expect(host.thrown).toEqual([]);
  });
});
