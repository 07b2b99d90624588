import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import Store from 'electron-store';
import { AppError } from '../common/errors.ts';
import type { Settings } from '../common/settings.ts';
import { settingsSchema } from '../common/settings.ts';
import { removeLeftovers } from './json-file.ts';
import type { FileReading, SettingsFile, StoredPreset } from './settings-file.ts';
import { emptyFile, readSettingsFile } from './settings-file.ts';
import * as strings from './strings.ts';

export interface SettingsStoreOptions {
  readonly directory: string;
  onProblem(message: string): void;
}

/**
 * Without a usable file, the program still starts: `onProblem` says so, the settings live in memory, and a change
 * throws AppError `settings`.
 */
export class SettingsStore {
  readonly #path: string;
  readonly #store: Store<Record<string, unknown>> | undefined;
  #file: SettingsFile;
  #listener: (settings: Settings) => void = () => undefined;

  constructor(options: SettingsStoreOptions) {
    this.#path = join(options.directory, 'settings.json');
    const { file, unknown, problem } = this.#read(options);
    this.#file = file;
    if (problem !== undefined) options.onProblem(problem);
    this.#store = this.#open(options, { ...unknown, ...file });
  }

  get settings(): Settings {
    return this.#file.settings;
  }

  onChange(listener: (settings: Settings) => void): void {
    this.#listener = listener;
  }

  update(part: Partial<Settings>): Settings {
    const settings = settingsSchema.parse({ ...this.#file.settings, ...part });
    this.#write('settings', settings);
    this.#listener(settings);
    return settings;
  }

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

  #read({ directory, onProblem }: SettingsStoreOptions): FileReading {
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      removeLeftovers(this.#path);
    } catch (error) {
      onProblem(settingsError(this.#path, error).message);
    }
    try {
      return readSettingsFile(this.#path);
    } catch (error) {
      const { message } = settingsError(this.#path, error);
      return { file: emptyFile(), unknown: {}, problem: message };
    }
  }

  #open({ directory, onProblem }: SettingsStoreOptions, whole: Record<string, unknown>): Store<Record<string, unknown>> | undefined {
    try {
      // SECURITY: fingerprints, cluster names and domains are private on a shared machine.
      const store = new Store<Record<string, unknown>>({
        cwd: directory,
        name: 'settings',
        configFileMode: 0o600,
        projectVersion: '1.0.0',
      });
      if (!isDeepStrictEqual(store.store, whole)) store.store = whole;
      // conf sets the mode of new files only.
      if (process.platform !== 'win32') chmodSync(this.#path, 0o600);
      return store;
    } catch (error) {
      onProblem(settingsError(this.#path, error).message);
      return undefined;
    }
  }

  #write<Part extends keyof SettingsFile>(part: Part, value: SettingsFile[Part]): void {
    try {
      if (this.#store === undefined) throw new Error(strings.theyCouldntOpenedStart);
      this.#store.set(part, value);
    } catch (error) {
      throw settingsError(this.#path, error);
    }
    this.#file = { ...this.#file, [part]: value };
  }
}

function settingsError(path: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('settings', strings.settingsCantReadSavedCheck(path, reason), {
    about: path,
    retry: true,
  });
}
