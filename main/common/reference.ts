import * as z from 'zod';

/** Names one ConfigMap. Every one of ours has the same key and many have the same name: only all three together tell them apart. */
export const configMapRefSchema = z.strictObject({
  context: z.string().min(1).max(1024),
  namespace: z.string().min(1).max(253),
  name: z.string().min(1).max(253),
});

export type ConfigMapRef = Readonly<z.output<typeof configMapRefSchema>>;

/** As a key of a map. The separator cannot stand in a namespace or a name. */
export function referenceKey(ref: ConfigMapRef): string {
  return `${ref.namespace}/${ref.name}/${ref.context}`;
}
