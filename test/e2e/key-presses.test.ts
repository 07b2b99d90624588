import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { createAuthority } from '../support/certificates.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Bench } from '../support/delivery-bench.ts';
import { startBench } from '../support/delivery-bench.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import type { TestProxy } from '../support/proxy.ts';
import { startProxy } from '../support/proxy.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// How many keys it takes, by keyboard only. Each keydown counts, a chord once, and so does typing into the search or
// the commands. Text that ends in a preset or a document is free.

const API = 'api.eu2.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const NEW_KEY = 'cxtp_Sentinel9b7c5d3ea1f20846Sentine';

/** Its URL is one that Coralogix is switching off, so it has a fix. */
const RETIRED = `- type: selections
  name: findings
  target:
    target-type: http-api
    http-api-uri: https://${API}/api/v1/logs
    http-api-token: ${KEY}
`;
const FIXED = 'https://ingress.eu2.coralogix.com/logs/v1/bulk';
/** With the previous one and the one that is added by keyboard, four targets have the preset's key. */
const TWO = ['one', 'two'].map(
  (name) => `- type: detections
  name: ${name}
  target:
    target-type: http-api
    http-api-uri: https://${API}/logs/v1/bulk
    http-api-token: ${KEY}
`,
);

describeOnHosts([apiServerRequirement, chromiumRequirement], 'by keyboard alone', (start) => {
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
    const items = Object.entries({ 'kaudit-integration-a': RETIRED, 'kaudit-integration-b': TWO.join('') }).map(([name, text]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: NAMESPACE, labels: { app: 'kaudit' } },
      data: { 'audit-integration': text },
    }));
    await api.kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
    host = await start({ flags: ['--kubeconfig', api.kubeconfig], environment: { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca } });
    await host.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
  });
  afterAll(async () => {
    await host?.stop();
    await Promise.all([api?.stop(), bench?.stop(), proxy?.stop()]);
  });

  /** Counted. Something has the focus after each one. */
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
  const dialog = (name: string | RegExp) => host.page.getByRole('dialog', { name });
  const stored = async (name: string) => {
    const json = await api.kubectl(['get', 'configmap', name, '-n', NAMESPACE, '-o', 'json']);
    return (JSON.parse(json) as { data: Record<string, string> }).data['audit-integration'] ?? '';
  };
  /** As after a start: on the page, with nothing focused. */
  async function begin(): Promise<void> {
    await host.page.evaluate(() => {
      location.hash = '#/';
    });
    await host.page.reload();
    await host.page.getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
    presses = 0;
  }

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
    await dialog('Delivery test').locator('.verdict').getByText('Passed', { exact: true }).waitFor();
    // Before, it is nowhere.
    await focused(/done|apply/i);
    await press('Enter');
    await dialog('Delivery test').waitFor({ state: 'detached' });
    await focused(/Send-Your-Data key/);
    await press('Enter');
    await page.getByText('Preset Team EU2 was saved').waitFor();
    expect(presses).toBeLessThanOrEqual(15);
  });

  test('connect, add an integration from the preset, fix a problem, test it unsaved, apply, and see its row: at most 60', async () => {
    const { page } = host;
    await begin();
    await command('conn ed', 'Connect editor https://127.0.0.1');
    await page.getByRole('link', { name: 'Open a, Policy findings findings' }).waitFor();
    await press('j');
    await focused(/Open a, Policy findings/);
    await press('e');
    await page.getByRole('heading', { name: 'kaudit-integration-a', level: 1 }).waitFor();
    await page.getByRole('main').getByText('Policy findings · findings').waitFor();

    await press('f');
    await vi.waitFor(async () => expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe(FIXED));

    await press('a');
    await page.getByRole('menuitem', { name: 'Detections' }).waitFor();
    await press('Enter');
    await focused(/preset/i);
    await press('Enter');
    await page.getByRole('option', { name: /Team EU2/ }).waitFor();
    await press('Enter');
    await vi.waitFor(async () => expect(await page.getByLabel('URL', { exact: true }).inputValue()).toBe(`https://${API}/logs/v1/bulk`));

    await command('uns', /Test unsaved/);
    await dialog('Delivery test').locator('.verdict').getByText('Passed', { exact: true }).waitFor();
    // Before, it is nowhere.
    await focused(/done|apply/i);
    await press('Enter');
    await dialog('Delivery test').waitFor({ state: 'detached' });

    await press('Control+s');
    await dialog('Review and apply').waitFor();
    await press('Control+Enter');
    await page.getByText('Saved and read back').waitFor();

    await command('fleet', /Go to Fleet/);
    await page
      .getByRole('row', { name: /^Detections to api/ })
      .first()
      .waitFor();
    await page.getByRole('link', { name: 'Open a, Detections' }).waitFor();
    expect(presses).toBeLessThanOrEqual(60);
    const text = await stored('kaudit-integration-a');
    expect(text).toContain(RETIRED.replace(`https://${API}/api/v1/logs`, FIXED));
    expect(text.split(KEY)).toHaveLength(3);
  });

  test('an applied change undone: at most 6', async () => {
    const { page } = host;
    const before = await stored('kaudit-integration-b');
    await page.getByRole('link', { name: 'Open b, Detections one' }).click();
    await page.getByLabel('Rate limit').fill('7');
    await page.keyboard.press('Control+s');
    await dialog('Review and apply').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.getByText('Saved and read back').waitFor();
    expect(await stored('kaudit-integration-b')).not.toBe(before);
    presses = 0;
    // The filled-in field doesn't get it back.
    await focused(/kaudit-integration-b/);
    await press('u');
    await dialog('Review and apply').waitFor();
    await press('Control+Enter');
    await vi.waitFor(async () => expect(await stored('kaudit-integration-b')).toBe(before), 15_000);
    await page.getByText('Saved and read back').waitFor();
    expect(presses).toBeLessThanOrEqual(6);
  });

  test('a key replaced in the preset and on its four targets, each tested: at most 40', async () => {
    const { page } = host;
    await begin();
    await command('p', 'Go to Presets View');
    await page.getByRole('article', { name: 'Preset Team EU2' }).waitFor();
    await command('edit', /Edit preset Team EU2/);
    await dialog('Edit preset Team EU2').waitFor();
    for (let tabs = 0; tabs < 9; tabs += 1) {
      await press('Tab');
      const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '');
      if (/Replace Send-Your-Data key/.test(label)) break;
    }
    await focused(/Replace Send-Your-Data key/);
    await press('Enter');
    await focused(/Send-Your-Data key/);
    await page.keyboard.type(NEW_KEY);
    await press('Enter');
    await page.getByText('Preset Team EU2 was saved').waitFor();
    await page.getByText('4 targets on 1 cluster have an older key').waitFor();
    await press('r');
    await dialog('Change many').waitFor();
    await press('Control+Enter');
    await page.getByRole('button', { name: 'Apply to 4' }).waitFor();
    await press('Control+Enter');
    await page.getByText('4 delivery tests passed').waitFor();
    expect(presses).toBeLessThanOrEqual(40);
    const texts = await Promise.all(['a', 'b'].map((name) => stored(`kaudit-integration-${name}`)));
    expect(texts.join('').split(NEW_KEY)).toHaveLength(5);
    expect(host.thrown).toEqual([]);
  });
});
