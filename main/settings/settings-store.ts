import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Store from 'electron-store';
import { AppError } from '../common/errors.ts';
import type { Settings } from '../common/settings.ts';
import { settingsSchema } from '../common/settings.ts';
import type { SettingsFile, StoredPreset } from './settings-file.ts';
import { readSettingsFile } from './settings-file.ts';

export interface SettingsStoreOptions {
  /** Absolute; made (mode 0700) if it is not there. */
  readonly directory: string;
  /** Told in one sentence, for the user, what was wrong with the file and where the bad one is now. */
  onProblem(message: string): void;
}

/** `settings.json` of the data folder. Throws AppError `settings` when the file can be neither read nor written. */
export class SettingsStore {
  readonly #store: Store<Record<string, unknown>>;
  #file: SettingsFile;
  #listener: (settings: Settings) => void = () => undefined;

  constructor(options: SettingsStoreOptions) {
    const path = join(options.directory, 'settings.json');
    try {
      mkdirSync(options.directory, { recursive: true, mode: 0o700 });
      const { file, unknown, problem } = readSettingsFile(path);
      this.#file = file;
      // SECURITY: fingerprints, cluster names and domains are nobody else's business on a shared machine.
      this.#store = new Store({ cwd: options.directory, name: 'settings', configFileMode: 0o600, projectVersion: '1.0.0' });
      const whole = { ...unknown, ...file };
      // A write waits for the disk: a start that changes nothing does not.
      if (!isDeepStrictEqual(this.#store.store, whole)) this.#store.store = whole;
      // conf sets the mode of a file that it makes, not of one that was there.
      if (process.platform !== 'win32') chmodSync(path, 0o600);
      if (problem !== undefined) options.onProblem(problem);
    } catch (error) {
      throw settingsError(path, error);
    }
  }

  get settings(): Settings {
    return this.#file.settings;
  }

  /** The one listener hears of every change that was written. */
  onChange(listener: (settings: Settings) => void): void {
    this.#listener = listener;
  }

  update(part: Partial<Settings>): Settings {
    const settings = settingsSchema.parse({ ...this.#file.settings, ...part });
    this.#write('settings', settings);
    this.#listener(settings);
    return settings;
  }

  /** In the user's order. */
  presets(): readonly StoredPreset[] {
    return this.#file.presets;
  }

  savePresets(presets: readonly StoredPreset[]): void {
    this.#write('presets', presets);
  }

  /** 32 random bytes, made once per data folder. */
  installationKey(): Buffer {
    return Buffer.from(this.#file.installationKey, 'base64');
  }

  #write<Part extends keyof SettingsFile>(part: Part, value: SettingsFile[Part]): void {
    try {
      this.#store.set(part, value);
    } catch (error) {
      throw settingsError(this.#store.path, error);
    }
    this.#file = { ...this.#file, [part]: value };
  }
}

function settingsError(path: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('settings', `The settings in ${path} cannot be read or written: ${reason}. Check the folder's owner and space.`, {
    about: path,
    retry: true,
  });
}
