import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DesktopView } from '../../../../main/common/fleet/fleet.ts';
import { TrayPresence } from '../../../../main/desktop/tray/tray.ts';
import { StandInTray } from '../../../support/electron/tray.ts';
import { clusterOf, fleetOf } from '../../../support/shown-fleet.ts';

vi.mock('electron', async () => {
  const { StandInMenu, StandInTray: Tray } = await import('../../../support/electron/tray.ts');
  return { Menu: StandInMenu, Tray };
});

const HIDDEN = 'macOS hides the icon or has no room for it. Allow it in System Settings, Menu Bar, or close other menu bar items.';
const there = { x: 700, y: 0, width: 22, height: 22 };

class Theme extends EventEmitter {
  shouldUseDarkColors = false;
  shouldUseDarkColorsForSystemIntegratedUI = false;
}

let theme: Theme;
let told: DesktopView['tray'][];
let clicks: number;
let reads: number;
let displays: { x: number; y: number; width: number; height: number }[];
let presence: TrayPresence;

const start = (platform: 'darwin' | 'win32') => {
  presence = new TrayPresence({
    images: join(import.meta.dirname, '../../../../assets/tray'),
    platform,
    theme: theme as never,
    environment: {},
    snapshot: () => fleetOf([clusterOf('R&D\n& more', [], { state: 'unreachable' })]),
    recent: () => [],
    displays: () => displays,
    act: () => undefined,
    clicked: () => (clicks += 1),
    menuRead: () => (reads += 1),
    onPresence: (tray) => told.push(tray),
  });
};

beforeEach(() => {
  vi.useFakeTimers();
  theme = new Theme();
  told = [];
  clicks = 0;
  reads = 0;
  displays = [{ x: 0, y: 0, width: 1440, height: 900 }];
  StandInTray.bounds = there;
});
afterEach(() => {
  presence.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

test('on macOS an icon that is off screen counts as missing, until it is back in its place', () => {
  StandInTray.bounds = { ...there, x: -500 };
  start('darwin');
  // A new icon takes a moment to get its place.
  expect(told).toEqual([{ shown: true }]);
  vi.advanceTimersByTime(2000);
  expect(told).toEqual([{ shown: true }, { shown: false, reason: HIDDEN }]);
  expect(presence.shown).toBe(false);
  StandInTray.bounds = there;
  vi.advanceTimersByTime(60_000);
  expect(told.at(-1)).toEqual({ shown: true });
  displays = [];
  vi.advanceTimersByTime(60_000);
  expect(told.at(-1)).toEqual({ shown: false, reason: HIDDEN });
});

test('elsewhere the system reports an icon itself, and no one looks for it', () => {
  StandInTray.bounds = { x: 0, y: 0, width: 0, height: 0 };
  start('win32');
  vi.advanceTimersByTime(300_000);
  expect(told).toEqual([{ shown: true }]);
});

test('a click on the icon opens the window, except on macOS, where it opens the menu', () => {
  start('win32');
  StandInTray.current?.emit('click');
  presence.close();
  start('darwin');
  StandInTray.current?.emit('click');
  expect(clicks).toBe(1);
});

test('the icon follows the panel’s colour', () => {
  start('win32');
  expect(StandInTray.current?.image).toMatch(/attention-light\.ico$/);
  theme.shouldUseDarkColorsForSystemIntegratedUI = true;
  theme.emit('updated');
  vi.advanceTimersByTime(500);
  expect(StandInTray.current?.image).toMatch(/attention-dark\.ico$/);
});

test('an ampersand in a name stays one, and underlines no letter', () => {
  start('win32');
  const labels = StandInTray.current?.menu?.template.map(({ label }) => label);
  expect(labels).toContain('! R&&D && more · unreachable since 22 Nov');
});
