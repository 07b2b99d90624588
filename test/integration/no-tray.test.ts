import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { chromiumRequirement } from '../support/chromium.ts';
import type { Desktop } from '../support/desktop.ts';
import { startDesktop } from '../support/desktop.ts';
import { FULL } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';
import type { TrayPanel } from '../support/session/tray-panel.ts';
import { startTrayPanel } from '../support/session/tray-panel.ts';
import type { TestBus } from '../support/tray-host.ts';
import { dbusRequirement, startBus } from '../support/tray-host.ts';

// Wherever no one can see the icon: the window opens, closing asks once, and Settings says why.

const tray = async (desktop: Desktop) => (await desktop.ask('fleet.get', {})).desktop?.tray;

describeWith([chromiumRequirement, dbusRequirement], 'the desktop host without a tray', () => {
  /** A session bus where nothing shows icons. */
  let emptyBus: TestBus;
  let bus: TestBus;
  let panel: TrayPanel;
  beforeAll(async () => {
    emptyBus = await startBus();
    bus = await startBus();
    panel = await startTrayPanel(bus.environment);
  });
  afterAll(async () => {
    panel?.stop();
    await bus?.stop();
    await emptyBus?.stop();
  });

  const cases: Readonly<Record<string, { environment: () => Record<string, string>; reason: string; made: boolean }>> = {
    'there is no session bus': { environment: () => ({}), reason: 'no session bus', made: false },
    'nothing shows icons': { environment: () => ({ ...emptyBus.environment }), reason: 'AppIndicator', made: false },
    'the system refuses the icon': {
      environment: () => ({ STAND_IN_PLATFORM: 'darwin', STAND_IN_NO_TRAY: '1' }),
      reason: 'The system refused the tray icon: There is no tray.',
      made: false,
    },
    'macOS places the icon off screen': {
      environment: () => ({ STAND_IN_PLATFORM: 'darwin', STAND_IN_TRAY_BOUNDS: '{"x":-500,"y":0,"width":22,"height":22}' }),
      reason: 'macOS hides the icon',
      made: true,
    },
  };

  /** The gate has one with an invisible icon, and one without any. */
  const inGate = ['nothing shows icons', 'macOS places the icon off screen'];
  for (const [name, { environment, reason, made }] of Object.entries(cases)) {
    if (!FULL && !inGate.includes(name)) continue;
    test.concurrent(`${name}: the window opens although it was to start hidden, Settings says why, and closing asks once`, async () => {
      const desktop = await startDesktop({ flags: ['--hidden'], environment: { ...environment(), STAND_IN_NO_NOTIFICATIONS: '1' } });
      const shown = await desktop.look();
      expect(shown).toMatchObject({ windows: [{ visible: true }], questions: [] });
      expect(shown.tray !== null).toBe(made);
      await desktop.page.evaluate(() => {
        location.hash = '#/settings';
      });
      await desktop.page.getByText('There’s no tray icon').waitFor();
      await desktop.page.getByText(reason).waitFor();
      await desktop.page.getByText('Notifications can’t be shown').waitFor();
      // Not even a setting hides it into an invisible tray.
      await desktop.ask('settings.update', { settings: { hideOnClose: true } });
      await desktop.tell({ do: 'closeWindow' });
      expect(await desktop.look()).toMatchObject({ questions: ['Quit kAudit Tray?'], windows: [{ visible: true }] });
      await desktop.tell({ do: 'closeWindow' });
      expect((await desktop.ended()).code).toBe(0);
    });
  }

  for (const [name, onLinux, environment] of [
    ['shows icons', true, () => bus.environment],
    ['is a Mac with the icon in its place', false, () => ({ STAND_IN_PLATFORM: 'darwin' })],
  ] as const) {
    test.concurrent(`--hidden stays hidden where the desktop ${name}, its menu says what arrived, and “Open” brings the window`, async () => {
      const desktop = await startDesktop({
        flags: ['--hidden', '--demo'],
        environment: environment(),
        beforePage: async ({ look, tell }) => {
          if (onLinux) await vi.waitFor(() => expect(panel.count()).toBe(1), 60_000);
          else await vi.waitFor(async () => expect((await look()).tray).not.toBeNull(), 60_000);
          // Longer than an icon is waited for.
          await new Promise((resolve) => setTimeout(resolve, 11_000));
          expect((await look()).windows).toEqual([]);
          // Asked although no window ever did.
          const menu = async () => JSON.stringify(onLinux ? await panel.open() : (await look()).tray);
          await vi.waitFor(async () => expect(await menu()).toMatch(/arrivals: (just now|\d+ min ago), /), 30_000);
          if (onLinux) await panel.close();
          if (onLinux) await panel.click('Open kAudit Tray');
          else await tell({ do: 'clickMenu', labels: ['Open kAudit Tray'] });
        },
      });
      expect(await tray(desktop)).toEqual({ shown: true });
      expect((await desktop.look()).windows).toMatchObject([{ visible: true }]);
      await desktop.stop();
    });
  }

  test.concurrent('a panel that goes: the state says why, and a hidden window comes back; a panel that returns gets an icon with its menu', async () => {
    const going = await startBus();
    const shortLived = await startTrayPanel(going.environment);
    const desktop = await startDesktop({ environment: going.environment });
    await vi.waitFor(async () => expect(await tray(desktop)).toEqual({ shown: true }), 5000);
    await desktop.ask('settings.update', { settings: { hideOnClose: true } });
    await desktop.tell({ do: 'closeWindow' });
    expect((await desktop.look()).windows).toMatchObject([{ visible: false }]);
    shortLived.showsIcons(false);
    await vi.waitFor(
      async () => expect(await tray(desktop)).toMatchObject({ shown: false, reason: expect.stringContaining('AppIndicator') }),
      5000,
    );
    await vi.waitFor(() => expect(shortLived.count()).toBe(0), 5000);
    await vi.waitFor(async () => expect((await desktop.look()).windows).toMatchObject([{ visible: true }]), 15_000);
    shortLived.showsIcons(true);
    await vi.waitFor(async () => expect(await tray(desktop)).toEqual({ shown: true }), 5000);
    expect(await shortLived.menu()).not.toEqual([]);
    await desktop.stop();
    shortLived.stop();
    await going.stop();
  });
});
