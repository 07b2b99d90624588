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

  const card = (context: string): Locator => host.page.getByRole('article', { name: `Cluster ${context}`, exact: true });
  const heading = (name: string | RegExp): Locator => host.page.getByRole('heading', { name });
  const states = async (contexts: readonly string[]): Promise<Set<string>> => {
    const { clusters } = await host.ask('fleet.get', {});
    return new Set(clusters.filter(({ context }) => contexts.includes(context)).map(({ state }) => state));
  };
  const focused = () => host.page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
  const search = (): Locator => host.page.getByLabel('Search clusters and integrations');
  const at = async (place: Locator): Promise<number> => (await place.boundingBox())?.y ?? Number.NaN;

  it('is connected by one click, but for those that may ask for a sign-in', async () => {
    const { page } = host;
    await heading('Not connected 200').waitFor();
    // What is far below is a name, which the browser's own search finds.
    expect(await page.getByRole('article').count()).toBeLessThan(100);
    expect(await page.locator('h3').count()).toBe(200);
    const static_ = 200 - fleet.contexts.plugin.length;
    await page.getByRole('button', { name: `Connect ${static_} without a sign-in` }).press('Enter');
    await heading(`Online ${fleet.contexts.fine.length}`).waitFor();
    await heading(`Not connected ${fleet.contexts.plugin.length}`).waitFor();
    expect(await states(fleet.contexts.plugin)).toEqual(new Set(['idle']));
    // Its button is gone: the keyboard goes on in the list, and not at the page's begin.
    await expect.poll(focused).toMatch(/^Cluster /);
  });

  it('says each cause once, with its clusters behind it', async () => {
    const { page } = host;
    const { dark, nameless, refused } = fleet.contexts;
    for (const words of [
      `${dark.length} clusters do not answer.`,
      `${nameless.length} clusters have a name that does not resolve.`,
      `${refused.length} clusters do not accept their credentials.`,
    ])
      await page.getByText(words).waitFor();
    expect(await card(dark[3] ?? '').count()).toBe(0);
    await page.getByRole('button', { name: `Show the ${refused.length} clusters` }).click();
    await card(refused[0] ?? '')
      .getByText('Put new credentials into the kubeconfig')
      .waitFor();
    // There is nothing to sign in to with a token: new ones are tried.
    await page.getByRole('button', { name: `Try again ${refused[0]}` }).waitFor();
    await page.getByRole('button', { name: 'Hide them' }).click();
    expect(await card(refused[0] ?? '').count()).toBe(0);
  });

  it('finds one by a few letters, by keyboard alone, and connects it without losing the place', async () => {
    const { page } = host;
    const plugin = fleet.contexts.plugin.at(-1) ?? '';
    await page.keyboard.press('/');
    await page.keyboard.type(plugin.slice(0, 9));
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    await page.getByText('1 cluster found').waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await heading(/^Online/).waitFor();
    const [fine = ''] = fleet.contexts.fine;
    await page.keyboard.type(fine.slice(0, 9));
    await page.getByRole('button', { name: `Disconnect ${fine}` }).press('Enter');
    await card(fine).getByText('Not connected').waitFor();
    // The card is another one now, in another group.
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(`Cluster ${fine}`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(`Connect ${fine}`);
    await page.keyboard.press('Enter');
    await card(fine).getByText('Online').waitFor();
    await search().press('Escape');
  });

  it('is marked, found by its marks and hidden by keyboard alone', async () => {
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
    await card(one).getByRole('heading', { name: 'Cash desk' }).waitFor();
    await expect.poll(focused).toBe(`Marks of ${one}`);
    for (const words of ['shops', 'cash desk', `online production ${one}`]) {
      await page.keyboard.press('/');
      await page.keyboard.press('Control+a');
      await page.keyboard.type(words);
      await expect.poll(() => page.getByRole('article').count()).toBe(1);
    }
    // Where something is written, too.
    await card(one).getByRole('button', { name: 'Open prod' }).press('Enter');
    await page.getByText(`Cash desk (${one})`).waitFor();
    await page.getByText('Production', { exact: true }).waitFor();
    await page.goBack();
    await search().press('Escape');
    await card(one).waitFor();
    await host.ask('cluster.mark', { context: one, marks: {} });
    await card(one).getByRole('heading', { name: one }).waitFor();

    await page.getByRole('button', { name: `Marks of ${one}` }).press('Enter');
    await page.getByRole('checkbox', { name: 'Hidden' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Save marks' }).press('Enter');
    await expect.poll(() => card(one).count()).toBe(0);
    // The next one stands in its place.
    await expect.poll(focused).toBe(`Cluster ${next}`);
    await host.ask('cluster.mark', { context: one, marks: {} });
    await card(one).waitFor();
  });

  it('shows groups, aliases, production, pins and read-only marks, and what is hidden only to who looks for it', async () => {
    const { page } = host;
    const [a = '', b = '', c = '', d = ''] = fleet.contexts.fine.slice(20);
    await host.ask('cluster.mark', { context: a, marks: { group: 'Payments', alias: 'Card numbers', production: true } });
    await host.ask('cluster.mark', { context: b, marks: { group: 'Payments', readOnly: true } });
    await host.ask('cluster.mark', { context: c, marks: { pinned: true } });
    await host.ask('cluster.mark', { context: d, marks: { hidden: true } });
    await heading(`Online ${fleet.contexts.fine.length - 1}`).waitFor();
    // Before all others.
    const first = page.getByRole('region', { name: /^Online/ }).getByRole('article');
    await expect.poll(() => first.first().getAttribute('aria-label')).toBe(`Cluster ${c}`);
    await page.getByText('In my groups').click();
    await heading('Payments 2').waitFor();
    const payments = page.getByRole('region', { name: 'Payments 2' });
    await payments.getByRole('heading', { name: 'Card numbers' }).waitFor();
    await payments.getByText('Production').waitFor();
    await payments.getByText('Marked read-only').waitFor();
    const colour = (context: string) => card(context).evaluate((element) => getComputedStyle(element).borderInlineStartColor);
    expect(await colour(a)).not.toBe(await colour(b));
    await page.getByRole('button', { name: 'Payments 2' }).click();
    expect(await card(a).count()).toBe(0);
    await page.getByRole('button', { name: 'Payments 2' }).click();
    await page.getByText('In my groups').click();
    expect(await page.getByText(d, { exact: true }).count()).toBe(0);
    await search().fill(d);
    await card(d).waitFor();
    await search().fill('card numb');
    await expect.poll(() => page.getByRole('article').count()).toBe(1);
    await search().press('Escape');
  });

  it('stays where it is while clusters above change, and when one comes back from a ConfigMap', async () => {
    const { page } = host;
    const { fine } = fleet.contexts;
    const middle = fine[60] ?? '';
    await page.getByText(middle, { exact: true }).scrollIntoViewIfNeeded();
    await card(middle).waitFor();
    // Chromium keeps the place of who has scrolled, not of a script.
    await page.mouse.move(400, 300);
    await page.mouse.wheel(0, 10);
    const settled = async (): Promise<number> => {
      let before = Number.NaN;
      await expect
        .poll(async () => {
          const now = await at(card(middle));
          const same = now === before;
          before = now;
          return same;
        })
        .toBe(true);
      return before;
    };
    const before = await settled();
    // One comes above; a card is 50 pixels high at least.
    const pinned = fine[100] ?? '';
    await host.ask('cluster.mark', { context: pinned, marks: { pinned: true } });
    const online = page.getByRole('region', { name: /^Online/ }).getByRole('heading', { level: 3 });
    await vi.waitFor(async () => expect(await online.nth(1).textContent()).toBe(pinned));
    expect(Math.abs((await settled()) - before)).toBeLessThan(20);
    // One goes.
    await host.ask('cluster.disconnect', { context: fine[5] ?? '' });
    await heading(`Online ${fine.length - 2}`).waitFor();
    expect(Math.abs((await settled()) - before)).toBeLessThan(20);

    const open = card(middle).getByRole('button', { name: 'Open prod' });
    await open.scrollIntoViewIfNeeded();
    const left = await settled();
    await open.click();
    await page.getByRole('heading', { level: 1, name: /prod/ }).waitFor();
    await page.goBack();
    await card(middle).waitFor();
    expect(Math.abs((await settled()) - left)).toBeLessThan(20);
    await page.evaluate(() => window.scrollTo(0, 0));
  });

  it('says how old what it shows is, once the clusters are gone', async () => {
    const { page } = host;
    await fleet.stopServer();
    await page.getByText(new RegExp(`${fleet.contexts.fine.length - 2 + fleet.contexts.dark.length} clusters do not answer`)).waitFor();
    const [, second = ''] = fleet.contexts.fine;
    await search().fill(second);
    await card(second).getByText('seen just now', { exact: true }).waitFor();
    await card(second).getByText('What follows was seen just now and may be out of date.').waitFor();
    expect(host.thrown).toEqual([]);
  });
});
