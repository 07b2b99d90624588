import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ElectronDesktop, ElectronOptions } from '../support/desktop-electron.ts';
import { electronRequirement, spawnElectron, startElectron } from '../support/desktop-electron.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// How the desktop host ends, and what its window's close button does, on Electron with its own order of events.

const PAYMENTS = '#/configmap/prod-eu/alcide-kaudit/kaudit-integration-payments';

describeWith([electronRequirement, sessionRequirement], 'the end of the desktop host', () => {
  let session: DesktopSession;
  let desktop: ElectronDesktop | undefined;
  beforeEach(async () => {
    session = await startDesktopSession();
  });
  afterEach(async () => {
    if (desktop?.process.exitCode === null && desktop.process.signalCode === null) await desktop.stop('SIGKILL');
    desktop = undefined;
    await session?.stop();
  });

  const start = async (options: Partial<ElectronOptions> = {}): Promise<ElectronDesktop> => {
    desktop = await startElectron({ flags: ['--demo'], environment: session.environment, ...options });
    await session.panel.icon();
    return desktop;
  };
  /** Opens an integration and changes its name, as its user does. */
  const edit = async ({ page, ask }: ElectronDesktop) => {
    await vi.waitFor(
      async () => {
        const { clusters } = await ask('fleet.get', {});
        expect(clusters.find(({ context }) => context === 'prod-eu')?.configMaps).not.toEqual([]);
      },
      { timeout: 30_000 },
    );
    await page.evaluate((hash) => {
      location.hash = hash;
    }, PAYMENTS);
    const name = page.getByLabel('Name', { exact: true });
    // Chromium asks on behalf of pages that someone has touched.
    await name.click();
    await name.fill('unsaved');
    await page.getByRole('button', { name: 'Review and apply' }).waitFor();
  };
  const isAsked = () => vi.waitFor(async () => expect(await session.screen.windows()).toContain('kAudit Tray'), { timeout: 40_000 });
  const isDialog = async () => (await session.screen.windows()).filter((title) => title === 'kAudit Tray').length;

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it within two seconds', async (signal) => {
    const { code, milliseconds } = await (await start()).stop(signal);
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('so does SIGTERM with an unsaved edit, which asks nobody', async () => {
    const running = await start();
    await edit(running);
    const { code, milliseconds } = await running.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('and while its user is asked about the edit', async () => {
    const running = await start();
    await edit(running);
    await session.panel.click('Quit');
    await isAsked();
    // Nothing waits for the answer: neither the tray nor the page.
    await session.panel.click('Settings');
    expect(await running.ask('fleet.get', {})).toMatchObject({ demo: true });
    const { code, milliseconds } = await running.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('and while a delivery test runs', async () => {
    const running = await start();
    await edit(running);
    await session.panel.click('Test all');
    await vi.waitFor(async () => expect((await running.ask('fleet.get', {})).testAll).not.toBeNull());
    const { code, milliseconds } = await running.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('and with a page that hangs', async () => {
    const running = await start();
    await edit(running);
    running.page
      .evaluate(() => {
        for (;;);
      })
      .catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { code, milliseconds } = await running.stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('“Quit” asks about an unsaved edit once: staying keeps it, discarding ends the program', async () => {
    const running = await start();
    await edit(running);
    await session.panel.click('Quit');
    await isAsked();
    await session.panel.click('Quit');
    expect(await isDialog()).toBe(1);
    await session.press('Escape');
    await vi.waitFor(async () => expect(await isDialog()).toBe(0));
    expect(await running.page.getByLabel('Name', { exact: true }).inputValue()).toBe('unsaved');
    await session.panel.click('Quit');
    await isAsked();
    // The first button; Return presses the other one.
    await session.press('Tab', 'Return');
    expect((await running.ended()).code).toBe(0);
  });

  test('“Quit” without an unsaved edit ends it at once', async () => {
    const running = await start();
    await session.panel.click('Quit');
    const { code, milliseconds } = await running.ended();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(2000);
  });

  test('closing the window hides it into the tray, and says so once, in a notification that leads to Settings', async () => {
    const running = await start();
    for (const _ of [1, 2]) {
      await running.closeWindow();
      await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: false }]));
      await session.panel.activate();
      await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));
    }
    expect(session.notifications.shown.map(({ title }) => title)).toEqual(['kAudit Tray stays in the tray']);
    await running.closeWindow();
    session.notifications.click('kAudit Tray stays in the tray');
    await running.page.waitForURL(/#\/settings$/);
    await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));
    // Settings changes it.
    await running.ask('settings.update', { settings: { hideOnClose: false } });
    await running.closeWindow();
    expect((await running.ended()).code).toBe(0);
  });

  test('a failed start says why in a window, and SIGTERM ends that too', async () => {
    const child = spawnElectron({ flags: ['--user-data', '/dev/null/nowhere'], environment: session.environment });
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    await isAsked();
    const since = Date.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).not.toBeNull();
    expect(Date.now() - since).toBeLessThan(2000);
    expect(errors).toContain('/dev/null/nowhere');
  });
});

test('no dialog of the system stops the program while it waits', () => {
  const bundle = readFileSync(new URL('../../dist/main/desktop.js', import.meta.url), 'utf8');
  expect(bundle).toContain('showMessageBox');
  for (const name of ['showMessageBoxSync', 'showErrorBox', 'showOpenDialogSync', 'showSaveDialogSync']) expect(bundle).not.toContain(name);
});
