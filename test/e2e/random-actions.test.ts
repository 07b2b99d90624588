import type { Page, Request } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readDocument, valueAt } from '../../main/common/integration/document.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage } from '../support/editor-page.ts';
import { expectFocus } from '../support/focus-watch.ts';
import { FULL } from '../support/full-run.ts';
import { type Host, startHost } from '../support/host.ts';
import { type OpenPage, openPage } from '../support/page.ts';
import { Dice } from '../support/random-user/dice.ts';
import { EditedDocument } from '../support/random-user/edited-document.ts';
import { controlsIn, placeOf, shownValue } from '../support/random-user/form-controls.ts';
import { RandomUser } from '../support/random-user/random-user.ts';
import type { EditingPlace } from '../support/random-user/session.ts';
import { describeWith } from '../support/requirement.ts';

// Form, panel and text are one document: after each action of a random user, the page shows, byte for byte, what the
// document engine makes of that action here. KAUDIT_SEED repeats a run, KAUDIT_RUNS sets its length.

const SEED = Number(process.env.KAUDIT_SEED ?? Date.now() % 2 ** 31);
const ACTIONS = Number(process.env.KAUDIT_RUNS ?? (FULL ? 300 : 40));

const KEY = 'cxtp_RandomActionsRandomActions123';
const DOCUMENT = `# Maintained by the platform team. Ask before you change it.

- type: detections # all of them
  name: siem
  target: # Coralogix first
    - &coralogix
      target-type: http-api
      http-api-uri: 'https://ingress.eu2.coralogix.com/logs/v1/bulk'   # EU2
      http-api-token: ${KEY}
      rate-limit: 10 # a second
    # the archive
    - target-type: aws-s3
      aws-region: "eu-west-1"
      aws-bucket: audit
      owner: {team: [platform, 2]}
  data-filter:
    # what matters
    etype: [principal, resource]
    category:
    - alcide.category/incident # older spelling
    confidence: [0, 1]
    entity-match: '^system:|^admin$' # who

- type: activity
  name: "lake"
  target: {target-type: kafka, kafka-broker: 'kafka.example:9092', kafka-topic: audit}
  data-filter: {}
# copied from the first
- type: selections
  target: *coralogix
  data-filter:
    report: count
- val-shared: ${KEY}x   # in Vault one day
- just text
# end
`;

describeWith([chromiumRequirement], 'form, panel and text are one document', () => {
  let host: Host;
  let open: OpenPage;
  let page: Page;
  let editor: EditorPage;
  let base: string;
  const previews = new Map<Request, string>();

  beforeAll(async () => {
    host = await startHost({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    open = await openPage(host.url);
    ({ page } = open);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: host.origin });
    editor = new EditorPage(page, host, { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' });
    await page.getByText('prod-eu').first().waitFor();
    await host.ask('cluster.connect', { context: 'prod-eu' });
    page.on('request', (request) => {
      if (nameOf(request) === 'configMap.preview') previews.set(request, '');
    });
    page.on('response', async (response) => {
      if (!previews.has(response.request())) return;
      const { value } = (await response.json().catch(() => ({}))) as { value?: { text?: string; reason?: string } };
      previews.set(response.request(), value?.text ?? `refused: ${value?.reason}`);
    });
  });
  afterAll(async () => {
    await open?.close();
    await host?.stop();
    expectFocus(open.errors);
  });

  for (const [style, lineBreak] of FULL
    ? [
        ['Unix', '\n'],
        ['Windows', '\r\n'],
      ]
    : [['Unix', SEED % 4 === 0 ? '\r\n' : '\n']]) {
    test(`${ACTIONS} random actions, with ${style} line breaks (KAUDIT_SEED=${SEED})`, { timeout: 600_000 }, async () => {
      await editor.open(DOCUMENT.replaceAll('\n', lineBreak ?? ''));
      base = (await editor.view()).text ?? '';
      const document = new EditedDocument(base);
      const user = new RandomUser(page, new Dice(SEED), document, [form(), text(), panel()]);
      await user.place.open(0);
      const actions: string[] = [];
      try {
        for (let count = 0; count < ACTIONS; count++) {
          actions.push(await user.act());
          await compare(document, user);
        }
      } catch (error) {
        console.error(`KAUDIT_SEED=${SEED}, after ${actions.length} actions:\n${actions.slice(-12).join('\n')}\n\n${document.masked}`);
        throw error;
      }
      while (document.refusal !== null) {
        await user.undo();
        await compare(document, user);
      }
      expect(host.errors()).not.toContain('Error');
    });
  }

  const form = (): EditingPlace => ({ name: 'form', shows: 'all', open: () => openTab('Form'), root: page.locator('.form-panel') });
  const text = (): EditingPlace => ({ name: 'text', shows: 'text', open: () => openTab('Text'), root: page.locator('.code-editor') });
  const panel = (): EditingPlace => ({ name: 'panel', shows: 'integration', open: openPanel, root: page.locator('.panel-form') });
  const openPanel = async (integration: number) => {
    const { context, namespace, name } = editor.ref;
    await page.evaluate(
      (hash) => {
        location.hash = hash;
      },
      `#/?panel=${[context, namespace, name].map(encodeURIComponent).join('/')}/${integration}`,
    );
    await page.locator('.panel-form').waitFor();
  };
  const openTab = async (name: string) => {
    const fullPage = page.getByRole('link', { name: 'Open the full page' });
    if (await fullPage.isVisible()) await fullPage.click();
    await page.getByRole('tab', { name, exact: true }).click();
    if (name === 'Text') await page.locator('.cm-content').waitFor();
  };

  async function compare(document: EditedDocument, user: RandomUser): Promise<void> {
    const { refusal } = document;
    const status = page.locator('.editor-footer [role=status], .panel-footer [role=status]');
    await expect.poll(() => status.textContent()).not.toBe('Checking …');
    if (refusal !== null) {
      await page.getByText(refusal).first().waitFor();
      return;
    }
    // In a text that can't be read, the rest of a key's line is masked with it.
    const plain = (shown: string) =>
      readDocument(document.text).state === 'invalid' ? shown.replaceAll(/masked-key-.*/g, 'masked') : shown;
    if (document.isEdited) {
      for (const { path, key } of user.keys.splice(0)) {
        await expect.poll(() => maskAt(path)).toMatch(/^masked-key/);
        document.masks.set(key, maskAt(path));
      }
      await expect.poll(() => plain([...previews.values()].at(-1) ?? '')).toBe(plain(document.masked));
    }
    expect(open.errors.filter((error) => error.includes('cxtp_'))).toEqual([]);
    if (user.place.shows === 'text') await expect.poll(() => isShown(plain(document.masked), plain)).toBe(true);
    else if (readDocument(document.text).state !== 'invalid') await expect.poll(() => formErrors(document, user)).toEqual([]);
  }

  const maskAt = (path: readonly (string | number)[]) => String(valueAt([...previews.values()].at(-1) ?? '', path) ?? '');

  /** The lines that are drawn. */
  async function isShown(expected: string, plain: (shown: string) => string): Promise<boolean> {
    const lines = plain((await page.locator('.cm-line').allTextContents()).join('\n')).split('\n');
    return lines.length > 0 && `\n${expected.replaceAll('\r\n', '\n')}\n`.includes(`\n${lines.join('\n')}\n`);
  }

  /** What the form shows otherwise than the text says. */
  async function formErrors(document: EditedDocument, user: RandomUser): Promise<readonly string[]> {
    const { integrations, values, others } = readDocument(document.text);
    const errors: string[] = [];
    if (user.place.shows === 'all') {
      const items = await page.locator('.integration-list .list-button').count();
      const entries = integrations.length + new Set(values.map(({ index }) => index)).size + others.length;
      if (items !== entries) errors.push(`${items} entries of ${entries}`);
    }
    const { integration: selected } = user;
    if (selected === undefined) return errors;
    for (const control of await controlsIn(user.place.root)) {
      const place = placeOf(control, selected, document.masked);
      const expected = place && shownValue(control, place);
      if (expected !== undefined && expected !== control.value)
        errors.push(
          `${control.group} ${control.label} shows ${JSON.stringify(control.value)}, and the text says ${JSON.stringify(expected)}`,
        );
    }
    return errors;
  }
});

function nameOf(request: Request): string | undefined {
  if (request.method() !== 'POST' || !request.url().endsWith('/api')) return undefined;
  return (JSON.parse(request.postData() ?? '{}') as { name?: string }).name;
}
