// Brings a fresh clone to where it can run: installs what package-lock.json says and builds what is not built. Plain JavaScript without
// dependencies, because it runs before there are any, on the machine's own Node. What the tools print goes to standard error: standard output
// belongs to the program that is started afterwards.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectNode, root } from './node24.mjs';

const stamp = join(root, 'node_modules', '.installed');

/** Runs `npm ci` unless node_modules is what package-lock.json says already. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing what package-lock.json names …\n');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { shell: process.platform === 'win32' });
  projectNode();
  writeFileSync(stamp, lock);
}

/** Builds dist/ when a source is newer than it. */
export function ensureBuilt() {
  const built = join(root, 'dist', 'built');
  const sources = ['main', 'renderer', 'assets', 'scripts/build.mjs', 'vite.config.ts', 'package-lock.json'];
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...sources.map((source) => newest(join(root, source))))) return;
  build();
}

function build() {
  process.stderr.write('Building …\n');
  run(projectNode(), [join(root, 'scripts', 'build.mjs')]);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options });
  if (status === 0) return;
  process.stderr.write(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}; what it printed stands above.\n`);
  process.exit(1);
}

// `npm run build`
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled();
  build();
}
