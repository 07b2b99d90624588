import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { startDesktop } from '../support/desktop.ts';
import type { Bridge } from '../support/desktop-bridge.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import { inFullRun } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// Wherever no one can see the icon: the window opens, closing asks once, and Settings says why. On Electron; what only
// a Mac does, on the stand-in.

const tray = async ({ ask }: Pick<Bridge, 'ask'>) => (await ask('fleet.get', {})).desktop?.tray;
const isSaid = async ({ page }: Pick<ElectronDesktop, 'page'>, ...lines: readonly string[]) => {
  await page.evaluate(() => {
    location.hash = '#/settings';
  });
  for (const line of lines) await page.getByText(line).first().waitFor();
};

describeWith([electronRequirement, sessionRequirement], 'the desktop host without a tray', () => {
  let session: DesktopSession;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-libraries-'));
  });
  afterEach(async () => {
    await session?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A library that can't be loaded is what Electron finds where it isn't installed. */
  const withoutNotifications = () => {
    for (const name of ['libnotify.so.4', 'libnotify.so.5', 'libnotify.so']) writeFileSync(join(folder, name), '');
    return { LD_LIBRARY_PATH: folder };
  };
  const isShown = (desktop: ElectronDesktop, visible: boolean) =>
    vi.waitFor(async () => expect(await desktop.windows()).toMatchObject([{ visible }]), 20_000);
  /** The question's window: the page's has the name of its view too. */
  const asks = (asked: boolean) =>
    vi.waitFor(async () => expect((await session.screen.windows()).includes('kAudit Tray')).toBe(asked), 20_000);

  const saysWhy = async (environment: Readonly<Record<string, string>>, reason: string) => {
    const desktop = await startElectron({
      flags: ['--hidden'],
      environment: { ...session.environment, ...withoutNotifications(), ...environment },
    });
    await isShown(desktop, true);
    await isSaid(desktop, 'There’s no tray icon', reason, 'Notifications can’t be shown', 'libnotify');
    // Not even a setting hides it into a tray that no one sees.
    await desktop.ask('settings.update', { settings: { hideOnClose: true } });
    await desktop.closeWindow();
    await asks(true);
    // It waits, and nothing else does.
    expect(await tray(desktop)).toMatchObject({ shown: false });
    await isShown(desktop, true);
    await session.press('Escape');
    await asks(false);
    await isShown(desktop, true);
    await desktop.closeWindow();
    expect((await desktop.ended()).code).toBe(0);
  };

  test('where nothing shows icons: the window opens although it was to start hidden, Settings says why, and closing asks once', async () => {
    session = await startDesktopSession({ tray: 'no-watcher' });
    await saysWhy({}, 'AppIndicator');
  });

  inFullRun(() => {
    test('so it does where a watcher has no host', async () => {
      session = await startDesktopSession({ tray: 'no-host' });
      await saysWhy({}, 'AppIndicator');
    });

    test('and where there is no session bus', async () => {
      session = await startDesktopSession({ tray: 'no-watcher' });
      await saysWhy({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, 'no session bus');
    });
  });

  test('--hidden stays hidden where icons are shown, and “Open” brings the window', async () => {
    session = await startDesktopSession();
    const desktop = await startElectron({
      flags: ['--hidden'],
      environment: session.environment,
      beforePage: async (application) => {
        await session.panel.icon();
        // Longer than an icon is waited for.
        await new Promise((resolve) => setTimeout(resolve, 11_000));
        expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
        await session.panel.click('Open kAudit Tray');
      },
    });
    expect(await tray(desktop)).toEqual({ shown: true });
    await isShown(desktop, true);
    await desktop.stop();
  });

  test('a panel that goes: the state says why, and a hidden window comes back; a panel that returns gets an icon with its menu', async () => {
    session = await startDesktopSession();
    const desktop = await startElectron({ environment: session.environment });
    await vi.waitFor(async () => expect(await tray(desktop)).toEqual({ shown: true }), 5000);
    await desktop.closeWindow();
    await isShown(desktop, false);
    session.panel.showsIcons(false);
    await vi.waitFor(
      async () => expect(await tray(desktop)).toMatchObject({ shown: false, reason: expect.stringContaining('AppIndicator') }),
      5000,
    );
    await vi.waitFor(() => expect(session.panel.count()).toBe(0), 5000);
    await isShown(desktop, true);
    session.panel.showsIcons(true);
    await vi.waitFor(async () => expect(await tray(desktop)).toEqual({ shown: true }), 5000);
    expect(await session.panel.menu()).not.toEqual([]);
    await desktop.stop();
  });
});

describeWith([chromiumRequirement], 'the desktop host on a Mac, on the stand-in', () => {
  const MAC = { STAND_IN_PLATFORM: 'darwin' };

  test('that places the icon off screen: the window opens although it was to start hidden, and Settings says why', async () => {
    const desktop = await startDesktop({
      flags: ['--hidden'],
      environment: { ...MAC, STAND_IN_TRAY_BOUNDS: '{"x":-500,"y":0,"width":22,"height":22}' },
    });
    expect(await desktop.look()).toMatchObject({ windows: [{ visible: true }], tray: { items: expect.any(Array) } });
    await isSaid(desktop, 'There’s no tray icon', 'macOS hides the icon');
    await desktop.stop();
  });

  inFullRun(() => {
    test('that refuses the icon: so it is there', async () => {
      const desktop = await startDesktop({ flags: ['--hidden'], environment: { ...MAC, STAND_IN_NO_TRAY: '1' } });
      expect(await desktop.look()).toMatchObject({ windows: [{ visible: true }], tray: null });
      await isSaid(desktop, 'There’s no tray icon', 'The system refused the tray icon: There is no tray.');
      await desktop.stop();
    });

    test('with the icon in its place: --hidden stays hidden, and “Open” brings the window', async () => {
      const desktop = await startDesktop({
        flags: ['--hidden'],
        environment: MAC,
        beforePage: async ({ look, tell }) => {
          await vi.waitFor(async () => expect((await look()).tray).not.toBeNull(), 60_000);
          // Longer than an icon is waited for.
          await new Promise((resolve) => setTimeout(resolve, 11_000));
          expect((await look()).windows).toEqual([]);
          await tell({ do: 'clickMenu', labels: ['Open kAudit Tray'] });
        },
      });
      expect(await tray(desktop)).toEqual({ shown: true });
      expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
      await desktop.stop();
    });
  });
});
