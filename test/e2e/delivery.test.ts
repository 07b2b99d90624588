import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { createAuthority } from '../support/certificates.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Behaviour, Bench } from '../support/delivery-bench.ts';
import { startBench } from '../support/delivery-bench.ts';
import { fullRunTest } from '../support/full-run.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';
import type { TestProxy } from '../support/proxy.ts';
import { startProxy } from '../support/proxy.ts';
import { apply, remove, textOf } from '../support/raw-kubernetes.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// Delivery tests as a user sees them, in Chromium, on a real API server, against an ingest that misbehaves on command
// behind the company's proxy.

const API = 'api.eu2.coralogix.com';
const INGRESS = 'ingress.eu2.coralogix.com';
const OTHER = 'api.us1.coralogix.com';
const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
const WRONG = 'cxtp_Wrong4f8a1c2bd93e7061Sentinel00';
const CONTEXT = 'admin';

const entry = (name: string, key: string, url = `https://${API}/logs/v1/bulk`) =>
  `- type: detections\n  name: ${name}\n  target:\n    target-type: http-api\n    http-api-uri: ${url}\n    ${key}\n`;
const inline = (key: string) => `http-api-token: ${key}`;

const answer = (status: number, headers: Record<string, string> = {}): Behaviour => {
  return (_request, response) => void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end('{}');
};
/** Like Coralogix: accepts the right key only. */
const keyed: Behaviour = (request, response) => answer(request.headers.authorization === `Bearer ${KEY}` ? 200 : 401)(request, response);

describeOnHosts([apiServerRequirement, chromiumRequirement], 'delivery tests in the window', (start) => {
  let api: ApiServer;
  let bench: Bench;
  let proxy: TestProxy;
  let host: HostPage;
  let environment: Record<string, string>;
  let ref: ConfigMapRef;
  let created = 0;

  beforeAll(async () => {
    const authority = await createAuthority('Company CA');
    [api, bench] = await Promise.all([borrowApiServer(), startBench({ authority, names: [API, INGRESS, OTHER] })]);
    proxy = await startProxy({ routes: Object.fromEntries([API, INGRESS, OTHER].map((name) => [`${name}:443`, bench.port])) });
    const ca = join(api.directory, 'company-ca.pem');
    writeFileSync(ca, authority.certificate);
    environment = { HTTPS_PROXY: proxy.url, NODE_EXTRA_CA_CERTS: ca };
    host = await start({ flags: ['--kubeconfig', api.kubeconfig], environment });
    await host.ask('cluster.connect', { context: CONTEXT });
  });
  afterAll(async () => {
    await host?.stop();
    await Promise.all([api?.stop(), bench?.stop(), proxy?.stop()]);
  });
  beforeEach(() => {
    bench.behave(keyed);
    (bench.received as unknown[]).length = 0;
  });

  /** Others may use the processor at the same time. */
  const until = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000 });

  /** Each test has its own ConfigMap, so that no test waits for another's cool-down. */
  async function put(text: string, name = `kaudit-integration-case-${++created}`): Promise<void> {
    ref = { context: CONTEXT, namespace: NAMESPACE, name };
    const labels = { app: 'kaudit', 'app-name': 'kaudit' };
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: NAMESPACE, labels },
      data: { 'audit-integration': text },
    };
    await apply(api.endpoint, object);
    await until(async () => expect((await host.ask('configMap.get', { ref })).text.length).toBeGreaterThan(0));
  }
  const stored = () => textOf(api.endpoint, NAMESPACE, ref.name);

  const page = (): Page => host.page;
  const button = (name: string | RegExp, within: Page | Locator = page()) =>
    within.getByRole('button', { name, ...(typeof name === 'string' ? { exact: true } : {}) });
  const dialog = () => page().getByRole('dialog', { name: 'Delivery test' });
  const verdict = () => dialog().locator('.verdict');
  const row = (name: string) => page().getByRole('row', { name: new RegExp(`Detections ${name} `) });
  const stage = (name: string) =>
    dialog()
      .getByRole('list', { name: 'Stages', includeHidden: true })
      .getByRole('listitem', { includeHidden: true })
      .filter({ hasText: new RegExp(`^${name}`) });
  const copied = () => host.clipboard.read();

  async function home(): Promise<void> {
    if (await dialog().isVisible()) await page().keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
    await page().evaluate(() => {
      location.hash = '#/';
    });
    const leave = button('Discard and leave');
    await page().waitForTimeout(100);
    if (await leave.isVisible()) await leave.click();
    await page().getByRole('heading', { name: 'Fleet', level: 1 }).waitFor();
  }
  async function editor(): Promise<void> {
    await home();
    await page().evaluate(
      (path) => {
        location.hash = `#/configmap/${path.map(encodeURIComponent).join('/')}`;
      },
      [ref.context, ref.namespace, ref.name],
    );
    await page().getByRole('heading', { name: ref.name, level: 1 }).waitFor();
  }
  /** The desktop's window can't be reloaded. */
  async function drawnAnew(): Promise<void> {
    await page().evaluate(() => {
      location.hash = '#/about';
    });
    await page().getByRole('heading', { name: 'Fleet', level: 1 }).waitFor({ state: 'detached' });
    await home();
  }
  /** From the row on the home screen. */
  async function testRow(name: string): Promise<void> {
    await home();
    await button(/^Test delivery of/, row(name)).click();
    await dialog().waitFor();
  }
  const passed = () => verdict().getByText('Passed').waitFor();
  const failed = () => verdict().getByText('Failed').waitFor();

  test('from the row: the stages with proxy, certificate and the ingest’s proof; the row says so, with its age', async () => {
    await put(entry('first', inline(KEY)));
    await home();
    await row('first').getByText('Untested').waitFor();
    await testRow('first');
    await passed();
    const { host: via } = new URL(proxy.url);
    await stage('Proxy').getByText(`HTTPS_PROXY: http://${via}: tunnel open`).waitFor({ state: 'attached' });
    // Passed stages are collapsed.
    expect(await dialog().getByText('Stages: 7 passed').isVisible()).toBe(true);
    expect(await stage('Proxy').isVisible()).toBe(false);
    expect(await stage('TLS').textContent()).toMatch(/Warning.*TLSv1\.3, certificate of .* by Company CA/);
    expect(await stage('Accepted').textContent()).toContain('not yet searchable');
    const words = (await dialog().textContent()) ?? '';
    expect(words).toContain(`through the proxy ${via}`);
    expect(words).toContain('It doesn’t prove that kAudit');
    expect(words).toContain('For this computer, the private authority Company CA issued the certificate');
    expect(words).toContain('No NetworkPolicy limits kAudit’s egress.');
    expect(bench.received).toHaveLength(1);
    expect(bench.received[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    await button('Done', dialog()).click();
    await row('first')
      .getByText(/^(now|\d+ min)$/)
      .waitFor();
    expect(await row('first').textContent()).toContain('Passed');
  });

  test('“Copy as curl” copies a command that works and contains no key; “Copy report” copies every stage and no key', async () => {
    await put(entry('copied', inline(KEY)));
    await testRow('copied');
    await passed();
    await button('Copy as curl', dialog()).click();
    await button('Copied', dialog()).waitFor();
    const command = await copied();
    expect(command).toContain('$CORALOGIX_KEY');
    expect(command).not.toContain('Sentinel');
    const sent = bench.received.at(-1);
    const { stdout } = await promisify(execFile)('sh', ['-c', command], {
      env: { PATH: process.env.PATH, CORALOGIX_KEY: KEY, https_proxy: proxy.url, CURL_CA_BUNDLE: environment.NODE_EXTRA_CA_CERTS },
    });
    expect(stdout).toContain('HTTP/1.1 200 OK');
    expect(bench.received).toHaveLength(2);
    expect(bench.received[1]).toMatchObject({ path: sent?.path, body: sent?.body, headers: { authorization: `Bearer ${KEY}` } });

    await button('Copy report', dialog()).click();
    await until(async () => expect(await copied()).toContain('kAudit Tray delivery test: passed'));
    const report = await copied();
    for (const words of [
      '- Proxy: passed',
      '- DNS',
      '- TLS: warning',
      '- HTTP: passed',
      '- Key: passed',
      '- Accepted: passed',
      'Not proven: ',
      'Payload',
    ])
      expect(report).toContain(words);
    expect(report).toContain(JSON.parse(JSON.parse(sent?.body ?? '').logEntries[0].text).test_id);
    expect(report).not.toContain('Sentinel');
    expect(await page().content()).not.toContain(KEY);
  });

  test('after a failure: what changed since the last success, and earlier tests; a second click waits, and says so', async () => {
    await put(entry('revoked', inline(KEY)));
    await testRow('revoked');
    await passed();
    bench.behave(answer(401));
    await button('Test again', dialog()).click();
    await verdict()
      .getByText(/The next test starts in \d+ s/)
      .waitFor();
    expect(bench.received).toHaveLength(1);
    await failed();
    // What to do is above the stages.
    expect(await stage('Key').textContent()).toContain('Failed');
    expect(await dialog().textContent()).toContain('Send-Your-Data key');
    expect(await stage('Accepted').textContent()).toContain('Not reached');
    await dialog()
      .getByText(/What changed since it passed/)
      .waitFor();
    await dialog().getByText('Nothing that this computer can see').waitFor();
    await dialog().getByText('1 earlier test').click();
    const earlier = dialog().getByRole('list', { name: 'Earlier tests of this target' }).getByRole('listitem');
    expect(await earlier.allTextContents()).toEqual([expect.stringMatching(/Passed.*Accepted by api\.eu2\.coralogix\.com/)]);
    await button('Done', dialog()).click();

    // Another key in the text: the text is no longer the tested one.
    await row('revoked').getByText('Failed').waitFor();
    await put(entry('revoked', inline(WRONG)), ref.name);
    await row('revoked').getByText('Untested').waitFor();
    await testRow('revoked');
    await failed();
    await dialog()
      .getByText(/The key was a different one \(fingerprint [0-9a-f]{8}, now [0-9a-f]{8}\)/)
      .waitFor();
    await dialog().getByText('2 earlier tests').waitFor();
    await button('Done', dialog()).click();
  });

  test('a URL that fails with a twin that responds: the edit is offered, made, applied, and tested again', async () => {
    const before = entry('retired', inline(KEY), `https://${API}/api/v1/logs # as Alcide said`);
    await put(before);
    bench.behave((request, response) => (request.headers.host === INGRESS ? keyed : answer(404))(request, response));
    await testRow('retired');
    await failed();
    await dialog().getByText('Coralogix’s other host accepts it').waitFor();
    expect(await dialog().textContent()).toMatch(
      /Change the URL to https:\/\/ingress\.eu2\.coralogix\.com\/logs\/v1\/bulk, which accepted the same entry just now/,
    );
    await button('Use this URL', dialog()).click();
    await page().getByRole('heading', { name: ref.name, level: 1 }).waitFor();
    await until(async () => expect(await page().getByLabel('URL', { exact: true }).inputValue()).toBe(`https://${INGRESS}/logs/v1/bulk`));
    expect(await stored()).toBe(before);
    await button('Test unsaved changes').click();
    // A changed URL needs a question, even for the same domain's other host.
    await button(`Send to ${INGRESS}`, dialog()).click();
    await passed();
    await button('Apply the tested changes', dialog()).click();
    const review = page().getByRole('dialog', { name: 'Review and apply' });
    expect(await review.textContent()).toContain(`https://${INGRESS}/logs/v1/bulk`);
    await button(/^Apply to /, review).click();
    await page().getByText('Saved and read back').first().waitFor();
    expect(await stored()).toBe(before.replace(`https://${API}/api/v1/logs`, `https://${INGRESS}/logs/v1/bulk`));
    // The text is now the one that was tested unsaved.
    await home();
    await row('retired').getByText('Passed').waitFor();
  });

  test('the unsaved form: a failing change isn’t offered to apply, and a test writes nothing', async () => {
    const before = entry('unsaved', inline(KEY));
    await put(before);
    await editor();
    const header = page()
      .getByLabel('Key header', { exact: true })
      .or(page().getByLabel(/header/i))
      .first();
    await header.fill('X-Token');
    await header.press('Tab');
    await button('Test unsaved changes').click();
    await failed();
    expect(bench.received.at(-1)?.headers).toMatchObject({ 'x-token': KEY });
    await dialog().getByText('unsaved changes').waitFor();
    expect(await button('Apply the tested changes', dialog()).count()).toBe(0);
    await button('Done', dialog()).click();
    expect(await stored()).toBe(before);
    await home();
    await row('unsaved').getByText('Untested').waitFor();
  });

  test('a changed URL: the ConfigMap’s key goes there only after a yes', async () => {
    await put(entry('changed', inline(KEY)));
    await editor();
    const url = page().getByLabel('URL', { exact: true });
    await url.fill(`https://${OTHER}/logs/v1/bulk`);
    await url.press('Tab');
    const connections = proxy.connections.length;
    await button('Test unsaved changes').click();
    await dialog().getByText(`The URL was changed. Send the key in the ConfigMap to ${OTHER}? Until now it went to ${API}.`).waitFor();
    await dialog().getByText('Nothing has been sent yet.').waitFor();
    expect(await button('Test again', dialog()).count()).toBe(0);
    expect(bench.received).toHaveLength(0);
    expect(proxy.connections).toHaveLength(connections);
    await button(`Send to ${OTHER}`, dialog()).focus();
    await page().keyboard.press('Enter');
    await passed();
    expect(bench.received.map(({ headers }) => headers.host)).toEqual([OTHER]);
    await until(async () => expect(await page().evaluate(() => document.activeElement?.textContent)).toBe('Apply the tested changes'));
    await button('Back to the form', dialog()).click();
  });

  fullRunTest('a key that is a reference: a preset is picked once, and sends to its own domain only', async () => {
    for (const [name, domain] of [
      ['Team EU2', 'eu2.coralogix.com'],
      ['Team US1', 'us1.coralogix.com'],
    ] as const)
      await host.ask('preset.save', { preset: { name, domain }, key: KEY });
    await put(entry('referenced', 'ref/http-api-token: val-coralogix'));
    await testRow('referenced');
    await dialog().getByText('The key is a reference to “val-coralogix”').waitFor();
    const choose = async (preset: string) => {
      await button(/Preset with this key/, dialog()).click();
      await page().getByRole('option', { name: preset }).click();
      await button('Test with this preset', dialog()).click();
    };
    await choose('Team US1');
    await dialog().getByText(`The key of “Team US1” belongs to us1.coralogix.com, so kAudit Tray doesn’t send it to ${API}.`).waitFor();
    expect(bench.received).toHaveLength(0);
    await choose('Team EU2');
    await passed();
    await dialog().getByText('This doesn’t prove that the cluster has the same key.').waitFor();
    await button('Done', dialog()).click();
    await testRow('referenced');
    await verdict()
      .getByText(/The next test starts in/)
      .waitFor();
    expect(await button('Test with this preset', dialog()).count()).toBe(0);
    await passed();
    expect(bench.received).toHaveLength(2);
    await button('Done', dialog()).click();
  });

  fullRunTest('a preset tests itself, and waits until Coralogix shows the accepted entry', async () => {
    const readBackKey = 'cxup_Sentinel9b1d7c2ee04488aaSentine';
    await host.ask('preset.save', { preset: { name: 'Looks back', domain: 'eu2.coralogix.com' }, key: KEY, readBackKey });
    await home();
    await page().evaluate(() => {
      location.hash = '#/presets';
    });
    await button('Test preset Looks back').click();
    await passed();
    const [sent] = bench.received;
    const { test_id: id } = JSON.parse(JSON.parse(sent?.body ?? '{}').logEntries[0].text) as { test_id: string };
    const queries: unknown[] = [];
    bench.behave((request, response) => {
      queries.push([request.path, request.headers.authorization]);
      const result = { result: { results: [{ userData: JSON.stringify({ test_id: id }) }] } };
      response.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).end(queries.length < 2 ? '' : JSON.stringify(result));
    });
    await button('Look for it in Coralogix', dialog()).click();
    await button('Stop looking', dialog()).waitFor();
    // The stages are collapsed after a test.
    await dialog()
      .getByText(/^Stages: /)
      .click();
    await dialog()
      .getByText(/Found in the frequent tier/)
      .waitFor({ timeout: 60_000 });
    expect(queries).toEqual([1, 2].map(() => ['/api/v1/dataprime/query', `Bearer ${readBackKey}`]));
    expect(await page().content()).not.toContain('Sentinel');
    await button('Done', dialog()).click();
  });

  test('“Cancel test” ends it immediately and proves nothing', async () => {
    await put(entry('cancelled', inline(KEY)));
    bench.behave(() => {});
    await testRow('cancelled');
    await until(() => expect(bench.received).toHaveLength(1));
    await until(async () => expect(await stage('HTTP').textContent()).toContain('Running'));
    await button('Cancel test', dialog()).click();
    await verdict().getByText('Cancelled. This proves nothing either way.').waitFor();
    expect(await stage('HTTP').textContent()).toContain('Cancelled here.');
    await button('Done', dialog()).click();
    expect(await row('cancelled').textContent()).toContain('Cancelled');
  });

  test('targets of other types aren’t tested, and say so', async () => {
    await put(
      `- type: detections\n  name: chat\n  target:\n    target-type: slack\n    slack-uri: https://hooks.slack.com/services/T0/B0/x\n`,
    );
    await home();
    await row('chat').getByText('can’t be tested').waitFor();
    expect(await button(/^Test delivery of/, row('chat')).count()).toBe(0);
  });

  fullRunTest('a success fades after a day', async () => {
    await put(entry('faded', inline(KEY)));
    await testRow('faded');
    await passed();
    await button('Done', dialog()).click();
    const result = row('faded').locator('.delivery');
    expect(await result.getAttribute('class')).not.toContain('old');
    const colour = () => result.locator('.badge').evaluate((element) => getComputedStyle(element).color);
    const fresh = await colour();
    await page().clock.setSystemTime(Date.now() + 25 * 60 * 60_000);
    await drawnAnew();
    await row('faded').getByText('1 d', { exact: true }).waitFor();
    expect(await result.getAttribute('class')).toContain('old');
    expect(await colour()).not.toBe(fresh);
    await page().clock.setSystemTime(Date.now());
    await drawnAnew();
  });

  test('“Test all”: progress, cancel, one summary; failures with one cause share one line', async () => {
    // Every target of the earlier tests waits for its cool-down: they are removed, and three with one cause and a good
    // one are added.
    await remove(api.endpoint, `/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=app%3Dkaudit`);
    for (const name of ['a', 'b', 'c']) await put(entry(`wrong-${name}`, inline(WRONG)));
    await put(entry('good', inline(KEY)) + entry('elsewhere', inline(KEY), 'https://logs.example/logs/v1/bulk'));
    await home();
    await row('good').waitFor();
    await until(async () =>
      expect(
        await page()
          .getByRole('row', { name: /^Detections / })
          .count(),
      ).toBe(5),
    );

    bench.behave(() => {});
    // From another view it leads to the fleet, which asks where they are many, and shows the progress.
    await page().getByRole('link', { name: 'Presets' }).click();
    await page().keyboard.press('Control+k');
    await page().getByRole('searchbox', { name: 'Command' }).fill('test all');
    await page().getByRole('menuitem', { name: 'Test all' }).waitFor();
    await page().keyboard.press('Enter');
    const progress = page().getByRole('progressbar', { name: 'Test all' });
    await until(async () => expect(await page().locator('.progress').textContent()).toMatch(/^[01] of 5$/));
    await until(() => expect(bench.received.length).toBe(4));
    await button('Cancel tests').click();
    await page().getByText('Test all was cancelled').waitFor();
    await progress.waitFor({ state: 'detached' });

    // The one on a host that isn't Coralogix's needs a question: it is skipped.
    bench.behave(keyed);
    await button('Test all').click();
    await page().getByText('3 delivery tests failed').waitFor({ timeout: 60_000 });
    await page().getByText('1 passed, 3 failed, 1 skipped').waitFor();
    expect(
      await page()
        .getByText(/delivery tests? failed/)
        .count(),
    ).toBe(1);
    const cause = page().getByText(/^3 integrations: api\.eu2\.coralogix\.com refuses their key \([0-9a-f]{8}\)\.$/);
    await cause.waitFor();
    expect(await cause.count()).toBe(1);
    expect(await row('good').textContent()).toContain('Passed');
    expect(await row('elsewhere').textContent()).toContain('Untested');
  });

  test('the page threw nothing and violated no policy', () => {
    expect(host.thrown).toEqual([]);
  });
});
