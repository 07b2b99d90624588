import { join } from 'node:path';
import { app, dialog, ipcMain, Menu, nativeTheme, protocol, session, shell } from 'electron';
import { AppError } from './common/errors.ts';
import type { Flags } from './common/flags.ts';
import { parseFlags, USAGE } from './common/flags.ts';
import type { Settings } from './common/settings.ts';
import { runTrayAction } from './desktop/actions.ts';
import { applicationMenu } from './desktop/application-menu.ts';
import { givePageItsOwnOrigin, hardenEveryPage, refuseNetwork, refusePermissions, sandboxEveryPage } from './desktop/hardening.ts';
import { answerRequests } from './desktop/ipc.ts';
import { keychainOnElectron } from './desktop/keychain-process.ts';
import { programArguments } from './desktop/policy.ts';
import type { Profile } from './desktop/profile.ts';
import { claimProfile } from './desktop/profile.ts';
import { servePage } from './desktop/protocol.ts';
import { QuitOnce } from './desktop/quit.ts';
import { startTray } from './desktop/tray.ts';
import { PageWindow } from './desktop/window.ts';
import { createServices } from './services.ts';

// The desktop host: the program in Electron, in the tray and in one window.

const ROOT = join(import.meta.dirname, '..', '..');
const ASSETS = join(ROOT, 'assets');
const PAGE = join(ROOT, 'dist', 'renderer');
const PRELOAD = join(ROOT, 'dist', 'main', 'preload.cjs');
const KEYCHAIN = join(ROOT, 'dist', 'main', 'keychain.cjs');

const parsed = parseFlags(programArguments(process.argv, app.isPackaged));
if (parsed.ok) prepare(parsed.flags);
else stop(`${parsed.message}\n${USAGE}`, 2);

/** What has to be done before the app is ready. */
function prepare(flags: Flags): void {
  sandboxEveryPage(app);
  givePageItsOwnOrigin(protocol);
  hardenEveryPage(app, (url) => void shell.openExternal(url));
  // Notifications and the taskbar know a program by this on Windows.
  app.setAppUserModelId('io.github.kaudit-tray');
  const profile = claimProfile(app, flags);
  if (profile.taken) {
    // The instance that runs already shows its window.
    profile.remove();
    app.exit(0);
    return;
  }

  const quit = new QuitOnce(app);
  quit.before(async () => profile.remove());
  app
    .whenReady()
    .then(() => start(flags, quit))
    .catch((error: unknown) => explain(error, profile));
}

async function start(flags: Flags, quit: QuitOnce): Promise<void> {
  Menu.setApplicationMenu(buildApplicationMenu());
  const services = await createServices({ host: 'desktop', flags, startKeychain: keychainOnElectron(KEYCHAIN) });
  quit.before(() => services.close());
  const { store, dispatch } = services;
  if (services.demo !== null) process.stderr.write(`Demo clusters for kubectl: --kubeconfig ${services.demo.kubeconfig}\n`);

  // Kept in memory: nothing that the page holds ever gets to the disk.
  const pageSession = session.fromPartition('page');
  refusePermissions(pageSession);
  refuseNetwork(pageSession, app.isPackaged);
  servePage(pageSession, PAGE);

  const window = new PageWindow({
    session: pageSession,
    isDark: () => isDark(store.snapshot().settings.theme),
    preload: PRELOAD,
    icon: join(ASSETS, 'icon.png'),
    packaged: app.isPackaged,
    // On Linux a tray that is there cannot be told from one that nobody sees, so there closing the window ends the program.
    hidesOnClose: () => process.platform !== 'linux' && tray.shown && !quit.begun,
    confirmDiscard: (parent) => dialog.showMessageBoxSync(parent, DISCARD) === 0,
  });
  quit.before(async () => window.destroy());
  answerRequests({
    ipcMain,
    isOurs: (event) => window.owns(event),
    dispatch: (name, args) => {
      window.isListening();
      return dispatch(name, args);
    },
  });

  const tray = startTray({
    images: join(ASSETS, 'tray'),
    theme: nativeTheme,
    snapshot: () => store.snapshot(),
    act: (action) => void runTrayAction(action, { dispatch, show: (view) => window.show(view), quit: () => void quit.now() }),
    clicked: () => window.show(),
    log: services.log,
  });
  quit.before(async () => tray.close());
  store.subscribe((event) => {
    window.send(event);
    tray.changed();
  });

  app.on('second-instance', () => window.show());
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => void quit.now());
  window.show();
}

const DISCARD: Electron.MessageBoxSyncOptions = {
  type: 'warning',
  message: 'There are unsaved edits.',
  detail: 'Closing the window discards them. Keep editing to look at them and apply them.',
  buttons: ['Discard edits', 'Keep editing'],
  defaultId: 1,
  cancelId: 1,
};

function isDark(theme: Settings['theme']): boolean {
  return theme === 'dark' || (theme === 'system' && nativeTheme.shouldUseDarkColors);
}

function buildApplicationMenu(): Menu | null {
  const template = applicationMenu(process.platform);
  return template === null ? null : Menu.buildFromTemplate(template);
}

/** The program cannot start: a person without a terminal is told too. */
function explain(error: unknown, profile: Profile): void {
  profile.remove();
  const message =
    error instanceof AppError ? error.message : `kAudit Tray could not start: ${error instanceof Error ? error.message : String(error)}`;
  dialog.showErrorBox('kAudit Tray', message);
  stop(message, 1);
}

function stop(message: string, code: number): void {
  process.stderr.write(`${message}\n`);
  app.exit(code);
}
