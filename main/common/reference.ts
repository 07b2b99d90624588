import * as z from 'zod';

/** All three are needed: the key is always the same, and many names are too. */
export const configMapRefSchema = z.strictObject({
  context: z.string().min(1).max(1024),
  namespace: z.string().min(1).max(253),
  name: z.string().min(1).max(253),
});

export type ConfigMapRef = Readonly<z.output<typeof configMapRefSchema>>;

/** A namespace or name can't hold the separator. */
export function referenceKey(ref: ConfigMapRef): string {
  return `${ref.namespace}/${ref.name}/${ref.context}`;
}
