import type * as z from 'zod';
import type { Preset } from '../common/coralogix/preset.ts';
import { exportedPresetsSchema } from '../common/coralogix/preset.ts';
import { AppError } from '../common/errors.ts';
import type { StoredPreset } from '../settings/settings-file.ts';
import * as strings from './strings.ts';

type Exported = z.output<typeof exportedPresetsSchema>['presets'][number];

export function displayCopy({ key: _, former: __, ...preset }: StoredPreset): Preset {
  return preset;
}

export function exportedPresets(stored: readonly StoredPreset[]): string {
  const presets = stored.map(displayCopy).map(({ id: _, arrivals: __, ...preset }) => preset);
  return `${JSON.stringify({ format: 'kaudit-tray-presets', version: 1, presets }, null, 2)}\n`;
}

export function importedPresets(text: string, there: readonly StoredPreset[]): { added: readonly Exported[]; known: number } {
  const { presets } = readExport(text);
  const said = new Set(there.map(described));
  const added = presets.filter((preset) => !said.has(described(preset)));
  return { added, known: presets.length - added.length };
}

function described(preset: Exported | StoredPreset): string {
  const { name, domain, endpoint, applicationName, subsystemName, team } = preset;
  return JSON.stringify([name, domain, endpoint, applicationName, subsystemName, team]);
}

function readExport(text: string): z.output<typeof exportedPresetsSchema> {
  try {
    return exportedPresetsSchema.parse(JSON.parse(text));
  } catch {
    // SECURITY: the parser's own message would quote the file, which may be any.
    throw new AppError('preset', strings.fileNoPresetsExportedKAudit);
  }
}
