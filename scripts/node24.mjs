// Finds the Node that the project brings. Plain JavaScript without dependencies: it also runs on the machine's own, older Node.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** The major version that package.json's `node` devDependency pins. */
export const wanted = Number(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node.split('.')[0]);

/** Path of a Node that is new enough; where there is none, says so and ends the process. */
export function projectNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own) && statSync(own).size > 0) return own;
  if (Number(process.versions.node.split('.')[0]) >= wanted) return process.execPath;
  process.stderr.write(
    `kAudit Tray needs Node ${wanted}, and this is Node ${process.versions.node}. The project brings its own: run "npm ci" without --ignore-scripts.\n`,
  );
  process.exit(1);
}
