import type { Dialog } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { LINKS } from '../../main/common/coralogix/links.ts';
import {
  type FieldDescription,
  type IntegrationType,
  TARGET_LABELS,
  type TargetType,
} from '../../main/common/integration/reading/field-table.ts';
import { fieldsFor } from '../../main/common/integration/reading/fields.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import { EditorPage, kubectlRequirement } from '../support/editor-page.ts';
import { FULL } from '../support/full-run.ts';
import type { HostPage } from '../support/hosts.ts';
import { describeOnHosts } from '../support/hosts.ts';

// The editor as a user sees it, in Chromium on the demo, with kubectl as the other writer.

const KEY = 'cxtp_EditorTestEditorTestEditorTest1';
const ENTRY = `- type: detections
  name: one
  target:
    target-type: http-api
    http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}
    rate-limit: 10
`;

/** The desktop host closes the page's question itself, perhaps before this does. */
const acceptDialog = (dialog: Dialog) => void dialog.accept().catch(() => undefined);

describeOnHosts([chromiumRequirement, kubectlRequirement], 'the editor', (start) => {
  let host: HostPage;
  let editor: EditorPage;

  beforeAll(async () => {
    host = await start({ flags: ['--demo'] });
    await vi.waitFor(() => expect(host.errors()).toContain('--kubeconfig'));
    editor = new EditorPage(host.page, host, { context: 'prod-eu', namespace: 'alcide-kaudit', name: 'kaudit-integration-payments' });
    await host.page.getByText('prod-eu').first().waitFor();
    await host.ask('cluster.connect', { context: 'prod-eu' });
  });
  afterAll(async () => {
    await host?.stop();
  });
  test('restores unsaved edits after the page was closed, on top of others’ changes since then', async () => {
    const { page } = host;
    await editor.open(ENTRY);
    await editor.field('Name').fill('mine');
    const kept = async () => (await host.ask('draft.get', { ref: editor.ref })).outcome;
    await vi.waitFor(async () => expect(await kept()).toBe('draft'));
    page.once('dialog', acceptDialog);
    await page.reload();
    await page.getByText('You have unsaved changes', { exact: true }).waitFor();
    await vi.waitFor(async () => expect(await editor.field('Name').inputValue()).toBe('mine'));
    await editor.write(ENTRY.replace('rate-limit: 10', 'rate-limit: 20'));
    page.once('dialog', acceptDialog);
    await page.reload();
    await page.getByText('You have unsaved changes, made on an older version').waitFor();
    await editor.apply();
    expect(await editor.stored()).toBe(ENTRY.replace('name: one', 'name: mine').replace('rate-limit: 10', 'rate-limit: 20'));
    await vi.waitFor(async () => expect(await kept()).toBe('none'));
  });
  test('restores an edit that was made just before the page was closed', async () => {
    const { page } = host;
    await editor.open(ENTRY);
    await editor.field('Name').fill('hasty');
    page.once('dialog', acceptDialog);
    await page.reload();
    await page.getByText('You have unsaved changes', { exact: true }).waitFor();
    await vi.waitFor(async () => expect(await editor.field('Name').inputValue()).toBe('hasty'));
    await editor.apply();
    expect(await editor.stored()).toBe(ENTRY.replace('name: one', 'name: hasty'));
  });
  test('names can be tried in an expression, while it is edited, and the box loads when it is opened', async () => {
    const { page } = host;
    await editor.open(`${ENTRY}  data-filter:\n    entity-match: '^system:|admin'\n    entity-no-match: 'anonymous|^admin$'\n`);
    let scripts = 0;
    page.on('request', (request) => {
      if (/try-names/.test(request.url())) scripts += 1;
    });
    await editor.field('Entities Not Matching').waitFor();
    expect(scripts).toBe(0);
    await editor.button('Try names').first().click();
    await editor.field('Names, one per line').fill('system:anonymous\nadmin\nadmin-eu\n\nbob');
    const tried = page.getByRole('list', { name: 'Which names pass' }).getByRole('listitem');
    await expect
      .poll(() => tried.allTextContents())
      .toEqual([
        'system:anonymousblocked by Entities Not Matching anonymous',
        'adminblocked by Entities Not Matching ^admin$',
        'admin-eupasses',
        'bobblocked: matches nothing in Entities Matching',
      ]);
    await page.getByText('1 of 4 pass').waitFor();
    expect(scripts).toBe(1);
    await editor.field('Entities Not Matching').fill('anonymous');
    await page.getByText('2 of 4 pass').waitFor();
    await editor.button('Take names from this cluster').click();
    await page.getByText(/^Added \d+ names from the cluster’s role bindings\.$/).waitFor();
    await expect.poll(() => tried.allTextContents()).toContain('system:serviceaccount:ci:deployerpasses');
    await editor.field('Entities Not Matching').fill('anonymous(');
    await page.getByText(/^Entities Not Matching can’t be tried here/).waitFor();
  });
  describe('every field', () => {
    const types: readonly IntegrationType[] = ['detections', 'selections', 'activity'];
    const every = FULL ? (Object.keys(TARGET_LABELS) as TargetType[]) : (['http-api', 'aws-s3', 'kafka'] as const);
    for (const [position, targetType] of every.entries()) {
      const type = types[position % types.length] ?? 'detections';
      test(`of ${type} to ${targetType} is shown unset, with its meaning and example, and can be set`, async () => {
        await editor.open(`- type: ${type}\n  target:\n    target-type: ${targetType}\n`);
        const fields = (['entry', 'target', 'filter'] as const).flatMap((level) => fieldsFor(level, type, targetType));
        const page = (await host.page.locator('.form').textContent()) ?? '';
        for (const { label, meaning, name, example } of fields) {
          expect(page).toContain(label);
          expect(page).toContain(meaning);
          expect(page).toContain(`${name}: ${example}`);
        }
        const expected: Record<string, unknown> = {};
        for (const field of fields) {
          if (field.name === 'type' || field.name === 'target-type') continue;
          expected[field.name] = await setField(field);
        }
        await editor.apply();
        const view = await editor.view();
        const [integration] = view.integrations;
        const stored = [
          { name: 'name', path: [0, 'name'], value: integration?.name },
          ...(integration?.filter ?? []),
          ...(integration?.targets[0]?.fields ?? []),
        ];
        for (const [name, value] of Object.entries(expected)) {
          const found = stored.find((field) => field.name === name);
          if (value === KEY) expect(view.secrets.map(({ path }) => path)).toContainEqual(found?.path);
          else expect({ name, value: found?.value }).toEqual({ name, value });
        }
        expect(await editor.stored()).not.toContain('masked-key');
      });
    }

    /** Sets it as a user does. Returns the expected document. */
    async function setField(field: FieldDescription): Promise<unknown> {
      const { page } = host;
      switch (field.input) {
        case 'boolean':
          await page.getByRole('switch', { name: field.label }).focus();
          await page.keyboard.press('Space');
          return true;
        case 'choice': {
          const choice = field.choices?.at(-1);
          await editor.choose(new RegExp(`${field.label}$`), choice?.label ?? '');
          await editor.settled();
          return choice?.value;
        }
        case 'choices': {
          const group = page.getByRole('group', { name: field.label });
          for (const { label } of field.choices ?? []) {
            await group.getByRole('checkbox', { name: label }).focus();
            await page.keyboard.press('Space');
            await editor.settled();
          }
          return field.choices?.map(({ value }) => value);
        }
        default: {
          if (field.input === 'secret' || field.name === 'aws-access-key-id') {
            await editor.field(field.label).fill(KEY);
            await editor.button(`Use this ${field.label}`).click();
            return KEY;
          }
          const value = field.input === 'number' ? '5555' : field.name === 'name' ? 'my name' : field.example.replaceAll('"', '');
          await editor.field(field.label).fill(value);
          return field.input === 'number' ? 5555 : value;
        }
      }
    }
  });

  test('a new detections integration starts with high and medium confidence, and can be duplicated with its key, moved and removed', async () => {
    await editor.open(ENTRY);
    await editor.button('Add integration').click();
    await host.page.getByRole('menuitem', { name: 'Detections' }).click();
    await editor.settled();
    const confidence = host.page.getByRole('group', { name: 'Detection Confidence' });
    expect(await Promise.all(['High', 'Medium', 'Low'].map((name) => confidence.getByRole('checkbox', { name }).isChecked()))).toEqual([
      true,
      true,
      false,
    ]);
    await editor.field('Name').fill('new');
    await editor.settled();
    await editor.button('Move new up').click();
    await editor.settled();
    expect((await editor.entries().getByRole('listitem').allTextContents())[0]).toContain('new');

    await editor.entries().getByRole('button', { name: /one/ }).first().click();
    await editor.button('Duplicate one').click();
    await editor.settled();
    expect(await editor.entries().getByRole('listitem').count()).toBe(3);
    expect(await editor.entries().locator('[aria-current]').textContent()).toContain('one');
    await host.page.getByText('Configured').waitFor();

    await editor.entries().getByRole('button', { name: /new/ }).first().click();
    await editor.button('Remove new').click();
    await editor.button('Remove', editor.dialog()).click();
    await editor.settled();
    await editor.apply();
    expect(await editor.stored()).toBe(ENTRY + ENTRY);
  });

  test('targets are added, duplicated, moved and removed, and their keys stay with them', async () => {
    await editor.open(ENTRY);
    await editor.button('Add another target').click();
    await host.page.getByRole('menuitem', { name: 'Kafka topic' }).click();
    await editor.settled();
    await editor.button('Duplicate Target 1').click();
    await editor.settled();
    await editor.button('Move Target 3 up').focus();
    await host.page.keyboard.press('Enter');
    await editor.settled();
    await editor.button('Move Target 2 up').focus();
    await host.page.keyboard.press('Enter');
    await editor.settled();
    await editor.button('Remove Target 3').click();
    await editor.button('Remove', editor.dialog()).click();
    await editor.settled();
    await editor.apply();
    expect(await editor.stored()).toBe(`- type: detections
  name: one
  target:
    - target-type: kafka
    - target-type: http-api
      http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk
      http-api-token: ${KEY}
      rate-limit: 10
`);
  });

  test('unknown fields, an invalid entry and several values in one entry are shown and kept', async () => {
    const text = `${ENTRY}  new-field: {deep: [1, 2]}\n- just text\n- val-a: 1\n  val-b: two\n`;
    await editor.open(text);
    expect(await editor.field('new-field').inputValue()).toBe('{"deep":[1,2]}');
    await editor.field('new-field').fill('{"deep":[3]}');
    await editor.field('new-field').press('Tab');
    await editor.settled();
    await editor.entries().getByRole('button', { name: 'Entry 2' }).click();
    expect(await editor.field('Content').inputValue()).toBe('just text');
    await editor.entries().getByRole('button', { name: 'val-a, val-b' }).click();
    await host.page.getByText('No integration refers to val-b').waitFor();
    await editor.apply();
    expect(await editor.stored()).toBe(text.replace('{deep: [1, 2]}', '{deep: [3]}'));
  });

  test('a problem is shown next to its field, with its fix as a button', async () => {
    await editor.open(ENTRY.replace('ingress.eu2.coralogix.com/logs/v1/bulk', 'api.coralogix.com/api/v1/logs'));
    const url = host.page.locator('.control').filter({ has: editor.field('URL') });
    const fix = url.locator('.problem').getByRole('button').first();
    await fix.click();
    await editor.settled();
    expect(await editor.field('URL').inputValue()).toMatch(/\/logs\/v1\/bulk$/);

    await editor.open('- type: detections\n  target: {target-type: http-api}\n');
    const empty = host.page.locator('.control').filter({ has: editor.field('URL') });
    await empty
      .locator('.problem')
      .getByText(/http-api-uri/)
      .waitFor();
  });

  test('text that lost its indentation opens as text; one button repairs it, and the form follows', async () => {
    await editor.open(
      `- type: detections\ntarget:\ntarget-type: http-api\nhttp-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk\nhttp-api-token: ${KEY}\n`,
    );
    expect(await host.page.getByRole('tab', { name: 'Text' }).getAttribute('aria-selected')).toBe('true');
    await host.page.locator('.cm-lint-marker').first().waitFor();
    await host.page.locator('.problem').getByRole('button').first().click();
    await editor.settled();
    await host.page.getByRole('tab', { name: 'Form' }).click();
    expect(await editor.field('URL').inputValue()).toBe('https://ingress.eu2.coralogix.com/logs/v1/bulk');
    await editor.apply();
    expect(await editor.stored()).toContain(KEY);
  });

  test('form and text are one document, in sync both ways', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('77');
    await editor.settled();
    expect(await editor.shownText()).toContain('rate-limit: 77');
    await host.page.locator('.cm-line', { hasText: 'name: one' }).click();
    await host.page.keyboard.press('End');
    await host.page.keyboard.type(' more');
    await editor.settled();
    await host.page.getByRole('tab', { name: 'Form' }).click();
    expect(await editor.field('Name').inputValue()).toBe('one more');
    expect(await editor.field('Rate limit').inputValue()).toBe('77');
    await editor.apply();
    expect(await editor.stored()).toBe(ENTRY.replace('one', 'one more').replace('10', '77'));
  });

  test('Ctrl+S while typing waits for the check and applies what was typed, even in a field that takes its text when it loses focus', async () => {
    await editor.open(`${ENTRY}  other: a\n`);
    await editor.field('Rate limit').fill('41');
    await host.page.keyboard.press('Control+s');
    await editor
      .dialog('Review and apply')
      .getByText(/rate-limit: 41/)
      .waitFor();
    await host.page.keyboard.press('Escape');
    await editor.field('other').fill('b');
    await host.page.keyboard.press('Control+s');
    await editor
      .dialog('Review and apply')
      .getByText(/other: b/)
      .waitFor();
    await editor.button(/^Apply to /, editor.dialog()).click();
    await host.page.getByText('Saved and read back').waitFor();
    expect(await editor.stored()).toBe(`${ENTRY.replace('10', '41')}  other: b\n`);
  });

  test('undo reverts the last change; discarding and leaving ask first', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('1');
    await editor.settled();
    await editor.field('Name').fill('two');
    await editor.settled();
    await editor.button('Undo last change').click();
    await editor.settled();
    expect([await editor.field('Name').inputValue(), await editor.field('Rate limit').inputValue()]).toEqual(['one', '1']);
    await host.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Presets' }).click();
    await editor.button('Cancel', editor.dialog('Leave without applying?')).click();
    expect(await editor.field('Rate limit').inputValue()).toBe('1');
    await editor.button('Discard').click();
    await editor.button('Cancel', editor.dialog('Discard all changes?')).click();
    expect(await editor.field('Rate limit').inputValue()).toBe('1');
    await editor.button('Discard').click();
    await editor.button('Discard changes', editor.dialog()).click();
    await vi.waitFor(async () => expect(await editor.field('Rate limit').inputValue()).toBe('10'));
    expect(await editor.stored()).toBe(ENTRY);
  });

  test('a conflict shows the three values, writes nothing and loses nothing', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('20');
    await editor.settled();
    await editor.write(ENTRY.replace('10', '30'));
    await host.page.getByText('This ConfigMap changed in the cluster since you opened it').waitFor();
    const review = await editor.review();
    await review.getByText('Someone changed this ConfigMap after you opened it').waitFor();
    await editor.button(/^Apply to /, review).click();
    const dialog = editor.dialog('Someone else changed the same fields');
    await dialog.waitFor();
    const place = dialog.getByRole('radiogroup', { name: /Rate limit/ });
    expect(await place.getByRole('radio').count()).toBe(3);
    expect(await place.textContent()).toMatch(/Mine: 20.*Theirs: 30/);
    expect(await editor.button('Apply these values', dialog).isDisabled()).toBe(true);
    expect(await dialog.textContent()).not.toContain(KEY);
    expect(await editor.stored()).toBe(ENTRY.replace('10', '30'));
    await editor.button('Back to editing', dialog).click();
    expect(await editor.field('Rate limit').inputValue()).toBe('20');

    await editor.button(/^Apply to /, await editor.review()).click();
    await editor.button('Use theirs and redo my edits by hand').click();
    await vi.waitFor(async () => expect(await editor.field('Rate limit').inputValue()).toBe('30'));
    await host.page.getByText('Your changes that weren’t saved').waitFor();
  });

  test('a conflict is resolved in the dialog with theirs, mine or another value, and Undo reverts it', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('20');
    await editor.settled();
    await editor.write(ENTRY.replace('10', '30'));
    await host.page.getByText('This ConfigMap changed in the cluster since you opened it').waitFor();
    await editor.button(/^Apply to /, await editor.review()).click();
    const dialog = editor.dialog('Someone else changed the same fields');
    await dialog.getByText('Mine: 20').click();
    await editor.button('Apply these values', dialog).click();
    await host.page.getByText('Saved and read back').waitFor();
    expect(await editor.stored()).toBe(ENTRY.replace('10', '20'));

    await editor.button('Test').click();
    const report = editor.dialog('Delivery test');
    // A test may first ask whether its key may go to that host.
    await report.getByRole('button').first().waitFor();
    await host.page.keyboard.press('Escape');
    await report.waitFor({ state: 'detached' });
    await editor.button('Undo').click();
    await editor.button(/^Apply to /, editor.dialog('Review and apply')).click();
    await vi.waitFor(async () => expect(await editor.stored()).toBe(ENTRY.replace('10', '30')));

    await editor.button('History').click();
    const history = editor.dialog(/^History of/);
    await history
      .getByRole('button', { name: /restored|rate-limit 10 → 30|kubectl/ })
      .first()
      .waitFor();
    await history.getByRole('button', { name: 'Close' }).click();
  });

  test('changes of different fields are merged, and the page says what was merged', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('20');
    await editor.settled();
    await editor.write(`# theirs\n${ENTRY.replace('name: one', 'name: uno')}`);
    await editor.apply();
    expect(await host.page.getByText('Other people’s changes were kept').isVisible()).toBe(true);
    expect(await editor.stored()).toBe(`# theirs\n${ENTRY.replace('name: one', 'name: uno').replace('10', '20')}`);
  });

  test('a managed ConfigMap says so in advance and asks a second time', async () => {
    await editor.write(ENTRY);
    await editor.kubectl('label', 'configmap', editor.ref.name, 'app.kubernetes.io/managed-by=Helm');
    try {
      await editor.open();
      await host.page.getByText(/^Managed by Helm:/).waitFor();
      await editor.field('Rate limit').fill('20');
      const dialog = await editor.review();
      await editor.button(/^Apply to /, dialog).click();
      await dialog.getByText(/Not applied yet/).waitFor();
      expect(await editor.stored()).toBe(ENTRY);
      await editor.button('Apply anyway', dialog).click();
      await host.page.getByText('Saved and read back').waitFor();
      expect(await editor.stored()).toBe(ENTRY.replace('10', '20'));
    } finally {
      await editor.kubectl('label', 'configmap', editor.ref.name, 'app.kubernetes.io/managed-by-');
    }
  });

  test('a result that kAudit can’t read isn’t written', async () => {
    await editor.open(ENTRY);
    await editor.shownText();
    await host.page.locator('.cm-content').click();
    await host.page.keyboard.press('ControlOrMeta+a');
    // Typing over several lines makes Chromium itself try an inline style, which the page's policy refuses: not the
    // page's fault.
    await host.page.keyboard.press('Delete');
    await host.page.keyboard.type('no: list');
    const dialog = await editor.review();
    await editor.button(/^Apply to /, dialog).click();
    await dialog.getByText(/^Not applied: .*YAML list/).waitFor();
    expect(await editor.stored()).toBe(ENTRY);
    await editor.button('Back to editing', dialog).click();
    expect(await editor.shownText()).toBe('no: list');
  });

  test('a ConfigMap that is deleted during an edit: the page says so, applies nothing and keeps the edits', async () => {
    await editor.open(ENTRY);
    await editor.field('Rate limit').fill('20');
    await editor.settled();
    const copy = JSON.parse(await editor.kubectl('get', 'configmap', editor.ref.name, '-o', 'json')) as {
      data: object;
      metadata: { labels: object };
    };
    const file = `${host.directory}/configmap.json`;
    const { writeFileSync } = await import('node:fs');
    const { name, namespace } = editor.ref;
    writeFileSync(
      file,
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, labels: copy.metadata.labels }, data: copy.data }),
    );
    await editor.kubectl('delete', 'configmap', editor.ref.name);
    try {
      await host.page.getByText('This ConfigMap is no longer in the cluster').waitFor();
      const dialog = await editor.review();
      await editor.button(/^Apply to /, dialog).click();
      await dialog.getByText(/^Not applied: /).waitFor();
      await editor.button('Back to editing', dialog).click();
      expect(await editor.field('Rate limit').inputValue()).toBe('20');
    } finally {
      await editor.kubectl('create', '-f', file);
    }
  });

  test('says in four sections what goes where: a preset is one choice, its parts are folded away', async () => {
    const { page } = host;
    await editor.open(ENTRY);
    for (const name of ['What', 'Where', 'Limits', 'Filters']) await page.getByRole('heading', { name, level: 3, exact: true }).waitFor();
    // No preset has this key.
    expect(await editor.field('URL').isVisible()).toBe(true);
    const preset = editor.button(/Coralogix preset/);
    expect(await preset.textContent()).toBe('Custom address and key');
    await preset.click();
    const option = page.getByRole('option').first();
    const name = (await option.getByText(/./).first().textContent()) ?? '';
    await option.click();
    await editor.settled();
    await vi.waitFor(async () => expect(await preset.textContent()).toMatch(/(EU|US|AP)\d[0-9a-f]{8}$/));
    expect(await preset.textContent()).toContain(name.replace(/^Coralogix /, ''));
    await editor.field('URL').waitFor({ state: 'hidden' });
    await page.getByText('Custom: domain, endpoint, URL and key').click();
    await editor.field('URL').fill('https://collector.internal.example/logs');
    await editor.settled();
    await vi.waitFor(async () => expect(await preset.textContent()).toBe('Custom address and key'));
    expect(await editor.field('URL').isVisible()).toBe(true);
  });

  test('asks the user before a key goes to a host that it wasn’t next to', async () => {
    await editor.open(ENTRY);
    await editor.field('URL').fill('https://collector.internal.example/logs');
    await editor.settled();
    await editor.button('Test unsaved changes').click();
    const dialog = editor.dialog();
    await dialog
      .getByText(/collector\.internal\.example/)
      .first()
      .waitFor();
    await dialog
      .getByRole('button', { name: /Send|Yes|Test/ })
      .first()
      .waitFor();
    await host.page.keyboard.press('Escape');
  });

  test('read-only: the page says what is missing, with the Role that grants it', async () => {
    const readOnly = new EditorPage(host.page, host, {
      context: 'audit-readonly',
      namespace: 'alcide-kaudit',
      name: 'kaudit-integration-kaudit-core',
    });
    await host.ask('cluster.connect', { context: 'audit-readonly' });
    await readOnly.open();
    await host.page.getByText(/You can read this ConfigMap but not change it/).waitFor();
    await readOnly.button(/Copy the Role/).waitFor();
    await readOnly
      .button(/HTTP API/)
      .first()
      .waitFor();
    await readOnly.field('Name').fill('tried');
    const dialog = await readOnly.review();
    expect(await readOnly.button(/^Apply to /, dialog).isDisabled()).toBe(true);
    await host.page.keyboard.press('Escape');
  });

  test('Coralogix’s pages on domains, keys and support are one click away', async () => {
    await editor.open(ENTRY);
    for (const href of [LINKS.domains, LINKS.keys, LINKS.support]) {
      const link = host.page.locator(`a[href="${href}"]`).first();
      expect(await link.isVisible()).toBe(true);
      expect(await link.getAttribute('target')).toBe('_blank');
    }
    await editor.go('#/presets');
    await editor.button('New preset').first().click();
    for (const href of [LINKS.domains, LINKS.keys])
      expect(await editor.dialog().locator(`a[href="${href}"]`).first().isVisible()).toBe(true);
    await host.page.keyboard.press('Escape');
  });

  test('by keyboard only: connect, open, add, edit, review, apply', async () => {
    const { page } = host;
    await host.ask('cluster.disconnect', { context: 'staging' });
    await editor.go('#/');
    const keyboard = new EditorPage(page, host, { context: 'staging', namespace: 'alcide-kaudit', name: 'kaudit-integration-preview' });
    await keyboard.button('Connect staging').waitFor();
    await keyboard.tabTo(/^Connect staging$/);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: /^Open preview/ }).waitFor();
    await keyboard.tabTo(/Open.*preview/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'kaudit-integration-preview', level: 1 }).waitFor();
    await keyboard.tabTo(/^Add integration$/);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Detections' }).waitFor();
    await page.keyboard.press('Enter');
    await keyboard.settled();
    await keyboard.tabTo(/Coralogix preset/);
    await page.keyboard.press('Enter');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Enter');
    await keyboard.settled();
    await keyboard.tabTo(/^Entities Not Matching/);
    await page.keyboard.type('^system:');
    await page.keyboard.press('Control+s');
    await keyboard.dialog('Review and apply').waitFor();
    await keyboard.tabTo(/^Apply/);
    await page.keyboard.press('Enter');
    await page.getByText('Saved and read back').waitFor();
    const stored = await keyboard.stored();
    expect(stored).toMatch(/entity-no-match: ["']?\^system:/);
    expect(stored).toContain('http-api-token:');
    expect(stored.startsWith('# No integrations yet.')).toBe(true);
  });

  test('the page threw nothing and violated no policy', () => {
    expect(host.thrown).toEqual([]);
  });
});
