import type { ChildProcess } from 'node:child_process';
import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as dbus from '@jellybrick/dbus-next';
import type { Picture } from '../png.ts';
import type { Requirement } from '../requirement.ts';
import { connectToBus } from './bus-client.ts';
import type { DesktopSession } from './desktop-session.ts';
import type { MenuNode } from './tray-panel.ts';
import { menuOf } from './tray-panel.ts';

// Xfce's own panel and notification service on a session of the tests, seen and clicked as a person does: in pictures
// of the screen, with the mouse.

const XFCONFD = '/usr/lib/x86_64-linux-gnu/xfce4/xfconf/xfconfd';
const NOTIFYD = '/usr/lib/x86_64-linux-gnu/xfce4/notifyd/xfce4-notifyd';
const PACKAGES = ['xfce4-panel', 'xfce4-notifyd', 'xfconf'];

export const xfceRequirement: Requirement = {
  name: 'Xfce’s panel',
  missing: () => {
    const panel = spawnSync('sh', ['-c', 'command -v xfce4-panel']).status === 0;
    return panel && existsSync(XFCONFD) && existsSync(NOTIFYD) ? null : `Xfce’s panel (apt-get install ${PACKAGES.join(' ')})`;
  },
};

/** Where the pointer rests: it is in the picture, and whatever is under it shows a tooltip. */
const AWAY = { x: '1240', y: '870' };

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Xfce {
  /** The current screen. With KAUDIT_SCREENSHOTS it is saved there under that name, as an XWD file. */
  picture(name?: string): Promise<Picture>;
  /** The screen once it differs from that one and has stopped changing. */
  changed(from: Picture, name?: string): Promise<Picture>;
  /** Clicks the middle of it, and moves the pointer away. */
  click(box: Box, button?: 'left' | 'right'): Promise<void>;
  /** The windows of the visible notifications. */
  notifications(): Promise<readonly Box[]>;
  /** The icon's menu, as the panel received it. */
  menu(): Promise<readonly MenuNode[]>;
  stop(): Promise<void>;
}

export async function startXfce({ environment }: DesktopSession, panel: 'light' | 'dark'): Promise<Xfce> {
  const env = { ...process.env, ...environment };
  const folder = join(environment.XDG_CONFIG_HOME ?? '', 'xfce4', 'xfconf', 'xfce-perchannel-xml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'xfce4-panel.xml'), panelSettings(panel === 'dark'));
  const bus = connectToBus(environment);
  const call = async (destination: string, path: string, face: string, member: string, signature = '', body: unknown[] = []) =>
    (await bus.call(new dbus.Message({ destination, path, interface: face, member, signature, body })))?.body ?? [];
  const programs: { readonly program: ChildProcess; readonly exited: Promise<unknown> }[] = [];
  // Each needs the previous one.
  for (const [command, name] of [
    [XFCONFD, 'org.xfce.Xfconf'],
    ['xfce4-panel', 'org.kde.StatusNotifierWatcher'],
    [NOTIFYD, 'org.freedesktop.Notifications'],
  ] as const) {
    const program = spawn(command, { env, stdio: 'ignore' });
    programs.push({ program, exited: once(program, 'exit') });
    const owned = async () =>
      (await call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus', 'NameHasOwner', 's', [name]))[0];
    await until(`${command} doesn’t have its name`, async () => ((await owned()) === true ? true : undefined));
  }
  const run = promisify(execFile);
  const xdotool = async (...args: string[]) => (await run('xdotool', args, { env })).stdout;
  const picture = async (name?: string) => {
    const file = join(environment.HOME ?? '', 'Xvfb_screen0');
    const kept = process.env.KAUDIT_SCREENSHOTS;
    if (name !== undefined && kept !== undefined) copyFileSync(file, join(kept, `${name}.xwd`));
    return readXwd(readFileSync(file));
  };
  const moveAway = () => xdotool('mousemove', AWAY.x, AWAY.y);
  await moveAway();
  return {
    picture,
    changed: async (from, name) => {
      let last = from;
      const found = await until('The screen stays as it is', async () => {
        const now = await picture(name);
        const settled = differences(from, now) !== undefined && differences(last, now) === undefined;
        last = now;
        return settled ? now : undefined;
      });
      return found;
    },
    click: async ({ x, y, width, height }, button = 'left') => {
      const at = [x + width / 2, y + height / 2].map((value) => String(Math.round(value)));
      await xdotool('mousemove', ...at, 'sleep', '0.2', 'click', button === 'left' ? '1' : '3');
      await moveAway();
    },
    notifications: async () => {
      const ids = await xdotool('search', '--onlyvisible', '--class', 'xfce4-notifyd').catch(() => '');
      const boxes = ids
        .split('\n')
        .filter((id) => id !== '')
        .map(async (id) => {
          const value = (text: string, name: string) => Number(new RegExp(`^${name}=(-?\\d+)$`, 'm').exec(text)?.[1]);
          const text = await xdotool('getwindowgeometry', '--shell', id);
          return { x: value(text, 'X'), y: value(text, 'Y'), width: value(text, 'WIDTH'), height: value(text, 'HEIGHT') };
        });
      return (await Promise.all(boxes)).filter(({ width, height }) => width > 50 && height > 20);
    },
    menu: async () => {
      const watcher = ['org.kde.StatusNotifierWatcher', '/StatusNotifierWatcher', 'org.freedesktop.DBus.Properties'] as const;
      const [items] = await call(...watcher, 'Get', 'ss', [watcher[0], 'RegisteredStatusNotifierItems']);
      const [item = ''] = (items as dbus.Variant<string[]>).value;
      const service = item.slice(0, item.indexOf('/'));
      return menuOf(await call(service, '/StatusNotifierItem/Menu', 'com.canonical.dbusmenu', 'GetLayout', 'iias', [0, -1, []]));
    },
    stop: async () => {
      bus.disconnect();
      for (const { program, exited } of programs.reverse()) {
        program.kill();
        await exited;
      }
    },
  };
}

function panelSettings(dark: boolean): string {
  const property = (name: string, type: string, value: unknown) => `<property name="${name}" type="${type}" value="${value}"/>`;
  const panel = [
    property('position', 'string', 'p=6;x=0;y=0'),
    property('position-locked', 'bool', true),
    property('length', 'uint', 100),
    property('size', 'uint', 32),
    '<property name="plugin-ids" type="array"><value type="int" value="1"/></property>',
  ];
  // Tray icons only: a clock would change its picture.
  return `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  ${property('configver', 'int', 2)}
  <property name="panels" type="array">
    <value type="int" value="1"/>
    ${property('dark-mode', 'bool', dark)}
    <property name="panel-1" type="empty">${panel.join('')}</property>
  </property>
  <property name="plugins" type="empty">${property('plugin-1', 'string', 'systray')}</property>
</channel>
`;
}

async function until<Found>(otherwise: string, look: () => Promise<Found | undefined>): Promise<Found> {
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(otherwise);
}

/** An X window dump as Xvfb keeps its screen: four bytes for each pixel, blue first. */
function readXwd(dump: Buffer): Picture {
  const field = (at: number) => dump.readUInt32BE(4 * at);
  const [start, width, height, line] = [field(0) + 12 * field(19), field(4), field(5), field(12)];
  const pixels = new Uint8Array(4 * width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const [from, to] = [start + y * line + 4 * x, 4 * (y * width + x)];
      pixels[to] = dump[from + 2] ?? 0;
      pixels[to + 1] = dump[from + 1] ?? 0;
      pixels[to + 2] = dump[from] ?? 0;
      pixels[to + 3] = 255;
    }
  return { width, height, pixels };
}

export type Colour = readonly [red: number, green: number, blue: number];

export function colourAt({ pixels, width }: Picture, x: number, y: number): Colour {
  const at = 4 * (y * width + x);
  return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
}

/** The smallest box around all differences inside `within`; undefined: there is none. */
export function differences(one: Picture, other: Picture, within: Box = { x: 0, y: 0, ...one }): Box | undefined {
  let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  const row = ({ pixels, width }: Picture, y: number) =>
    pixels.subarray(4 * (y * width + within.x), 4 * (y * width + within.x + within.width));
  for (let y = within.y; y < within.y + within.height; y += 1) {
    const [above, below] = [row(one, y), row(other, y)];
    if (Buffer.compare(above, below) === 0) continue;
    for (let at = 0; at < above.length; at += 1) {
      if (above[at] === below[at]) continue;
      const x = within.x + (at >> 2);
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return right < 0 ? undefined : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

function distance(one: Colour, other: Colour): number {
  return one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0);
}

/** The rows of an open menu, from its top: the text in each, and the lines between them. */
export function rowsIn(picture: Picture, menu: Box): readonly (Box & { readonly separator: boolean })[] {
  const [left, right] = [menu.x + 6, menu.x + menu.width - 6];
  const background = colourAt(picture, left, menu.y + 4);
  const ink = (y: number) => {
    let count = 0;
    for (let x = left; x < right; x += 1) if (distance(colourAt(picture, x, y), background) > 12) count += 1;
    return count;
  };
  const rows: { from: number; to: number; most: number }[] = [];
  for (let y = menu.y + 3; y < menu.y + menu.height - 3; y += 1) {
    const count = ink(y);
    if (count === 0) continue;
    const last = rows.at(-1);
    // The dots of letters are separate.
    if (last !== undefined && y - last.to <= 3) [last.to, last.most] = [y, Math.max(last.most, count)];
    else rows.push({ from: y, to: y, most: count });
  }
  return rows.map(({ from, to, most }) => ({
    x: left,
    y: from,
    width: right - left,
    height: to - from + 1,
    separator: to - from < 3 && most > 0.8 * (right - left),
  }));
}
