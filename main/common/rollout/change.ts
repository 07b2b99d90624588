import * as z from 'zod';
import type { RolloutCounts, RolloutProgress, RowResult } from '../fleet/rollout-progress.ts';
import type { Choice } from '../integration/choices.ts';
import type { DocumentDiff } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import { configMapRefSchema } from '../reference-schema.ts';
import type { MergeConflict } from '../yaml/value.ts';
import * as strings from './strings.ts';

const index = z.number().int().min(0).max(100_000);
const id = z.string().min(1).max(64);
const field = z.string().min(1).max(200);
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()]);

export const rolloutChangeSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('preset'), preset: id }),
  z.strictObject({ op: z.literal('stopped'), value: z.boolean() }),
  z.strictObject({ op: z.literal('set'), field, value: z.union([scalar, z.array(scalar).max(1000)]) }),
  z.strictObject({ op: z.literal('remove'), field }),
  z.strictObject({ op: z.literal('addItem'), field, value: scalar }),
  z.strictObject({ op: z.literal('dropItem'), field, value: scalar }),
  z.strictObject({ op: z.literal('endpoint'), endpoint: z.enum(['api', 'ingress']) }),
  z.strictObject({
    op: z.literal('insert'),
    from: z.strictObject({ ref: configMapRefSchema, integration: index }),
    preset: id.optional(),
  }),
]);

export type RolloutChange = z.output<typeof rolloutChangeSchema>;

/** Only `insert` has no `integration`. */
export const rolloutTargetSchema = z.strictObject({ ref: configMapRefSchema, integration: index.optional(), target: index.optional() });

export type RolloutTarget = z.output<typeof rolloutTargetSchema>;

export type PlanOutcome = 'ready' | 'unchanged' | 'read-only' | 'forbidden' | 'managed' | 'invalid' | 'refused' | 'unreachable';

export interface PlanRow {
  readonly id: string;
  readonly ref: ConfigMapRef;
  readonly context: string;
  readonly integration?: number;
  readonly target?: number;
  readonly words: string;
  readonly outcome: PlanOutcome;
  readonly reason?: string;
  readonly changes: readonly string[];
  readonly diff: DocumentDiff;
}

export interface RolloutPlan {
  readonly plan: string;
  readonly title: string;
  readonly rows: readonly PlanRow[];
}

export interface RolloutRecord {
  readonly plan: string;
  readonly title: string;
  readonly at: string;
  readonly state: RolloutProgress['state'];
  readonly counts: RolloutCounts;
  readonly rows: readonly RolloutRowRecord[];
}

export interface RolloutRowRecord {
  readonly id: string;
  readonly ref: ConfigMapRef;
  readonly words: string;
  readonly integration?: number;
  readonly target?: number;
  /** Absent: not run yet. */
  readonly outcome?: RowResult;
  readonly reason?: string;
  readonly revision?: string;
  readonly undone?: RowResult;
  readonly met?: MetChange;
}

/** Others' conflicting change of the same places, found in this run of the program. `on`: its version. */
export interface MetChange {
  readonly on: string;
  readonly conflicts: readonly (MergeConflict & { readonly words: string })[];
  readonly writer?: { readonly manager: string; readonly at: string };
}

/** The value for each conflicting place of a row. */
export interface RowChoice {
  readonly row: string;
  readonly on: string;
  readonly fields: readonly Choice[];
}

export const NO_COUNTS: RolloutCounts = { saved: 0, unchanged: 0, conflict: 0, forbidden: 0, failed: 0, unknown: 0, left: 0 };

export function countsOf(outcomes: readonly (RowResult | undefined)[]): RolloutCounts {
  const counts: Record<RowResult | 'left', number> = { ...NO_COUNTS };
  for (const outcome of outcomes) counts[outcome ?? 'left'] += 1;
  return counts;
}

export function isDone(outcome: RowResult | undefined): boolean {
  return outcome === 'saved' || outcome === 'unchanged';
}

export function changeWords(change: RolloutChange, presetName: (id: string) => string): string {
  switch (change.op) {
    case 'preset':
      return strings.usePreset(presetName(change.preset));
    case 'stopped':
      return change.value ? 'Stop' : 'Start';
    case 'set':
      return strings.setTo(change.field, Array.isArray(change.value) ? change.value.join(', ') : String(change.value));
    case 'remove':
      return strings.removeField(change.field);
    case 'addItem':
      return strings.addTo(String(change.value), change.field);
    case 'dropItem':
      return strings.removeFrom(String(change.value), change.field);
    case 'endpoint':
      return strings.sendTo(change.endpoint);
    case 'insert':
      return strings.copyIntegration(change.from.ref.name);
  }
}
