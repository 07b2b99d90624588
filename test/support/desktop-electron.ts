import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rectangle, WebPreferences } from 'electron';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import { electronBinary, whyNoDesktop } from '../../scripts/electron.mjs';
import type { Bridge } from './desktop-bridge.ts';
import { bridgeOf } from './desktop-bridge.ts';
import type { Requirement } from './requirement.ts';

// The real built desktop host on Electron itself.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds. A program that hasn't ended by then is killed, and its exit code is null. */
const END_TIME = 8000;

/** This machine for the desktop suites: on Linux they bring their own screen. */
export function testMachine(): Parameters<typeof whyNoDesktop>[0] {
  const { platform, env: environment } = process;
  const screen = platform === 'linux' ? { DISPLAY: ':0' } : {};
  return { binary: electronBinary(environment), platform, environment: { ...screen, ...environment }, uid: process.getuid?.() };
}

/** An Electron that can run here. With REQUIRE_ELECTRON=1 its absence fails the run. */
export const electronRequirement: Requirement = {
  name: 'Electron',
  missing: () => {
    const reason = whyNoDesktop(testMachine());
    if (reason !== undefined && process.env.REQUIRE_ELECTRON === '1') throw new Error(`REQUIRE_ELECTRON is set. ${reason}`);
    return reason ?? null;
  },
};

export interface WindowState {
  readonly visible: boolean;
  readonly focused: boolean;
  readonly maximised: boolean;
  readonly bounds: Rectangle;
  readonly preferences: WebPreferences;
}

export interface Ended {
  /** null: a signal ended it. */
  readonly code: number | null;
  /** From the request to the exit. */
  readonly milliseconds: number;
}

export interface ElectronDesktop extends Bridge {
  readonly page: Page;
  readonly application: ElectronApplication;
  readonly process: ChildProcess;
  readonly directory: string;
  /** Standard error so far. */
  readonly errors: () => string;
  /** The windows, as Electron reports them. */
  windows(): Promise<readonly WindowState[]>;
  /** The same as the window's close button. */
  closeWindow(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** Waits for an exit that something else causes. */
  ended(): Promise<Ended>;
}

export interface ElectronOptions {
  readonly flags?: readonly string[];
  /** The session's, and what a test adds. */
  readonly environment: Readonly<Record<string, string>>;
  /** Keeps the data folder of an earlier run. */
  readonly directory?: string;
  /** What to do before there is a page: a hidden start opens none on its own. */
  beforePage?(application: ElectronApplication): Promise<void>;
}

/** Without the user's own clusters, and without variables that change what Electron is. */
export function electronEnvironment(added: Readonly<Record<string, string>>): Record<string, string> {
  const { KUBECONFIG: _, ELECTRON_RUN_AS_NODE: __, NODE_OPTIONS: ___, ...inherited } = process.env as Record<string, string>;
  return { ...inherited, ...added };
}

/**
 * Starts it as a user does, without a connection to it: for refused flags, or a second start. `switches`: Electron's
 * own. `through`: a command that starts the command after it.
 */
export function spawnElectron(
  options: ElectronOptions & { readonly switches?: readonly string[]; readonly program?: string; readonly through?: readonly string[] },
): ChildProcess {
  const binary = electronBinary(process.env);
  if (binary === undefined) throw new Error('Electron is not here');
  const { flags = [], switches = [], program = ROOT, through = [] } = options;
  const [command = binary, ...args] = [...through, binary, ...switches, program, ...flags];
  return spawn(command, args, {
    cwd: tmpdir(),
    env: electronEnvironment(options.environment),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Milliseconds to watch a start from its first connection on, and between two checks. */
const WATCHED = 2500;
const LOOK = 250;

/**
 * Starts it, and returns when its page responds. On a busy machine, Chromium 130 without a GPU loses its DevTools
 * connection within two seconds of some starts. Such a start is logged, with the state of its threads, and repeated.
 */
export async function startElectron(options: ElectronOptions): Promise<ElectronDesktop> {
  const first = await startOnce(options);
  try {
    do {
      await first.ask('fleet.get', {});
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    } while (performance.now() < first.connected + WATCHED);
    return first;
  } catch (error) {
    const { pid, exitCode, signalCode } = first.process;
    const state = exitCode ?? signalCode ?? [0, 1].map(() => threadsOf(pid)).join('\n');
    console.error(`Electron was lost while it came up, and is started once more. ${error}\n${first.errors()}\n${state}`);
    await first.stop('SIGKILL');
    return startOnce(options);
  }
}

/** The name, the state and the run time of each thread. */
function threadsOf(pid: number | undefined): string {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((task) => readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8'));
    return threads
      .map((stat) => {
        const [state, ...numbers] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        return `${stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))} ${state} ${numbers[10]}+${numbers[11]}`;
      })
      .join('; ');
  } catch (error) {
    return String(error);
  }
}

async function startOnce(options: ElectronOptions): Promise<ElectronDesktop & { readonly connected: number }> {
  if (!existsSync(join(ROOT, 'dist', 'main', 'desktop.js'))) throw new Error('dist/ is not built: npm run build');
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kaudit-tray-desktop-'));
  const flags = options.flags ?? [];
  // No `executablePath`: only without one does Playwright take its own switches out of the program's arguments again.
  // It finds the binary as scripts/electron.mjs does, by ELECTRON_OVERRIDE_DIST_PATH (vitest.config.ts).
  const application = await _electron.launch({
    args: [ROOT, ...(flags.includes('--user-data') ? [] : ['--user-data', directory]), ...flags],
    cwd: ROOT,
    env: electronEnvironment(options.environment),
    // Otherwise Playwright adds --no-sandbox on Linux.
    chromiumSandbox: true,
    timeout: 60_000,
  });
  const connected = performance.now();
  const child = application.process();
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  let wanted = false;
  child.once('exit', (code, signal) => {
    if (!wanted) console.error(`Electron ended without being asked: code ${code}, signal ${signal}\n${errors}`);
  });
  const clean = () => {
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const ended = async () => {
    wanted = true;
    const started = Date.now();
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIME);
    await exited;
    clearTimeout(timer);
    const milliseconds = Date.now() - started;
    await application.close().catch(() => undefined);
    clean();
    return { code: child.exitCode, milliseconds };
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    // Windows has no signals: there it is asked to quit.
    if (process.platform === 'win32') await application.evaluate(({ app }) => app.quit()).catch(() => undefined);
    else child.kill(signal);
    return ended();
  };
  try {
    await options.beforePage?.(application);
    const page = await application.firstWindow();
    // Without a listener, Playwright would close dialogs that the program must handle.
    page.on('dialog', () => undefined);
    await page.waitForFunction(() => 'kauditTray' in window);
    return {
      connected,
      page,
      application,
      process: child,
      directory,
      errors: () => errors,
      ...bridgeOf(page),
      windows: () =>
        application.evaluate(({ BrowserWindow }) =>
          BrowserWindow.getAllWindows().map((window) => ({
            visible: window.isVisible(),
            focused: window.isFocused(),
            maximised: window.isMaximized(),
            bounds: window.getNormalBounds(),
            preferences: (window.webContents as unknown as { getLastWebPreferences(): WebPreferences }).getLastWebPreferences(),
          })),
        ),
      closeWindow: () => application.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
      stop,
      ended,
    };
  } catch (error) {
    child.kill('SIGKILL');
    await ended();
    throw new Error(`The desktop host did not come up.\n${errors}`, { cause: error });
  }
}
