import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
      const value: unknown = JSON.parse(readFileSync(this.#path, 'utf8'));
      if (Array.isArray(value)) return value;
      this.#options.onProblem(`${this.#options.what} in ${this.#path} could not be read.`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#options.onProblem(`${this.#options.what} in ${this.#path} could not be read.`);
    }
    return [];
  }

  /** Answers whether it is on the disk. */
  write(items: readonly unknown[]): boolean {
    const temporary = `${this.#path}.new`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      rmSync(temporary, { force: true });
      // SECURITY: hosts and names of clusters are nobody else's business on a shared machine.
      writeFileSync(temporary, JSON.stringify(items), { mode: 0o600, flag: 'wx' });
      renameSync(temporary, this.#path);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      this.#options.onProblem(`${this.#options.what} could not be written to ${this.#path} (${code}). Check the folder's owner and space.`);
      return false;
    }
  }
}
