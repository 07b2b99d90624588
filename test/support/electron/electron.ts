import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Dialog, MessageBoxOptions, NativeTheme, NotificationConstructorOptions, Screen, Shell } from 'electron';
import { readPng } from '../png.ts';
import { StandInApp, StandInProtocol } from './app.ts';
import { browserWindowClass, StandInIpcMain } from './browser-window.ts';
import { listenToTest } from './remote.ts';
import { StandInSession, session } from './session.ts';
import { StandInMenu as StandInMenuClass, StandInTray } from './tray.ts';
import { utilityProcess } from './utility-process.ts';

// The parts of `electron` that main/desktop uses, on Chromium, for machines without Electron's binary. What Electron
// would show, it keeps for the test to ask for; what Electron would refuse, it refuses.

export const app = new StandInApp();
export const protocol = new StandInProtocol(app);
export const ipcMain = new StandInIpcMain();
export const BrowserWindow = browserWindowClass({ app, ipcMain });
export const Menu = StandInMenuClass;
export const Tray = StandInTray;
export { session, utilityProcess };

/** Blue first, and colours multiplied by their alpha, as Chromium keeps them. */
export const nativeImage = {
  createFromPath: (path: string) => {
    const { width, height, pixels } = readPng(readFileSync(path));
    const bitmap = Buffer.alloc(pixels.length);
    for (let at = 0; at < pixels.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = pixels.subarray(at, at + 4);
      bitmap.set([blue, green, red].map((value) => Math.round((value * alpha) / 255)).concat(alpha), at);
    }
    return { getSize: () => ({ width, height }), toBitmap: () => bitmap };
  },
};

/** What left the program, for the test to ask for. */
export const left = { external: [] as string[], questions: [] as string[] };

/** The number of the button that the test presses in each dialog. */
export const answers = new Map<string, number>();

export const shell = {
  openExternal: async (url) => {
    left.external.push(url);
  },
} satisfies Pick<Shell, 'openExternal'>;

export const dialog = {
  showMessageBox: async (...args: readonly unknown[]) => {
    const { message, cancelId = 0 } = args.at(-1) as MessageBoxOptions;
    left.questions.push(message);
    return { response: answers.get(message) ?? cancelId, checkboxChecked: false };
  },
} satisfies Pick<Dialog, 'showMessageBox'>;

/** Keeps what would be shown. */
export class Notification extends EventEmitter {
  static readonly all: Notification[] = [];
  readonly options: NotificationConstructorOptions;

  constructor(options: NotificationConstructorOptions) {
    super();
    this.options = options;
  }

  /** As on Linux, where a library decides it. */
  static isSupported(): boolean {
    return process.env.STAND_IN_NO_NOTIFICATIONS !== '1';
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
listenToTest({ app, protocol, ipcMain, left, answers, notifications, powerMonitor, theme: nativeTheme, windows: BrowserWindow.windows });

// electron-store takes the whole module.
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
