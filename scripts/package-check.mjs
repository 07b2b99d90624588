// `npm run package:check`: checks the packages without Electron's binary. The configuration against electron-builder's
// schema, the fuses, the list of files and its size, what electron-builder makes of it, and the licences of what ships.
// `--write` updates assets/THIRD-PARTY.md. `--app FILE` reads the fuses of a finished package: the program, or the .app
// folder.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, matchesGlob, relative, sep } from 'node:path';
import { parse } from 'yaml';
import { ensureBuilt } from './bootstrap.mjs';
import { root } from './node24.mjs';
import { tryPackage } from './package-trial.mjs';

const require = createRequire(import.meta.url);
const THIRD_PARTY = join(root, 'assets', 'THIRD-PARTY.md');
/** Bytes of the program itself, without Electron: twice of what it is, so that dead weight is noticed. */
const LARGEST = 12_000_000;
const LICENCES = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
  'Python-2.0',
  'PSF-2.0',
  'CC0-1.0',
  'OFL-1.1',
]);
const FUSES = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  grantFileProtocolExtraPrivileges: false,
};

const problems = [];
const config = parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8'));

await checkSchema();
checkFuses();
const app = process.argv.indexOf('--app');
if (app >= 0) await checkApp(process.argv[app + 1] ?? '');
checkNamedFiles();
checkLicences();
await ensureBuilt();
checkFiles();
if (process.platform === 'linux') await checkTrial();
for (const problem of problems) console.log(`FAILED ${problem}`);
process.exit(problems.length === 0 ? 0 : 1);

async function checkSchema() {
  const { validateConfiguration } = require(join(root, 'node_modules/app-builder-lib/out/util/config/config.js'));
  try {
    await validateConfiguration(config, { isEnabled: false, add: () => undefined });
    console.log('ok     electron-builder.yml fits the schema');
  } catch (error) {
    problems.push(`electron-builder.yml: ${error.message}`);
  }
}

function checkFuses() {
  for (const [name, value] of Object.entries(FUSES))
    if (config.electronFuses?.[name] !== value) problems.push(`the fuse ${name} has to be ${value}`);
  console.log('ok     fuses were compared');
}

/** The configuration says what electron-builder should do, the program what it did. */
async function checkApp(path) {
  const { FuseV1Options, getCurrentFuseWire } = require('@electron/fuses');
  try {
    const wire = await getCurrentFuseWire(path);
    for (const [name, value] of Object.entries(FUSES)) {
      const state = wire[FuseV1Options[name.charAt(0).toUpperCase() + name.slice(1)]];
      // The binary holds digits; a fuse that it no longer has is an `r`.
      if (String.fromCharCode(state) !== (value ? '1' : '0')) problems.push(`the fuse ${name} of ${path} has to be ${value}`);
    }
    console.log(`ok     the fuses of ${path} were compared`);
  } catch (error) {
    problems.push(`the fuses of ${path} cannot be read: ${error.message}`);
  }
}

/** Files that the configuration names have to be there. */
function checkNamedFiles() {
  const named = [
    config.mac.entitlements,
    config.mac.entitlementsInherit,
    config.afterSign,
    'assets/icon.icns',
    'assets/icon.ico',
    'assets/icons/256x256.png',
  ];
  for (const file of named) if (typeof file !== 'string' || !existsSync(join(root, file))) problems.push(`${file} is named and not there`);
}

/** The patterns as electron-builder reads them: the last one that fits decides. */
function checkFiles() {
  const tops = ['dist', 'assets', 'LICENSE', join('node_modules', '@napi-rs'), 'package.json', 'scripts', 'test'];
  const files = tops.flatMap((top) => walk(join(root, top))).map((file) => relative(root, file).split(sep).join('/'));
  const ships = (file) => {
    let shipped = false;
    for (const pattern of config.files) {
      const negative = pattern.startsWith('!');
      if (matchesGlob(file, negative ? pattern.slice(1) : pattern)) shipped = !negative;
    }
    return shipped;
  };
  const shipped = files.filter(ships);
  const needed = [
    'dist/main/desktop.js',
    'dist/main/preload.cjs',
    'dist/renderer/index.html',
    'assets/icon.png',
    'assets/tray/okTemplate.png',
  ];
  needed.push('assets/tray/ok-dark.ico', 'assets/THIRD-PARTY.md', 'LICENSE', 'node_modules/@napi-rs/keyring/package.json');
  for (const file of needed) if (!shipped.includes(file)) problems.push(`${file} does not ship`);
  for (const file of shipped)
    if (/\.map$|^dist\/main\/browser|^test\/|^scripts\/|\.svg$/.test(file) && !file.startsWith('dist/renderer/'))
      problems.push(`${file} ships, and is of no use there`);
  if (!shipped.some((file) => file.endsWith('.node'))) problems.push('the keychain’s native module does not ship');
  const size = shipped.reduce((sum, file) => sum + statSync(join(root, file)).size, 0);
  if (size > LARGEST) problems.push(`${size} bytes ship, more than ${LARGEST}`);
  console.log(`ok     ${shipped.length} files, ${(size / 1_000_000).toFixed(1)} MB were looked at`);
}

/** What electron-builder makes of all this, around a made-up Electron. Here it reads the patterns itself. */
async function checkTrial() {
  const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-package-'));
  try {
    const { program, files, unpacked, targets } = await tryPackage(directory);
    await checkApp(program);
    for (const file of files) {
      if (
        !/^(dist\/(main|renderer)\/|assets\/(tray\/|icon\.png$|THIRD-PARTY\.md$)|node_modules\/@napi-rs\/|LICENSE$|package\.json$)/.test(
          file,
        )
      )
        problems.push(`${file} is packed, and nobody knows why`);
      if (file.endsWith('.node') && !existsSync(unpacked(file))) problems.push(`${file} is packed where the system cannot load it`);
    }
    if (!files.some((file) => file.endsWith('.node'))) problems.push('the keychain’s native module is not packed');
    const { name, desktopName, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const target of ['AppImage', 'deb', 'rpm']) {
      const { desktop = '', desktopFile, args = [] } = targets[target] ?? {};
      // Wayland, notifications and the autostart file know the program by these.
      if (desktopFile !== desktopName) problems.push(`the desktop entry of the ${target} is ${desktopFile}, not ${desktopName}`);
      for (const line of [`StartupWMClass=${name}`, `Icon=${name}`, 'Name=kAudit Tray', 'Terminal=false', 'Categories=Development;'])
        if (!desktop.split('\n').includes(line)) problems.push(`the desktop entry of the ${target} lacks ${line}`);
      // SECURITY: no package starts it without Chromium's sandbox.
      if (desktop.includes('--no-sandbox')) problems.push(`the ${target} is started without a sandbox`);
      if (target === 'AppImage') continue;
      for (const size of [16, 32, 48, 256])
        if (!args.some((each) => each.endsWith(`=/usr/share/icons/hicolor/${size}x${size}/apps/${name}.png`)))
          problems.push(`the ${target} has no icon of ${size} pixels`);
      for (const value of [config.linux.maintainer, homepage, 'Apache-2.0'])
        if (!args.includes(value)) problems.push(`the ${target} does not name ${value}`);
    }
    console.log(`ok     electron-builder packed ${files.length} files for AppImage, deb and rpm`);
  } catch (error) {
    problems.push(`electron-builder makes no package of this: ${error.message}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Whatever can get into a bundle: what main's and the page's sources import, with all that these need. */
function checkLicences() {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const imported = ['main', 'renderer']
    .flatMap((folder) => walk(join(root, folder)))
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?'((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^']*)?'/g)].map(([, name]) => name),
    );
  const seen = new Map();
  const visit = (name, from) => {
    // In Node's order: next to it, then further up.
    let place = from;
    for (;;) {
      const path = `${place === '' ? '' : `${place}/`}node_modules/${name}`;
      if (lock[path] !== undefined) {
        if (seen.has(path)) return;
        seen.set(path, { name, ...lock[path] });
        for (const needed of Object.keys({ ...lock[path].dependencies, ...lock[path].peerDependencies })) visit(needed, path);
        return;
      }
      if (place === '') return;
      place = place.includes('/node_modules/') ? place.slice(0, place.lastIndexOf('/node_modules/')) : '';
    }
  };
  for (const name of imported) if (name !== 'electron') visit(name, '');
  const packages = [...seen].filter(
    ([path, { name }]) => existsSync(join(root, path)) && !name.startsWith('@types/') && name !== 'electron',
  );
  for (const [path, { name, license }] of packages) {
    const known = String(license ?? '')
      .replace(/[()]/g, '')
      .split(/ OR | AND /);
    if (!known.some((each) => LICENCES.has(each))) problems.push(`${name} (${path}) has the licence ${license}: look whether it may ship`);
  }
  const text = thirdParty(packages);
  if (process.argv.includes('--write')) writeFileSync(THIRD_PARTY, text);
  if (!existsSync(THIRD_PARTY) || readFileSync(THIRD_PARTY, 'utf8') !== text)
    problems.push('assets/THIRD-PARTY.md is not what package-lock.json says: npm run package:check -- --write');
  console.log(`ok     the licences of ${packages.length} packages were compared`);
}

function thirdParty(packages) {
  const texts = new Map();
  for (const [path, { name, version, license }] of packages) {
    const file = readdirSync(join(root, path)).find((each) => /^(licen[cs]e|copying)(\.|-|$)/i.test(each));
    const text =
      file === undefined
        ? `Licence: ${license}`
        : readFileSync(join(root, path, file), 'utf8')
            .replaceAll('\r\n', '\n')
            .trim();
    texts.set(text, [...(texts.get(text) ?? []), `${name} ${version} (${license})`]);
  }
  const sections = [...texts]
    .map(([text, names]) => [[...new Set(names)].sort().join(', '), text])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([names, text]) =>
        `## ${names}\n\n${text
          .split('\n')
          .map((line) => `    ${line}`.trimEnd())
          .join('\n')}\n`,
    );
  const head =
    'What ships with kAudit Tray, and under which licences. Electron and Chromium bring their own files. Generated: npm run package:check -- --write';
  return `# Third-party software\n\n${head}\n\n${sections.join('\n')}`;
}

function walk(path) {
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path).flatMap((name) => walk(join(path, name)));
}
