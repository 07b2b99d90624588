import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement } from '../support/api-server.ts';
import { createAuthority } from '../support/certificates.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Bench } from '../support/delivery-bench.ts';
import { startBench } from '../support/delivery-bench.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import type { TestProxy } from '../support/proxy.ts';
import { startProxy } from '../support/proxy.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// How many keys it takes, by keyboard alone. Each keydown counts, a chord once, and so does what is typed into the
// search or the commands. Text that ends in a preset or a document is free.

const API = 'api.eu2.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';

describeOnHosts([apiServerRequirement, chromiumRequirement], 'a preset by keyboard', (start) => {
  let api: ApiServer;
  let bench: Bench;
  let proxy: TestProxy;
  let host: HostPage;
  let presses = 0;

  beforeAll(async () => {
    const authority = await createAuthority('Company CA');
    [api, bench] = await Promise.all([borrowApiServer(), startBench({ authority, names: [API] })]);
    proxy = await startProxy({ routes: { [`${API}:443`]: bench.port } });
    const ca = join(api.directory, 'company-ca.pem');
    writeFileSync(ca, authority.certificate);
    host = await start({ flags: ['--kubeconfig', api.kubeconfig], environment: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca } });
    await host.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
  });
  afterAll(async () => {
    await host?.stop();
    await Promise.all([api?.stop(), bench?.stop(), proxy?.stop()]);
  });

  /** Counted; after each one the focus is on something. */
  async function press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await host.page.keyboard.press(key);
      presses += 1;
      await vi.waitFor(async () => expect(await host.page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY'), 5000);
    }
  }
  /** Typed into the commands: each letter counts. */
  async function command(words: string, expected: string | RegExp): Promise<void> {
    await press('Control+k');
    await host.page.getByRole('searchbox', { name: 'Command' }).waitFor();
    await press(...words);
    await host.page.getByRole('menuitem', { name: expected }).first().waitFor();
    await press('Enter');
  }
  const focused = (label: RegExp) =>
    vi.waitFor(
      async () =>
        expect(
          await host.page.evaluate(() => {
            const { activeElement: element } = document;
            return `${element?.getAttribute('aria-label') ?? ''} ${element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : element?.textContent}`;
          }),
        ).toMatch(label),
      10_000,
    );
  const dialog = (name: string) => host.page.getByRole('dialog', { name });

  test('a preset with its key, tested and saved: at most 15', async () => {
    const { page } = host;
    presses = 0;
    await command('p', 'Go to Presets View');
    await page.getByRole('heading', { name: 'Presets', level: 1 }).waitFor();
    await press('n');
    await focused(/Name/);
    await page.keyboard.type('Team EU2');
    await press('Tab');
    await page.keyboard.type('eu2.coralogix.com');
    for (let tabs = 0; tabs < 6; tabs += 1) {
      await press('Tab');
      const label = await page.evaluate(() => (document.activeElement as HTMLInputElement | null)?.labels?.[0]?.textContent ?? '');
      if (/Send-Your-Data key/.test(label)) break;
    }
    await focused(/Send-Your-Data key/);
    await page.keyboard.type(KEY);
    await press('Control+Enter');
    await dialog('Delivery test').getByText('Passed', { exact: true }).first().waitFor();
    await press('Enter');
    await dialog('Delivery test').waitFor({ state: 'detached' });
    await focused(/Send-Your-Data key/);
    await press('Enter');
    await page.getByText('Preset Team EU2 was saved').waitFor();
    expect(presses).toBeLessThanOrEqual(15);
    expect(host.thrown).toEqual([]);
  });
});
