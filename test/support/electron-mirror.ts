import { createHash } from 'node:crypto';
import { cpSync, createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zipFolder } from './zip.ts';

const root = resolve(import.meta.dirname, '../..');
const modules = join(root, 'node_modules');
const { version } = JSON.parse(readFileSync(join(modules, 'electron/package.json'), 'utf8')) as { version: string };
/** The file that the installer downloads on this machine. */
export const ARTIFACT = `electron-v${version}-${process.platform}-${process.arch}.zip`;

/** Writes a folder that looks like Electron, as a zip. */
export function smallElectron(directory: string): string {
  const folder = join(directory, 'small');
  const program = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[process.platform as string] ?? 'electron';
  mkdirSync(join(folder, program, '..'), { recursive: true });
  writeFileSync(join(folder, program), '#!/bin/sh\necho small\n', { mode: 0o755 });
  writeFileSync(join(folder, 'version'), version);
  writeFileSync(join(folder, 'resources.pak'), Buffer.alloc(300_000, 7));
  const zip = join(directory, 'small.zip');
  zipFolder(folder, zip);
  return zip;
}

/**
 * A copy of the electron package with the checksums of this zip. Returns the package's folder, in its own
 * `node_modules` within `directory`.
 */
export function copyOfPackage(directory: string, zip: string): string {
  const copy = join(directory, 'node_modules');
  mkdirSync(copy, { recursive: true });
  for (const scope of ['@electron', '@electron-internal']) symlinkSync(join(modules, scope), join(copy, scope), 'dir');
  const home = join(copy, 'electron');
  const ours = (path: string) => !/[/\\]electron[/\\](dist|path\.txt)/.test(path.slice(modules.length));
  cpSync(join(modules, 'electron'), home, { recursive: true, filter: ours });
  // A new file: the copy may share the old one with the original.
  rmSync(join(home, 'checksums.json'));
  writeFileSync(join(home, 'checksums.json'), JSON.stringify({ [ARTIFACT]: sha256(zip) }));
  return home;
}

/**
 * A clone in `directory` with everything installed and built except Electron: the package's checksums are those of this
 * zip.
 */
export function builtClone(directory: string, zip: string): string {
  const clone = join(directory, 'clone');
  cpSync(join(root, 'scripts'), join(clone, 'scripts'), { recursive: true, preserveTimestamps: true });
  for (const name of ['main', 'renderer', 'assets', 'dist', 'vite.config.ts', 'package.json', 'package-lock.json'])
    symlinkSync(join(root, name), join(clone, name));
  copyOfPackage(clone, zip);
  mkdirSync(join(clone, 'node_modules/node'));
  symlinkSync(join(modules, 'node/bin'), join(clone, 'node_modules/node/bin'), 'dir');
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  writeFileSync(join(clone, 'node_modules/.installed'), `${lock} everything`);
  return clone;
}

export function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

export interface Mirror {
  /** For ELECTRON_MIRROR. */
  readonly url: string;
  readonly port: number;
  /** The paths that were requested. */
  readonly asked: readonly string[];
  stop(): void;
}

/** A mirror of Electron's releases on loopback. `answer` decides about each request. */
export async function startMirror(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Mirror> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, port, asked, stop };
}

/** Serves this file. */
export function serveFile(file: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (_, response) => {
    response.writeHead(200, { 'content-length': statSync(file).size });
    createReadStream(file).pipe(response);
  };
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kaudit-tray-mirror-'));
}
