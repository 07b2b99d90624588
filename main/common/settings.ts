import * as z from 'zod';
import { configMapRefSchema } from './reference-schema.ts';
import * as strings from './strings.ts';

// The user's settings: everything that survives a restart and isn't secret.

const context = z.string().min(1).max(1024);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const word = z
  .string()
  .trim()
  .max(100)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

export const clusterMarksSchema = z.strictObject({
  alias: word,
  group: word,
  production: z.boolean().optional(),
  pinned: z.boolean().optional(),
  hidden: z.boolean().optional(),
  readOnly: z.boolean().optional(),
});

export type ClusterMarks = z.output<typeof clusterMarksSchema>;

/** SECURITY: bound to name and server, so a context that changes its server starts over. */
export const clusterChoiceSchema = z.strictObject({
  context,
  /** Empty if the kubeconfig names none. */
  server: z.string().max(4096),
  /** Connects at the next start if it can't prompt. */
  watched: z.boolean().optional(),
  /** Hash of the route to the server (address, proxy, authority …) at the time; absent in older settings. */
  way: hash.optional(),
  /** Hash of the sign-in (command, arguments, environment, route) that may run without a click. */
  signIn: hash.optional(),
  marks: clusterMarksSchema.optional(),
});

export type ClusterChoice = z.output<typeof clusterChoiceSchema>;

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  kubeconfigFiles: z.array(z.string().min(1).max(4096)).max(100).default([]),
  /** Used if listing the cluster is forbidden; `namespace/name` if listing a namespace is too. Adds `alcide-kaudit`. */
  namespaces: z
    .array(z.string().regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$/, strings.namespaceOrName))
    .max(100)
    .default([]),
  /** Changed only by `cluster.connect`, `cluster.disconnect`, `cluster.allowSignIn` and `cluster.mark`. */
  clusters: z.array(clusterChoiceSchema).max(10_000).default([]),
  /** The preset with the key that a `ref/` field names: the cluster gets that key from elsewhere. */
  referencePresets: z
    .array(z.strictObject({ ref: configMapRefSchema, reference: z.string().min(1).max(1024), preset: z.string().min(1).max(64) }))
    .max(10_000)
    .default([]),
  /** Whether closing the window keeps the program in the tray. null: the system's default (not on Linux). */
  hideOnClose: z.boolean().nullable().default(null),
  startAtLogin: z.boolean().default(false),
  notify: z
    .strictObject({
      changed: z.boolean(),
      stopped: z.boolean(),
      failing: z.boolean(),
      lost: z.boolean().default(true),
      /** A preset's entries are missing for longer than usual. */
      silent: z.boolean().default(false),
    })
    .default({ changed: true, stopped: true, failing: true, lost: true, silent: false }),
});

export type Settings = z.output<typeof settingsSchema>;

export const settingsUpdateSchema = z.strictObject({
  theme: settingsSchema.shape.theme.unwrap().optional(),
  kubeconfigFiles: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^(\/|~\/|[A-Za-z]:[\\/]|\\\\)/, strings.pathMustBeAbsolute),
    )
    .max(100)
    .optional(),
  namespaces: settingsSchema.shape.namespaces.unwrap().optional(),
  hideOnClose: settingsSchema.shape.hideOnClose.unwrap().optional(),
  startAtLogin: settingsSchema.shape.startAtLogin.unwrap().optional(),
  /** Fields that it doesn't name stay unchanged. */
  notify: z.partialRecord(z.enum(['changed', 'stopped', 'failing', 'lost', 'silent']), z.boolean()).optional(),
});

export const defaultSettings: Settings = settingsSchema.parse({});
