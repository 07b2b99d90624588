import * as z from 'zod';
import { notKubernetes } from '../errors.ts';

// SECURITY: any server may respond here. Later code trusts what this file has checked.

const MAX_ITEMS = 1_000;

export const nameSchema = z.string().regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/);
export const labelsSchema = z.record(z.string().max(317), z.string().max(63));
export const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);
export const listOf = <Schema extends z.ZodType>(item: Schema, longest = MAX_ITEMS) => z.array(item).max(longest);

/** Throws a RequestError. */
export function checked<Schema extends z.ZodType>(schema: Schema, response: unknown): z.output<Schema> {
  const { success, data } = schema.safeParse(response);
  if (!success) throw notKubernetes();
  return data;
}
