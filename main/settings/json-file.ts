import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

// How every JSON file of the data folder is read and written. A write is atomic: a kill leaves the old file or the new one.

/** The file's text; undefined: there is none. Throws what the file system throws. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Throws what the file system throws; then the file is as it was. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(temporary, { force: true });
  // SECURITY: names of clusters, hosts and presets are nobody else's business on a shared machine.
  writeFileSync(temporary, JSON.stringify(value), { mode: 0o600, flag: 'wx' });
  renameSync(temporary, path);
}

/** Keeps a copy of a file that cannot be used as it is, and returns the copy's path. */
export function setAside(path: string): string {
  const aside = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
  copyFileSync(path, aside);
  // SECURITY: a copy takes over the mode of the file, which somebody may have opened up.
  if (process.platform !== 'win32') chmodSync(aside, 0o600);
  return aside;
}

/** Removes what a kill in the middle of a write left beside a file: `….new`, and the `….tmp-…` of electron-store. */
export function removeLeftovers(path: string): void {
  const name = basename(path);
  for (const file of readdirSync(dirname(path)))
    if (file === `${name}.new` || file.startsWith(`${name}.tmp-`)) rmSync(join(dirname(path), file), { force: true });
}

export interface JsonFileOptions {
  /** The data folder, and the file's name in it. */
  readonly directory: string;
  readonly name: string;
  /** What it holds, as the beginning of a sentence: "The drafts". */
  readonly what: string;
  onProblem(message: string): void;
}

/** A list in a file of the data folder. Whole at any time, whenever the program ends. What it may hold is its user's to check. */
export class JsonFile {
  readonly #options: JsonFileOptions;
  readonly #path: string;

  constructor(options: JsonFileOptions) {
    this.#options = options;
    this.#path = join(options.directory, options.name);
  }

  /** What was written last; nothing where there is no file, or one that cannot be read. */
  read(): readonly unknown[] {
    try {
      const text = readText(this.#path);
      if (text === undefined) return [];
      removeLeftovers(this.#path);
      const value: unknown = JSON.parse(text);
      if (Array.isArray(value)) return value;
    } catch {
      // Said below.
    }
    this.#options.onProblem(`${this.#options.what} in ${this.#path} could not be read.`);
    return [];
  }

  /** Answers whether it is on the disk. */
  write(items: readonly unknown[]): boolean {
    try {
      writeJson(this.#path, items);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#options.onProblem(`${this.#options.what} could not be written to ${this.#path} (${code}). Check the folder's owner and space.`);
      return false;
    }
  }
}
