import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { App } from 'electron';
import { AppError } from '../../common/errors.ts';
import type { Flags } from '../../flags.ts';
import { userDataDirectory } from '../../settings/user-data.ts';
import * as strings from './strings.ts';

export interface Profile {
  /** Whether another instance already has this profile. */
  readonly taken: boolean;
  remove(): void;
}

/**
 * What a second start sends to the running instance. Its arguments would arrive in another order, with Chromium's own
 * among them.
 */
export interface SecondStart {
  readonly hidden: boolean;
}

/**
 * Whether a second start asks for the window, as a user's does; one with `--hidden` is the login's own, which may come
 * late.
 */
export function asksForWindow(message: unknown): boolean {
  // It comes from another process: any other form is a user's start, by an older version or through a link.
  return !(typeof message === 'object' && message !== null && 'hidden' in message && message.hidden === true);
}

/**
 * Gives Chromium its own folder next to the settings, and claims it: two instances on the same settings would overwrite
 * each other. The demo gets a new folder and leaves none. Before the app is ready.
 */
export function claimProfile(app: App, flags: Flags): Profile {
  const demo = flags.demo && flags.userData === undefined;
  const parent = demo
    ? mkdtempSync(join(tmpdir(), 'kaudit-tray-page-'))
    : resolve(flags.userData ?? userDataDirectory(process.platform, process.env, homedir()));
  const page = join(parent, 'page');
  try {
    // A folder that can't be created would look like another instance's.
    mkdirSync(page, { recursive: true, mode: 0o700 });
    app.setPath('userData', page);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('settings', strings.dataFolderCantUsedName(parent, reason));
  }
  return {
    taken: !app.requestSingleInstanceLock({ hidden: flags.hidden } satisfies SecondStart),
    remove: () => {
      // Chromium still has some of it open until the process ends.
      if (demo) rmSync(parent, { recursive: true, force: true, maxRetries: 2 });
    },
  };
}
