import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import { startDesktop } from '../support/desktop.ts';
import type { Bridge } from '../support/desktop-bridge.ts';
import type { ElectronDesktop, ElectronOptions } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import { fullRunTest, inFullRun } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession, SessionOptions } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';

// Whenever no one can see the icon, the window opens, closing asks once, and Settings says why. On Electron, or on the
// stand-in for a Mac.

const tray = async ({ ask }: Pick<Bridge, 'ask'>) => (await ask('fleet.get', {})).desktop?.tray;
const isSaid = async ({ page }: Pick<ElectronDesktop, 'page'>, ...lines: readonly string[]) => {
  await page.evaluate(() => {
    location.hash = '#/settings';
  });
  for (const line of lines) await page.getByText(line).first().waitFor();
};

// All of them outlast the wait for an icon, so they wait together.
const TOGETHER = { concurrent: true };

/** Starts one after the other: each takes all processors. What comes before its page delays no other. */
let turn: Promise<unknown> = Promise.resolve();
function startInTurn(options: ElectronOptions): Promise<ElectronDesktop> {
  const launched = Promise.withResolvers<void>();
  const beforePage = async (application: ElectronApplication) => {
    if (options.beforePage !== undefined) launched.resolve();
    await options.beforePage?.(application);
  };
  const started = turn.then(() => startElectron({ ...options, beforePage }));
  turn = Promise.race([launched.promise, started.catch(() => undefined)]);
  return started;
}

describeWith(
  [electronRequirement, sessionRequirement],
  'the desktop host without a tray',
  () => {
    const onDesktop = async (options: SessionOptions, use: (session: DesktopSession, folder: string) => Promise<void>) => {
      const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-libraries-'));
      const session = await startDesktopSession(options);
      try {
        await use(session, folder);
      } finally {
        await session.stop();
        rmSync(folder, { recursive: true, force: true });
      }
    };
    /** A library that can't be loaded looks to Electron like one that isn't installed. */
    const withoutNotifications = (folder: string) => {
      for (const name of ['libnotify.so.4', 'libnotify.so.5', 'libnotify.so']) writeFileSync(join(folder, name), '');
      return { LD_LIBRARY_PATH: folder };
    };
    const isShown = (desktop: ElectronDesktop, visible: boolean) =>
      vi.waitFor(async () => expect(await desktop.windows()).toMatchObject([{ visible }]), 20_000);

    const saysWhy = (options: SessionOptions, environment: Readonly<Record<string, string>>, reason: string) =>
      onDesktop(options, async (session, folder) => {
        /** The question's window: the page's title also has the name of its view. */
        const asks = (asked: boolean) =>
          vi.waitFor(async () => expect((await session.screen.windows()).includes('kAudit Tray')).toBe(asked), 20_000);
        const desktop = await startInTurn({
          flags: ['--hidden'],
          environment: { ...session.environment, ...withoutNotifications(folder), ...environment },
        });
        await isShown(desktop, true);
        await isSaid(desktop, 'There’s no tray icon', reason, 'Notifications can’t be shown', 'libnotify');
        // Not even a setting hides it into a tray that no one sees.
        await desktop.ask('settings.update', { settings: { hideOnClose: true } });
        // A question that blocks the program keeps Electron from returning.
        const closed = desktop.closeWindow();
        await asks(true);
        // It waits, but nothing else does.
        const responds = Promise.race([tray(desktop), new Promise((resolve) => setTimeout(resolve, 5000, 'nothing'))]);
        expect(await responds).toMatchObject({ shown: false });
        await closed;
        await isShown(desktop, true);
        await session.press('Escape');
        await asks(false);
        await isShown(desktop, true);
        await desktop.closeWindow();
        expect((await desktop.ended()).code).toBe(0);
      });

    test('with no host for icons: the window opens despite --hidden, Settings says why, and closing asks once', () =>
      saysWhy({ tray: 'no-watcher' }, {}, 'AppIndicator'));

    inFullRun(() => {
      test('a watcher without a host: the same', () => saysWhy({ tray: 'no-host' }, {}, 'AppIndicator'));

      test('no session bus: the same', () =>
        saysWhy({ tray: 'no-watcher' }, { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' }, 'no session bus'));
    });

    const survivesPanel = async (session: DesktopSession, desktop: ElectronDesktop) => {
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
    };

    fullRunTest('a panel that ends: the state says why, and a hidden window appears; a panel that returns gets an icon with its menu', () =>
      onDesktop({}, async (session) => {
        const desktop = await startInTurn({ environment: session.environment });
        await survivesPanel(session, desktop);
        await desktop.stop();
      }),
    );

    test('--hidden stays hidden if icons are shown, and “Open” shows the window; so does the end of the panel', () =>
      onDesktop({}, async (session) => {
        const desktop = await startInTurn({
          flags: ['--hidden'],
          environment: session.environment,
          beforePage: async (application) => {
            await session.panel.icon();
            // Longer than the wait for an icon.
            await new Promise((resolve) => setTimeout(resolve, 11_000));
            expect(await application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
            await session.panel.click('Open kAudit Tray');
          },
        });
        expect(await tray(desktop)).toEqual({ shown: true });
        await isShown(desktop, true);
        await survivesPanel(session, desktop);
        await desktop.stop();
      }));
  },
  TOGETHER,
);

describeWith(
  [chromiumRequirement],
  'the desktop host on a Mac, on the stand-in',
  () => {
    const MAC = { STAND_IN_PLATFORM: 'darwin' };

    test('that places the icon off screen: the window opens despite --hidden, and Settings says why', async () => {
      const desktop = await startDesktop({
        flags: ['--hidden'],
        environment: { ...MAC, STAND_IN_TRAY_BOUNDS: '{"x":-500,"y":0,"width":22,"height":22}' },
      });
      expect(await desktop.look()).toMatchObject({ windows: [{ visible: true }], tray: { items: expect.any(Array) } });
      await isSaid(desktop, 'There’s no tray icon', 'macOS hides the icon');
      await desktop.stop();
    });

    inFullRun(() => {
      test('that refuses the icon: the same', async () => {
        const desktop = await startDesktop({ flags: ['--hidden'], environment: { ...MAC, STAND_IN_NO_TRAY: '1' } });
        expect(await desktop.look()).toMatchObject({ windows: [{ visible: true }], tray: null });
        await isSaid(desktop, 'There’s no tray icon', 'The system refused the tray icon: There is no tray.');
        await desktop.stop();
      });

      test('with the icon in its place: --hidden stays hidden, and “Open” shows the window', async () => {
        const desktop = await startDesktop({
          flags: ['--hidden'],
          environment: MAC,
          beforePage: async ({ look, tell }) => {
            await vi.waitFor(async () => expect((await look()).tray).not.toBeNull(), 60_000);
            // Longer than the wait for an icon.
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
  },
  TOGETHER,
);
