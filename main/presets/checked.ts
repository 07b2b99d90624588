import type * as z from 'zod';
import type { Preset, presetSchema } from '../common/coralogix/preset.ts';

/** A preset that the contract's schema has checked. */
export type CheckedPreset = z.output<typeof presetSchema>;

export function plain(checked: CheckedPreset & { id: string }): Preset {
  const { team, ...rest } = checked;
  return team === undefined ? rest : { ...rest, team };
}
