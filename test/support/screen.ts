import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Requirement } from './requirement.ts';

// A separate screen, on which a keyring's real prompt appears and takes real key strokes.

const PACKAGES: Readonly<Record<string, string>> = { Xvfb: 'xvfb', xdotool: 'xdotool', 'gcr-viewer': 'gcr', 'dbus-monitor': 'dbus' };
const run = promisify(execFile);

export const screenRequirement: Requirement = {
  name: 'a screen',
  missing: () => {
    if (process.platform !== 'linux') return 'Linux (the keychains of macOS and Windows ask in windows of their own)';
    const missing = Object.keys(PACKAGES).filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
    return missing.length === 0 ? null : `${missing.join(', ')} (apt-get install ${missing.map((command) => PACKAGES[command]).join(' ')})`;
  },
};

export interface Screen {
  /** For DISPLAY. */
  readonly display: string;
  /** The titles of the visible windows. */
  windows(): Promise<readonly string[]>;
  /** Waits for a window and returns its title. */
  window(): Promise<string>;
  /** Waits until no window is visible. */
  empty(): Promise<void>;
  /** Types a text and Return into the visible window. */
  type(text: string): Promise<void>;
  /** The same until it takes effect. */
  answer<Result>(text: string, result: Promise<Result>): Promise<Result>;
  /** Closes the visible window with Escape, until that takes effect. */
  dismiss<Result>(result: Promise<Result>): Promise<Result>;
  stop(): Promise<void>;
}

/** Milliseconds that a window may take to appear or to close. */
const WINDOW_TIME = 15_000;
/** Milliseconds after which keys without effect are pressed again: on a busy machine a window may have missed them. */
const ANSWER_TIME = 4000;

/** `frames`: a folder whose file `Xvfb_screen0` has what is on the screen (test/support/session/xfce.ts). */
export async function startScreen(size = '800x600x24', frames?: string): Promise<Screen> {
  const kept = frames === undefined ? [] : ['-fbdir', frames];
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', size, '-nolisten', 'tcp', ...kept], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = once(server, 'exit');
  const number = await new Promise<string>((done, fail) => {
    server.stdio[3]?.once('data', (chunk: Buffer) => done(chunk.toString('utf8').trim()));
    server.once('error', fail);
    void ended.then(() => fail(new Error('Xvfb ended before it had a display.')));
  });
  const display = `:${number}`;
  const env = { ...process.env, DISPLAY: display };
  const xdotool = async (...args: string[]) => (await run('xdotool', args, { env })).stdout;

  const windows = async (): Promise<string[]> => {
    // It exits with 1 when there is none.
    const ids = await xdotool('search', '--onlyvisible', '--name', '.').catch(() => '');
    const titles = ids
      .split('\n')
      .filter((id) => id !== '')
      .map((id) => xdotool('getwindowname', id).catch(() => ''));
    return (await Promise.all(titles)).map((title) => title.trim()).filter((title) => title !== '');
  };
  const until = async <Found>(what: string, look: () => Promise<Found | undefined>): Promise<Found> => {
    const end = Date.now() + WINDOW_TIME;
    while (Date.now() < end) {
      const found = await look();
      if (found !== undefined) return found;
      await pause(50);
    }
    throw new Error(`${what} in ${WINDOW_TIME} ms; shown: ${(await windows()).join(', ') || 'nothing'}`);
  };

  const shown = async (): Promise<string> => {
    const title = await until('No window came', async () => (await windows())[0]);
    // It is visible before it accepts keys.
    await pause(300);
    return title;
  };
  const type = async (text: string): Promise<void> => {
    await xdotool('key', 'ctrl+a');
    await xdotool('type', text);
    await xdotool('key', 'Return');
  };
  const pressed = async <Result>(press: () => Promise<unknown>, result: Promise<Result>): Promise<Result> => {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    const over = result.then(settle, settle);
    await shown();
    for (let tries = 0; tries < 5 && !settled; tries += 1) {
      await press();
      await Promise.race([over, pause(ANSWER_TIME)]);
    }
    if (!settled) throw new Error(`What was typed led to nothing; shown: ${(await windows()).join(', ') || 'nothing'}`);
    return await result;
  };

  return {
    display,
    windows,
    window: shown,
    empty: async () => {
      await until('The window stayed', async () => ((await windows()).length === 0 ? true : undefined));
    },
    type,
    answer: (text, result) => pressed(() => type(text), result),
    dismiss: (result) => pressed(() => xdotool('key', 'Escape'), result),
    stop: async () => {
      server.kill();
      await ended;
    },
  };
}
