import * as z from 'zod';

// The user's settings: everything that outlives a run and is no secret.

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Kubeconfig files that the user added; read after those of KUBECONFIG or the default file. Absolute paths. */
  kubeconfigFiles: z.array(z.string().min(1).max(4096)).max(100).default([]),
  /** Namespaces to look into where listing all of a cluster is forbidden. `alcide-kaudit` is always tried. */
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'A namespace has lower-case letters, digits and dashes'))
    .max(100)
    .default([]),
  /** Contexts that the user chose to watch; those with credentials that cannot prompt connect by themselves at the next start. */
  watched: z.array(z.string().min(1).max(1024)).max(10_000).default([]),
});

export type Settings = z.output<typeof settingsSchema>;

/** What a view may change: any part. */
export const settingsUpdateSchema = z.strictObject({
  theme: settingsSchema.shape.theme.unwrap().optional(),
  kubeconfigFiles: settingsSchema.shape.kubeconfigFiles.unwrap().optional(),
  namespaces: settingsSchema.shape.namespaces.unwrap().optional(),
  watched: settingsSchema.shape.watched.unwrap().optional(),
});

export const defaultSettings: Settings = settingsSchema.parse({});
