// Where Electron's binary is, and why the desktop host can't run. Plain JavaScript, for the machine's own Node. Never
// asks the electron package itself, which would download a binary.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

/** The electron package. */
export const electronHome = join(root, 'node_modules', 'electron');

/**
 * The folder that has the binary, as ELECTRON_OVERRIDE_DIST_PATH names one: undefined if it is missing.
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {string} [home]
 * @returns {string | undefined}
 */
export function electronFolder(environment, home = electronHome) {
  const override = environment.ELECTRON_OVERRIDE_DIST_PATH;
  const folder = override ?? join(home, 'dist');
  // The installer writes path.txt last: without it the folder was left half unpacked.
  if (override === undefined && !existsSync(join(home, 'path.txt'))) return undefined;
  return existsSync(join(folder, binaryName(home))) ? folder : undefined;
}

/**
 * @param {Readonly<Record<string, string | undefined>>} environment
 * @param {string} [home]
 * @returns {string | undefined}
 */
export function electronBinary(environment, home = electronHome) {
  const folder = electronFolder(environment, home);
  return folder === undefined ? undefined : join(folder, binaryName(home));
}

/**
 * @typedef {object} Machine
 * @property {string | undefined} binary
 * @property {string} platform
 * @property {Readonly<Record<string, string | undefined>>} environment
 * @property {number | undefined} [uid]
 */

/**
 * Why there is no desktop application here, in one sentence; undefined: there can be.
 * @param {Machine} machine
 * @returns {string | undefined}
 */
export function whyNoDesktop(machine) {
  const reason = whyNoScreen(machine);
  if (reason !== undefined) return reason;
  if (machine.binary === undefined)
    return 'The desktop application needs Electron, which is not downloaded ("npx install-electron" does that).';
  return undefined;
}

/**
 * Why no Electron could show a window here, in one sentence.
 * @param {Omit<Machine, 'binary'>} machine
 * @returns {string | undefined}
 */
export function whyNoScreen({ platform, environment, uid }) {
  if (platform !== 'linux') return undefined;
  if (!environment.DISPLAY && !environment.WAYLAND_DISPLAY) return 'The desktop application needs a display, and there is none.';
  // SECURITY: Chromium runs as root without its sandbox only.
  if (uid === 0) return 'The desktop application does not run as root.';
  return undefined;
}

/**
 * Within the folder, as the electron package's own script wrote it down: `electron.exe`,
 * `Electron.app/Contents/MacOS/Electron` …
 */
export function binaryName(home = electronHome) {
  const file = join(home, 'path.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : 'electron';
}
