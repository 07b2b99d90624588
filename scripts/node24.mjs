// Finds the Node that the project runs on. Plain JavaScript without dependencies: it also runs on the machine's own,
// older Node.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** package.json's, by name; their versions are exact. */
export const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** The oldest major version of Node that can run the project: the checks run on the one that package.json pins. */
export const wanted = Number(devDependencies.node.split('.')[0]);

/**
 * Path of a Node that is new enough; undefined if there is none.
 * @returns {string | undefined}
 */
export function findNode() {
  const own = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own) && statSync(own).size > 0) return own;
  return Number(process.versions.node.split('.')[0]) >= wanted ? process.execPath : undefined;
}

/** Path of a Node that is new enough; without one, says so and ends the process. */
export function projectNode() {
  const node = findNode();
  if (node !== undefined) return node;
  process.stderr.write(
    `kAudit Tray needs Node ${wanted}, and this is Node ${process.versions.node}. The project brings its own: run "npm ci" without --ignore-scripts.\n`,
  );
  process.exit(1);
}
