import { EventEmitter } from 'node:events';
import type { Dialog, NativeTheme, NotificationConstructorOptions, Screen, Shell } from 'electron';
import { readPng } from '../png.ts';
import { StandInApp, StandInProtocol } from './app.ts';
import { browserWindowClass, StandInIpcMain } from './browser-window.ts';
import { listenToTest } from './remote.ts';
import { StandInSession, session } from './session.ts';
import { StandInMenu as StandInMenuClass, StandInTray } from './tray.ts';
import { utilityProcess } from './utility-process.ts';

// The parts of `electron` that main/desktop uses, on Chromium, for machines without Electron's binary. It keeps what
// Electron would show for the test to read, and refuses what Electron would refuse.

export const app = new StandInApp();
export const protocol = new StandInProtocol(app);
export const ipcMain = new StandInIpcMain();
export const BrowserWindow = browserWindowClass({ app, ipcMain });
export const Menu = StandInMenuClass;
export const Tray = StandInTray;
export { session, utilityProcess };

/** Blue first, and colours multiplied by their alpha, as Chromium keeps them. */
export const nativeImage = {
  createFromBuffer: (bytes: Buffer) => {
    const { width, height, pixels } = readPng(bytes);
    const bitmap = Buffer.alloc(pixels.length);
    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
      bitmap.set([blue, green, red].map((value) => Math.round((value * alpha) / 255)).concat(alpha), at);
    }
    return { getSize: () => ({ width, height }), toBitmap: () => bitmap };
  },
};

export const shell = { openExternal: async () => undefined } satisfies Pick<Shell, 'openExternal'>;

/** A question waits for someone, and no one is here. */
export const dialog = { showMessageBox: () => new Promise(() => undefined) } satisfies Record<
  keyof Pick<Dialog, 'showMessageBox'>,
  unknown
>;

/** Keeps what would be shown. */
export class Notification extends EventEmitter {
  static readonly all: Notification[] = [];
  readonly options: NotificationConstructorOptions;

  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    Notification.all.push(this);
  }
}

export const powerMonitor = new EventEmitter();

const display = { x: 0, y: 0, width: 1920, height: 1080 };
export const screen = {
  getAllDisplays: () => [{ bounds: display, workArea: display }] as ReturnType<Screen['getAllDisplays']>,
} satisfies Pick<Screen, 'getAllDisplays'>;

class StandInTheme extends EventEmitter implements Pick<NativeTheme, 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'> {
  shouldUseDarkColors = false;
  shouldUseDarkColorsForSystemIntegratedUI = false;
}
export const nativeTheme = new StandInTheme();

app.onExit = async () => {
  await Promise.all([...StandInSession.all.values()].map((each) => each.close()));
};

const { all: notifications } = Notification;
listenToTest({ notifications, powerMonitor, windows: BrowserWindow.windows });

// electron-store imports the whole module.
export default {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
  Tray,
  utilityProcess,
};
