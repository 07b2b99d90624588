import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, dialog, ipcMain, Menu, nativeTheme, powerMonitor, protocol, screen, session, shell } from 'electron';
import { systemClock } from './clock.ts';
import { AppError } from './common/errors.ts';
import type { DesktopView } from './common/fleet/fleet.ts';
import type { Settings } from './common/settings.ts';
import { guardOutput } from './crash-guard.ts';
import { runTrayAction } from './desktop/actions.ts';
import { applicationMenu } from './desktop/application-menu.ts';
import { ASK_TO_QUIT, closingOf, STAYS_IN_TRAY } from './desktop/closing.ts';
import { givePageItsOwnOrigin, hardenEveryPage, refuseNetwork, refusePermissions, sandboxEveryPage } from './desktop/hardening.ts';
import { serveRequests } from './desktop/ipc.ts';
import { programArguments } from './desktop/policy.ts';
import { servePage } from './desktop/protocol.ts';
import { QuitOnce } from './desktop/quit.ts';
import { DesktopFile } from './desktop/system/desktop-file.ts';
import { keychainOnElectron } from './desktop/system/keychain-process.ts';
import { followSetting, startCommand, startedAtLogin } from './desktop/system/login.ts';
import { Notifier, notificationProblem, systemNotifications } from './desktop/system/notifier.ts';
import type { Profile } from './desktop/system/profile.ts';
import { asksForWindow, claimProfile } from './desktop/system/profile.ts';
import { placeOnDisplays } from './desktop/tray/placement.ts';
import { TrayPresence } from './desktop/tray/tray.ts';
import { PageWindow } from './desktop/window.ts';
import type { Flags } from './flags.ts';
import { parseFlags, USAGE } from './flags.ts';
import { createServices } from './services.ts';
import type { Store } from './state/store.ts';
import * as strings from './strings.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ASSETS = join(ROOT, 'assets');
const PAGE = join(ROOT, 'dist', 'renderer');
const PRELOAD = join(ROOT, 'dist', 'main', 'preload.cjs');
const KEYCHAIN = join(ROOT, 'dist', 'main', 'keychain.cjs');
const TEXT_THREAD = join(ROOT, 'dist', 'main', 'text-thread.cjs');

/** Milliseconds for a tray to appear before a hidden window shows: at login, panels start late. */
const TRAY_GRACE = 10_000;

const NOT_AS_ROOT = strings.kAuditTrayDoesntRunRoot;

const parsed = parseFlags(programArguments(process.argv, app.isPackaged));
if (parsed.ok) prepare(parsed.flags);
else stop(`${parsed.message}\n${USAGE}`, 2);

function prepare(flags: Flags): void {
  const quit = new QuitOnce(app);
  if (process.getuid?.() === 0 && process.argv.includes('--no-sandbox')) {
    // As root, Chromium needs --no-sandbox, and then its processes crash repeatedly.
    whenReady(quit, () => Promise.reject(new AppError('internal', NOT_AS_ROOT)));
    return;
  }
  sandboxEveryPage(app);
  givePageItsOwnOrigin(protocol);
  hardenEveryPage(app, (url) => void shell.openExternal(url));
  app.setAppUserModelId('io.github.kaudit-tray');
  let profile: Profile;
  try {
    profile = claimProfile(app, flags);
  } catch (error) {
    // Electron's own message box would block everything, even signals.
    whenReady(quit, () => Promise.reject(error));
    return;
  }
  if (profile.taken) {
    profile.remove();
    app.exit(0);
    return;
  }
  quit.before(async () => profile.remove());
  whenReady(quit, () => start(flags, quit));
}

function whenReady(quit: QuitOnce, begin: () => Promise<void>): void {
  app
    .whenReady()
    .then(() => {
      quit.obeySignals();
      return begin();
    })
    .catch((error: unknown) => quit.fail(() => tell(explanation(error))));
}

async function start(flags: Flags, quit: QuitOnce): Promise<void> {
  Menu.setApplicationMenu(buildApplicationMenu());
  let showWindow = () => {};
  const services = await createServices({
    host: 'desktop',
    flags,
    startKeychain: keychainOnElectron(KEYCHAIN),
    textThread: TEXT_THREAD,
    systemProxy: (url) => session.defaultSession.resolveProxy(url),
    onSecondStart: () => showWindow(),
  });
  guardOutput(services, (message) => void quit.fail(() => tell(message)));
  quit.before(() => services.close());
  const { store, dispatch, onCommand } = services;
  if (services.demo !== null) process.stderr.write(strings.demoClustersKubectlKubeconfig(services.demo.kubeconfig));
  const file = new DesktopFile(services.directory);
  const show = (desktop: Partial<DesktopView>) => showDesktop(store, desktop);
  const silent = notificationProblem(process.platform);
  show(silent === undefined ? {} : { notificationProblem: silent });

  // In memory: nothing of the page is written to the disk.
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
    place: () => ({
      bounds: placeOnDisplays(
        file.memory.window,
        screen.getAllDisplays().map(({ workArea }) => workArea),
      ),
      maximised: file.memory.window?.maximised ?? false,
    }),
    onPlaced: ({ x, y, width, height }, maximised) => file.update({ window: { x, y, width, height, maximised } }),
    closing: (parent) => {
      const closing = closingOf({
        trayShown: tray.shown,
        hideOnClose: store.snapshot().settings.hideOnClose,
        quitting: quit.asked,
        explained: file.memory.closeExplained,
      });
      if (closing === 'quit') return 'close';
      if (closing === 'hide') return 'hide';
      file.update({ closeExplained: true });
      if (closing === 'hide-and-say') {
        notify(STAYS_IN_TRAY);
        return 'hide';
      }
      void chooses(parent, ASK_TO_QUIT).then(async (quits) => {
        if (quits) await quit.ask();
      });
      return 'stay';
    },
  });
  showWindow = () => window.show();
  quit.before(async () => window.destroy());
  quit.first(() => window.closeForGood());

  const notify = systemNotifications((view) => window.show(view));
  const notifier = new Notifier({
    clock: systemClock,
    snapshot: () => store.snapshot(),
    isLookedAt: () => window.focused,
    show: notify,
  });
  quit.before(async () => notifier.close());

  const tray = new TrayPresence({
    images: join(ASSETS, 'tray'),
    platform: process.platform,
    theme: nativeTheme,
    environment: process.env,
    snapshot: () => {
      services.lookAtArrivals();
      return store.snapshot();
    },
    recent: () => file.memory.recent,
    displays: () => screen.getAllDisplays().map(({ bounds }) => bounds),
    act: (action) => void runTrayAction(action, { dispatch, show: (view) => window.show(view), quit: () => void quit.ask() }),
    clicked: () => window.show(),
    menuRead: () => services.lookAtArrivals(true),
    onPresence: (presence) => {
      show({ tray: presence });
      // SECURITY: a program that holds keys never runs unseen.
      if (!presence.shown) setTimeout(() => !tray.shown && !window.open && window.show(), TRAY_GRACE).unref();
    },
  });
  quit.before(async () => tray.close());

  serveRequests({
    ipcMain,
    isOurs: (event) => window.owns(event),
    dispatch: (name, args) => {
      window.isListening();
      return dispatch(name, args);
    },
  });
  onCommand('cluster.connect', ({ context }) => file.use(context));
  onCommand('configMap.get', ({ ref }) => file.use(ref.context));
  onCommand('configMap.apply', ({ ref }, done) => {
    file.use(ref.context);
    notifier.saves(ref, done);
  });
  const login = followSetting(flags.demo, (loginProblem) => show({ loginProblem }), {
    app,
    platform: process.platform,
    environment: process.env,
    home: homedir(),
    command: startCommand(process.execPath, ROOT, app.isPackaged, process.env),
  });
  login(store.snapshot().settings.startAtLogin);
  store.subscribe((event) => {
    window.send(event);
    tray.changed();
    notifier.changed();
    login(store.snapshot().settings.startAtLogin);
  });
  powerMonitor.on('suspend', () => services.sleep());
  powerMonitor.on('resume', () => {
    notifier.woke();
    services.resume();
  });

  app.on('second-instance', (_event, _arguments, _directory, message) => {
    if (asksForWindow(message)) window.show();
  });
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => void quit.now());
  if (flags.hidden || startedAtLogin(app, process.platform)) setTimeout(() => !tray.shown && window.show(), TRAY_GRACE).unref();
  else window.show();
}

function showDesktop(store: Store, part: Partial<DesktopView>): void {
  store.update((fleet) => {
    const unknown: DesktopView = {
      tray: { shown: false, reason: strings.desktopHasntRespondedYet },
      loginProblem: null,
    };
    return { ...fleet, desktop: { ...unknown, ...fleet.desktop, ...part } };
  });
}

function isDark(theme: Settings['theme']): boolean {
  return theme === 'dark' || (theme === 'system' && nativeTheme.shouldUseDarkColors);
}

function buildApplicationMenu(): Menu | null {
  const template = applicationMenu(process.platform);
  return template === null ? null : Menu.buildFromTemplate(template);
}

function explanation(error: unknown): string {
  if (error instanceof AppError) return error.message;
  return strings.kAuditTrayCantStart(error instanceof Error ? error.message : String(error));
}

async function tell(message: string): Promise<void> {
  process.stderr.write(`${message}\n`);
  await dialog.showMessageBox({
    type: 'error',
    title: strings.kAuditTray,
    message: strings.kAuditTrayHasToQuit,
    detail: message,
    buttons: ['Close'],
  });
}

async function chooses(parent: Electron.BrowserWindow, question: Electron.MessageBoxOptions): Promise<boolean> {
  const { response } = await dialog.showMessageBox(parent, { title: strings.kAuditTray, ...question });
  return response === 0;
}

function stop(message: string, code: number): void {
  process.stderr.write(`${message}\n`);
  app.exit(code);
}
