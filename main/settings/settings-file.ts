import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import type { Preset } from '../common/coralogix/preset.ts';
import { presetSchema } from '../common/coralogix/preset.ts';
import type { Settings } from '../common/settings.ts';
import { clusterChoiceSchema, clusterMarksSchema, defaultSettings, settingsSchema } from '../common/settings.ts';
import { readText, setAside, writeJson } from './json-file.ts';
import * as strings from './strings.ts';

export const MAX_REPLACED_KEYS = 20;
export const MAX_PRESETS = 1000;

const INSTALLATION_KEY_BYTES = 32;

/** A display copy: the key and its domain are in the keychain only. */
export interface StoredPreset extends Preset {
  readonly key?: {
    /** ISO 8601. */
    readonly setAt: string;
    /** Whole HMAC under the installation's key, hex. */
    readonly digest: string;
    /** Earlier digests, newest first. */
    readonly replaced?: readonly string[];
    readonly readBack?: { readonly setAt: string; readonly digest: string };
  };
  /** Digests from before the key was removed, newest first. */
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
  installationKey: z.base64().refine((text) => Buffer.from(text, 'base64').length === INSTALLATION_KEY_BYTES, strings.wrongLength),
});

export interface SettingsFile {
  readonly settings: Settings;
  readonly presets: readonly StoredPreset[];
  readonly installationKey: string;
}

export interface FileReading {
  readonly file: SettingsFile;
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly problem: string | undefined;
}

/**
 * Reads the settings or starts new ones. Salvages each cluster, preset and field alone; the damaged file stays as
 * `….corrupt-<time>`. Throws file system errors, except for a missing file.
 */
export function readSettingsFile(path: string): FileReading {
  const text = readText(path);
  if (text === undefined) return { file: emptyFile(), unknown: {}, problem: undefined };
  const data = parse(text);
  const { settings, presets, installationKey, ...unknown } = data ?? tolerantParse(text);
  const whole = fileSchema.safeParse({ settings, presets, installationKey });
  if (data !== undefined && whole.success) return { file: whole.data as SettingsFile, unknown, problem: undefined };

  const { file, lost } = salvaged({ settings, presets, installationKey });
  const what = lost.length > 0 ? strings.thesePartsCantReadReset(lost.join(', ')) : strings.allReadablePartsKept;
  return { file, unknown, problem: strings.settingsDamaged(path, what, replaced(path, { ...unknown, ...file })) };
}

function replaced(path: string, file: Record<string, unknown>): string {
  try {
    const aside = setAside(path);
    writeJson(path, file);
    return strings.damagedFileNow(aside);
  } catch (error) {
    return strings.fileStaysBecauseFolderIsnt((error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}

export function emptyFile(): SettingsFile {
  return { settings: defaultSettings, presets: [], installationKey: randomBytes(INSTALLATION_KEY_BYTES).toString('base64') };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function tolerantParse(text: string): Record<string, unknown> {
  try {
    return objectOf(parseDocument(text, { logLevel: 'silent' }).toJS({ maxAliasCount: 0 })) ?? {};
  } catch {
    return {};
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
}

function salvaged(data: { settings: unknown; presets: unknown; installationKey: unknown }): { file: SettingsFile; lost: string[] } {
  const lost: string[] = [];
  const given = objectOf(data.settings) ?? {};
  const settings: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    const value = given[name];
    if (value === undefined) continue;
    const item = Array.isArray(value) ? LISTS[name] : undefined;
    const kept =
      item === undefined ? schema.safeParse(value) : schema.safeParse(keptItems(value as unknown[], item, () => lost.push(name)));
    if (kept.success) settings[name] = kept.data;
    else lost.push(name);
  }
  if (data.settings !== undefined && objectOf(data.settings) === undefined) lost.push('settings');
  const presets = Array.isArray(data.presets)
    ? keptItems(
        data.presets,
        (value) => parsedBy(storedPresetSchema, value),
        () => lost.push('presets'),
      ).slice(0, MAX_PRESETS)
    : [];
  if (!Array.isArray(data.presets)) lost.push('presets');
  const key = fileSchema.shape.installationKey.safeParse(data.installationKey);
  // Without it, no ConfigMap's key matches a preset.
  if (!key.success) lost.push(strings.whichKeyBelongsWhichPreset);
  const empty = emptyFile();
  return {
    file: {
      settings: settingsSchema.parse(settings),
      presets: presets as readonly StoredPreset[],
      installationKey: key.success ? key.data : empty.installationKey,
    },
    lost: [...new Set(lost)],
  };
}

type Salvage = (value: unknown) => unknown;

const LISTS: Readonly<Record<string, Salvage | undefined>> = {
  clusters: salvagedChoice,
  kubeconfigFiles: (value) => parsedBy(settingsSchema.shape.kubeconfigFiles.unwrap().element, value),
  namespaces: (value) => parsedBy(settingsSchema.shape.namespaces.unwrap().element, value),
  referencePresets: (value) => parsedBy(settingsSchema.shape.referencePresets.unwrap().element, value),
};

function keptItems(values: readonly unknown[], keep: Salvage, onLost: () => void): unknown[] {
  return values.flatMap((value) => {
    const kept = keep(value);
    if (kept === undefined || !isDeepStrictEqual(kept, value)) onLost();
    return kept === undefined ? [] : [kept];
  });
}

function parsedBy(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  return result.success ? result.data : undefined;
}

/** SECURITY: a read-only mark survives any damage next to it. */
function salvagedChoice(value: unknown): unknown {
  const given = objectOf(value);
  const whole = parsedBy(clusterChoiceSchema, value);
  if (whole !== undefined || given === undefined) return whole;
  const marks = fieldsOf(clusterMarksSchema, objectOf(given.marks) ?? {});
  const readOnly = objectOf(given.marks)?.readOnly;
  if (readOnly !== undefined && readOnly !== false) marks.readOnly = true;
  const fields = fieldsOf(clusterChoiceSchema, { ...given, marks: undefined });
  return parsedBy(clusterChoiceSchema, { ...fields, ...(Object.keys(marks).length > 0 ? { marks } : {}) });
}

function fieldsOf(schema: z.ZodObject, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.shape).flatMap(([name, field]) => {
      const result = field.safeParse(given[name]);
      return result.success && result.data !== undefined ? [[name, result.data]] : [];
    }),
  );
}
