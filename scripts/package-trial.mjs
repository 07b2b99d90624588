// Packages for Linux made for a trial, by electron-builder itself, around a made-up Electron: what it really packs, and
// what it would pass to the makers of a deb, an rpm and an AppImage. Nothing is downloaded.
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from './node24.mjs';

const require = createRequire(import.meta.url);

/** Where Electron keeps its fuses: this text, the layout's version, their number, and a digit for each. */
const FUSES = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 8]), Buffer.from('10101011')]);

/**
 * Takes about 10 s. `directory`: an empty one, for all that is made.
 * @param {string} directory
 * @returns {Promise<{ program: string, asar: string, files: readonly string[], unpacked: (file: string) => string,
 * targets: Record<string, Target> }>} what the asar holds, with / between folders and none in front.
 * @typedef {{ desktop: string, desktopFile: string, args: readonly string[] }} Target the desktop entry and its name;
 * the arguments for fpm
 */
export async function tryPackage(directory) {
  const electronDist = join(directory, 'electron');
  mkdirSync(join(electronDist, 'locales'), { recursive: true });
  mkdirSync(join(electronDist, 'resources'));
  for (const file of ['electron', 'chrome-sandbox']) {
    writeFileSync(join(electronDist, file), Buffer.concat([Buffer.from('\x7fELF'), FUSES]));
    chmodSync(join(electronDist, file), 0o755);
  }
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) writeFileSync(join(electronDist, file), file);

  const { build, Platform } = require('app-builder-lib');
  const targets = {};
  // electron-builder's own tests look at its plans in this way; true: it stops there.
  const made = (options) => {
    if (Array.isArray(options)) {
      const [args, file] = options;
      const desktopFile = args
        .find((each) => each.endsWith('.desktop'))
        .split('/')
        .at(-1);
      targets[args[args.indexOf('--package') + 1].split('.').at(-1)] = { desktop: readFileSync(file, 'utf8'), desktopFile, args };
    } else targets.AppImage = { desktop: options.desktop, desktopFile: options.desktopFileName, args: [] };
    return true;
  };
  const output = join(directory, 'release');
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget(['dir', 'AppImage', 'deb', 'rpm']),
    publish: 'never',
    config: { extends: join(root, 'electron-builder.yml'), electronDist, directories: { output } },
    effectiveOptionComputed: async (options) => made(options),
  });
  const app = join(output, `linux${process.arch === 'x64' ? '' : `-${process.arch}`}-unpacked`);
  const asar = join(app, 'resources', 'app.asar');
  const { listPackage, statFile } = require('@electron/asar');
  const files = listPackage(asar, { isPack: false })
    .map((file) => file.replaceAll('\\', '/').slice(1))
    .filter((file) => !('files' in statFile(asar, file)));
  return { program: join(app, 'kaudit-tray'), asar, files, unpacked: (file) => join(`${asar}.unpacked`, file), targets };
}

/**
 * The program around a real Electron, with `entry.mjs` of another folder in front of it. Takes about 20 s.
 * @param {string} directory an empty one, for all that is made
 * @param {string} electron the folder of its binary
 * @param {string} entry the folder of entry.mjs
 * @returns {Promise<string>} the program
 */
export async function packOn(directory, electron, entry) {
  const electronDist = join(directory, 'electron');
  cpSync(electron, electronDist, { recursive: true, verbatimSymlinks: true });
  // Electron's own start page, which a package does not have.
  rmSync(join(electronDist, 'resources', 'default_app.asar'), { force: true });
  const electronVersion = readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, '');
  const output = join(directory, 'release');
  const { build, Platform } = require('app-builder-lib');
  await build({
    projectDir: root,
    targets: Platform.LINUX.createTarget(['dir']),
    publish: 'never',
    config: {
      extends: join(root, 'electron-builder.yml'),
      electronDist,
      electronVersion,
      directories: { output },
      extraMetadata: { main: 'entry.mjs' },
      files: [{ from: entry, to: '.', filter: ['entry.mjs'] }],
    },
  });
  return join(output, `linux${process.arch === 'x64' ? '' : `-${process.arch}`}-unpacked`, 'kaudit-tray');
}
