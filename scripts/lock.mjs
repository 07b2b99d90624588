// Completes package-lock.json after `npm install`: npm leaves out the optional packages of other platforms that its
// registry does not offer at that moment, then refuses its own lock file in `npm ci`, and keeps entries without
// integrity. What is missing is asked of the registry.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));

function published(name, version) {
  const fields = ['dist.integrity', 'license', 'os', 'cpu', 'libc', 'engines'];
  const { status, stdout, stderr } = spawnSync('npm', ['view', `${name}@${version}`, ...fields, '--json'], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw new Error(`${name}@${version}: the registry does not know it. ${stderr}`);
  const { 'dist.integrity': integrity, license, engines, ...platform } = JSON.parse(stdout);
  if (!integrity) throw new Error(`${name}@${version}: the registry names no integrity`);
  const lists = Object.entries(platform).map(([key, value]) => [key, [value].flat()]);
  return { integrity, license, ...Object.fromEntries(lists), ...(engines && { engines }) };
}

for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${folder}/node_modules/${name}`, `node_modules/${name}`];
    const place = places.find((each) => each in lock.packages) ?? places[1];
    if (lock.packages[place]?.integrity) continue;
    const { dev } = entry;
    lock.packages[place] = { version, ...(dev && { dev }), optional: true, ...published(name, version) };
    console.log(`completed ${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
