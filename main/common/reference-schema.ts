import * as z from 'zod';
import type { ConfigMapRef } from './reference.ts';

export const configMapRefSchema = z.strictObject({
  context: z.string().min(1).max(1024),
  namespace: z.string().min(1).max(253),
  name: z.string().min(1).max(253),
}) satisfies z.ZodType<ConfigMapRef>;
