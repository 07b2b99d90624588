import { EventEmitter } from 'node:events';
import type { Dialog, NativeTheme, Shell } from 'electron';
import { StandInApp, StandInProtocol } from './app.ts';
import { browserWindowClass, StandInIpcMain } from './browser-window.ts';
import { listenToTest } from './remote.ts';
import { StandInSession, session } from './session.ts';
import { StandInMenu as StandInMenuClass, StandInTray } from './tray.ts';
import { utilityProcess } from './utility-process.ts';

// The parts of `electron` that main/desktop uses, on Chromium, for machines without Electron's binary. What Electron would show, it keeps for
// the test to ask for; what Electron would refuse, it refuses.

export const app = new StandInApp();
export const protocol = new StandInProtocol(app);
export const ipcMain = new StandInIpcMain();
export const BrowserWindow = browserWindowClass({ app, ipcMain });
export const Menu = StandInMenuClass;
export const Tray = StandInTray;
export { session, utilityProcess };

/** What left the program, for the test to ask for. */
export const left = { external: [] as string[], errors: [] as string[] };

export const shell = {
  openExternal: async (url) => {
    left.external.push(url);
  },
} satisfies Pick<Shell, 'openExternal'>;

export const dialog = {
  showErrorBox: (title, content) => {
    left.errors.push(`${title}: ${content}`);
  },
  showMessageBoxSync: () => 1,
} satisfies Pick<Dialog, 'showErrorBox' | 'showMessageBoxSync'>;

class StandInTheme extends EventEmitter implements Pick<NativeTheme, 'shouldUseDarkColors' | 'shouldUseDarkColorsForSystemIntegratedUI'> {
  shouldUseDarkColors = false;
  shouldUseDarkColorsForSystemIntegratedUI = false;
}
export const nativeTheme = new StandInTheme();

app.onExit = async () => {
  await Promise.all([...StandInSession.all.values()].map((each) => each.close()));
};

listenToTest({ app, left, theme: nativeTheme, windows: BrowserWindow.windows });

// electron-store takes the whole module.
export default { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, session, shell, Tray, utilityProcess };
