// Prints the software bill of materials of a release (CycloneDX): what running needs, and Electron. Not by
// `npm sbom --omit=dev`, which also leaves out what a tool of the checks depends on too: yaml, among a hundred others.
// node scripts/packaging/sbom.mjs
import { spawnSync } from 'node:child_process';
import { root } from '../node24.mjs';

const DEVELOPMENT = 'cdx:npm:package:development';

const { status, stdout } = spawnSync('npm', ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 100_000_000,
  shell: process.platform === 'win32',
  stdio: ['ignore', 'pipe', 'inherit'],
});
if (status !== 0) process.exit(1);
const all = JSON.parse(stdout);
const components = all.components
  // Among the devDependencies, because electron-builder looks for it there; it is in every package.
  .map((each) => (each.name === 'electron' ? { ...each, scope: 'required', properties: [] } : each))
  .filter(({ properties }) => !properties.some(({ name, value }) => name === DEVELOPMENT && value === 'true'));
const { component } = all.metadata;
const kept = new Set([component, ...components].map((each) => each['bom-ref']));
const dependencies = all.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => kept.has(each)) }));
// npm takes the folder's name.
const metadata = { ...all.metadata, component: { ...component, name: 'kaudit-tray' } };
console.log(JSON.stringify({ ...all, metadata, components, dependencies }, null, 2));
