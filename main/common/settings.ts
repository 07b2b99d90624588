import * as z from 'zod';
import { configMapRefSchema } from './reference.ts';

// The user's settings: everything that outlives a run and is no secret.

const context = z.string().min(1).max(1024);
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const word = z
  .string()
  .trim()
  .max(100)
  .transform((text) => (text === '' ? undefined : text))
  .optional();

/** What the user marked a cluster with. */
export const clusterMarksSchema = z.strictObject({
  /** The name shown instead of the context's. */
  alias: word,
  group: word,
  /** Shown in the colour of production. */
  production: z.boolean().optional(),
  /** First in its group, and in the tray's menu. */
  pinned: z.boolean().optional(),
  /** Shown only when asked for. */
  hidden: z.boolean().optional(),
  /** Nothing is ever written there. */
  readOnly: z.boolean().optional(),
});

export type ClusterMarks = z.output<typeof clusterMarksSchema>;

/** What the user chose for one cluster. SECURITY: bound to name and server, so that a context that comes to mean another server starts anew. */
export const clusterChoiceSchema = z.strictObject({
  context,
  /** As `Cluster.server` has it; empty where the kubeconfig names none. */
  server: z.string().max(4096),
  /** Chosen to be watched: connects by itself at the next start where that cannot prompt. */
  watched: z.boolean().optional(),
  /** Hash of the way to the server (address, proxy, authority …) that `watched` is about; none where an older version wrote it. */
  way: hash.optional(),
  /** Hash of the sign-in (command, arguments, environment, way to the server) that may run by itself. */
  signIn: hash.optional(),
  marks: clusterMarksSchema.optional(),
});

export type ClusterChoice = z.output<typeof clusterChoiceSchema>;

export const settingsSchema = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Kubeconfig files, and folders of them, that the user added; read after those of KUBECONFIG or the default file. */
  kubeconfigFiles: z.array(z.string().min(1).max(4096)).max(100).default([]),
  /**
   * Namespaces to look into where listing all of a cluster is forbidden, and `namespace/name` of single ConfigMaps, for where listing a namespace is
   * forbidden too. `alcide-kaudit` is always tried.
   */
  namespaces: z
    .array(
      z
        .string()
        .regex(
          /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?)?$/,
          'A namespace, or namespace/name of a ConfigMap, has lower-case letters, digits and dashes',
        ),
    )
    .max(100)
    .default([]),
  /** One entry per context and server. Changed by `cluster.connect`, `cluster.disconnect`, `cluster.allowSignIn` and `cluster.mark` only. */
  clusters: z.array(clusterChoiceSchema).max(10_000).default([]),
  /** Which preset has the key that a `ref/` field names, for delivery tests: the cluster gets it from outside the document. */
  referencePresets: z
    .array(z.strictObject({ ref: configMapRefSchema, reference: z.string().min(1).max(1024), preset: z.string().min(1).max(64) }))
    .max(10_000)
    .default([]),
  /** Desktop: whether closing the window leaves the program in the tray. null: as is usual on this system (not on Linux). */
  hideOnClose: z.boolean().nullable().default(null),
  /** Desktop: whether the program starts, hidden, when the user logs in. */
  startAtLogin: z.boolean().default(false),
  /** Desktop: what is told although nobody asked. */
  notify: z
    .strictObject({ changed: z.boolean(), stopped: z.boolean(), failing: z.boolean(), lost: z.boolean().default(true) })
    .default({ changed: true, stopped: true, failing: true, lost: true }),
});

export type Settings = z.output<typeof settingsSchema>;

/** What a view may change: any part but what commands of their own change. */
export const settingsUpdateSchema = z.strictObject({
  theme: settingsSchema.shape.theme.unwrap().optional(),
  kubeconfigFiles: z
    .array(
      z
        .string()
        .max(4096)
        .regex(/^(\/|~\/|[A-Za-z]:[\\/]|\\\\)/, 'A path must be absolute, or begin with ~/'),
    )
    .max(100)
    .optional(),
  namespaces: settingsSchema.shape.namespaces.unwrap().optional(),
  hideOnClose: settingsSchema.shape.hideOnClose.unwrap().optional(),
  startAtLogin: settingsSchema.shape.startAtLogin.unwrap().optional(),
  notify: settingsSchema.shape.notify.unwrap().optional(),
});

export const defaultSettings: Settings = settingsSchema.parse({});
