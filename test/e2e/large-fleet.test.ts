import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import type { LargeFleet } from '../support/large-fleet.ts';
import { startLargeFleet } from '../support/large-fleet.ts';

describeOnHosts([chromiumRequirement], 'a fleet of 200 clusters', (start) => {
  let fleet: LargeFleet;
  let host: HostPage;

  beforeAll(async () => {
    fleet = await startLargeFleet(200);
    host = await start({ flags: ['--kubeconfig', fleet.kubeconfig] });
  });
  afterAll(async () => {
    await host?.stop();
    await fleet?.close();
  });

  const line = (context: string): Locator => host.page.getByRole('row', { name: `Cluster ${context}`, exact: true });
  const clusterLines = (): Locator => host.page.getByRole('row', { name: /^Cluster / });
  const heading = (name: string | RegExp): Locator => host.page.getByRole('heading', { name });
  const states = async (contexts: readonly string[]): Promise<Set<string>> => {
    const { clusters } = await host.ask('fleet.get', {});
    return new Set(clusters.filter(({ context }) => contexts.includes(context)).map(({ state }) => state));
  };
  const focused = () => host.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const search = (): Locator => host.page.getByLabel('Search clusters and integrations');
  const chip = (name: RegExp): Locator => host.page.getByRole('button', { name });
  const at = async (place: Locator): Promise<number> => (await place.boundingBox())?.y ?? Number.NaN;
  /** Scrolls until a line is in the page. Distant ones aren't. */
  const scrollTo = async (place: Locator): Promise<void> => {
    let top = 0;
    while ((await place.count()) === 0) {
      top = await host.page.evaluate((y) => {
        window.scrollTo(0, y);
        return (y + 500) % document.documentElement.scrollHeight;
      }, top);
      await host.page.waitForTimeout(100);
    }
    await place.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  };

  it('is connected by one click, except clusters that may ask for a sign-in', async () => {
    const { page } = host;
    await heading('Not connected 200').waitFor();
    // Lines far below aren't in the page.
    expect(await page.getByRole('row').count()).toBeLessThan(100);
    expect(await page.getByRole('table', { name: 'Integrations' }).getAttribute('aria-rowcount')).toBe('202');
    const static_ = 200 - fleet.contexts.plugin.length;
    await page.getByRole('button', { name: `Connect ${static_} without a sign-in` }).press('Enter');
    await expect.poll(() => states(fleet.contexts.fine), { timeout: 60_000 }).toEqual(new Set(['online']));
    await page
      .getByRole('link', { name: /^Open prod/ })
      .first()
      .waitFor();
    expect(await states(fleet.contexts.plugin)).toEqual(new Set(['idle']));
    // Its button is gone: the keyboard continues in the list, not at the top of the page.
    await expect.poll(focused).toMatch(/the clusters that aren’t connected$/);
    // Whoever looks at the top of the page still does.
    expect(await page.evaluate(() => window.scrollY)).toBe(0);
  });

  it('shows each cause once, with its clusters after it, and hides nothing that is healthy', async () => {
    const { page } = host;
    const { dark, nameless, refused, fine } = fleet.contexts;
    const [lost = ''] = refused;
    await page.evaluate(() => window.scrollTo(0, 0));
    await line(fine[0] ?? '').waitFor();
    await chip(/clusters unreachable$/).click();
    for (const words of [
      `${dark.length} clusters don’t respond.`,
      `${nameless.length} clusters have a name that doesn’t resolve.`,
      `${refused.length} clusters don’t accept their credentials.`,
    ])
      await page.getByText(words).waitFor();
    expect(await line(dark[3] ?? '').count()).toBe(0);
    await page.getByRole('button', { name: `Show the ${refused.length} clusters` }).click();
    await line(lost).getByText('Add new credentials to the kubeconfig').waitFor();
    // There is nothing to sign in to with a token: the program tries new ones.
    await page.getByRole('button', { name: `Try again ${lost}` }).waitFor();
    await page.getByRole('button', { name: 'Hide them' }).click();
    expect(await line(lost).count()).toBe(0);
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    await line(fine[0] ?? '').waitFor();
  });

  it('finds a cluster by a few letters, by keyboard only, and connects it without losing the place', async () => {
    const { page } = host;
    const plugin = fleet.contexts.plugin.at(-1) ?? '';
    await page.keyboard.press('/');
    await page.keyboard.type(plugin.slice(0, 9));
    await expect.poll(() => clusterLines().count()).toBe(1);
    await page.getByText('0 rows and 1 cluster found').waitFor({ state: 'attached' });
    expect(await line(plugin).locator('mark').first().textContent()).toBe(plugin.slice(0, 9));
    await page.keyboard.press('Escape');
    await expect.poll(() => clusterLines().count()).toBeGreaterThan(1);
    const [fine = ''] = fleet.contexts.fine;
    await page.keyboard.type(fine.slice(0, 9));
    await page.getByRole('button', { name: `Disconnect ${fine}` }).press('Enter');
    await line(fine).getByText('Not connected').waitFor();
    // The line has moved, and the focus is still on its button.
    await expect.poll(focused).toBe(`Connect ${fine}`);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: `Disconnect ${fine}` }).waitFor();
    await page.locator(`[data-line*="${fine}"] .row-link`).first().waitFor();
    await search().press('Escape');
  });

  it('moves from row to row with j and k, opens one with e and returns to the same row', async () => {
    const { page } = host;
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    const place = () => page.evaluate(() => document.activeElement?.closest('tr')?.getAttribute('data-line') ?? '');
    for (const context of fleet.contexts.fine.slice(0, 40)) {
      await page.keyboard.press('j');
      // Rows are drawn as they come near, and a busy machine presses faster than that.
      await expect.poll(place).toContain(context);
    }
    expect(await focused()).toMatch(/^Open prod/);
    await page.keyboard.press('k');
    await expect.poll(place).toContain(fleet.contexts.fine[38]);
    // No key that comes before the page is drawn is lost.
    await page.evaluate(() => {
      for (const key of 'kkkkkjj')
        document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
    await expect.poll(place).toContain(fleet.contexts.fine[35]);
    await page.keyboard.press('e');
    await page.getByRole('heading', { level: 1, name: /prod/ }).waitFor();
    await page.goBack();
    await page.evaluate(() => window.scrollTo(0, 0));
  });

  it.each(['Escape', 'ArrowDown'])('leaves the search with %s for a row, where the rows’ keys work', async (key) => {
    const { page } = host;
    const row = () => page.evaluate(() => document.activeElement?.closest('.line-row')?.getAttribute('data-line') ?? '');
    await page.keyboard.press('/');
    await page.keyboard.type('x');
    await search().press('Escape');
    expect(await search().inputValue()).toBe('');
    await page.keyboard.press(key);
    await expect.poll(row).not.toBe('');
    const first = await row();
    await page.keyboard.press('j');
    await expect.poll(row).not.toBe(first);
    expect(await row()).not.toBe('');
    expect(await search().inputValue()).toBe('');
  });

  it('a cluster is marked, found by its marks and hidden by keyboard only', async () => {
    const { page } = host;
    const [, , one = '', next = ''] = fleet.contexts.fine;
    await page.getByRole('button', { name: `Marks of ${one}` }).press('Enter');
    await page.getByRole('dialog', { name: `Marks of ${one}` }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('Cash desk');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Shops');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.keyboard.press('Shift+Tab');
    // As in any form.
    await page.keyboard.press('Enter');
    await line(one).getByRole('button', { name: 'Cash desk: details' }).waitFor();
    await expect.poll(focused).toBe(`Marks of ${one}`);
    for (const words of ['shops', 'cash desk', `online production ${one}`]) {
      await page.keyboard.press('/');
      await expect.poll(focused).toBe('Search clusters and integrations');
      await page.keyboard.press('Control+a');
      await page.keyboard.type(words);
      await expect.poll(() => clusterLines().count()).toBe(1);
    }
    // Also in a field with text.
    await page
      .getByRole('link', { name: /^Open prod/ })
      .first()
      .press('Enter');
    await page.getByText(`Cash desk (${one})`).waitFor();
    await page.getByText('Production', { exact: true }).waitFor();
    await page.goBack();
    await search().press('Escape');
    await line(one).waitFor();
    await host.ask('cluster.mark', { context: one, marks: {} });
    await line(one)
      .getByRole('button', { name: `${one}: details` })
      .waitFor();

    await page.getByRole('button', { name: `Marks of ${one}` }).press('Enter');
    await page.getByRole('checkbox', { name: 'Hidden' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Save marks' }).press('Enter');
    await expect.poll(() => line(one).count()).toBe(0);
    // The next one is in its place.
    await expect.poll(focused).toBe(`Cluster ${next}`);
    await host.ask('cluster.mark', { context: one, marks: {} });
    await line(one).waitFor();
  });

  it('shows groups, aliases, production, pins and read-only marks, and hidden clusters only in a search', async () => {
    const { page } = host;
    const [a = '', b = '', c = '', d = ''] = fleet.contexts.fine.slice(20);
    await host.ask('cluster.mark', { context: a, marks: { group: 'Payments', alias: 'Card numbers', production: true } });
    await host.ask('cluster.mark', { context: b, marks: { group: 'Payments', readOnly: true } });
    await host.ask('cluster.mark', { context: c, marks: { pinned: true } });
    await host.ask('cluster.mark', { context: d, marks: { hidden: true } });
    await chip(/^1 hidden$/).waitFor();
    // Before all others.
    await expect.poll(() => clusterLines().first().getAttribute('aria-label')).toBe(`Cluster ${c}`);
    await page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('own');
    await heading('Payments 2').waitFor();
    await page.getByRole('row').filter({ hasText: 'Card numbers' }).getByText('Production').waitFor();
    await page.getByRole('button', { name: 'Collapse Payments' }).click();
    expect(await page.getByText('Card numbers').count()).toBe(0);
    await page.getByRole('button', { name: 'Expand Payments' }).click();
    await page.getByText('Card numbers').waitFor();
    await page.getByRole('combobox', { name: 'Group', exact: true }).selectOption('cluster');
    await search().fill('payments');
    await line(b).getByText('Marked read-only').waitFor();
    await line(a).getByText('Production').waitFor();
    await search().fill(d);
    await line(d).waitFor();
    await search().fill('card numb');
    await expect.poll(() => clusterLines().count()).toBe(1);
    await search().press('Escape');
    await expect.poll(() => line(d).count()).toBe(0);
  });

  it('keeps its scroll position while clusters above change, and on the return from a ConfigMap', async () => {
    const { page } = host;
    const { fine } = fleet.contexts;
    const middle = fine[60] ?? '';
    await scrollTo(line(middle));
    const settled = async (): Promise<number> => {
      let before = Number.NaN;
      await expect
        .poll(async () => {
          const now = await at(line(middle));
          const same = now === before;
          before = now;
          return same;
        })
        .toBe(true);
      return before;
    };
    const before = await settled();
    // One appears above, which was below.
    await host.ask('cluster.mark', { context: fine[100] ?? '', marks: { pinned: true } });
    await vi.waitFor(async () => expect(await line(middle).getAttribute('aria-rowindex')).not.toBeNull());
    await page.waitForTimeout(300);
    expect(Math.abs((await settled()) - before)).toBeLessThan(20);
    // One leaves.
    await host.ask('cluster.disconnect', { context: fine[5] ?? '' });
    await expect.poll(() => states([fine[5] ?? ''])).toEqual(new Set(['idle']));
    await page.waitForTimeout(300);
    expect(Math.abs((await settled()) - before)).toBeLessThan(20);

    const left = await settled();
    await page.locator(`[data-line*="${middle}"] .row-link`).first().click();
    await page.getByRole('heading', { level: 1, name: /prod/ }).waitFor();
    await page.goBack();
    await line(middle).waitFor();
    expect(Math.abs((await settled()) - left)).toBeLessThan(20);
    await page.evaluate(() => window.scrollTo(0, 0));
  });

  it('shows the age of its data after the clusters are gone', async () => {
    const { page } = host;
    await fleet.stopServer();
    const [, second = ''] = fleet.contexts.fine;
    await search().fill(second);
    await line(second)
      .getByText(/^seen .*, may be out of date$/)
      .waitFor({ timeout: 60_000 });
    await expect.poll(() => page.getByRole('link', { name: /^Open prod/ }).count()).toBe(1);
    await search().press('Escape');
    await chip(/clusters unreachable$/).click();
    // One of them is hidden, and one is disconnected.
    await page
      .getByText(new RegExp(`${fleet.contexts.fine.length - 2 + fleet.contexts.dark.length} clusters don’t respond`))
      .waitFor({ timeout: 60_000 });
    expect(host.thrown).toEqual([]);
  });
});
