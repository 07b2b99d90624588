import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ElectronApplication, Page } from 'playwright-core';
import { _electron } from 'playwright-core';
import { electronBinary, whyNoDesktop } from '../../scripts/electron.mjs';
import { startDesktop } from './desktop.ts';
import type { Bridge } from './desktop-bridge.ts';
import { bridgeOf } from './desktop-bridge.ts';
import { downloadIn } from './page.ts';

// The desktop host as both suites need it: on Electron where its binary is, else on the stand-in.

/** What is asked of the desktop host whatever it runs on. */
export interface DesktopHost extends Bridge {
  readonly page: Page;
  readonly process: ChildProcess;
  /** Its data folder. */
  readonly directory: string;
  /** Standard error so far. */
  readonly errors: () => string;
  /** The system's: the page itself may only write to it. */
  readonly clipboard: Clipboard;
  /** Answers the text of the file that the page gives away once `start` was done. */
  download(start: () => Promise<unknown>): Promise<string>;
  stop(): Promise<unknown>;
}

export interface Clipboard {
  read(): Promise<string>;
  write(text: string): Promise<void>;
}

export interface DesktopHostOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Keeps the data folder of an earlier run. */
  readonly directory?: string;
}

export interface Machine {
  readonly binary: string | undefined;
  readonly platform: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What the desktop host runs on. With REQUIRE_ELECTRON=1 (the workflow on three systems) the stand-in is no answer. */
export function desktopEngine(machine: Machine): 'electron' | 'stand-in' {
  const reason = whyNoDesktop(machine);
  if (reason === undefined) return 'electron';
  if (machine.environment.REQUIRE_ELECTRON === '1') throw new Error(`REQUIRE_ELECTRON is set. ${reason}`);
  return 'stand-in';
}

const environment = process.env;
export const ENGINE = desktopEngine({ binary: electronBinary(environment), platform: process.platform, environment });

/** Starts the built desktop host, and answers when its page can be asked. */
export async function startDesktopHost(options: DesktopHostOptions = {}): Promise<DesktopHost> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kaudit-tray-desktop-'));
  const flags = ['--user-data', directory, ...(options.flags ?? [])];
  const host = await (ENGINE === 'electron' ? startOnElectron : startOnStandIn)({ ...options, flags, directory });
  const stop = async () => {
    const ended = await host.stop();
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    return ended;
  };
  return { ...host, stop };
}

type StartOptions = DesktopHostOptions & { readonly directory: string };

async function startOnStandIn(options: StartOptions): Promise<DesktopHost> {
  const desktop = await startDesktop(options);
  const { page } = desktop;
  return { ...desktop, directory: options.directory, clipboard: clipboardThrough(page), download: downloadIn(page) };
}

/** Chromium's, through the page: it may read and write only for that moment. */
function clipboardThrough(page: Page): Clipboard {
  const allowed = async <Answer>(use: () => Promise<Answer>) => {
    const context = page.context();
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(page.url()).origin });
    try {
      return await use();
    } finally {
      await context.clearPermissions();
    }
  };
  return {
    read: () => allowed(() => page.evaluate(() => navigator.clipboard.readText())),
    write: (text) => allowed(() => page.evaluate((value) => navigator.clipboard.writeText(value), text)),
  };
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Milliseconds for an end as its user asks for it. */
const END_TIME = 5000;

/** Not verified: there is no binary where this was written. */
async function startOnElectron({ flags = [], environment: added = {}, directory }: StartOptions): Promise<DesktopHost> {
  // No `executablePath`: only without one does Playwright take its own switches out of the program's arguments again. It finds the binary as
  // scripts/electron.mjs does, by ELECTRON_OVERRIDE_DIST_PATH (vitest.config.ts).
  const { KUBECONFIG: _, ELECTRON_RUN_AS_NODE: __, NODE_OPTIONS: ___, ...inherited } = process.env as Record<string, string>;
  const application = await _electron.launch({
    args: [ROOT, ...flags],
    cwd: ROOT,
    env: { ...inherited, ...added },
    // Else Playwright adds --no-sandbox on Linux.
    chromiumSandbox: true,
    timeout: 60_000,
  });
  const child = application.process();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const page = await application.firstWindow();
  await page.waitForFunction(() => 'kauditTray' in window);
  const stop = async () => {
    const exited = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIME);
    // Windows has no signals: there it is asked to quit.
    if (process.platform === 'win32') await application.evaluate(({ app }) => app.quit()).catch(() => undefined);
    else child.kill('SIGTERM');
    await exited;
    clearTimeout(timer);
    await application.close().catch(() => undefined);
  };
  const clipboard: Clipboard = {
    read: () => application.evaluate((electron) => electron.clipboard.readText()),
    write: (text) => application.evaluate((electron, value) => electron.clipboard.writeText(value), text),
  };
  return { page, process: child, directory, errors: () => errors, ...bridgeOf(page), clipboard, download: downloadOf(application), stop };
}

/** Electron asks its user for a place, in a dialog of the system: here the test names it. */
function downloadOf(application: ElectronApplication): DesktopHost['download'] {
  return async (start) => {
    const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-download-'));
    try {
      const path = join(folder, 'file');
      // The promise stays in Electron until the file is there.
      const done = await application.evaluateHandle(({ session }, file) => {
        const state = new Promise<string>((resolve) => {
          session.fromPartition('page').once('will-download', (_event, item) => {
            item.setSavePath(file);
            item.once('done', (_done, how) => resolve(how));
          });
        });
        return { state };
      }, path);
      await start();
      const how = await done.evaluate(({ state }) => state);
      if (how !== 'completed') throw new Error(`The download was ${how}`);
      return readFileSync(path, 'utf8');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
