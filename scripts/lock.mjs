// Completes package-lock.json after `npm install`: npm leaves out the optional packages of other platforms that its registry does not offer at that
// moment, and then refuses its own lock file in `npm ci`. An entry by name and version is enough: a platform that it is not for never fetches it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './node24.mjs';

const path = join(root, 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** What the package's name says it is for: `@scope/cli-linux-x64-musl`. */
function platform(name) {
  const [, os, cpu, libc] = /-(android|darwin|linux|win32)-(x64|arm64)(-musl)?$/.exec(name) ?? [];
  if (os === undefined) throw new Error(`${name}: no entry in the lock file, and its name tells no platform`);
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? { libc: [libc === undefined ? 'glibc' : 'musl'] } : {}) };
}

for (const [folder, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const places = [`${folder}/node_modules/${name}`, `node_modules/${name}`];
    if (places.some((place) => place in lock.packages)) continue;
    lock.packages[`node_modules/${name}`] = { version, dev: true, optional: true, ...platform(name) };
    console.log(`added ${name} ${version}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
