import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { arrivalOf } from '../../main/common/fleet/arrival.ts';
import { referenceKey } from '../../main/common/reference.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// The demo has a busy preset, a silent one, and one that was never seen.

describeOnHosts([chromiumRequirement], 'arrivals in the window', (start, kind) => {
  let host: HostPage;
  const picture = async (name: string) => {
    const folder = process.env.KAUDIT_PICTURES;
    if (folder) await host.page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  };

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(async () => expect((await host.ask('fleet.get', {})).arrivals?.filter(({ known }) => known)).toHaveLength(3));
    for (const name of ['payments', 'orders', 'kaudit-core']) await vi.waitFor(() => wordsOf(`kaudit-integration-${name}`, 0));
  });
  afterAll(() => host?.stop());

  /** The result of the pure function for an integration, by its place. */
  async function wordsOf(name: string, index: number) {
    const fleet = await host.ask('fleet.get', {});
    const cluster = fleet.clusters.find(
      ({ context, configMaps }) => context !== 'sso-lab' && configMaps.some(({ ref }) => ref.name === name),
    );
    const configMap = cluster?.configMaps.find(({ ref }) => ref.name === name);
    const integration = configMap?.integrations[index];
    if (cluster === undefined || configMap === undefined || integration === undefined) throw new Error(`no ${name}`);
    const words = arrivalOf(fleet, { cluster, ref: configMap.ref }, integration, integration.targets, Date.now());
    if (words === undefined) throw new Error(`${referenceKey(configMap.ref)} is not watched`);
    return { ...words, ref: configMap.ref };
  }

  test('the row and the panel agree, with 24 bars, a text for them, and a table', async () => {
    const { page } = host;
    for (const [name, short] of [
      ['kaudit-integration-payments', /^(just now|\d+ min ago)$/],
      ['kaudit-integration-orders', /^nothing for 20 h$/],
      ['kaudit-integration-kaudit-core', /^nothing in 24 h$/],
    ] as const) {
      const words = await wordsOf(name, 0);
      expect(words.short).toMatch(short);
      const line = page.locator(`[data-line*="${name}"]`).first();
      const row = line.locator('.arrival');
      // The page's clock may be one tick behind.
      const tick = { timeout: 70_000, interval: 500 };
      await vi.waitFor(async () => expect(await row.textContent()).toContain((await wordsOf(name, 0)).short), tick);
      expect(await row.locator('rect').count()).toBe(24);
      expect(await row.getByRole('img').getAttribute('aria-label')).toMatch(/24 hours/);
      await line.locator('.row-link').click();
      const panel = page.getByRole('region', { name: 'Arrivals', exact: true });
      // Some versions of Chromium write a comma after the weekday.
      const inPanel = async () => (await panel.textContent())?.replaceAll(',', '');
      await vi.waitFor(async () => expect(await inPanel()).toContain((await wordsOf(name, 0)).sentence.split(',')[0]), tick);
      expect(await panel.textContent()).toContain(words.of);
      await panel.getByText('Entries per hour', { exact: true }).click();
      expect(await panel.getByRole('table').getByRole('row').count()).toBe(25);
      await picture(`arrivals-${name}`);
      await page.getByRole('link', { name: 'Fleet' }).first().click();
    }
    // Targets elsewhere say nothing about Coralogix, though they belong to the same integration.
    const checkout = page.locator('[data-line*="kaudit-integrations-checkout"]');
    expect(await checkout.filter({ hasText: 'EU2' }).locator('.arrival').count()).toBe(1);
    expect(await checkout.filter({ hasText: 'siem.internal' }).locator('.arrival').count()).toBe(0);
    await picture('arrivals-fleet');
  });

  test('on the preset, they are switched on, discovered and picked', async () => {
    const { page } = host;
    const { preset } = await host.ask('preset.save', {
      preset: { name: 'Picks', domain: 'eu2.coralogix.com' },
      key: 'cxtp_DEMOeu2paymentsAndCheckout0001',
      readBackKey: 'cxup_DEMOeu2readsPaymentsCheckout01',
    });
    await page.getByRole('link', { name: 'Presets' }).first().click();
    const card = page.getByRole('article', { name: 'Preset Picks' });
    const arrivals = card.getByRole('region', { name: 'Arrivals of Picks' });
    await arrivals.getByText('Check in Coralogix whether entries arrive').click();
    const dialog = page.getByRole('dialog');
    const likely = dialog.getByRole('listitem').filter({ hasText: 'likely kAudit’s' });
    await expect.poll(() => likely.count()).toBe(2);
    await dialog.getByText('kaudit / payments').click();
    await picture('arrivals-pick');
    await dialog.getByRole('button', { name: 'Watch these' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    const saved = (await host.ask('preset.list', {})).find(({ id }) => id === preset.id);
    expect(saved?.arrivals).toEqual({ watched: true, names: [{ application: 'kaudit', subsystem: 'payments' }] });
    await vi.waitFor(async () => expect(await arrivals.locator('.arrival').textContent()).toMatch(/just now|min ago/));
    await picture('arrivals-preset');
    await host.ask('preset.remove', { id: preset.id });
    expect(host.thrown).toEqual([]);
  });

  test('names are mapped to one integration once: its row and panel say so, and the others leave them out', async () => {
    const { page } = host;
    const name = 'Coralogix EU2, production';
    await page.getByRole('link', { name: 'Presets' }).first().click();
    await page.getByRole('button', { name: `Select names of ${name}` }).click();
    const dialog = page.getByRole('dialog');
    const belongs = dialog.getByRole('button', { name: 'kaudit / checkout belongs to' });
    expect(await belongs.textContent()).toContain('all integrations of this preset together');
    await belongs.click();
    await page
      .getByRole('option', { name: /checkout/ })
      .first()
      .click();
    await dialog.getByRole('button', { name: 'Watch these' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    const names = (await host.ask('preset.list', {})).find((preset) => preset.name === name)?.arrivals?.names;
    expect(names).toEqual([
      { application: 'kaudit', subsystem: 'payments' },
      { application: 'kaudit', subsystem: 'checkout', integration: expect.stringContaining('checkout') },
    ]);
    const mapped = await wordsOf('kaudit-integrations-checkout', 0);
    expect(mapped.of).toBe('of this integration');
    expect((await wordsOf('kaudit-integration-payments', 0)).of).toBe(`all integrations of ${name} together`);
    await page.getByRole('link', { name: 'Fleet' }).first().click();
    const row = page.locator('[data-line*="kaudit-integrations-checkout"]').filter({ hasText: 'EU2' });
    await expect.poll(() => row.locator('.arrival').textContent()).toContain('of this integration');
    await row.locator('.row-link').click();
    const panel = page.getByRole('region', { name: 'Arrivals', exact: true });
    await expect.poll(() => panel.textContent()).toContain('of this integration');
    // Offered as mapped.
    await page.getByRole('link', { name: 'Presets' }).first().click();
    await page.getByRole('button', { name: `Select names of ${name}` }).click();
    await expect.poll(() => belongs.textContent()).toContain('checkout');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  // The page is the same on both hosts; only the browser's can be reloaded, and shows its requests.
  if (kind === 'browser') {
    test('hours are local on screen, and UTC in the table', async () => {
      const { page } = host;
      const zones = await page.context().newCDPSession(page);
      // Half an hour off: a local hour is never a UTC one.
      await zones.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Kolkata' });
      await page.reload();
      await page.getByRole('link', { name: 'Fleet' }).first().click();
      await page.locator('[data-line*="kaudit-integration-payments"] .row-link').first().click();
      const panel = page.getByRole('region', { name: 'Arrivals', exact: true });
      await panel.getByText('Entries per hour', { exact: true }).click();
      await panel.getByRole('columnheader', { name: 'Hour (local time)' }).waitFor();
      const hours = await panel
        .locator('tbody time')
        .evaluateAll((times) => times.map((time) => [time.getAttribute('datetime'), time.textContent]));
      expect(hours).toHaveLength(24);
      const { hours: held = [] } = await wordsOf('kaudit-integration-payments', 0);
      expect(hours.map(([utc]) => utc)).toEqual(held.map(({ at }) => new Date(at).toISOString()));
      for (const [utc = '', local] of hours) {
        expect(utc).toMatch(/:00:00\.000Z$/);
        const there = new Date(Date.parse(utc ?? '') + 5.5 * 3_600_000).toISOString();
        expect(local).toMatch(new RegExp(`^\\w{3},? ${there.slice(11, 13)}:30$`));
      }
      await zones.send('Emulation.setTimezoneOverride', { timezoneId: '' });
      await zones.detach();
      await page.reload();
    });

    test('a hidden window queries nothing, and a window that is shown again queries each watched preset', async () => {
      const { page } = host;
      const asked: string[] = [];
      page.on('request', (request) => {
        const { name } = (request.postDataJSON() ?? {}) as { name?: string };
        if (name?.startsWith('arrivals.')) asked.push(name);
      });
      const becomes = (state: 'hidden' | 'visible') =>
        page.evaluate((value) => {
          Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => value });
          document.dispatchEvent(new Event('visibilitychange'));
        }, state);
      // The page before it may still send queries.
      page.once('framenavigated', () => asked.splice(0));
      await page.reload();
      await expect.poll(() => asked).toHaveLength(3);
      for (let times = 0; times < 3; times += 1) {
        await becomes('hidden');
        await host.ask('fleet.get', {});
      }
      expect(asked).toHaveLength(3);
      await becomes('visible');
      await expect.poll(() => asked).toEqual(Array.from({ length: 6 }, () => 'arrivals.get'));
    });
  }

  test('silence despite a delivery test that passed gets one sentence with one next step', async () => {
    const { page } = host;
    const { ref } = await wordsOf('kaudit-integration-kaudit-core', 1);
    const { resourceVersion } = await host.ask('configMap.get', { ref });
    expect(await host.ask('delivery.test', { ref, base: resourceVersion, integration: 1 })).toMatchObject({ outcome: 'passed' });
    await page.getByRole('link', { name: 'Fleet' }).first().click();
    await page.locator(`[data-line*="${ref.name}"] .row-link`).nth(1).click();
    const panel = page.getByRole('region', { name: 'Arrivals', exact: true });
    await expect.poll(() => panel.textContent()).toMatch(/URL and key work from this computer .* its filter may match nothing/);
    await picture('arrivals-silence');
  });
});
