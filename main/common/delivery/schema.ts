import * as z from 'zod';
import { configMapRefSchema } from '../reference-schema.ts';
import type { DeliveryReport } from './delivery.ts';

// Checks kept delivery reports: any program of this user may have changed the file.

const text = z.string().max(20_000);
const milliseconds = z.number().min(0);
const stage = z.strictObject({
  name: z.enum(['proxy', 'dns', 'tcp', 'tls', 'http', 'key', 'accepted', 'seen']),
  state: z.enum(['passed', 'warning', 'failed', 'not-reached']),
  milliseconds: milliseconds.optional(),
  evidence: text,
  fix: text.optional(),
});
const index = z.number().int().min(0);
const subject = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('integration'),
    ref: configMapRefSchema,
    integration: index,
    target: index.optional(),
    hash: text,
    unsaved: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('preset'), id: text, hash: text }),
]);

const reportSchema = z.strictObject({
  id: z.uuid(),
  subject,
  outcome: z.enum(['passed', 'failed']),
  summary: text,
  startedAt: z.iso.datetime(),
  milliseconds: milliseconds.optional(),
  url: text,
  method: z.literal('POST'),
  vantage: text,
  stages: z.array(stage).max(20),
  status: z.number().int().optional(),
  body: text.optional(),
  payload: text,
  warnings: z.array(text).max(100),
  twin: z.strictObject({ url: text, outcome: z.enum(['passed', 'failed']), summary: text }).optional(),
  notProven: text,
  attempts: z.number().int(),
  curl: text,
  key: text.optional(),
  preset: text.optional(),
  retryAfter: milliseconds.optional(),
  doctor: text.optional(),
  authority: z.strictObject({ name: text, isPrivate: z.boolean() }).optional(),
  explore: text.optional(),
  sinceSuccess: z.strictObject({ at: z.iso.datetime(), changes: z.array(text).max(100) }).optional(),
});

export function readReport(value: unknown): DeliveryReport | undefined {
  const result = reportSchema.safeParse(value);
  return result.success ? (result.data as DeliveryReport) : undefined;
}

/** Drops the other host's edits: they fit only the text that was tested. */
export function keptReport(report: DeliveryReport): DeliveryReport {
  if (report.twin === undefined) return report;
  const { edits: _, ...twin } = report.twin;
  return { ...report, twin };
}
