import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { App } from 'electron';
import type { Flags } from '../common/flags.ts';
import { userDataDirectory } from '../settings/user-data.ts';

export interface Profile {
  /** Whether another instance has this profile already. */
  readonly taken: boolean;
  remove(): void;
}

/**
 * Gives Chromium its own folder beside the settings, and claims it: two instances on the same settings would overwrite each other. The demo
 * gets a new folder and leaves none. Before the app is ready.
 */
export function claimProfile(app: App, flags: Flags): Profile {
  const demo = flags.demo && flags.userData === undefined;
  const parent = demo
    ? mkdtempSync(join(tmpdir(), 'kaudit-tray-page-'))
    : resolve(flags.userData ?? userDataDirectory(process.platform, process.env, homedir()));
  app.setPath('userData', join(parent, 'page'));
  return {
    taken: !app.requestSingleInstanceLock(),
    remove: () => {
      // Chromium still holds some of it until the process ends.
      if (demo) rmSync(parent, { recursive: true, force: true, maxRetries: 2 });
    },
  };
}
