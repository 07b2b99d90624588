import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LINKS } from '../../main/common/coralogix/links.ts';
import type { IntegrationRow } from '../../main/common/fleet/rows.ts';
import { healthRows } from '../../main/common/fleet/rows.ts';
import { referenceKey } from '../../main/common/reference.ts';
import type { MenuItem, TrayAction } from '../../main/common/tray/menu.ts';
import { trayMenu } from '../../main/common/tray/menu.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Desktop } from '../support/desktop.ts';
import { spawnDesktop, startDesktop } from '../support/desktop.ts';
import { readPng } from '../support/png.ts';
import { describeWith } from '../support/requirement.ts';
import type { MenuNode, TrayPanel } from '../support/session/tray-panel.ts';
import { findNode, startTrayPanel } from '../support/session/tray-panel.ts';
import type { TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus } from '../support/tray-host.ts';

const labelsOf = (items: readonly MenuNode[]): string[] =>
  items.flatMap((item) => [item.separator ? '—' : item.label, ...labelsOf(item.items)]);
const expectedLabels = (items: readonly MenuItem[]): string[] =>
  items.flatMap((item) => [item.kind === 'separator' ? '—' : item.label, ...(item.kind === 'submenu' ? expectedLabels(item.items) : [])]);

interface Way {
  /** From the menu's top. */
  readonly labels: readonly string[];
  readonly action: TrayAction;
}

/** All that can be clicked. */
function ways(items: readonly MenuItem[], above: readonly string[] = []): readonly Way[] {
  return items.flatMap((item) => {
    if (item.kind === 'submenu') return ways(item.items, [...above, item.label]);
    return item.kind === 'action' && item.enabled ? [{ labels: [...above, item.label], action: item.action }] : [];
  });
}

/** Until the demo's clusters have responded and the menu shows it. */
async function settled(desktop: Desktop): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = healthRows(await desktop.ask('fleet.get', {}));
      expect(rows.filter((row) => row.kind === 'cluster' && row.state === 'connecting')).toEqual([]);
      expect(rows.some((row) => row.kind === 'integration')).toBe(true);
    },
    { timeout: 30_000, interval: 100 },
  );
}

async function menuData(desktop: Desktop): Promise<readonly MenuItem[]> {
  return trayMenu(await desktop.ask('fleet.get', {}), Date.now());
}

/** The first way to test an integration with one target, and what it is about. */
async function testableRow(desktop: Desktop): Promise<{ labels: readonly string[]; row: IntegrationRow }> {
  const rows = healthRows(await desktop.ask('fleet.get', {})).filter((row) => row.kind === 'integration');
  for (const { labels, action } of ways(await menuData(desktop))) {
    if (action.do !== 'test') continue;
    const row = rows.find(({ ref, integration }) => referenceKey(ref) === referenceKey(action.ref) && integration === action.integration);
    if (row?.targets.length === 1) return { labels, row };
  }
  throw new Error('The menu has no row to test');
}

describeWith([chromiumRequirement, dbusRequirement], 'the desktop host on the demo', () => {
  let desktop: Desktop;
  let bus: TestBus;
  let panel: TrayPanel;

  beforeAll(async () => {
    bus = await startBus();
    panel = await startTrayPanel(bus.environment);
    desktop = await startDesktop({ flags: ['--demo'], environment: bus.environment });
    await settled(desktop);
  });

  afterAll(async () => {
    await desktop?.stop();
    panel?.stop();
    await bus?.stop();
  });

  /** The menu follows the state within half a second. */
  const click = (labels: readonly string[]) => vi.waitFor(() => panel.click(...labels), 5000);
  const wayTo = async (row: IntegrationRow, isMeant: (action: TrayAction) => boolean) => {
    const found = ways(await menuData(desktop)).find(
      ({ action }) =>
        action.do === 'show' &&
        action.view.view === 'configMap' &&
        referenceKey(action.view.ref) === referenceKey(row.ref) &&
        action.view.integration === row.integration &&
        isMeant(action),
    );
    if (found === undefined) throw new Error('The menu has no such row');
    return found.labels;
  };
  const switches = (stopped: boolean) => (action: TrayAction) =>
    action.do === 'show' && action.view.view === 'configMap' && action.view.stopped === stopped;
  const stateOf = async (row: IntegrationRow) =>
    healthRows(await desktop.ask('fleet.get', {})).find(({ id }) => id === row.id) as IntegrationRow | undefined;

  test('the tray’s menu is the state, row by row', async () => {
    // What arrived is the same there, in the row and in the panel: `expectedLabels` are of the same function.
    await vi.waitFor(async () => expect(JSON.stringify(labelsOf(await panel.menu()))).toMatch(/"arrivals: [^"]+, all of /), 20_000);
    await vi.waitFor(async () => expect(labelsOf(await panel.menu())).toEqual(expectedLabels(await menuData(desktop))), 10_000);
    const { tooltip, pixels } = await panel.icon();
    expect(tooltip).toMatch(/^kAudit: \d+ of \d+ failed · /);
    const picture = readPng(readFileSync(join(import.meta.dirname, '../../assets/tray/failing-light@2x.png')));
    expect([pixels.width, pixels.height]).toEqual([picture.width, picture.height]);
    const solid = picture.pixels.findIndex((value, index) => index % 4 === 3 && value === 255) - 3;
    const [red, green, blue] = picture.pixels.subarray(solid, solid + 3);
    expect([...pixels.argb.subarray(solid, solid + 4)]).toEqual([255, red, green, blue]);
  });

  test('“Test delivery” tests exactly that integration, and its row shows the result', async () => {
    const { labels, row } = await testableRow(desktop);
    await click(labels);
    await vi.waitFor(
      async () => {
        const { reports } = await desktop.ask('fleet.get', {});
        const report = reports.find(
          ({ subject }) =>
            subject.kind === 'integration' &&
            referenceKey(subject.ref) === referenceKey(row.ref) &&
            subject.integration === row.integration,
        );
        expect(report?.outcome).toMatch(/^(passed|failed)$/);
        expect(labelsOf(await panel.menu()).join('\n')).toContain(report?.outcome === 'failed' ? 'failed: ' : 'passed');
      },
      { timeout: 30_000, interval: 200 },
    );
  });

  test('“Stop …” shows the change, and what its user applies is stopped in the menu', async () => {
    const { row } = await testableRow(desktop);
    await click(await wayTo(row, switches(true)));
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    const dialog = desktop.page.getByRole('dialog', { name: 'Review and apply' });
    await dialog.getByText('stopped: true').first().waitFor();
    expect((await stateOf(row))?.state).toBe('active');
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await desktop.page.getByText('Saved and read back').waitFor();
    await vi.waitFor(async () => expect((await stateOf(row))?.state).toBe('stopped'), 5000);
    await click(await wayTo(row, switches(false)));
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await vi.waitFor(async () => expect((await stateOf(row))?.state).toBe('active'), 5000);
    // The state knows before the page does, and a page that still applies stays where it is.
    await dialog.waitFor({ state: 'hidden' });
  });

  test('“Settings” and a row’s “Show” bring the page to that view', async () => {
    await click(['Settings']);
    await desktop.page.waitForURL(/#\/settings$/);
    const { row } = await testableRow(desktop);
    await click(
      await wayTo(row, (action) => action.do === 'show' && action.view.view === 'configMap' && action.view.stopped === undefined),
    );
    await desktop.page.waitForURL((url) => url.hash.includes(encodeURIComponent(row.ref.name)));
    await click(['Open kAudit Tray']);
    expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
  });

  test('an open menu stays as it is, its rows do what they say, and what changed meanwhile is there when it closes', async () => {
    const isOnline = (await desktop.ask('fleet.get', {})).clusters.find((cluster) => cluster.state === 'online');
    if (isOnline === undefined) throw new Error('No cluster is online');
    const shown = await panel.open();
    const changes = panel.layoutChanges();
    await desktop.ask('cluster.disconnect', { context: isOnline.context });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(panel.layoutChanges()).toBe(changes);
    expect(await panel.menu()).toEqual(shown);
    await panel.close();
    await vi.waitFor(async () => expect(await panel.menu()).not.toEqual(shown), 3000);
    // The menu that someone still looks at on a panel that says nothing of opening.
    await panel.clickId(findNode(shown, ['Settings']).id);
    await desktop.page.waitForURL(/#\/settings$/);
    await desktop.ask('cluster.connect', { context: isOnline.context });
  });

  test('“Test all” shows its progress in place, offers to cancel there, and every row has its result', async () => {
    // Only some of the demo's integrations can be tested, and one with problems of its own may not show its delivery.
    await click(['Test all']);
    await vi.waitFor(async () => expect(labelsOf(await panel.menu())).toContainEqual(expect.stringMatching(/^Testing \d of \d …$/)), 5000);
    expect(labelsOf(await panel.menu())).toContain('Cancel tests');
    expect((await panel.icon()).tooltip).toMatch(/testing \d of \d/);
    await vi.waitFor(async () => expect(labelsOf(await panel.menu())).toContain('Test all'), { timeout: 60_000, interval: 200 });
    const rows = healthRows(await desktop.ask('fleet.get', {})).filter((row) => row.kind === 'integration');
    const tested = rows.filter((row) => row.targets.some(({ test, stopped }) => test !== undefined && !stopped));
    expect(tested.length).toBeGreaterThan(3);
    for (const row of tested) expect(row.delivery).toMatch(/^(passed|failed)$/);
  });

  test('a second launch shows the window, and one that was to start hidden does not', async () => {
    await desktop.ask('settings.update', { settings: { hideOnClose: true } });
    await desktop.tell({ do: 'closeWindow' });
    const again = async (...flags: string[]) => {
      const child = spawnDesktop({ flags, environment: { STAND_IN_LOCKED: '1' } });
      const [[{ told }], [code]] = (await Promise.all([once(child, 'message'), once(child, 'exit')])) as [[{ told: unknown }], [number]];
      expect(code).toBe(0);
      return told;
    };
    await desktop.tell({ do: 'launchAgain', arguments: [], told: await again('--demo', '--hidden') });
    expect((await desktop.look()).windows).toMatchObject([{ visible: false }]);
    await desktop.tell({ do: 'launchAgain', arguments: [], told: await again('--demo') });
    expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
    await desktop.tell({ do: 'closeWindow' });
    // Whatever it was started with: arguments of others are no orders.
    await desktop.tell({
      do: 'launchAgain',
      arguments: ['--hidden', '--user-data=/etc', '--kubeconfig', '/etc/passwd', 'app://kaudit-tray/#/about'],
    });
    expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
  });

  test('sleep ends what is being sent; after it, what is connected is asked anew', async () => {
    const { row } = await testableRow(desktop);
    const [target] = row.targets;
    if (target?.test === undefined) throw new Error('Nothing to test');
    const first = await desktop.ask('delivery.test', target.test);
    if (!('report' in first)) throw new Error(first.outcome);
    // A second test of the same waits for a while before it sends.
    const second = desktop.ask('delivery.test', target.test);
    const { hash } = first.report.subject;
    const outcome = async () => (await desktop.ask('fleet.get', {})).reports.find(({ subject }) => subject.hash === hash)?.outcome;
    await vi.waitFor(async () => expect(await outcome()).toBe('running'), 5000);
    const seenAt = async () => (await desktop.ask('fleet.get', {})).clusters.find(({ context }) => context === row.context)?.seenAt;
    const before = await seenAt();
    await desktop.tell({ do: 'power', event: 'suspend' });
    expect(await second).toMatchObject({ outcome: 'cancelled' });
    expect(await seenAt()).toBe(before);
    await desktop.tell({ do: 'power', event: 'resume' });
    await vi.waitFor(async () => expect(await seenAt()).not.toBe(before), { timeout: 20_000, interval: 100 });
  });

  test('the page runs sandboxed, apart from Node and from the preload script’s world', async () => {
    const { windows, sandboxed, listeners, schemes } = await desktop.look();
    expect(sandboxed).toBe(true);
    expect(windows[0]?.preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      navigateOnDragDrop: false,
    });
    // Only the channel that ipc.ts checks: the settings' library would serve every page.
    expect(listeners).toEqual([]);
    expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
    expect(await desktop.page.evaluate(() => Object.keys((window as unknown as { kauditTray: object }).kauditTray).sort())).toEqual([
      'request',
      'subscribe',
    ]);
  });

  test('a frame inside the page may not speak to main', async () => {
    await desktop.page.evaluate(() => {
      document.body.append(document.createElement('iframe'));
    });
    const frame = await vi.waitFor(() => {
      const [child] = desktop.page.mainFrame().childFrames();
      if (child === undefined) throw new Error('no frame');
      return child;
    });
    const ask = () =>
      (globalThis as unknown as { standInInvoke(channel: string, args: unknown[]): Promise<unknown> }).standInInvoke(
        'kaudit-tray:request',
        ['fleet.get', {}],
      );
    expect(await frame.evaluate(ask)).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    expect(await desktop.page.evaluate(ask)).toMatchObject({ ok: true });
    await desktop.page.evaluate(() => document.querySelector('iframe')?.remove());
  });

  test('the page cannot be led away', async () => {
    const before = desktop.page.url();
    for (const url of ['https://example.com/', 'https://other.app.invalid/', 'data:text/html,gone']) {
      await desktop.page.evaluate((target) => {
        location.href = target;
      }, url);
      await desktop.page.waitForTimeout(200);
      expect(desktop.page.url()).toBe(before);
      expect(await desktop.page.evaluate(() => 'kauditTray' in window)).toBe(true);
    }
  });

  test('a new window never opens; an allowed address goes to the system’s browser, another nowhere', async () => {
    for (const url of [LINKS.keys, 'https://example.com/', 'file:///etc/passwd', 'ms-settings:', `${LINKS.keys}x`]) {
      await desktop.page.evaluate((target) => window.open(target, '_blank', 'noopener'), url);
      await desktop.page.waitForTimeout(200);
    }
    expect((await desktop.look()).external).toEqual([LINKS.keys]);
    expect((await desktop.look()).windows).toHaveLength(1);
    expect(
      desktop.page
        .context()
        .pages()
        .filter((page) => page.url().startsWith('https:')),
    ).toHaveLength(1);
  });

  test('the page reaches no network, no file outside its folder, and no inline script', async () => {
    const fetched = (path: string) =>
      desktop.page.evaluate(
        (target) =>
          fetch(target).then(
            (response) => response.status,
            () => 'refused',
          ),
        path,
      );
    // The content security policy refuses it; were the policy gone, so would the session.
    expect((await desktop.look()).requests).toEqual({
      'app://kaudit-tray/index.html': true,
      'https://example.com/': false,
      'http://127.0.0.1/': false,
      'file:///etc/passwd': false,
      'app://other/': false,
    });
    expect(await fetched('https://example.com/')).toBe('refused');
    expect(await fetched('http://127.0.0.1/')).toBe('refused');
    expect(await fetched('/index.html')).toBe(200);
    expect(await fetched('/..%2f..%2fpackage.json')).toBe(404);
    const ran = await desktop.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.inlineRan = true';
      document.body.append(script);
      script.remove();
      return 'inlineRan' in window;
    });
    expect(ran).toBe(false);
  });

  test('of all permissions the page gets writing to the clipboard', async () => {
    const { permissions } = await desktop.look();
    expect(Object.entries(permissions).filter(([, allowed]) => allowed)).toEqual([['clipboard-sanitized-write', true]]);
  });
});

test('an unknown flag: a message, and exit 2', async () => {
  const child = spawnDesktop({ flags: ['--nonsense'] });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(2);
  expect(errors).toContain('--nonsense');
});
