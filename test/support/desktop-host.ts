import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ElectronApplication, Page } from 'playwright-core';
import { whyNoDesktop } from '../../scripts/electron.mjs';
import { startDesktop } from './desktop.ts';
import type { Bridge } from './desktop-bridge.ts';
import { startElectron, testMachine } from './desktop-electron.ts';
import { downloadIn } from './page.ts';
import { startDesktopSession } from './session/desktop-session.ts';

// The desktop host for both suites: on Electron if its binary is installed, otherwise on the stand-in.

/** The desktop host's functions on either engine. */
export interface DesktopHost extends Bridge {
  readonly page: Page;
  readonly process: ChildProcess;
  /** Its data folder. */
  readonly directory: string;
  /** Standard error so far. */
  readonly errors: () => string;
  /** The system's: the page itself may only write to it. */
  readonly clipboard: Clipboard;
  /** Returns the text of the file that the page downloads after `start`. */
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

/** What the desktop host runs on. REQUIRE_ELECTRON=1 (set by the workflow on three systems) forbids the stand-in. */
export function desktopEngine(machine: Parameters<typeof whyNoDesktop>[0]): 'electron' | 'stand-in' {
  const reason = whyNoDesktop(machine);
  if (reason === undefined) return 'electron';
  if (machine.environment.REQUIRE_ELECTRON === '1') throw new Error(`REQUIRE_ELECTRON is set. ${reason}`);
  return 'stand-in';
}

export const ENGINE = desktopEngine(testMachine());

/** Starts the built desktop host, and returns when its page is ready for requests. */
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

/** Chromium's, through the page, which may read and write only at that moment. */
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

async function startOnElectron({ flags = [], environment: added = {}, directory }: StartOptions): Promise<DesktopHost> {
  // The test's own screen and bus, if it has them, replace the session's.
  const session = process.platform === 'linux' ? await startDesktopSession() : undefined;
  try {
    const desktop = await startElectron({ flags, environment: { ...session?.environment, ...added }, directory });
    const { application } = desktop;
    const clipboard: Clipboard = {
      read: () => application.evaluate((electron) => electron.clipboard.readText()),
      write: (text) => application.evaluate((electron, value) => electron.clipboard.writeText(value), text),
    };
    const stop = async () => {
      await desktop.stop();
      await session?.stop();
    };
    return { ...desktop, clipboard, download: downloadOf(application), stop };
  } catch (error) {
    await session?.stop();
    throw error;
  }
}

/** Electron asks its user for a place in a system dialog; here the test names it. */
function downloadOf(application: ElectronApplication): DesktopHost['download'] {
  return async (start) => {
    const folder = mkdtempSync(join(tmpdir(), 'kaudit-tray-download-'));
    try {
      const path = join(folder, 'file');
      // The promise stays in Electron until the file exists.
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
