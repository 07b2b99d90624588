import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import type { Bridge } from './desktop-bridge.ts';
import { bridgeOf } from './desktop-bridge.ts';
import type { Shown, TestRequest } from './electron/remote.ts';

// The real built desktop host in its own process, on the stand-in for Electron.

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Milliseconds until the page responds. The first start of Chromium on a machine is slow. */
const START_TIME = 120_000;

export interface Desktop extends Bridge {
  readonly page: Page;
  readonly process: ChildProcess;
  /** Standard error so far. */
  readonly errors: () => string;
  look(): Promise<Shown>;
  tell(request: TestRequest): Promise<void>;
  /** The exit code, and the milliseconds from the signal to the exit. */
  stop(signal?: NodeJS.Signals): Promise<{ code: number | null; milliseconds: number }>;
  /** Waits for an exit that something else causes. */
  ended(): Promise<{ code: number | null; milliseconds: number }>;
}

export interface DesktopOptions {
  readonly flags?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  /** The program's folder, as a package or a checkout has it. Default: this checkout. */
  readonly program?: string;
  /** What to do before there is a page: a hidden start opens none on its own. */
  beforePage?(desktop: Pick<Desktop, 'look' | 'tell'>): Promise<void>;
}

/** Starts it without waiting for a page: for refused flags, or a second instance. */
export function spawnDesktop({ flags = [], environment = {}, directory, program = root }: DesktopOptions): ChildProcess {
  const entry = join(program, 'dist', 'main', 'desktop.js');
  if (!existsSync(entry)) throw new Error('dist/ is not built: npm run build');
  const home = directory ?? tmpdir();
  const register = new URL('./electron/register.ts', import.meta.url).href;
  return spawn(process.execPath, ['--no-warnings', '--import', register, entry, ...flags], {
    env: { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

export async function startDesktop(options: DesktopOptions = {}): Promise<Desktop> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'kaudit-tray-desktop-'));
  const child = spawnDesktop({ ...options, directory });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const exited = once(child, 'exit');

  let last = 0;
  const call = (request: TestRequest) =>
    new Promise<unknown>((resolve, reject) => {
      if (!child.connected) throw new Error(`The desktop host has ended with ${child.exitCode}.\n${errors}`);
      last += 1;
      const id = last;
      const onExit = (code: number | null) => reject(new Error(`The desktop host ended with ${code}.\n${errors}`));
      child.once('exit', onExit);
      child.on('message', function onMessage(message: { id: number; value?: unknown; error?: string }) {
        if (message.id !== id) return;
        child.off('message', onMessage);
        child.off('exit', onExit);
        if (message.error === undefined) resolve(message.value);
        else reject(new Error(message.error));
      });
      child.send({ id, request });
    });
  const look = async () => (await call({ do: 'look' })) as Shown;
  const tell = async (request: TestRequest) => void (await call(request));

  const clean = () => {
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  const connected = async () => {
    await options.beforePage?.({ look, tell });
    return connect(look);
  };
  const { browser, page } = await connected().catch((error: unknown) => {
    child.kill('SIGKILL');
    clean();
    throw error;
  });

  const ended = async () => {
    const started = Date.now();
    await exited;
    // The program's own time, without the test's cleanup.
    const milliseconds = Date.now() - started;
    await browser.close().catch(() => undefined);
    clean();
    return { code: child.exitCode, milliseconds };
  };

  return {
    page,
    process: child,
    errors: () => errors,
    look,
    tell,
    ...bridgeOf(page),
    ended,
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return ended();
    },
  };
}

/** Attaches to the page as soon as it exists. */
async function connect(look: () => Promise<Shown>): Promise<{ browser: Browser; page: Page }> {
  const end = Date.now() + START_TIME;
  const endpoint = await until(end, async () => (await look()).endpoint ?? undefined);
  const browser = await chromium.connectOverCDP(endpoint);
  const page = await until(end, async () =>
    browser
      .contexts()
      .flatMap((context) => context.pages())
      .find((each) => each.url().startsWith('https://kaudit-tray.app.invalid/')),
  );
  // Without a listener, Playwright would close dialogs that the program must handle.
  page.on('dialog', () => undefined);
  await page.waitForFunction(() => 'kauditTray' in window);
  return { browser, page };
}

async function until<Value>(end: number, ask: () => Promise<Value | undefined>): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error('The desktop host has opened no page');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
