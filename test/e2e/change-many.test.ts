import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import { inFullRun } from '../support/full-run.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import { type OpenPage, openPage } from '../support/page.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';
import { startWebhook, type Webhook } from '../support/webhook.ts';

// One change to many from the window, and drift, on a real API server. A webhook holds its responses, so that the test
// sees a run halfway.

const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const CONTEXT = 'admin';
/** The number of changes that a rollout makes at the same time. */
const AT_ONCE = 4;
const NAMES = Array.from({ length: 10 }, (_, index) => `kaudit-integration-m${index}`);
const [MANAGED = '', ODD = '', MET = ''] = NAMES;
/** All but the one that Helm manages. */
const OPEN = NAMES.length - 1;

const textOf = (name: string) => `# ${name}
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}   # keep
    rate-limit: ${name === ODD ? 3 : 1}
`;

async function makeAll(server: ApiServer): Promise<void> {
  const items = NAMES.map((name) => {
    const labels = { app: 'kaudit', ...(name === MANAGED ? { 'app.kubernetes.io/managed-by': 'Helm' } : {}) };
    const data = { 'audit-integration': textOf(name) };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE, labels }, data };
  });
  await server.kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
}

describeOnHosts([apiServerRequirement, chromiumRequirement], 'changing many', (start) => {
  let server: ApiServer;
  let webhook: Webhook;
  let host: HostPage;

  const stored = async (): Promise<readonly string[]> => {
    const { items } = JSON.parse(await server.kubectl(['get', 'configmaps', '-n', NAMESPACE, '-l', 'app=kaudit', '-o', 'json'])) as {
      items: { metadata: { name: string }; data: Record<string, string> }[];
    };
    return NAMES.map((name) => items.find(({ metadata }) => metadata.name === name)?.data['audit-integration'] ?? '');
  };
  const withLimit = async (limit: number) => (await stored()).filter((text) => text.includes(`rate-limit: ${limit}\n`)).length;
  const dialog = (): Locator => host.page.getByRole('dialog').first();
  const button = (name: string | RegExp): Locator => dialog().getByRole('button', { name });
  const choose = async (select: RegExp, option: string | RegExp) => {
    await button(select).click();
    await host.page.getByRole('option', { name: option }).click();
  };
  const row = (name: string): Locator =>
    dialog()
      .getByRole('list', { name: 'What would change' })
      .getByRole('listitem')
      .filter({ hasText: `${name}: ` });
  const marked = (word: string): Locator => dialog().getByText(word, { exact: true });
  const says = (words: string | RegExp) => dialog().getByRole('status').filter({ hasText: words }).waitFor();
  const nameProduction = () =>
    dialog()
      .getByLabel(/“admin” is marked as production/)
      .fill(CONTEXT);

  const openPlan = async (limit: number) => {
    await host.page.getByRole('link', { name: 'Fleet' }).click();
    await host.page.getByRole('button', { name: 'Change many …' }).click();
    await choose(/Change/, 'Set a field');
    await choose(/Field/, /^Rate limit/);
    await dialog()
      .getByRole('textbox', { name: /^Rate limit/ })
      .fill(String(limit));
    // By search, by similarity to one, and all.
    await dialog().getByLabel('Show only').fill(ODD.replace('kaudit-integration-', ''));
    await button('Choose all 1 shown').click();
    await button('Plan for 1').waitFor();
    await dialog().getByLabel('Show only').fill('');
    await button('Choose all that match the chosen one').click();
    await button(`Plan for ${NAMES.length}`).waitFor();
    await button('Choose none').click();
    await button(`Choose all ${NAMES.length} shown`).click();
    await button(`Plan for ${NAMES.length}`).click();
    await row(ODD).waitFor();
  };

  beforeAll(async () => {
    server = await borrowApiServer();
    await makeAll(server);
    webhook = await startWebhook(server);
    host = await start({ flags: ['--kubeconfig', server.kubeconfig] });
    await host.ask('cluster.connect', { context: CONTEXT });
    await host.ask('cluster.mark', { context: CONTEXT, marks: { production: true } });
    await vi.waitFor(async () => {
      const { clusters } = await host.ask('fleet.get', {});
      expect(clusters.find(({ context }) => context === CONTEXT)?.configMaps).toHaveLength(NAMES.length);
    });
  });
  afterAll(async () => {
    await host?.stop();
    await webhook?.stop();
    await server?.stop();
  });

  it('shows the change once, leaves out what Helm manages unless it is chosen, and asks for a production cluster’s name', async () => {
    const before = await stored();
    await openPlan(77);
    // What nearly all rows have in common is shown once; the odd one has its own.
    expect(await dialog().getByText('rate-limit: 77').count()).toBe(1);
    await row(ODD).getByRole('button', { name: 'Show its change' }).waitFor();
    await row(MANAGED).getByText('Left out: managed').waitFor();
    const apply = (count: number) => button(`Apply to ${count}`);
    expect(await apply(OPEN).isDisabled()).toBe(true);
    await row(MANAGED).getByText('Change it anyway').click();
    await apply(NAMES.length).waitFor();
    await row(MANAGED).getByText('Change it anyway').click();
    await nameProduction();
    await vi.waitFor(async () => expect(await apply(OPEN).isDisabled()).toBe(false));

    await row(MANAGED).getByRole('button', { name: 'Export …' }).click();
    const exported = host.page.getByRole('dialog', { name: /Export/ });
    await exported.getByText('Patch', { exact: true }).click();
    await exported.getByText(/http-api-token: <key-\w+>/).waitFor();
    await exported.getByRole('button', { name: 'Close' }).last().click();
    expect(await stored()).toEqual(before);
  });

  it('stops after the user’s number of failures, with the reason for each', async () => {
    webhook.refuse('rate-limit: 77');
    await dialog().getByLabel('Stop after this many failures').fill('2');
    await button(`Apply to ${OPEN}`).click();
    await button('Run the rest again').waitFor();
    // Writes that were on their way when the second failed end too.
    const failed = await marked('Not saved').count();
    expect(failed).toBeGreaterThanOrEqual(2);
    expect(failed).toBeLessThan(2 + AT_ONCE);
    expect(
      await dialog()
        .getByText(/refused|unlucky/)
        .count(),
    ).toBe(failed);
    expect(await marked('Remaining').count()).toBe(OPEN - failed);
    expect(await withLimit(77)).toBe(0);
    webhook.refuse(null);
    await button('Back').click();
    await button(`Plan for ${NAMES.length}`).click();
    await row(ODD).waitFor();
    await nameProduction();
  });

  it('is paused, continued and cancelled, and another run does only the rest', async () => {
    let release = webhook.hold();
    await button(`Apply to ${OPEN}`).click();
    await vi.waitFor(() => expect(webhook.held()).toBe(AT_ONCE));
    await button('Pause').click();
    release();
    await says(`${AT_ONCE} of ${OPEN} saved, ${OPEN - AT_ONCE} left`);
    await button('Resume').waitFor();
    expect(await withLimit(77)).toBe(AT_ONCE);

    release = webhook.hold();
    await button('Resume').click();
    await vi.waitFor(() => expect(webhook.held()).toBe(AT_ONCE));
    await says(new RegExp(`^${AT_ONCE} of ${OPEN} saved, ${OPEN - AT_ONCE} left; about \\d+ s to go$`));
    await button('Cancel').click();
    release();
    await button('Run the rest again').waitFor();
    await says(`${2 * AT_ONCE} of ${OPEN} saved, ${OPEN - 2 * AT_ONCE} left`);
    expect(await withLimit(77)).toBe(2 * AT_ONCE);

    webhook.refuse(null);
    await button('Run the rest again').click();
    await vi.waitFor(async () => expect(await marked('Saved').count()).toBe(OPEN));
    expect(webhook.asked().filter((asked) => asked === 'change')).toHaveLength(OPEN - 2 * AT_ONCE);
    expect(await withLimit(77)).toBe(OPEN);
  });

  it('is undone completely, to the last byte, and stays in the list', async () => {
    await button('Undo saved changes').click();
    await vi.waitFor(async () => expect(await marked('Undone').count()).toBe(OPEN));
    expect(await stored()).toEqual(NAMES.map(textOf));
    await host.page.keyboard.press('Escape');
    await host.page.getByRole('link', { name: 'Rollouts' }).click();
    // The older one was stopped by the limit of failures.
    const card = host.page.getByRole('article', { name: 'Set rate-limit to 77' }).first();
    await card.getByRole('button', { name: 'Show the rows' }).click();
    expect(await card.getByText('Undone', { exact: true }).count()).toBe(OPEN);
  });

  it('a row that conflicts with someone else’s change: its own value, theirs or another is chosen there', async () => {
    await openPlan(50);
    await nameProduction();
    const theirs = { data: { 'audit-integration': textOf(MET).replace('rate-limit: 1', 'rate-limit: 5') } };
    await server.kubectl(['patch', 'configmap', MET, '-n', NAMESPACE, '--type=merge', '-p', JSON.stringify(theirs)]);
    await button(`Apply to ${OPEN}`).click();
    await row(MET).getByText('Changed by others').waitFor();
    await row(MET).getByRole('button', { name: 'Choose values …' }).click();
    await row(MET)
      .getByText(/kubectl.* wrote the current version/)
      .waitFor();
    for (const label of ['This rollout: 50', 'Now: 5', 'When planned: 1']) await row(MET).getByText(label, { exact: true }).waitFor();
    const done = row(MET).getByRole('button', { name: 'Apply these values' });
    expect(await done.isDisabled()).toBe(true);
    await row(MET).getByText('Another value', { exact: true }).click();
    await row(MET)
      .getByRole('textbox', { name: /^Value of .*Rate limit/ })
      .fill('60');
    await done.click();
    await row(MET).getByText('Saved', { exact: true }).waitFor();
    expect(await withLimit(60)).toBe(1);
    expect(await withLimit(50)).toBe(OPEN - 1);
    await host.page.keyboard.press('Escape');
  });

  it('drift: the odd cluster stands out, is exported, and is made like the others by a rollout', async () => {
    const { page } = host;
    await page.getByRole('link', { name: 'Drift' }).click();
    await page.getByRole('heading', { name: `Detections: 2 of ${NAMES.length} differ` }).waitFor();
    const csv = await host.download(() => page.getByRole('button', { name: 'Export as CSV' }).click());
    expect(
      csv
        .split('\r\n')
        .filter((line) => line.startsWith(`${CONTEXT},`))
        .map((line) => line.split(',').slice(2, 8).join()),
    ).toEqual(expect.arrayContaining([`${MET},1,detections,rate-limit,60,50`]));
    const odd = page.getByRole('article').filter({ hasText: 'm2' });
    await odd.getByRole('button', { name: /^Match most: .*rate-limit$/ }).click();
    await button('Plan for 1').click();
    await row(MET).waitFor();
    await nameProduction();
    await button('Apply to 1').click();
    await row(MET).getByText('Saved', { exact: true }).waitFor();
    expect(await withLimit(50)).toBe(OPEN);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: `Detections: 1 of ${NAMES.length} differ` }).waitFor();
  });

  it('a row whose undo conflicts with someone else’s change: the old value, the current one or another is chosen', async () => {
    const { page } = host;
    const theirs = { data: { 'audit-integration': textOf(ODD).replace('rate-limit: 3', 'rate-limit: 7') } };
    await server.kubectl(['patch', 'configmap', ODD, '-n', NAMESPACE, '--type=merge', '-p', JSON.stringify(theirs)]);
    await page.getByRole('link', { name: 'Rollouts' }).click();
    // The newer one made the odd one like the others.
    const card = page.getByRole('article', { name: 'Set rate-limit to 50' }).last();
    await card.getByRole('button', { name: 'Undo the rollout' }).click();
    await card.getByRole('button', { name: 'Show the rows' }).click();
    await vi.waitFor(async () => expect(await card.getByText('Undone', { exact: true }).count()).toBe(OPEN - 2));
    await vi.waitFor(async () => expect(await card.getByText('Not undone', { exact: true }).count()).toBe(2));
    await card
      .getByRole('listitem')
      .filter({ hasText: `${ODD}: ` })
      .getByRole('button', { name: 'Choose values …' })
      .click();
    const history = dialog();
    await history.getByText(/kubectl.* wrote the current version/).waitFor();
    for (const label of ['Before that change: 3', 'Now: 7', 'After that change: 50'])
      await history.getByText(label, { exact: true }).waitFor();
    await history.getByText('Another value', { exact: true }).click();
    await history.getByRole('textbox', { name: /^Value of .*Rate limit/ }).fill('8');
    await button('Undo this change only').click();
    await page
      .getByRole('dialog', { name: 'Review and apply' })
      .getByRole('button', { name: `Apply to ${CONTEXT}`, exact: true })
      .click();
    await page.getByText('Saved and read back').waitFor();
    expect((await stored())[NAMES.indexOf(ODD)]).toBe(textOf(ODD).replace('rate-limit: 3', 'rate-limit: 8'));
    for (const name of NAMES.filter((one) => one !== ODD && one !== MET)) expect((await stored())[NAMES.indexOf(name)]).toBe(textOf(name));
    expect(host.thrown).toEqual([]);
  });
});

inFullRun(() => {
  describeWith([apiServerRequirement, chromiumRequirement], 'a rollout whose program was killed', () => {
    let server: ApiServer;
    let webhook: Webhook;
    let directory: string;
    let host: Host;
    let open: OpenPage | undefined;

    const run = async () => {
      host = await startHost({ flags: ['--kubeconfig', server.kubeconfig], directory });
      await host.ask('cluster.connect', { context: CONTEXT });
    };

    beforeAll(async () => {
      server = await borrowApiServer();
      await makeAll(server);
      webhook = await startWebhook(server);
      directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-killed-'));
      await run();
    });
    afterAll(async () => {
      await open?.close();
      await host?.stop();
      await webhook?.stop();
      await server?.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    it('says at the next start how far it got, and finishes or undoes the rollout', async () => {
      const targets = NAMES.map((name) => ({ ref: { context: CONTEXT, namespace: NAMESPACE, name }, integration: 0 }));
      const { plan } = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 77 } });
      const release = webhook.hold();
      host.request('rollout.run', { plan }).catch(() => undefined);
      await vi.waitFor(() => expect(webhook.held()).toBe(AT_ONCE));
      host.process.kill('SIGKILL');
      await once(host.process, 'exit');
      release();

      await run();
      open = await openPage(host.url);
      const { page } = open;
      const finish = page.getByRole('button', { name: 'Finish the rollout' });
      await page.getByText(/^“Set rate-limit to 77” was interrupted: \d of 10 saved/).waitFor();
      await finish.click();
      const stored = async () =>
        (await server.kubectl(['get', 'configmaps', '-n', NAMESPACE, '-l', 'app=kaudit', '-o', 'json'])).split('rate-limit: 77');
      await vi.waitFor(async () => expect(await stored()).toHaveLength(1 + OPEN));
      await finish.waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Rollouts' }).click();
      await page.getByRole('article', { name: 'Set rate-limit to 77' }).getByRole('button', { name: 'Undo the rollout' }).click();
      await vi.waitFor(async () => expect(await stored()).toHaveLength(1));
      expect(open.errors).toEqual([]);
    });
  });
});
