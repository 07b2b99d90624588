import type { PresetView } from '../../../main/common/coralogix/preset.ts';
import { presetKeyWords } from '../../../main/common/fleet/drift.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { isRolloutField } from '../../../main/common/rollout/fields.ts';

/** The length of a value in the comparison: longer ones are truncated. */
const CUT = 200;

/** The change that gives others this value. undefined `says`: the field is absent. null: no rollout can make it. */
export function changeLike(field: string, says: string | undefined, presets: readonly PresetView[]): RolloutChange | null {
  if (field === 'state') return says === 'active' || says === 'stopped' ? { op: 'stopped', value: says === 'stopped' } : null;
  if (field.endsWith('credentials')) {
    const preset = presets.find(({ name, key }) => key.fingerprint !== undefined && says === presetKeyWords(name, key.fingerprint));
    return preset === undefined ? null : { op: 'preset', preset: preset.id };
  }
  const name = field.replace(/^target \d+ /, '');
  if (!isRolloutField(name) || says?.startsWith('key ') === true || (says !== undefined && says.length >= CUT)) return null;
  if (says === undefined) return { op: 'remove', field: name };
  const value = read(says);
  return value === null ? null : { op: 'set', field: name, value };
}

type Scalar = string | number | boolean;

function read(text: string): Scalar | Scalar[] | null {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.every(isScalar) ? value : null;
    return isScalar(value) ? value : null;
  } catch {
    return text;
  }
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
