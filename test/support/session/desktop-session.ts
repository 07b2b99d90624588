import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Requirement } from '../requirement.ts';
import type { Screen } from '../screen.ts';
import { startScreen } from '../screen.ts';
import type { TestBus } from '../tray-host.ts';
import { startBus } from '../tray-host.ts';
import type { NotificationServer } from './notification-server.ts';
import { startNotificationServer } from './notification-server.ts';
import type { TrayPanel } from './tray-panel.ts';
import { startTrayPanel } from './tray-panel.ts';

// The tests' own Linux desktop: a screen with a window manager, a session bus, a panel with tray icons, and a
// notification service.

const PACKAGES: Readonly<Record<string, string>> = {
  Xvfb: 'xvfb',
  xdotool: 'xdotool',
  openbox: 'openbox',
  'dbus-daemon': 'dbus',
};

export const sessionRequirement: Requirement = {
  name: 'a desktop session',
  missing: () => {
    if (process.platform !== 'linux') return 'Linux (a desktop session of the tests’ own)';
    const missing = Object.keys(PACKAGES).filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
    return missing.length === 0 ? null : `${missing.join(', ')} (apt-get install ${missing.map((command) => PACKAGES[command]).join(' ')})`;
  },
};

export interface SessionOptions {
  /** Default: icons are shown. `no-watcher`: nothing watches for them. `no-host`: something does, and shows none. */
  readonly tray?: 'shown' | 'no-watcher' | 'no-host';
  /** Nothing shows notifications yet. */
  readonly notifications?: 'none';
}

export interface DesktopSession {
  readonly environment: Readonly<Record<string, string>>;
  readonly screen: Screen;
  readonly bus: TestBus;
  readonly panel: TrayPanel;
  readonly notifications: NotificationServer;
  /** Presses keys in the window that has the focus, as xdotool names them. */
  press(...keys: string[]): Promise<void>;
  /** Types a text into it. */
  write(text: string): Promise<void>;
  /** Addresses that the system's browser was asked to open. */
  opened(): readonly string[];
  /** The same desktop with another panel; the previous one is gone. */
  restartPanel(): Promise<TrayPanel>;
  stop(): Promise<void>;
}

export async function startDesktopSession({ tray = 'shown', notifications: shows }: SessionOptions = {}): Promise<DesktopSession> {
  // Nothing of the desktop that runs the tests gets in.
  const home = mkdtempSync(join(tmpdir(), 'kaudit-tray-session-'));
  const screen = await startScreen('1280x900x24', home);
  const bus = await startBus();
  const environment = {
    ...bus.environment,
    // The system's program for opening addresses records them.
    PATH: `${home}:${process.env.PATH}`,
    DISPLAY: screen.display,
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CURRENT_DESKTOP: 'test',
    // GTK would start a service for it, which outlives the session.
    NO_AT_BRIDGE: '1',
  };
  const opened = join(home, 'opened');
  writeFileSync(join(home, 'xdg-open'), `#!/bin/sh\necho "$1" >> ${opened}\n`, { mode: 0o755 });
  const manager = spawn('openbox', ['--sm-disable'], { env: { ...process.env, ...environment }, stdio: 'ignore' });
  const managed = once(manager, 'exit');
  let panel = tray === 'no-watcher' ? undefined : await startTrayPanel(environment, tray === 'shown');
  const notifications = shows === 'none' ? undefined : await startNotificationServer(environment);
  return {
    environment,
    screen,
    bus,
    get panel() {
      if (panel === undefined) throw new Error('This desktop has no panel');
      return panel;
    },
    get notifications() {
      if (notifications === undefined) throw new Error('This desktop has no notification service');
      return notifications;
    },
    press: async (...keys) => {
      await promisify(execFile)('xdotool', ['key', ...keys], { env: { ...process.env, DISPLAY: screen.display } });
    },
    write: async (text) => {
      await promisify(execFile)('xdotool', ['type', text], { env: { ...process.env, DISPLAY: screen.display } });
    },
    opened: () => (existsSync(opened) ? readFileSync(opened, 'utf8').trim().split('\n') : []),
    restartPanel: async () => {
      panel?.stop();
      panel = await startTrayPanel(environment);
      return panel;
    },
    stop: async () => {
      panel?.stop();
      notifications?.stop();
      manager.kill();
      await managed;
      await bus.stop();
      await screen.stop();
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
