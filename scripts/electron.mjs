// Where Electron's binary is, and why the desktop host cannot run. Plain JavaScript, for the machine's own Node. Never asks the electron package
// itself: it would download one.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

const home = join(root, 'node_modules', 'electron');

/**
 * The folder that has the binary, as ELECTRON_OVERRIDE_DIST_PATH names one: undefined where there is none.
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | undefined}
 */
export function electronFolder(environment) {
  const folder = environment.ELECTRON_OVERRIDE_DIST_PATH ?? join(home, 'dist');
  return existsSync(join(folder, binaryName())) ? folder : undefined;
}

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @returns {string | undefined}
 */
export function electronBinary(environment) {
  const folder = electronFolder(environment);
  return folder === undefined ? undefined : join(folder, binaryName());
}

/**
 * Why there is no desktop application here, in one sentence; undefined: there can be.
 * @param {{ binary: string | undefined, platform: string, environment: Readonly<Record<string, string | undefined>> }} machine
 * @returns {string | undefined}
 */
export function whyNoDesktop({ binary, platform, environment }) {
  if (binary === undefined) return 'The desktop application needs Electron, which is not downloaded ("npx install-electron" does that).';
  if (platform === 'linux' && !environment.DISPLAY && !environment.WAYLAND_DISPLAY)
    return 'The desktop application needs a display, and there is none.';
  return undefined;
}

/** Within the folder, as the electron package's own script wrote it down: `electron.exe`, `Electron.app/Contents/MacOS/Electron` … */
export function binaryName() {
  const file = join(home, 'path.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'electron';
}
