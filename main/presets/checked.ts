import type * as z from 'zod';
import type { Preset, PresetWatch, presetSchema } from '../common/coralogix/preset.ts';

export type CheckedPreset = z.output<typeof presetSchema>;

/** `before`: what it was. Who is asked for its arrivals stays, as long as it is the same domain. */
export function plain(checked: CheckedPreset & { id: string }, before?: Preset): Preset {
  const { team, arrivals = before?.domain === checked.domain ? before.arrivals : undefined, ...rest } = checked;
  return {
    ...rest,
    ...(team === undefined ? {} : { team }),
    // What the schema leaves out is absent, and never undefined.
    ...(arrivals === undefined ? {} : { arrivals: arrivals as PresetWatch }),
  };
}
