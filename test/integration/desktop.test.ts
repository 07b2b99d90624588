import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { IntegrationRow } from '../../main/common/fleet/rows.ts';
import { healthRows } from '../../main/common/fleet/rows.ts';
import { referenceKey } from '../../main/common/reference.ts';
import type { MenuItem, TrayAction } from '../../main/common/tray/menu.ts';
import { trayMenu } from '../../main/common/tray/menu.ts';
import type { Bridge } from '../support/desktop-bridge.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, spawnElectron, startElectron } from '../support/desktop-electron.ts';
import { fullRunTest } from '../support/full-run.ts';
import { readPng } from '../support/png.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';
import type { MenuNode, TrayPanel } from '../support/session/tray-panel.ts';
import { findNode } from '../support/session/tray-panel.ts';

// The desktop host on Electron, on the tests' own desktop: its tray and its window. (attack.test.ts has what its page
// may do.)

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

/** Until the demo's clusters are online and the menu shows them. */
async function settled(desktop: Pick<Bridge, 'ask'>): Promise<void> {
  await vi.waitFor(
    async () => {
      const rows = healthRows(await desktop.ask('fleet.get', {}));
      expect(rows.filter((row) => row.kind === 'cluster' && row.state === 'connecting')).toEqual([]);
      expect(rows.some((row) => row.kind === 'integration')).toBe(true);
    },
    { timeout: 30_000 },
  );
}

async function menuData(desktop: Pick<Bridge, 'ask'>): Promise<readonly MenuItem[]> {
  return trayMenu(await desktop.ask('fleet.get', {}), Date.now());
}

/** The first row that tests an integration with one target, and its place. */
async function testableRow(desktop: Pick<Bridge, 'ask'>): Promise<{ labels: readonly string[]; row: IntegrationRow }> {
  const rows = healthRows(await desktop.ask('fleet.get', {})).filter((row) => row.kind === 'integration');
  for (const { labels, action } of ways(await menuData(desktop))) {
    if (action.do !== 'test') continue;
    const row = rows.find(({ ref, integration }) => referenceKey(ref) === referenceKey(action.ref) && integration === action.integration);
    if (row?.targets.length === 1) return { labels, row };
  }
  throw new Error('The menu has no row to test');
}

describeWith([electronRequirement, sessionRequirement], 'the desktop host on the demo', () => {
  let desktop: ElectronDesktop;
  let session: DesktopSession;
  let panel: TrayPanel;

  beforeAll(async () => {
    session = await startDesktopSession();
    panel = session.panel;
    desktop = await startElectron({ flags: ['--demo'], environment: session.environment });
    await settled(desktop);
  });

  afterAll(async () => {
    await desktop?.stop();
    await session?.stop();
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

  const isShown = (visible: boolean) => vi.waitFor(async () => expect(await desktop.windows()).toMatchObject([{ visible }]));

  test('the tray’s menu shows the state, row by row', async () => {
    // The arrivals are the same there, in the row and in the panel: `expectedLabels` uses the same function.
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
      { timeout: 30_000 },
    );
  });

  test('“Stop …” shows the change, and after an apply the menu shows it as stopped', async () => {
    const { row } = await testableRow(desktop);
    await click(await wayTo(row, switches(true)));
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    const dialog = desktop.page.getByRole('dialog', { name: 'Review and apply' });
    await dialog.getByText('stopped: true').first().waitFor();
    expect((await stateOf(row))?.state).toBe('active');
    await dialog.getByRole('button', { name: /^Apply to / }).click();
    await desktop.page.getByText('Saved and read back').waitFor();
    await vi.waitFor(async () => expect((await stateOf(row))?.state).toBe('stopped'), 5000);
    await click(await wayTo(row, switches(false)));
    await desktop.page.getByRole('button', { name: 'Review and apply' }).click();
    await dialog.getByRole('button', { name: /^Apply to / }).click();
    // The page may still be applying: then it goes there afterwards, without a question.
    await click(['Settings']);
    await desktop.page.waitForURL(/#\/settings$/);
    await vi.waitFor(async () => expect((await stateOf(row))?.state).toBe('active'), 5000);
  });

  test('“Settings” and a row’s “Show” open that view in the page', async () => {
    await click(['Settings']);
    await desktop.page.waitForURL(/#\/settings$/);
    const { row } = await testableRow(desktop);
    await click(
      await wayTo(row, (action) => action.do === 'show' && action.view.view === 'configMap' && action.view.stopped === undefined),
    );
    await desktop.page.waitForURL((url) => url.hash.includes(encodeURIComponent(row.ref.name)));
    // So does each row for a place in the window, from any view.
    const home = ways(await menuData(desktop)).filter(({ action }) => action.do === 'show' && action.view.view === 'home');
    expect(home).not.toEqual([]);
    for (const { labels } of home) {
      await click(['Settings']);
      await desktop.page.waitForURL(/#\/settings$/);
      await click(labels);
      await desktop.page.waitForURL(/#\/$/);
    }
    await click(['Open kAudit Tray']);
    await isShown(true);
  });

  test('an open menu doesn’t change, its rows do what they say, and changes appear when it closes', async () => {
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
    // An open menu on a panel that doesn't report opening.
    await panel.clickId(findNode(shown, ['Settings']).id);
    await desktop.page.waitForURL(/#\/settings$/);
    await desktop.ask('cluster.connect', { context: isOnline.context });
  });

  test('“Test all” shows its progress in place, offers to cancel there, and every row gets its result', async () => {
    // Only some of the demo's integrations can be tested, and one with other problems may not show its delivery.
    await click(['Test all']);
    await vi.waitFor(async () => expect(labelsOf(await panel.menu())).toContainEqual(expect.stringMatching(/^Testing \d of \d …$/)), 5000);
    expect(labelsOf(await panel.menu())).toContain('Cancel tests');
    expect((await panel.icon()).tooltip).toMatch(/testing \d of \d/);
    await vi.waitFor(async () => expect(labelsOf(await panel.menu())).toContain('Test all'), { timeout: 60_000 });
    const rows = healthRows(await desktop.ask('fleet.get', {})).filter((row) => row.kind === 'integration');
    const tested = rows.filter((row) => row.targets.some(({ test, stopped }) => test !== undefined && !stopped));
    expect(tested.length).toBeGreaterThan(3);
    for (const row of tested) expect(row.delivery).toMatch(/^(passed|failed)$/);
  });

  test('a second start shows the window, unless it was to start hidden', async () => {
    const again = async (...flags: string[]) => {
      const given = ['--user-data', desktop.directory, ...flags];
      const [code] = await once(spawnElectron({ flags: given, environment: session.environment }), 'exit');
      expect(code).toBe(0);
    };
    await desktop.closeWindow();
    await isShown(false);
    await again('--demo', '--hidden');
    expect(await desktop.windows()).toMatchObject([{ visible: false }]);
    await again('--demo');
    await isShown(true);
  });

  /** Electron's events for sleep, which no test can cause. */
  const power = (event: 'suspend' | 'resume') => desktop.application.evaluate(({ powerMonitor }, name) => powerMonitor.emit(name), event);

  test('sleep ends sending; afterwards connected clusters are listed again', async () => {
    const { row } = await testableRow(desktop);
    const [target] = row.targets;
    if (target?.test === undefined) throw new Error('Nothing to test');
    const first = await desktop.ask('delivery.test', target.test);
    if (!('report' in first)) throw new Error(first.outcome);
    // A second test of the same configuration waits before it sends.
    const second = desktop.ask('delivery.test', target.test);
    const { hash } = first.report.subject;
    const outcome = async () => (await desktop.ask('fleet.get', {})).reports.find(({ subject }) => subject.hash === hash)?.outcome;
    await vi.waitFor(async () => expect(await outcome()).toBe('running'), 5000);
    const seenAt = async () => (await desktop.ask('fleet.get', {})).clusters.find(({ context }) => context === row.context)?.seenAt;
    const before = await seenAt();
    await power('suspend');
    expect(await second).toMatchObject({ outcome: 'cancelled' });
    expect(await seenAt()).toBe(before);
    await power('resume');
    await vi.waitFor(async () => expect(await seenAt()).not.toBe(before), { timeout: 20_000 });
  });

  fullRunTest('an unknown flag: a message, and exit code 2, except for Electron’s own switches and files dropped on the icon', async () => {
    const start = async (switches: readonly string[], ...flags: string[]) => {
      const child = spawnElectron({ switches, flags: ['--user-data', desktop.directory, ...flags], environment: session.environment });
      let errors = '';
      child.stderr?.on('data', (chunk: Buffer) => {
        errors += chunk.toString();
      });
      const [code] = await once(child, 'exit');
      return { code, errors };
    };
    expect(await start([], '--nonsense')).toMatchObject({ code: 2, errors: expect.stringContaining('--nonsense') });
    // It is a second start, which exits with success.
    const { code, errors } = await start(['--force-device-scale-factor=1', '--disable-gpu'], '/tmp/dropped.yaml', 'file:///tmp/x');
    expect(code).toBe(0);
    expect(errors).not.toContain('Unknown flag');
  });

  test('a page that crashes is loaded again and follows the state; if it crashes twice, “Open” loads it', async () => {
    const page = (script: string) =>
      desktop.application.evaluate(({ BrowserWindow }, code) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        if (contents?.isCrashed() !== false) return 'crashed';
        // A script that a crash interrupts never ends.
        const late = new Promise((resolve) => setTimeout(resolve, 1000, 'crashed'));
        return Promise.race([contents.executeJavaScript(code), late]);
      }, script);
    const crash = () =>
      desktop.application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
    const isDrawn = () =>
      vi.waitFor(async () => expect(await page("document.querySelector('main') !== null")).toBe(true), { timeout: 15_000, interval: 100 });
    await page("document.title = 'before'");
    await crash();
    await vi.waitFor(async () => expect(await page('document.title')).not.toMatch(/^(before|crashed)$/), {
      timeout: 15_000,
      interval: 100,
    });
    await isDrawn();
    await click(['Settings']);
    await vi.waitFor(async () => expect(await page('location.hash')).toBe('#/settings'), 5000);
    await crash();
    await vi.waitFor(async () => expect(await page('1')).toBe('crashed'), 5000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    expect(await page('1')).toBe('crashed');
    await click(['Open kAudit Tray']);
    await isDrawn();
  });
});
