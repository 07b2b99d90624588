import { once } from 'node:events';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { LINKS } from '../../main/common/coralogix/links.ts';
import type { IntegrationRow } from '../../main/common/fleet/rows.ts';
import { healthRows } from '../../main/common/fleet/rows.ts';
import { referenceKey } from '../../main/common/reference.ts';
import { trayMenu } from '../../main/common/tray/menu.ts';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Desktop } from '../support/desktop.ts';
import { spawnDesktop, startDesktop } from '../support/desktop.ts';
import type { ShownItem } from '../support/electron/tray.ts';
import { describeWith } from '../support/requirement.ts';
import type { Panel, TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus, startPanel } from '../support/tray-host.ts';

const labelsOf = (items: readonly ShownItem[]) => items.map(({ label }) => label);

async function menuOf(desktop: Desktop): Promise<readonly ShownItem[]> {
  return (await desktop.look()).tray?.items ?? [];
}

/** Until the demo's clusters have answered and the menu shows it. */
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

/**
 * The first row of the menu whose integration can be tested with a click, and what it is about. The menu follows the
 * fleet within half a second.
 */
function testableRow(desktop: Desktop): Promise<{ label: string; row: IntegrationRow }> {
  return vi.waitFor(async () => {
    const rows = healthRows(await desktop.ask('fleet.get', {})).filter((row) => row.kind === 'integration');
    for (const { label, items } of await menuOf(desktop)) {
      if (!items?.some((item) => item.label === 'Test delivery' && item.enabled)) continue;
      const row = rows.find((each) => label.includes(each.context) && label.includes(each.title) && each.targets.length === 1);
      if (row !== undefined) return { label, row };
    }
    throw new Error('The menu has no row to test');
  }, 10_000);
}

describeWith([chromiumRequirement, dbusRequirement], 'the desktop host on the demo', () => {
  let desktop: Desktop;
  let bus: TestBus;
  let panel: Panel;

  beforeAll(async () => {
    bus = await startBus();
    panel = await startPanel(bus);
    desktop = await startDesktop({ flags: ['--demo'], environment: bus.environment });
    await settled(desktop);
  });

  afterAll(async () => {
    await desktop?.stop();
    panel?.stop();
    await bus?.stop();
  });

  test('the tray’s menu is the state, row by row', async () => {
    await vi.waitFor(async () => {
      const expected = trayMenu(await desktop.ask('fleet.get', {}), Date.now());
      expect(labelsOf(await menuOf(desktop))).toEqual(expected.map((item) => (item.kind === 'separator' ? '—' : item.label)));
    }, 10_000);
    const { tray } = await desktop.look();
    expect(tray?.tooltip).toMatch(/^kAudit Tray: .*on \d+ clusters/);
    expect(tray?.image).toMatch(/failing-(light|dark)\.png$/);
  });

  test('“Test delivery” tests exactly that integration, and its row shows the result', async () => {
    const { label, row } = await testableRow(desktop);
    await desktop.tell({ do: 'clickMenu', labels: [label, 'Test delivery'] });
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
        expect(
          labelsOf(await menuOf(desktop)).find((each) => each.includes(`${row.title}: ${row.state}, delivery ${report?.outcome}`)),
        ).toBeDefined();
      },
      { timeout: 30_000, interval: 200 },
    );
  });

  test('“Stop …” shows the change, and what its user applies is stopped in the menu', async () => {
    const { label, row } = await testableRow(desktop);
    await desktop.tell({ do: 'clickMenu', labels: [label, 'Stop …'] });
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    const dialog = desktop.page.getByRole('dialog', { name: 'Review and apply' });
    await dialog.getByText('stopped: true').first().waitFor();
    expect(labelsOf(await menuOf(desktop))).toContain(label);
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await desktop.page.getByText('Saved and read back').waitFor();
    const stopped = () =>
      vi.waitFor(async () => {
        const items = await menuOf(desktop);
        const found = items.find((each) => each.label.includes(row.context) && each.label.includes(`${row.title}: stopped`));
        if (found === undefined) throw new Error(labelsOf(items).join('\n'));
        return found.label;
      }, 5000);
    await desktop.tell({ do: 'clickMenu', labels: [await stopped(), 'Start …'] });
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    await dialog.getByRole('button', { name: 'Apply', exact: true }).click();
    await vi.waitFor(async () => expect(labelsOf(await menuOf(desktop)).join('\n')).toContain(`${row.title}: active`), 5000);
  });

  test('“Settings” and a row’s “Open” bring the page to that view', async () => {
    await desktop.tell({ do: 'clickMenu', labels: ['Settings'] });
    await desktop.page.waitForURL(/#\/settings$/);
    const { label, row } = await testableRow(desktop);
    await desktop.tell({ do: 'clickMenu', labels: [label, 'Open'] });
    await desktop.page.waitForURL((url) => url.hash.includes(encodeURIComponent(row.ref.name)));
    await desktop.tell({ do: 'clickMenu', labels: ['Open kAudit Tray'] });
    expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
  });

  test('an open menu is left alone; what changed meanwhile is there when it closes', async () => {
    await desktop.tell({ do: 'openMenu' });
    const before = (await desktop.look()).tray?.menus;
    const wasWatched = (await desktop.ask('fleet.get', {})).clusters.find((cluster) => cluster.state === 'online');
    if (wasWatched === undefined) throw new Error('No cluster is online');
    await desktop.ask('cluster.disconnect', { context: wasWatched.context });
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect((await desktop.look()).tray?.menus).toBe(before);
    await desktop.tell({ do: 'closeMenu' });
    await vi.waitFor(async () => expect(labelsOf(await menuOf(desktop)).join('\n')).not.toContain(`${wasWatched.context} `), 3000);
    await desktop.ask('cluster.connect', { context: wasWatched.context });
  });

  test('“Test all” shows its progress in place, offers to cancel there, and every row has its result', async () => {
    // Only some of the demo's integrations can be tested, and one with problems of its own may not show its delivery.
    await desktop.tell({ do: 'clickMenu', labels: ['Test all'] });
    await vi.waitFor(
      async () => expect(labelsOf(await menuOf(desktop))).toContainEqual(expect.stringMatching(/^Testing \d of \d …$/)),
      5000,
    );
    expect(labelsOf(await menuOf(desktop))).toContain('Cancel tests');
    expect((await desktop.look()).tray?.tooltip).toMatch(/testing \d of \d/);
    await vi.waitFor(async () => expect(labelsOf(await menuOf(desktop))).toContain('Test all'), { timeout: 60_000, interval: 200 });
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
    // Nothing of Electron's own but the line that ipc.ts checks: the settings' library would answer every page.
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
