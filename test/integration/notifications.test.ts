import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CHECKOUT, INVOICES, ORDERS, PAYMENTS } from '../../main/demo/story/documents.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import { call, endpointOf, patchText, remove } from '../support/raw-kubernetes.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// Someone else changes ConfigMaps, with kubectl's requests, while the window is hidden: what the desktop's notification
// service gets from Electron, and what a click opens.

const CHANGED = 'Someone else changed it. Check what kAudit sends now.';
const PAYMENTS_MAP = ['prod-eu', 'kaudit-integration-payments'] as const;
const CHECKOUT_MAP = ['prod-eu', 'kaudit-integrations-checkout'] as const;
const ORDERS_MAP = ['prod-us', 'kaudit-integration-orders'] as const;
const INVOICES_MAP = ['prod-us', 'kaudit-integration-invoices'] as const;

describeWith([electronRequirement, sessionRequirement], 'a notification', () => {
  let session: DesktopSession;
  let desktop: ElectronDesktop;
  /** How many notifications the tests saw before. */
  let seen = 0;

  const endpoint = (context: string) => endpointOf(/--kubeconfig (\S+)/.exec(desktop.errors())?.[1] ?? '', context);
  const NAMESPACE = 'alcide-kaudit';
  const CONFIG_MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
  /** Returns what `isKnown` waits for. */
  const write = async (map: readonly [string, string], text: string): Promise<Written> => {
    const [context, name] = map;
    const { metadata } = await patchText(endpoint(context), NAMESPACE, name, text);
    return { map, version: metadata.resourceVersion };
  };
  /** The tray's row of the ConfigMap changes within ten seconds. */
  const hasRow = (there: boolean) =>
    vi.waitFor(async () => expect(JSON.stringify(await session.panel.menu()).includes('prod-eu / checkout · ')).toBe(there), 10_000);
  /** By title: two changes may take longer than news are gathered, and then they come in the order of the changes. */
  const told = async () =>
    session.notifications.shown
      .slice(seen)
      .map(({ title, body }) => ({ title, body }))
      .toSorted((one, other) => (one.title < other.title ? -1 : 1));
  const isTold = (expected: readonly { title: unknown; body: unknown }[]) =>
    vi.waitFor(async () => expect(await told()).toEqual(expected), { timeout: 30_000 });
  const isShown = (state: { readonly visible: boolean; readonly focused?: boolean }) =>
    vi.waitFor(async () => expect(await desktop.windows()).toMatchObject([state]));
  const click = async (title: string) => {
    session.notifications.click(title);
    await isShown({ visible: true });
  };
  const hide = async () => {
    await desktop.closeWindow();
    await isShown({ visible: false });
  };
  const isAt = (hash: string) => desktop.page.waitForURL((url) => url.hash === hash, { timeout: 10_000 });
  const selected = (name: string | RegExp) =>
    desktop.page
      .getByRole('navigation', { name: 'Integrations' })
      .locator('[aria-current]')
      .filter({ hasText: name })
      .waitFor({ timeout: 10_000 });
  interface Written {
    readonly map: readonly [string, string];
    readonly version: string;
  }
  const isKnown = (...maps: readonly Written[]) =>
    vi.waitFor(
      async () => {
        const known = (await desktop.ask('fleet.get', {})).clusters.flatMap(({ configMaps }) => configMaps);
        for (const { map, version } of maps) {
          const found = known.find(({ ref }) => ref.context === map[0] && ref.name === map[1]);
          expect(found?.resourceVersion).toBe(version);
        }
      },
      { timeout: 30_000 },
    );
  /** Until the state has it, plus the time to gather its news (main/desktop/notifier.ts), and a moment more. */
  const staysQuiet = async (...maps: readonly Written[]) => {
    await isKnown(...maps);
    await new Promise((resolve) => setTimeout(resolve, 3700));
    expect(await told()).toEqual([]);
  };
  const notify = (kinds: Partial<Record<'changed' | 'stopped' | 'failing', boolean>>) =>
    desktop.ask('settings.update', { settings: { notify: { changed: true, stopped: true, failing: true, ...kinds } } });

  beforeAll(async () => {
    session = await startDesktopSession();
    desktop = await startElectron({ flags: ['--demo'], environment: session.environment });
    await session.panel.icon();
    await desktop.ask('settings.update', { settings: { hideOnClose: true } });
    await vi.waitFor(
      async () => {
        const { clusters } = await desktop.ask('fleet.get', {});
        for (const context of ['prod-eu', 'prod-us'])
          expect(clusters.find((cluster) => cluster.context === context)).toMatchObject({ state: 'online' });
      },
      { timeout: 30_000 },
    );
    await hide();
    await vi.waitFor(async () => expect(await told()).toMatchObject([{ title: 'kAudit Tray stays in the tray' }]));
    await begin();
    // What was there when the program started isn't news, however late a cluster responded.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(await told()).toEqual([]);
  });
  afterAll(async () => {
    await desktop?.stop();
    await session?.stop();
  });
  const begin = async () => {
    seen = session.notifications.shown.length;
  };

  test('about a changed integration, even if only its filter changed, shows the hidden window at that integration', async () => {
    await begin();
    await write(PAYMENTS_MAP, PAYMENTS.replace('rules-no-match: ', 'rules-match-any: '));
    await isTold([{ title: 'prod-eu / payments: Policy findings (coralogix-pol) changed', body: CHANGED }]);
    await click('prod-eu / payments: Policy findings (coralogix-pol) changed');
    await isAt('#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments?integration=1');
    await selected('coralogix-pol');
  });

  let checkout: string;
  test('about a stopped one selects it in the open ConfigMap; a deleted ConfigMap has its own notification', async () => {
    await hide();
    await begin();
    await write(
      PAYMENTS_MAP,
      PAYMENTS.replace('    rate-limit: 100 ', '    stopped: true\n    rate-limit: 100 ').replace('rules-no-match: ', 'rules-match-any: '),
    );
    const [context, name] = CHECKOUT_MAP;
    const { metadata, data } = (await call(endpoint(context), `${CONFIG_MAPS}/${name}`)).json;
    checkout = JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: metadata.labels }, data });
    await hasRow(true);
    await remove(endpoint(context), `${CONFIG_MAPS}/${name}`);
    await hasRow(false);
    await isTold([
      { title: 'prod-eu / checkout: ConfigMap deleted', body: expect.stringMatching(/kAudit has nowhere to send to\.$/) },
      { title: 'prod-eu / payments: Detections (coralogix-det) stopped', body: expect.stringMatching(/^kAudit no longer sends it to ./) },
    ]);
    await click('prod-eu / payments: Detections (coralogix-det) stopped');
    await isAt('#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments?integration=0');
    await selected('coralogix-det');
  });

  test('about a failing one says why and opens it; its return has one, but not the user’s own change', async () => {
    await hide();
    await begin();
    await write(INVOICES_MAP, '- type: detections\n  target: [\n');
    await isTold([
      { title: 'prod-us / invoices: invalid YAML', body: expect.stringMatching(/. kAudit may send nothing until it’s fixed\.$/) },
    ]);
    await click('prod-us / invoices: invalid YAML');
    await isAt('#/configmap/prod-us/alcide-kaudit/kaudit-integration-invoices');
    await hide();
    await begin();
    const ref = { context: PAYMENTS_MAP[0], namespace: 'alcide-kaudit', name: PAYMENTS_MAP[1] };
    const { resourceVersion } = await desktop.ask('configMap.get', { ref });
    const edits = [{ op: 'set' as const, path: [0, 'name'], value: 'mine' }];
    expect(await desktop.ask('configMap.apply', { ref, base: resourceVersion, edits })).toMatchObject({ outcome: 'saved' });
    await call(endpoint(CHECKOUT_MAP[0]), CONFIG_MAPS, { method: 'POST', body: checkout });
    await write(INVOICES_MAP, INVOICES);
    await hasRow(true);
    await isTold([
      { title: 'prod-eu / checkout: ConfigMap is back', body: 'It’s there again. Check what it contains.' },
      { title: 'prod-us / invoices: list of integrations changed', body: CHANGED },
    ]);
  });

  test('about a list that was replaced opens the ConfigMap', async () => {
    await begin();
    await write(CHECKOUT_MAP, `${CHECKOUT}- type: activity\n  target: {target-type: kafka, kafka-broker: 'other:9092', kafka-topic: t}\n`);
    await isTold([{ title: 'prod-eu / checkout: list of integrations changed', body: CHANGED }]);
    await click('prod-eu / checkout: list of integrations changed');
    await isAt('#/configmap/prod-eu/alcide-kaudit/kaudit-integrations-checkout');
  });

  test('about many with a common cause is one, and opens the home screen', async () => {
    await hide();
    await begin();
    const stop = (text: string) => text.replaceAll(/^(\s+)target-type: (http-api)$/gm, '$1target-type: $2\n$1stopped: true');
    await Promise.all([write(ORDERS_MAP, stop(ORDERS.replace(/\n\s+stopped: true.*\?\?/, ''))), write(INVOICES_MAP, stop(INVOICES))]);
    await isTold([{ title: '2 integrations stopped', body: 'prod-us / invoices and prod-us / orders' }]);
    await click('2 integrations stopped');
    await isAt('#/');
  });

  test('of each kind comes only while it is switched on in Settings', async () => {
    await desktop.page.evaluate(() => {
      location.hash = '#/settings';
    });
    for (const label of ['An integration fails', 'An integration was stopped', 'An integration was changed by someone else'])
      await desktop.page.getByRole('switch', { name: label }).locator('xpath=ancestor::label').click();
    await vi.waitFor(async () =>
      expect((await desktop.ask('fleet.get', {})).settings.notify).toMatchObject({ changed: false, stopped: false, failing: false }),
    );
    await hide();
    await begin();
    await staysQuiet(
      await write(ORDERS_MAP, ORDERS),
      await write(INVOICES_MAP, '- [\n'),
      await write(CHECKOUT_MAP, CHECKOUT.replace('      ref/http-api-token', '      stopped: true\n      ref/http-api-token')),
    );
    await notify({ changed: false, stopped: false });
    await write(PAYMENTS_MAP, PAYMENTS);
    await write(CHECKOUT_MAP, '- [\n');
    await isTold([{ title: 'prod-eu / checkout: invalid YAML', body: expect.any(String) }]);
  });

  test('doesn’t come while the user looks at the window', async () => {
    await notify({});
    await session.panel.activate();
    await isShown({ visible: true, focused: true });
    await begin();
    await staysQuiet(await write(PAYMENTS_MAP, PAYMENTS.replace('rules-no-match: ', 'rules-match-any: ')));
  });

  test('opens another integration of the ConfigMap that is being edited, and loses no edit', async () => {
    const { page } = desktop;
    await hide();
    await begin();
    const policyFindings = 'prod-eu / payments: Policy findings (coralogix-pol) changed';
    await write(PAYMENTS_MAP, PAYMENTS);
    await isTold([{ title: policyFindings, body: CHANGED }]);
    await session.panel.activate();
    await isShown({ visible: true });
    await page.evaluate(() => {
      location.hash = '#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments?integration=0';
    });
    await selected('coralogix-det');
    await page.getByLabel('Name', { exact: true }).fill('unsaved');
    await page.getByRole('tab', { name: 'Changes: 1 change' }).click();
    await click(policyFindings);
    await selected('coralogix-pol');
    await page.getByRole('tab', { name: 'Changes: 1 change' }).waitFor();
    expect(await page.getByRole('alertdialog').count()).toBe(0);
    // Links to other places still ask.
    await click('prod-eu / checkout: invalid YAML');
    await page.getByRole('button', { name: 'Discard and leave' }).click();
    await isAt('#/configmap/prod-eu/alcide-kaudit/kaudit-integrations-checkout');
  });
});
