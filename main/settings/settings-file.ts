import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import * as z from 'zod';
import type { Preset } from '../common/coralogix/preset.ts';
import { presetSchema } from '../common/coralogix/preset.ts';
import type { Settings } from '../common/settings.ts';
import { defaultSettings, settingsSchema } from '../common/settings.ts';

/** How many of a preset's earlier keys are remembered, as digests. */
export const MAX_REPLACED_KEYS = 20;
export const MAX_PRESETS = 1000;

const INSTALLATION_KEY_BYTES = 32;

/** A preset as the settings file has it: a display copy. Its key, and the domain that the key belongs to, stand in the keychain only. */
export interface StoredPreset extends Preset {
  readonly key?: {
    /** ISO 8601. */
    readonly setAt: string;
    /** Whole HMAC under the installation's key, hex. */
    readonly digest: string;
    /** Digests of the keys that it had before, newest first. */
    readonly replaced?: readonly string[];
    /** The key that queries, which stands in the same entry of the keychain. */
    readonly readBack?: { readonly setAt: string; readonly digest: string };
  };
  /** Digests of the keys that it had before its key was removed, newest first. */
  readonly former?: readonly string[];
}

const digest = z.string().regex(/^[0-9a-f]{64}$/);

const storedPresetSchema = presetSchema.extend({
  id: z.string().min(1).max(64),
  key: z
    .strictObject({
      setAt: z.iso.datetime(),
      digest,
      replaced: z.array(digest).max(MAX_REPLACED_KEYS).optional(),
      readBack: z.strictObject({ setAt: z.iso.datetime(), digest }).optional(),
    })
    .optional(),
  former: z.array(digest).max(MAX_REPLACED_KEYS).optional(),
});

const fileSchema = z.object({
  settings: settingsSchema,
  presets: z.array(storedPresetSchema).max(MAX_PRESETS),
  installationKey: z.base64().refine((text) => Buffer.from(text, 'base64').length === INSTALLATION_KEY_BYTES, 'wrong length'),
});

export interface SettingsFile {
  readonly settings: Settings;
  readonly presets: readonly StoredPreset[];
  /** base64 */
  readonly installationKey: string;
}

export interface FileReading {
  readonly file: SettingsFile;
  /** Parts that a newer version wrote: kept as they are. */
  readonly unknown: Readonly<Record<string, unknown>>;
  /** What was wrong and where the bad file is now; undefined: nothing was. */
  readonly problem: string | undefined;
}

/**
 * Reads the settings file, or starts a new one. A file that is no JSON is renamed to `….corrupt-<time>`; one with bad parts is copied there,
 * and its good parts are kept. Throws what the file system throws, but for a file that is not there.
 */
export function readSettingsFile(path: string): FileReading {
  const empty = { settings: defaultSettings, presets: [], installationKey: randomBytes(INSTALLATION_KEY_BYTES).toString('base64') };
  const text = readText(path);
  if (text === undefined) return { file: empty, unknown: {}, problem: undefined };

  const aside = `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`;
  const data = parse(text);
  if (data === undefined) {
    renameSync(path, aside);
    return {
      file: empty,
      unknown: {},
      problem: `The settings in ${path} could not be read. They start anew; the old file is now ${aside}.`,
    };
  }

  const { settings, presets, installationKey, ...unknown } = data;
  const given = { settings, presets, installationKey };
  const whole = fileSchema.safeParse(given);
  if (whole.success) return { file: whole.data as SettingsFile, unknown, problem: undefined };

  copyFileSync(path, aside);
  const bad = [...new Set(whole.error.issues.map((issue) => String(issue.path[0])))];
  const good = Object.fromEntries(Object.entries(given).filter(([name]) => !bad.includes(name)));
  const file = fileSchema.parse({ ...empty, ...good }) as SettingsFile;
  const problem = `Parts of the settings in ${path} could not be read (${bad.join(', ')}) and start anew. The file as it was is ${aside}.`;
  return { file, unknown, problem };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
