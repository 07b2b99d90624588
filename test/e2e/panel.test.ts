import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage } from '../support/editor-page.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// One integration next to the fleet's table: the same edits as on its page.

const NAMESPACE = 'alcide-kaudit';

describeOnHosts([chromiumRequirement], 'the panel of a row', (start) => {
  let host: HostPage;
  let payments: EditorPage;
  let orders: EditorPage;

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    payments = new EditorPage(host.page, host, { context: 'prod-eu', namespace: NAMESPACE, name: 'kaudit-integration-payments' });
    orders = new EditorPage(host.page, host, { context: 'prod-us', namespace: NAMESPACE, name: 'kaudit-integration-orders' });
    await row('payments').first().waitFor();
  });
  afterAll(async () => {
    await host?.stop();
  });

  const row = (instance: string) =>
    host.page.locator('.line-row').filter({ has: host.page.getByRole('link', { name: `Open ${instance}` }) });
  const panel = (name: RegExp = /./) => host.page.getByRole('complementary', { name });
  /** On none of its links and buttons. */
  const press = (line: ReturnType<typeof row>) => line.locator('.cell-sends').click({ position: { x: 3, y: 3 } });
  const status = () => panel().locator('.panel-footer [role=status]').textContent();
  const focused = () => host.page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-line]')?.dataset.line ?? '');
  const closed = () => panel().waitFor({ state: 'detached' });
  const heading = (name: RegExp) => panel(name).getByRole('heading', { level: 2 }).waitFor();

  test('opens by a click or a key, follows the focus, and gives it back', async () => {
    const { page } = host;
    const first = row('payments').first();
    const { y } = (await first.boundingBox()) ?? { y: 0 };
    await press(first);
    await heading(/^payments · Detections/);
    expect(await focused()).toMatch(/payments.*:0:0$/);
    expect(await first.getAttribute('aria-current')).toBe('true');
    expect(Math.abs(((await first.boundingBox())?.y ?? 0) - y)).toBeLessThan(1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    await page.keyboard.press('Escape');
    await closed();
    expect(await focused()).toMatch(/payments.*:0:0$/);

    await page.keyboard.press('Space');
    await heading(/^payments · Detections/);
    await page.keyboard.press('j');
    await heading(/^payments · Policy findings/);
    await page.keyboard.press('ArrowDown');
    await heading(/^payments · Detections/);
    expect(await focused()).toMatch(/payments.*:2:0$/);
    await page.keyboard.press('k');
    await heading(/^payments · Policy findings/);
    await page.keyboard.press('ArrowRight');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^payments · Policy findings/);
    await page.keyboard.press('Escape');
    await closed();
    await vi.waitFor(async () => expect(await focused()).toMatch(/payments.*:1:0$/));
    await page.keyboard.press('Space');
    await heading(/^payments · Policy findings/);
    await page.keyboard.press('Space');
    await closed();
  });

  test('has the edits of the page, and the page has those of the panel', async () => {
    const { page } = host;
    const before = await payments.stored();
    await press(row('payments').first());
    const limit = payments.field('Rate limit');
    await limit.fill('41');
    await vi.waitFor(async () => expect(await status()).toBe('1 change'));
    await panel().getByRole('link', { name: 'Open the full page' }).click();
    await page.getByRole('heading', { name: payments.ref.name, level: 1 }).waitFor();
    expect(await limit.inputValue()).toBe('41');
    await payments.settled();
    expect(await payments.status()).toBe('1 change');
    await limit.fill('42');
    await payments.settled();
    await page.goBack();
    await heading(/^payments · Detections/);
    expect(await limit.inputValue()).toBe('42');
    expect(await status()).toBe('1 change');

    // Another row of the same ConfigMap keeps them; another ConfigMap asks.
    await row('payments').nth(2).getByRole('link').focus();
    await page.keyboard.press('k');
    await heading(/^payments · Policy findings/);
    expect(await status()).toBe('1 change');
    await press(row('checkout').first());
    await payments.button('Cancel', payments.dialog('Leave without applying?')).click();
    await heading(/^payments · Policy findings/);
    await page.setViewportSize({ width: 1100, height: 900 });
    await page.getByRole('heading', { name: payments.ref.name, level: 1 }).waitFor();
    expect(await payments.status()).toBe('1 change');
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goBack();
    await heading(/^payments · Policy findings/);
    await payments.button('Close the panel').click();
    await payments.button('Discard and leave', payments.dialog()).click();
    await closed();
    await vi.waitFor(async () => expect(await focused()).toMatch(/payments.*:1:0$/));
    expect(await payments.stored()).toBe(before);
    expect(await host.ask('draft.get', { ref: payments.ref })).toEqual({ outcome: 'none' });
  });

  test('fixes the row’s problem, and applies it after the same review', async () => {
    const { page } = host;
    const before = await orders.stored();
    await press(row('orders').first());
    await heading(/^orders · Detections/);
    const problem = panel()
      .locator('.banner')
      .filter({ has: page.getByRole('button', { name: /^Use https:\/\/ingress/ }) });
    await problem.getByRole('button').waitFor();
    await page.keyboard.press('f');
    await vi.waitFor(async () => expect(await status()).toBe('1 change'));
    await problem.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await page.keyboard.press('Control+s');
    await orders.button(/^Apply to /, orders.dialog('Review and apply')).click();
    await panel().getByText('Saved and read back').waitFor();
    const after = await orders.stored();
    expect(after).toBe(before.replace(/https:\/\/api\.coralogix\.us\S*/, 'https://ingress.coralogix.us/logs/v1/bulk'));
    await vi.waitFor(async () => expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2'));
    await page.keyboard.press('u');
    await orders.button(/^Apply to /, orders.dialog('Review and apply')).click();
    await vi.waitFor(async () => expect(await orders.stored()).toBe(before));
    await orders.dialog().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await closed();
    await vi.waitFor(async () => expect(await focused()).toMatch(/orders.*:0:0$/));
  });

  test('tests what it shows, and lists the latest tests', async () => {
    const { page } = host;
    await press(row('payments').first());
    await payments.button('Test', panel()).waitFor();
    await page.keyboard.press('t');
    const dialog = payments.dialog('Delivery test');
    await dialog
      .getByText(/^(Passed|Failed)$/)
      .first()
      .waitFor();
    await payments.button('Done', dialog).click();
    await page.getByRole('tab', { name: 'Tests' }).click();
    await payments
      .button('See the report', panel().getByRole('list', { name: 'Tests' }))
      .first()
      .click();
    await payments.button('Done', payments.dialog('Delivery test')).click();
    await page.keyboard.press('Escape');
    await closed();
  });

  test('says what is read-only, and what can’t be read', async () => {
    await press(row('core').first());
    await panel()
      .getByText(/^You can read this ConfigMap but not change it/)
      .waitFor();
    await press(row('sandbox').first());
    await panel().getByRole('heading', { name: 'The form can’t show this text: it isn’t valid' }).waitFor();
    await payments.button('Fix it in the text', panel()).click();
    await host.page.locator('.cm-line').first().waitFor();
    expect(host.thrown).toEqual([]);
  });
});
