// Prepares a fresh clone: installs what package-lock.json lists and builds what isn't built. Plain JavaScript without
// dependencies, because it runs before they are installed, on the machine's own Node.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronBinary, electronHome, whyNoDesktop, whyNoScreen } from './electron.mjs';
import { downloadElectron, mayDownload } from './electron-download.mjs';
import { devDependencies, findNode, projectNode, root } from './node24.mjs';
import { showProgress } from './progress.mjs';
import { run } from './run.mjs';

const stamp = join(root, 'node_modules', '.installed');
const NPM = ['--no-audit', '--no-fund', '--loglevel', 'error'];

/**
 * Installs what package-lock.json names, unless it is there already.
 * @param {'running' | 'everything'} [what] 'running': package.json's `dependencies` only.
 */
export async function ensureInstalled(what = 'everything') {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const hash = createHash('sha256').update(lock).digest('hex');
  const done = existsSync(stamp) ? readFileSync(stamp, 'utf8') : '';
  if (done !== `${hash} everything` && done !== `${hash} ${what}`) {
    const paths = pathsToInstall(JSON.parse(lock).packages, what);
    process.stderr.write(`Installing the ${paths.length} packages that ${what} needs. Ctrl+C stops it; the next start begins it again.\n`);
    const here = () => paths.filter((path) => existsSync(join(root, path, 'package.json'))).length;
    await npm(['ci', ...(what === 'running' ? ['--omit=dev'] : [])], () => `${here()} of ${paths.length} packages`);
    writeFileSync(stamp, `${hash} ${what}`);
  }
  if (findNode() === undefined && what === 'running') await bringNode();
  projectNode();
  // The `node` package unpacks headers and manuals next to the program: a third of its size.
  rmSync(join(root, 'node_modules', 'node', 'node_modules'), { recursive: true, force: true });
}

async function bringNode() {
  process.stderr.write(`Bringing Node ${devDependencies.node} (50 MB to download), because this is Node ${process.versions.node}.\n`);
  const started = Date.now();
  await npm(addPackages('node'), () => `${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Downloads Electron where it is missing and could show a window.
 * @returns {Promise<string | undefined>} why there is no desktop application here, in one sentence
 */
export async function ensureElectron() {
  const environment = process.env;
  const machine = { platform: process.platform, environment, uid: process.getuid?.() };
  const binary = electronBinary(environment);
  const chosen = environment.ELECTRON_OVERRIDE_DIST_PATH !== undefined;
  if (binary !== undefined || chosen || whyNoScreen(machine) !== undefined || !mayDownload(environment))
    return whyNoDesktop({ ...machine, binary });
  process.stderr.write(
    `Downloading Electron ${devDependencies.electron} (about 120 MB), once. Ctrl+C stops it; --host browser or KAUDIT_NO_DOWNLOAD=1 goes without.\n`,
  );
  // npm removes what was added before and isn't named again.
  const brought = existsSync(join(root, 'node_modules', 'node')) ? ['node'] : [];
  if (!existsSync(join(electronHome, 'install.js'))) await npm(addPackages('electron', ...brought), () => 'its installer');
  const failure = await downloadElectron(environment);
  return failure === undefined ? undefined : `Electron could not be downloaded: ${failure}. The next start tries again.`;
}

/**
 * The npm arguments that add some of package.json's devDependencies to an installation without these. The lock file's
 * integrity counts, and neither file is changed.
 */
function addPackages(...names) {
  return ['install', '--no-save', '--save-prod', '--omit=dev', ...names.map((name) => `${name}@${devDependencies[name]}`)];
}

/** Where npm puts the packages of this platform. */
function pathsToInstall(packages, what) {
  const fits = (list, value) => list === undefined || list.includes(value) || list.some((each) => each[0] === '!' && each !== `!${value}`);
  const libcHere = existsSync('/etc/alpine-release') ? 'musl' : 'glibc';
  return Object.keys(packages).filter((path) => {
    const { dev, os, cpu, libc } = packages[path];
    if (path === '' || (dev && what === 'running')) return false;
    return fits(os, process.platform) && fits(cpu, process.arch) && (process.platform !== 'linux' || fits(libc, libcHere));
  });
}

/** Builds dist/ if a source is newer than it. */
export async function ensureBuilt() {
  const built = join(root, 'dist', 'built');
  const sources = ['main', 'renderer', 'assets', 'scripts/build.mjs', 'vite.config.ts', 'package-lock.json'];
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources.map((source) => newest(join(root, source))))) return;
  await build();
}

async function build() {
  process.stderr.write('Building …\n');
  await mustRun(projectNode(), [join(root, 'scripts', 'build.mjs')]);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

async function npm(args, state) {
  const end = showProgress(state);
  try {
    await mustRun('npm', [...args, ...NPM], { shell: process.platform === 'win32' });
  } finally {
    end();
  }
}

async function mustRun(command, args, options = {}) {
  const { status, error } = await run(command, args, options);
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}; what it printed stands above.\n`);
  process.exit(1);
}

// `npm run build`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await ensureInstalled();
  await build();
}
