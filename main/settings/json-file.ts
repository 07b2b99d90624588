import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as strings from './strings.ts';

// Writes are atomic: a kill leaves the old file or the new one.

/** Throws file system errors. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function writeJson(path: string, value: unknown): void {
  writeWhole(path, [Buffer.from(JSON.stringify(value))]);
}

function writeWhole(path: string, parts: readonly Uint8Array[]): void {
  const temporary = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(temporary, { force: true });
  // SECURITY: cluster, host and preset names are private on a shared machine.
  const file = openSync(temporary, 'wx', 0o600);
  try {
    for (const part of parts) writeFileSync(file, part);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}

export function setAside(path: string): string {
  const aside = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
  copyFileSync(path, aside);
  // SECURITY: a copy inherits the file's mode, which may be open.
  if (process.platform !== 'win32') chmodSync(aside, 0o600);
  return aside;
}

export function removeLeftovers(path: string): void {
  const name = basename(path);
  for (const file of readdirSync(dirname(path)))
    if (file === `${name}.new` || file.startsWith(`${name}.tmp-`)) rmSync(join(dirname(path), file), { force: true });
}

export interface JsonFileOptions {
  readonly directory: string;
  readonly name: string;
  readonly what: string;
  onProblem(message: string): void;
}

export class JsonFile {
  readonly #options: JsonFileOptions;
  readonly #path: string;

  constructor(options: JsonFileOptions) {
    this.#options = options;
    this.#path = join(options.directory, options.name);
  }

  read(): readonly unknown[] {
    try {
      const text = readText(this.#path);
      if (text === undefined) return [];
      removeLeftovers(this.#path);
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value)) return value;
    } catch {
      // Reported below.
    }
    this.#options.onProblem(strings.cantRead(this.#options.what, this.#path));
    return [];
  }

  write(items: readonly unknown[]): boolean {
    return this.writeParts([Buffer.from(JSON.stringify(items))]);
  }

  writeParts(parts: readonly Uint8Array[]): boolean {
    try {
      writeWhole(this.#path, parts);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#options.onProblem(strings.cantSavedCheckFoldersOwner(this.#options.what, this.#path, code));
      return false;
    }
  }
}
