// Without its schema, which is in a file of its own: the page needs the key and not zod, a seventh of its first script.

/** All three are needed: the key is always the same, and many names are too. */
export interface ConfigMapRef {
  readonly context: string;
  readonly namespace: string;
  readonly name: string;
}

/** A namespace or name can't hold the separator. */
export function referenceKey(ref: ConfigMapRef): string {
  return `${ref.namespace}/${ref.name}/${ref.context}`;
}
