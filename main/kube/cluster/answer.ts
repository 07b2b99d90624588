import * as z from 'zod';
import { notKubernetes } from '../errors.ts';

// SECURITY: who answers at a cluster's address may be anybody. What is taken out of an answer is checked here, where it comes in: everything behind this
// trusts its types, and the views show it.

/** Of one list that is read whole. */
const MAX_ITEMS = 1_000;

/** What goes for a name in Kubernetes. */
export const nameSchema = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
/** The keys are the server's: as long as Kubernetes lets them be. */
export const labelsSchema = z.record(z.string().max(317), z.string().max(63));
/** Absent, or null, as some write it. */
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);
export const listOf = <Schema extends z.ZodType>(item: Schema, longest = MAX_ITEMS) => z.array(item).max(longest);

/** An answer as that schema has it. Throws a RequestError for anything else. */
export function checked<Schema extends z.ZodType>(schema: Schema, answer: unknown): z.output<Schema> {
  const { success, data } = schema.safeParse(answer);
  if (!success) throw notKubernetes();
  return data;
}
