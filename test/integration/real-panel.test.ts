import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { HEALTHS } from '../../main/common/fleet/rows.ts';
import { pixmapOf, trayImageFile } from '../../main/desktop/tray/image.ts';
import { StatusNotifier } from '../../main/desktop/tray/status-notifier.ts';
import type { ElectronDesktop } from '../support/desktop-electron.ts';
import { electronRequirement, startElectron } from '../support/desktop-electron.ts';
import type { Picture } from '../support/png.ts';
import { readPng } from '../support/png.ts';
import { describeWith } from '../support/requirement.ts';
import type { DesktopSession } from '../support/session/desktop-session.ts';
import { sessionRequirement, startDesktopSession } from '../support/session/desktop-session.ts';
import { findNode } from '../support/session/tray-panel.ts';
import type { Box, Colour, Xfce } from '../support/session/xfce.ts';
import { colourAt, differences, rowsIn, startXfce, xfceRequirement } from '../support/session/xfce.ts';

// On Xfce's own panel and notification service, with a real mouse: what is on the screen, and what clicks open.
// KAUDIT_SCREENSHOTS=FOLDER keeps the pictures for review.

const PANEL: Box = { x: 0, y: 0, width: 1280, height: 34 };
/** Without the pointer. */
const BELOW: Box = { x: 0, y: 34, width: 1200, height: 800 };

function contrast(one: Colour, other: Colour): number {
  const linear = (value: number) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([red, green, blue]: Colour) => 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  const [low = 0, high = 0] = [light(one), light(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function pixelsIn(picture: Picture, { x, y, width, height }: Box): readonly Colour[] {
  return Array.from({ length: width * height }, (_, at) => colourAt(picture, x + (at % width), y + Math.floor(at / width)));
}

describeWith([electronRequirement, sessionRequirement, xfceRequirement], 'on Xfce’s panel', () => {
  let session: DesktopSession;
  let xfce: Xfce | undefined;
  let desktop: ElectronDesktop | undefined;
  const begin = async (panel: 'light' | 'dark') => {
    session = await startDesktopSession({ tray: 'no-watcher', notifications: 'none' });
    xfce = await startXfce(session, panel);
    return xfce;
  };
  afterEach(async () => {
    if (desktop?.process.exitCode === null) await desktop.stop();
    desktop = undefined;
    await xfce?.stop();
    await session?.stop();
  });

  test.each(['light', 'dark'] as const)(
    'a %s one: each state has its own picture, which stands out whatever colour the program assumes',
    async (panel) => {
      const { picture, changed } = await begin(panel);
      let dark = false;
      const empty = await picture();
      const notifier = new StatusNotifier({
        environment: session.environment,
        pixmaps: (health) => {
          const { width, height, pixels } = readPng(
            readFileSync(join(import.meta.dirname, '../../assets/tray', trayImageFile(health, 'linux', dark).replace('.png', '@2x.png'))),
          );
          // As Chromium keeps it: blue first, and multiplied by its alpha.
          const bitmap = Buffer.alloc(pixels.length);
          for (let at = 0; at < pixels.length; at += 4) {
            const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
            bitmap.set([blue, green, red].map((value) => Math.round((value * alpha) / 255)).concat(alpha), at);
          }
          return [pixmapOf({ width, height }, bitmap)];
        },
        events: { aboutToOpen: () => undefined, opened: () => undefined, closed: () => undefined, clicked: () => undefined },
      });
      try {
        notifier.showState('unknown', 'kAudit');
        await notifier.registered;
        const place = differences(empty, await changed(empty), PANEL);
        if (place === undefined) throw new Error('The panel shows no icon');
        expect(Math.min(place.width, place.height)).toBeGreaterThan(12);
        const background = colourAt(empty, 640, 16);
        let before = await picture();
        for (dark of [false, true]) {
          const seen: string[] = [];
          // The previous one always differed.
          for (const health of HEALTHS.toReversed()) {
            notifier.showState(health, 'kAudit');
            before = await changed(before, `icon-${panel}-${health}-for-${dark ? 'dark' : 'light'}`);
            const icon = pixelsIn(before, place);
            // Its body or its outline against the panel, and its sign against its body.
            const clear = icon.filter((colour) => contrast(colour, background) >= 3);
            expect({ health, dark, clear: clear.length > 20 }).toEqual({ health, dark, clear: true });
            const most = Math.max(...icon.flatMap((one) => clear.slice(0, 40).map((other) => contrast(one, other))));
            expect({ health, dark, sign: most >= 4.5 }).toEqual({ health, dark, sign: true });
            seen.push(JSON.stringify(icon));
          }
          expect(new Set(seen).size).toBe(HEALTHS.length);
        }
      } finally {
        notifier.destroy();
      }
    },
  );

  test('a notification, the menu and its rows open what they say; an open menu doesn’t change for 60 seconds of changes', {
    timeout: 400_000,
  }, async () => {
    const { picture, changed, click, notifications, menu } = await begin('dark');
    const empty = await picture();
    const running = await startElectron({ flags: ['--demo'], environment: session.environment });
    desktop = running;
    const { page, ask } = running;
    await vi.waitFor(async () => expect((await ask('fleet.get', {})).desktop?.tray).toEqual({ shown: true }), 10_000);
    await page.getByText('kAudit ready').first().waitFor();

    await running.closeWindow();
    const shown = await vi.waitFor(async () => {
      const [box, ...more] = await notifications();
      expect(more).toEqual([]);
      if (box === undefined) throw new Error('No notification is shown');
      return box;
    }, 10_000);
    await picture('notification');
    // Its button “View”, at its lower right.
    await click({ x: shown.x + shown.width - 99, y: shown.y + shown.height - 48, width: 85, height: 34 });
    await page.waitForURL(/#\/settings$/);
    await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));
    await vi.waitFor(async () => expect(await notifications()).toEqual([]), 15_000);

    const open = async (name: string) => {
      await running.closeWindow();
      await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: false }]));
      const closed = await vi.waitFor(async () => {
        const now = await picture();
        expect(differences(empty, now, BELOW)).toBeUndefined();
        return now;
      }, 10_000);
      const icon = differences(empty, closed, PANEL);
      if (icon === undefined) throw new Error('The panel shows no icon');
      await click(icon, 'right');
      const opened = await changed(closed, name);
      const box = differences(closed, opened, BELOW);
      if (box === undefined) throw new Error('No menu opened');
      const nodes = await menu();
      const rows = rowsIn(opened, box);
      expect(rows.map(({ separator }) => separator)).toEqual(nodes.map(({ separator }) => separator));
      return { opened, box, rows, nodes };
    };
    const rowOf = ({ rows, nodes }: Awaited<ReturnType<typeof open>>, label: string) => {
      const row = rows[nodes.indexOf(findNode(nodes, [label]))];
      if (row === undefined) throw new Error(`No row “${label}” is shown`);
      return row;
    };

    const first = await open('menu');
    const context = (await ask('fleet.get', {})).clusters.find(({ state }) => state === 'online')?.context ?? '';
    let changes = 0;
    for (const end = Date.now() + 60_000; Date.now() < end; changes += 1) {
      await ask(changes % 2 === 0 ? 'cluster.disconnect' : 'cluster.connect', { context });
      if (changes % 20 === 0) void ask('delivery.testAll', {});
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (changes % 5 === 0) expect(differences(first.opened, await picture('menu-later'), first.box)).toBeUndefined();
    }
    expect(changes).toBeGreaterThan(20);
    expect(differences(first.opened, await picture('menu-after-60-seconds'), first.box)).toBeUndefined();
    await page.evaluate(() => {
      location.hash = '#/about';
    });
    await click(rowOf(first, 'Settings'));
    await page.waitForURL(/#\/settings$/);
    await vi.waitFor(async () => expect(await running.windows()).toMatchObject([{ visible: true }]));

    // Changes since then appear when it opens again.
    await ask('cluster.connect', { context });
    const again = await open('menu-again');
    await click(rowOf(again, 'Quit'));
    expect((await running.ended()).code).toBe(0);
  });
});
