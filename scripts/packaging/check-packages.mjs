// Makes the deb and the rpm of this program, and leads each through a package's life on a throw-away copy of this
// machine: installed, started through its desktop entry, upgraded, removed. As root, on Linux, with Electron's binary
// (ELECTRON_OVERRIDE_DIST_PATH, or downloaded). node scripts/packaging/check-packages.mjs
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from '../bootstrap.mjs';
import { electronFolder } from '../electron.mjs';
import { projectNode, root } from '../node24.mjs';

/** A version that every real one is newer than. */
const OLD = '0.0.1';
const COMMANDS = {
  'dpkg-deb': 'dpkg',
  rpmbuild: 'rpm',
  unshare: 'util-linux',
  Xvfb: 'xvfb',
  openbox: 'openbox',
  xdotool: 'xdotool',
  xprop: 'x11-utils',
  gio: 'libglib2.0-bin',
  'desktop-file-validate': 'desktop-file-utils',
  'dbus-run-session': 'dbus',
};
/** What the deb depends on, and what is not there for another reason. */
const LIBRARIES = ['libgtk-3-0', 'libnotify4', 'libnss3', 'libxss1', 'libxtst6', 'xdg-utils', 'libatspi2.0-0', 'libsecret-1-0'];

if (process.platform !== 'linux' || process.getuid() !== 0) give('It takes root on Linux: packages are installed in a throw-away root.');
const missing = Object.keys(COMMANDS).filter((command) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0);
const absent = LIBRARIES.filter((name) => spawnSync('dpkg', ['--status', name]).status !== 0);
if (missing.length + absent.length > 0) give(`apt-get install ${[...missing.map((each) => COMMANDS[each]), ...absent].join(' ')}`);
const electron = electronFolder(process.env);
if (electron === undefined) {
  const line = 'Electron’s binary is missing (npx install-electron)';
  if (process.env.REQUIRE_ELECTRON === '1') give(line);
  console.log(`SKIPPED packages: ${line}`);
  process.exit(0);
}

await ensureInstalled();
await ensureBuilt();
const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-packages-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
let failed = 0;
const electronDist = join(directory, 'electron');
cpSync(electron, electronDist, { recursive: true, verbatimSymlinks: true });
// Electron's own start page, which a package does not have.
rmSync(join(electronDist, 'resources', 'default_app.asar'), { force: true });
const version = readFileSync(join(electronDist, 'version'), 'utf8').trim().replace(/^v/, '');
const build = (...args) => {
  const builder = join(root, 'node_modules', 'electron-builder', 'cli.js');
  // The fast compressions: 280 MB take minutes otherwise.
  const config = {
    electronDist,
    electronVersion: version,
    'directories.output': directory,
    'deb.compression': 'gz',
    'rpm.compression': 'gzip',
  };
  const given = Object.entries(config).map(([key, value]) => `-c.${key}=${value}`);
  const { status, stdout, stderr } = spawnSync(projectNode(), [builder, '--linux', ...args, '--publish', 'never', ...given], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, CUSTOM_FPM_PATH: join(root, 'scripts', 'packaging', 'fpm.mjs') },
  });
  if (status !== 0) give(`electron-builder ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
};
build('dir');
const [unpacked] = readdirSync(directory).filter((name) => /^linux.*-unpacked$/.test(name));
const { version: current } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
for (const each of [OLD, current]) build('deb', 'rpm', '--prepackaged', join(directory, unpacked), `-c.extraMetadata.version=${each}`);
for (const file of ['life-of-a-package.sh', 'start-entry.sh']) cpSync(join(root, 'scripts', 'packaging', file), join(directory, file));

const named = (number, kind) =>
  join(
    directory,
    readdirSync(directory).find((name) => name.includes(`-${number}-`) && name.endsWith(kind)),
  );
// Before 41.6.1 Electron named its windows after the product; since then after the desktop entry, which is what a panel
// looks for.
const [major, minor] = version.split('.').map(Number);
const windowClass = major > 41 || (major === 41 && minor > 6) ? 'kaudit-tray' : '-';
if (windowClass === '-') console.log(`note   Electron ${version} names its windows in another way: WM_CLASS is not compared`);
for (const kind of ['deb', 'rpm']) {
  const life = join(directory, 'life-of-a-package.sh');
  const command = [directory, 'bash', life, kind, named(OLD, `.${kind}`), named(current, `.${kind}`), windowClass];
  const { status } = spawnSync(join(root, 'scripts', 'packaging', 'throw-away-root.sh'), command, { stdio: 'inherit' });
  if (status !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);

function give(reason) {
  console.log(`FAILED packages: ${reason}`);
  process.exit(1);
}
