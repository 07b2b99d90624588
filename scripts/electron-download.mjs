// Downloads Electron's binary for a run from a clone, through the electron package's own installer: since Electron 42
// `npm install` brings none.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { electronBinary, electronHome } from './electron.mjs';
import { projectNode, root } from './node24.mjs';
import { showProgress } from './progress.mjs';
import { run } from './run.mjs';

/** Milliseconds without a new byte, and in all. */
const LIMITS = { stalled: 60_000, total: 15 * 60_000 };

/**
 * Whether a start may download anything: not where KAUDIT_NO_DOWNLOAD forbids it, and not in CI.
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function mayDownload(environment) {
  // Some services name themselves in CI.
  const isSet = (value) => !['', '0', 'false'].includes(value ?? '');
  return !isSet(environment.KAUDIT_NO_DOWNLOAD) && !isSet(environment.CI);
}

/**
 * Downloads Electron and unpacks it where the package looks for it. What fails leaves nothing behind.
 * @param {Readonly<Record<string, string | undefined>>} environment proxies and ELECTRON_MIRROR are taken from it
 * @param {{ home?: string, limits?: { stalled: number, total: number } }} [options] `home`: the electron package
 * @returns {Promise<string | undefined>} why it failed
 */
export async function downloadElectron(environment, { home = electronHome, limits = LIMITS } = {}) {
  // Next to the package: on the same file system, and removed along with node_modules.
  const temporary = join(home, '..', '.electron-download');
  const clear = () => rmSync(temporary, { recursive: true, force: true });
  const leaveNothing = () => {
    clear();
    for (const part of ['dist', 'path.txt']) rmSync(join(home, part), { recursive: true, force: true });
  };
  clear();
  mkdirSync(temporary, { recursive: true });
  // A signal may end this process partway.
  process.on('exit', leaveNothing);

  let stopped;
  let child;
  let bytes = 0;
  const stop = (reason) => {
    stopped = reason;
    child?.kill('SIGKILL');
  };
  const total = setTimeout(() => stop(`it was not there after ${limits.total / 60_000} minutes`), limits.total);
  let moved = Date.now();
  const watch = setInterval(() => {
    const now = sizeOf(temporary);
    if (now !== bytes) moved = Date.now();
    bytes = now;
    // Unpacking writes elsewhere.
    if (Date.now() - moved > limits.stalled && sizeOf(join(home, 'dist')) === 0)
      stop(`nothing arrived for ${limits.stalled / 1000} seconds`);
  }, 100);
  const endProgress = showProgress(() => `${Math.round(bytes / 1_000_000)} MB`);
  let output = '';
  try {
    const { status, error } = await run(
      projectNode(),
      [join(home, 'install.js')],
      { cwd: root, env: installerEnvironment(environment, temporary), stdio: ['ignore', 'ignore', 'pipe'] },
      (started) => {
        child = started;
        child.stderr.on('data', (chunk) => {
          output = `${output}${chunk}`.slice(0, 100_000);
        });
      },
    );
    if (status === 0 && electronBinary({}, home) !== undefined) return undefined;
    leaveNothing();
    return stopped ?? error?.message ?? reasonIn(output);
  } finally {
    clearTimeout(total);
    clearInterval(watch);
    endProgress();
    clear();
    process.off('exit', leaveNothing);
  }
}

function installerEnvironment(environment, temporary) {
  const kept = Object.entries(environment).filter(
    ([name]) =>
      // SECURITY: what arrives is checked against the checksums in the package, never against ones from where it came
      // from.
      !/^(npm_config_)?electron_use_remote_checksums$/i.test(name) &&
      // For this machine, and no other.
      !/^(electron_install|npm_config)_(platform|arch)$/i.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    TMPDIR: temporary,
    TMP: temporary,
    TEMP: temporary,
    electron_config_cache: join(temporary, 'cache'),
    // Node's own fetch honours HTTPS_PROXY and NO_PROXY then.
    NODE_USE_ENV_PROXY: '1',
    ...proxiesOfNpm(environment),
    ELECTRON_GET_NO_PROGRESS: '1',
  };
}

/** The proxy of .npmrc, where the environment itself names none: npm installed the packages through it. */
function proxiesOfNpm(environment) {
  // npm takes one for both kinds of URL.
  const proxy = environment.npm_config_https_proxy || environment.npm_config_proxy;
  const proxies = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: environment.npm_config_noproxy };
  const isNews = ([name, value]) => value && !environment[name] && !environment[name.toLowerCase()];
  return Object.fromEntries(Object.entries(proxies).filter(isNews));
}

/** The first error that the installer printed, on one line and without a mirror's credentials. */
function reasonIn(output) {
  const [, message] = /^\s*(?:Uncaught )?\w*Error(?: \[\w+\])?: (.+)$/m.exec(output) ?? [];
  if (message === undefined) return 'the installer ended without a reason';
  // SECURITY: a mirror's status line reaches the terminal: no control characters, no end.
  const plain = message
    .replace(/\/\/[^/@\s]*@/g, '//')
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 300);
  return plain === 'fetch failed' ? 'no connection (no network, or it is blocked)' : plain;
}

function sizeOf(path) {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size;
  } catch {
    return 0;
  }
}
