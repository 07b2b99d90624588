import { FIELDS } from '../../../main/common/integration/reading/field-table.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import type { Candidate } from './candidates.ts';

/** The form's state for a change, complete or not. */
export interface Wanted {
  /** `preset:<id>`, or the operation. */
  readonly op: string | null;
  readonly field: string | null;
  /** For a list: its items as JSON, separated by commas; for a choice, its value as JSON; otherwise the typed text. */
  readonly value: string;
  /** The candidate to copy. */
  readonly from: string | null;
  /** For the copy's key; '': none. */
  readonly preset: string;
}

export const NOTHING_WANTED: Wanted = { op: null, field: null, value: '', from: null, preset: '' };

/** The form's state for this change. */
export function wantedFor(change: RolloutChange | undefined): Wanted {
  switch (change?.op) {
    case 'preset':
      return { ...NOTHING_WANTED, op: `preset:${change.preset}` };
    case 'stopped':
      return { ...NOTHING_WANTED, op: change.value ? 'stop' : 'start' };
    case 'endpoint':
      return { ...NOTHING_WANTED, op: change.endpoint };
    case 'set':
    case 'addItem':
    case 'dropItem':
      return { ...NOTHING_WANTED, op: change.op, field: change.field, value: written(change.field, change.value) };
    case 'remove':
      return { ...NOTHING_WANTED, op: 'remove', field: change.field };
    case 'insert': {
      const { ref, integration } = change.from;
      const from = JSON.stringify([ref.context, ref.namespace, ref.name, integration]);
      return { ...NOTHING_WANTED, op: 'insert', from, preset: change.preset ?? '' };
    }
    case undefined:
      return NOTHING_WANTED;
  }
}

type Scalar = string | number | boolean;

function written(field: string, value: Scalar | readonly Scalar[]): string {
  const isChosen = FIELDS.find(({ name }) => name === field)?.choices !== undefined;
  if (typeof value === 'object') return value.map((item) => JSON.stringify(item)).join(',');
  return isChosen ? JSON.stringify(value) : String(value);
}

/** null: it isn't complete. */
export function rolloutChange({ op, field, value, from, preset }: Wanted, candidates: readonly Candidate[]): RolloutChange | null {
  if (op === null) return null;
  if (op.startsWith('preset:')) return { op: 'preset', preset: op.slice('preset:'.length) };
  if (op === 'stop' || op === 'start') return { op: 'stopped', value: op === 'stop' };
  if (op === 'api' || op === 'ingress') return { op: 'endpoint', endpoint: op };
  if (op === 'insert') {
    const source = candidates.find(({ id }) => id === from)?.target;
    if (source?.integration === undefined) return null;
    return { op, from: { ref: source.ref, integration: source.integration }, ...(preset === '' ? {} : { preset }) };
  }
  if (field === null) return null;
  if (op === 'remove') return { op, field };
  if (value.trim() === '') return null;
  const read = typed(field, value);
  if (op === 'set') return read === null ? null : { op, field, value: read };
  if ((op === 'addItem' || op === 'dropItem') && read !== null) {
    const [item] = Array.isArray(read) ? read : [read];
    return item === undefined ? null : { op, field, value: item };
  }
  return null;
}

/** null: not a valid value of the field. */
function typed(name: string, text: string): Scalar | Scalar[] | null {
  const field = FIELDS.find((one) => one.name === name);
  if (field === undefined) return null;
  if (field.input === 'boolean') return text === 'true';
  if (field.input === 'choices') return JSON.parse(`[${text}]`) as Scalar[];
  if (field.choices !== undefined) return JSON.parse(text) as Scalar;
  if (field.input !== 'number') return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}
