import * as z from 'zod';
import type { ArrivalsReply, DiscoverReply } from './arrivals/arrivals.ts';
import type { PresetView, RemovedPreset } from './coralogix/preset.ts';
import { presetSchema } from './coralogix/preset.ts';
import type { DeliveryReport } from './delivery/delivery.ts';
import type { ClusterFacts } from './fleet/cluster-facts.ts';
import type { DriftGroup } from './fleet/drift.ts';
import type { Fleet, FleetChange, ShownView } from './fleet/fleet.ts';
import type { RolloutCounts } from './fleet/rollout-progress.ts';
import type { Refusal } from './history/refusal.ts';
import type { Revision } from './history/revision.ts';
import type { DocumentDiff, Edit } from './integration/reading/integration.ts';
import { configMapRefSchema } from './reference-schema.ts';
import type {
  ApplyReply,
  ConfigMapView,
  DeliveryReply,
  DraftReply,
  KeptDraft,
  PreviewReply,
  PrincipalsReply,
  SeenReply,
} from './replies.ts';
import type { RolloutPlan, RolloutRecord } from './rollout/change.ts';
import { rolloutChangeSchema, rolloutTargetSchema } from './rollout/change.ts';
import type { ExportedChange } from './rollout/export.ts';
import { EXPORT_FORMS } from './rollout/export.ts';
import type { Settings } from './settings.ts';
import { clusterMarksSchema, settingsUpdateSchema } from './settings.ts';
import { MAX_MASKED, type Value } from './yaml/value.ts';

// The contract between main and its views: each command with its argument schema and reply type, and each event.

const context = z.string().min(1).max(1024);
const index = z.number().int().min(0).max(100_000);
const path = z
  .array(z.union([index, z.string().max(1024)]))
  .max(32)
  .readonly();

const value: z.ZodType<Value, Value> = z.lazy(() =>
  z.union([
    z.string().max(MAX_MASKED),
    z.number(),
    z.boolean(),
    z.null(),
    z.array(value).max(10_000),
    z.record(z.string().max(1024), value),
  ]),
);

const revision = z.string().min(1).max(16);
const givenKeys = z
  .array(
    z.union([
      z.strictObject({ path, preset: z.string().min(1).max(64) }),
      z.strictObject({ path, key: z.string().trim().min(1).max(4096) }),
    ]),
  )
  .max(1000)
  .readonly();

const choices = z
  .array(z.union([z.strictObject({ path, take: z.enum(['mine', 'theirs']) }), z.strictObject({ path, value })]))
  .max(1000)
  .readonly();

/** Must match `Edit`: a missing or an extra operation doesn't compile. */
export const editSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('set'), path, value }),
  z.strictObject({ op: z.literal('remove'), path }),
  z.strictObject({ op: z.literal('insert'), index, value }),
  z.strictObject({ op: z.literal('move'), from: index, to: index }),
  z.strictObject({ op: z.literal('preset'), integration: index, target: index.optional(), preset: z.string().min(1).max(64) }),
  z.strictObject({ op: z.literal('text'), text: z.string().max(MAX_MASKED) }),
  /** Copies the integration or target and puts the copy after it. Main copies the keys. */
  z.strictObject({ op: z.literal('duplicate'), integration: index, target: index.optional() }),
  /** A target written as a single map becomes a list. Main keeps its keys. */
  z.strictObject({ op: z.literal('addTarget'), integration: index, type: z.string().min(1).max(64) }),
  z.strictObject({ op: z.literal('moveTarget'), integration: index, from: index, to: index }),
  /** Returns to a revision's text. `keys`: keys that are no longer known. */
  z.strictObject({ op: z.literal('restore'), revision, keys: givenKeys.optional() }),
  /** Undoes only what that revision changed. `choices`: the values where someone changed it again since. */
  z.strictObject({ op: z.literal('undo'), revision, keys: givenKeys.optional(), choices: choices.optional() }),
]) satisfies z.ZodType<Edit, Edit>;

const edits = z.array(editSchema).max(1000).readonly();
/** The `resourceVersion` that the edits are based on. */
const base = z.string().min(1).max(64);
const key = z.string().min(1).max(4096);
const chosen = z.strictObject({ on: z.string().min(1).max(64), fields: choices });
const none = z.strictObject({});
const plan = z.string().min(1).max(64);
const rowIds = z.array(z.string().min(1).max(16)).max(10_000).readonly();

interface Entry<Arguments extends z.ZodType, Reply> {
  readonly args: Arguments;
  readonly reply?: Reply;
}

function entry<Reply>() {
  return <Arguments extends z.ZodType>(args: Arguments): Entry<Arguments, Reply> => ({ args });
}

export const commands = {
  /** The whole state with its revision. Subscribe before you call it. */
  'fleet.get': entry<Fleet>()(none),
  /** Reads the kubeconfig files and asks connected clusters again. Runs no plugin that may ask for a sign-in. */
  'fleet.refresh': entry<Fleet>()(none),
  /** Contacts a cluster and watches it from now on. Returns when it is online or has failed. */
  'cluster.connect': entry<{ readonly state: Fleet['clusters'][number]['state'] }>()(z.strictObject({ context })),
  /** Connects the idle clusters among these that can't prompt. Returns immediately; the state shows the outcome. */
  'cluster.connectAll': entry<null>()(z.strictObject({ contexts: z.array(context).max(10_000) })),
  'cluster.disconnect': entry<null>()(z.strictObject({ context })),
  /** Lets the context's plugin run without a click. Consent covers this command, arguments, environment and server. */
  'cluster.allowSignIn': entry<null>()(z.strictObject({ context, allow: z.boolean() })),
  'cluster.mark': entry<null>()(z.strictObject({ context, marks: clusterMarksSchema })),

  /** Users, groups and service accounts that role bindings name, to try an expression on. */
  'cluster.principals': entry<PrincipalsReply>()(z.strictObject({ ref: configMapRefSchema })),

  'configMap.get': entry<ConfigMapView>()(z.strictObject({ ref: configMapRefSchema })),
  'configMap.preview': entry<PreviewReply>()(z.strictObject({ ref: configMapRefSchema, base, edits })),
  /** Newest first. `problem`: why history can't be written at the moment. */
  'configMap.history': entry<{ readonly revisions: readonly Revision[]; readonly problem?: string }>()(
    z.strictObject({ ref: configMapRefSchema }),
  ),
  'configMap.revision': entry<{ readonly text: string; readonly diff: DocumentDiff }>()(
    z.strictObject({ ref: configMapRefSchema, id: revision }),
  ),
  /** Dry run, patch with a precondition, then read back. */
  'configMap.apply': entry<ApplyReply>()(
    z.strictObject({ ref: configMapRefSchema, base, edits, override: z.boolean().optional(), chosen: chosen.optional() }),
  ),

  /** The change as a text to export instead of applying it. Keys are placeholders. */
  'configMap.export': entry<ExportedChange | Refusal>()(
    z.strictObject({ ref: configMapRefSchema, base, edits, form: z.enum(EXPORT_FORMS) }),
  ),

  /** Keeps unapplied edits across restarts, without keys. An empty list removes them. */
  'draft.save': entry<KeptDraft>()(z.strictObject({ ref: configMapRefSchema, base, edits })),
  /** The kept edits, rebased on the cluster's current version. */
  'draft.get': entry<DraftReply>()(z.strictObject({ ref: configMapRefSchema })),
  'draft.discard': entry<null>()(z.strictObject({ ref: configMapRefSchema })),

  'configMap.dismissUnsettled': entry<null>()(z.strictObject({ ref: configMapRefSchema })),

  /** Dry-runs one change on many integrations. An `insert` takes ConfigMaps. Never contacts an unconnected cluster. */
  'rollout.plan': entry<RolloutPlan>()(
    z.strictObject({ targets: z.array(rolloutTargetSchema).min(1).max(10_000).readonly(), change: rolloutChangeSchema }),
  ),
  /** Changes the ready rows in `rows` (default: all not done). Managed rows need `override`. Returns at the end. */
  'rollout.run': entry<RolloutCounts>()(
    z.strictObject({
      plan,
      rows: rowIds.optional(),
      override: rowIds.optional(),
      /** Failures after which no further row starts. */
      stopAfter: z.number().int().min(1).max(10_000).optional(),
      /** Decisions for rows that ended `conflict`: the value of each place of the row's `met`. */
      chosen: z
        .array(chosen.extend({ row: z.string().min(1).max(16) }))
        .max(10_000)
        .readonly()
        .optional(),
    }),
  ),
  'rollout.pause': entry<null>()(none),
  'rollout.resume': entry<null>()(none),
  'rollout.cancel': entry<null>()(none),
  'rollout.undo': entry<RolloutCounts>()(z.strictObject({ plan, override: rowIds.optional(), keys: givenKeys.optional() })),
  /** A planned row's change as a text to export. */
  'rollout.export': entry<ExportedChange | Refusal>()(z.strictObject({ plan, row: z.string().min(1).max(16), form: z.enum(EXPORT_FORMS) })),
  'rollout.list': entry<readonly RolloutRecord[]>()(none),

  /** The most common values of a type's integrations, which ones differ and since when. Contacts no cluster. */
  'drift.get': entry<readonly DriftGroup[]>()(none),
  'drift.export': entry<{ readonly text: string }>()(z.strictObject({ format: z.enum(['csv', 'json']) })),

  /** Sends one marked log entry as the integration would. With `edits`: as the unsaved form would. */
  'delivery.test': entry<DeliveryReply>()(
    z.strictObject({
      ref: configMapRefSchema,
      base,
      edits: edits.optional(),
      integration: index,
      target: index.optional(),
      confirmed: z.boolean().optional(),
      /** The preset with the key of a reference. Remembered for that reference in that ConfigMap. */
      preset: z.string().min(1).max(64).optional(),
    }),
  ),
  'delivery.testPreset': entry<DeliveryReply>()(z.strictObject({ id: z.string().min(1).max(64) })),
  /** Tests each active http-api target of connected clusters that can't prompt. Returns when all have ended. */
  'delivery.testAll': entry<{ readonly passed: number; readonly failed: number; readonly skipped: number; readonly cancelled: boolean }>()(
    none,
  ),
  'delivery.history': entry<readonly DeliveryReport[]>()(z.strictObject({ id: z.uuid() })),
  /** Looks in Coralogix for the entry of a passed test, for up to two minutes. Needs a read-back key of its domain. */
  'delivery.seen': entry<SeenReply>()(z.strictObject({ id: z.uuid() })),
  /** What the cluster says about the kAudit that reads this ConfigMap, which a test from this computer can't know. */
  'delivery.clusterFacts': entry<ClusterFacts>()(z.strictObject({ ref: configMapRefSchema })),
  'delivery.cancel': entry<null>()(none),

  /**
   * The newest entry and 24 hourly counts (UTC) of each picked name. Queries a preset at most every five minutes, and
   * all of them ten times a minute; otherwise returns the last result.
   */
  'arrivals.get': entry<ArrivalsReply>()(z.strictObject({ preset: z.string().min(1).max(64) })),
  /**
   * Names that entries of the last 24 hours arrived under. Fails with `delivery` if Coralogix doesn't say. `query`:
   * an id for `arrivals.cancel`.
   */
  'arrivals.discover': entry<DiscoverReply>()(z.strictObject({ preset: z.string().min(1).max(64), query: z.uuid().optional() })),
  /** Ends that query. The `arrivals.discover` that started it fails with `cancelled`. */
  'arrivals.cancel': entry<null>()(z.strictObject({ query: z.uuid() })),

  'preset.list': entry<readonly PresetView[]>()(none),
  /**
   * Creates (no id) or changes a preset. Omit `key` or `readBackKey` to keep it. `key: null` removes both keys,
   * `readBackKey: null` only its own. `readBackLost`: that key's keychain entry was gone. `gone`: so was the entry of
   * the key to remove.
   */
  'preset.save': entry<{
    readonly preset: PresetView;
    readonly stored: 'keychain' | 'memory' | 'unchanged' | 'removed' | 'gone';
    readonly readBackLost?: true;
  }>()(z.strictObject({ preset: presetSchema, key: key.nullable().optional(), readBackKey: key.nullable().optional() })),
  /** Removes a preset and its key. If the keychain keeps the entry, nothing changes unless `leaveEntry` is set. */
  'preset.remove': entry<RemovedPreset>()(z.strictObject({ id: z.string().min(1).max(64), leaveEntry: z.boolean().optional() })),

  /** Tests a preset before it is saved. Without `key`, the saved key goes to its own domain only. */
  'preset.test': entry<DeliveryReply>()(z.strictObject({ preset: presetSchema, key: key.optional() })),
  /** Makes a preset from a ConfigMap's key without showing it. The preset's domain must match the key's URL. */
  'preset.adopt': entry<{ readonly preset: PresetView; readonly stored: 'keychain' | 'memory' }>()(
    z.strictObject({
      ref: configMapRefSchema,
      base,
      integration: index,
      target: index.optional(),
      preset: presetSchema.omit({ id: true }),
    }),
  ),
  'preset.export': entry<{ readonly text: string }>()(none),
  /** Adds exported presets without keys. Skips known ones and changes none. */
  'preset.import': entry<{ readonly added: number; readonly known: number }>()(z.strictObject({ text: z.string().max(MAX_MASKED) })),

  'keychain.cancel': entry<null>()(none),

  'settings.get': entry<Settings>()(none),
  'settings.update': entry<Settings>()(z.strictObject({ settings: settingsUpdateSchema })),
} as const;

export type CommandName = keyof typeof commands;
export type Args<Name extends CommandName> = z.input<(typeof commands)[Name]['args']>;
export type CheckedArgs<Name extends CommandName> = z.output<(typeof commands)[Name]['args']>;
export type Reply<Name extends CommandName> = NonNullable<(typeof commands)[Name]['reply']> | NullReply<Name>;
type NullReply<Name extends CommandName> = null extends (typeof commands)[Name]['reply'] ? null : never;

/** Each event carries the state's revision after it. */
export interface Events {
  readonly 'fleet.changed': FleetChange;
  readonly 'view.show': ShownView;
}

export type EventName = keyof Events;
export type Event = { [Name in EventName]: { readonly name: Name; readonly value: Events[Name] } }[EventName];

export type Envelope<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: import('./errors.ts').ErrorData };

export interface Transport {
  request(name: string, args: unknown): Promise<Envelope<unknown>>;
  /** Calls the listener until the returned function is called. `onState`: whether the connection is up. */
  subscribe(listener: (event: Event) => void, onState?: (connected: boolean) => void): () => void;
}
