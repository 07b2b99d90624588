import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

describeOnHosts([chromiumRequirement], 'the fleet', (start) => {
  let host: HostPage;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-fleet-page-'));
    host = await start({ flags: ['--demo'] });
  });
  afterAll(async () => {
    await host?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows next to each ConfigMap whether the kAudit that reads it runs', async () => {
    const { page } = host;
    await page.getByText('kAudit ready').first().waitFor();
    await page
      .getByText(/kAudit not ready: 0 of 1/)
      .first()
      .waitFor();
    const { clusters } = await host.ask('fleet.get', {});
    const maps = clusters.flatMap(({ configMaps }) => configMaps);
    const waiting = maps.filter(({ workload }) => workload && workload.ready < workload.wanted).length;
    expect([await page.getByText(/kAudit not ready/).count(), waiting > 0]).toEqual([waiting, true]);
    if (process.env.KAUDIT_PICTURES) await page.screenshot({ path: join(process.env.KAUDIT_PICTURES, 'fleet.png'), fullPage: true });
  });

  it.each([
    ['before its first test', false],
    ['after a test of all', true],
  ])('shows the demo with its problems on one screen of 1280 by 800, %s', async (_, tested) => {
    const { page } = host;
    const open = page.getByRole('link', { name: /^Open / });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.getByText('kAudit ready').first().waitFor();
    if (tested) {
      await host.ask('delivery.testAll', {});
      await page
        .getByRole('button', { name: /^Failed: report of/ })
        .first()
        .waitFor();
    }
    const { clusters } = await host.ask('fleet.get', {});
    const integrations = clusters.flatMap(({ configMaps }) => configMaps.flatMap((map) => map.integrations));
    expect(integrations.length).toBeGreaterThanOrEqual(10);
    expect(await open.count()).toBeGreaterThanOrEqual(integrations.length);
    for (const link of await open.all()) {
      const place = await link.boundingBox();
      expect(place !== null && place.y >= 0 && place.y + place.height <= 800, (await link.textContent()) ?? '').toBe(true);
    }
    const cut = await page.evaluate(() => {
      const cells = [...document.querySelectorAll<HTMLElement>('.problem-text, .fix, .delivery, .cell-instance, .cell-sends')];
      return {
        // Negative: the space of a scroll bar.
        page: Math.max(0, document.documentElement.scrollWidth - window.innerWidth),
        problems: cells.filter(({ className }) => className.includes('problem-text')).length,
        cells: cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map(({ textContent }) => textContent),
      };
    });
    expect(cut).toMatchObject({ page: 0, cells: [] });
    expect(cut.problems).toBeGreaterThanOrEqual(5);
    if (process.env.KAUDIT_PICTURES)
      await page.screenshot({ path: join(process.env.KAUDIT_PICTURES, tested ? 'fleet-tested.png' : 'fleet-first.png') });
  });

  it('has its places in one row, 420 px wide, each with a name', async () => {
    const { page } = host;
    await page.setViewportSize({ width: 420, height: 800 });
    const places = page.getByRole('navigation', { name: 'Main' });
    const row = await places.boundingBox();
    expect(row?.height).toBeLessThan(56);
    for (const name of ['Fleet', 'Drift', 'Presets', 'Rollouts', 'Settings', 'About']) {
      const place = await places.getByRole('link', { name, exact: true }).boundingBox();
      expect(place !== null && place.x >= 0 && place.x + place.width <= 420 && place.width >= 24, name).toBe(true);
    }
    await places.getByRole('button', { name: 'Commands' }).waitFor();
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('continues at the view’s heading after a reload', async () => {
    const { page } = host;
    await page.reload();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Fleet');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });

  it('adds a folder of kubeconfigs in the settings, by keyboard, and removes it again', async () => {
    const { page } = host;
    const config = {
      clusters: [{ name: 'm', cluster: { server: 'https://127.0.0.1:1' } }],
      contexts: [{ name: 'from-a-folder', context: { cluster: 'm' } }],
    };
    await writeFile(join(folder, 'one.yaml'), JSON.stringify(config));
    await page.getByRole('link', { name: 'Settings' }).click();
    const field = page.getByLabel('Add a kubeconfig file, or a folder of them');
    await field.focus();
    await page.keyboard.type('clusters/here');
    await page.keyboard.press('Enter');
    await page.getByText(/A path must be absolute, or begin with ~\//).waitFor();
    await field.fill(folder);
    await page.keyboard.press('Enter');
    await page.getByLabel('Kubeconfig files in use').getByText(join(folder, 'one.yaml')).waitFor();
    expect((await host.ask('fleet.get', {})).clusters.map(({ context }) => context)).toContain('from-a-folder');
    await page.getByRole('button', { name: `Remove ${folder}` }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Kubeconfig files in use').getByText(join(folder, 'one.yaml')).waitFor({ state: 'detached' });
    expect((await host.ask('settings.get', {})).kubeconfigFiles).toEqual([]);
    if (process.env.KAUDIT_PICTURES) await page.screenshot({ path: join(process.env.KAUDIT_PICTURES, 'settings.png'), fullPage: true });
  });

  it('accepts one ConfigMap by name among the namespaces, and refuses an invalid one', async () => {
    const { page } = host;
    const field = page.getByLabel('Add a namespace, or one ConfigMap');
    await field.fill('Not_A/Namespace');
    await field.press('Enter');
    await page.getByText(/A namespace, or a ConfigMap as namespace\/name/).waitFor();
    await field.fill('security/kaudit-integration-prod');
    await field.press('Enter');
    await page.getByLabel('Searched').getByText('security/kaudit-integration-prod').waitFor();
    expect((await host.ask('settings.get', {})).namespaces).toEqual(['security/kaudit-integration-prod']);
    expect(host.thrown).toEqual([]);
  });

  it('removes both of two entries that are removed before the first removal is saved', async () => {
    const { page } = host;
    await host.ask('settings.update', { settings: { namespaces: ['one', 'two', 'three'] } });
    await page.getByRole('button', { name: 'Remove three' }).waitFor();
    await page.evaluate(() => {
      for (const name of ['one', 'three']) document.querySelector<HTMLElement>(`button[aria-label="Remove ${name}"]`)?.click();
    });
    await page.getByRole('button', { name: 'Remove three' }).waitFor({ state: 'detached' });
    await expect.poll(async () => (await host.ask('settings.get', {})).namespaces).toEqual(['two']);
    expect(host.thrown).toEqual([]);
  });

  it.each([1280, 420])('scrolls its last row above the bar of the selected rows, %d px wide', async (width) => {
    const { page } = host;
    await page.setViewportSize({ width, height: 800 });
    await page.getByRole('link', { name: 'Fleet' }).click();
    await page.getByRole('checkbox', { name: 'Select all rows' }).check();
    const bar = page.getByRole('toolbar', { name: 'Selected rows' });
    await bar.waitFor();
    await expect
      .poll(async () => {
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
        const [last, over] = [await page.getByRole('row').last().boundingBox(), await bar.boundingBox()];
        return last !== null && over !== null && last.y + last.height <= over.y;
      })
      .toBe(true);
    if (process.env.KAUDIT_PICTURES) await page.screenshot({ path: join(process.env.KAUDIT_PICTURES, `selection-${width}.png`) });
    await page.getByRole('checkbox', { name: 'Select all rows' }).uncheck();
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});
