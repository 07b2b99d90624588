import * as z from 'zod';
import type { PresetView, RemovedPreset } from './coralogix/preset.ts';
import { presetSchema } from './coralogix/preset.ts';
import type { DeliveryReport } from './delivery/delivery.ts';
import type { ClusterFacts } from './fleet/cluster-facts.ts';
import type { DriftGroup } from './fleet/drift.ts';
import type { Fleet, FleetChange } from './fleet/fleet.ts';
import type { RolloutCounts } from './fleet/rollout-progress.ts';
import type { ShownView } from './fleet/shown-view.ts';
import type { Revision } from './history/revision.ts';
import type { DocumentDiff, Edit } from './integration/reading/integration.ts';
import { configMapRefSchema } from './reference.ts';
import type { ApplyReply, ConfigMapView, DeliveryReply, DraftReply, KeptDraft, PreviewReply, SeenReply } from './replies.ts';
import type { RolloutPlan, RolloutRecord } from './rollout/change.ts';
import { rolloutChangeSchema, rolloutTargetSchema } from './rollout/change.ts';
import type { Settings } from './settings.ts';
import { clusterMarksSchema, settingsUpdateSchema } from './settings.ts';
import type { Value } from './yaml/value.ts';

// The contract between main and its views: every command with the schema of its arguments and the type of its reply, and every event. The
// types of the client and of the handlers derive from it, so that neither can be forgotten or differ.

/** 1.5 MB: a ConfigMap holds at most 1 MiB; the rest is JSON's escapes. */
const MAX_TEXT = 1_500_000;

const context = z.string().min(1).max(1024);
const index = z.number().int().min(0).max(100_000);
const path = z
  .array(z.union([index, z.string().max(1024)]))
  .max(32)
  .readonly();

const value: z.ZodType<Value, Value> = z.lazy(() =>
  z.union([z.string().max(MAX_TEXT), z.number(), z.boolean(), z.null(), z.array(value).max(10_000), z.record(z.string().max(1024), value)]),
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

/** `Edit` as it comes in. What `Edit` lacks is refused here, and what this lacks where a view sends it: neither compiles. */
export const editSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('set'), path, value }),
  z.strictObject({ op: z.literal('remove'), path }),
  z.strictObject({ op: z.literal('insert'), index, value }),
  z.strictObject({ op: z.literal('move'), from: index, to: index }),
  z.strictObject({ op: z.literal('preset'), integration: index, target: index.optional(), preset: z.string().min(1).max(64) }),
  z.strictObject({ op: z.literal('text'), text: z.string().max(MAX_TEXT) }),
  /** The integration, or one of its targets, once more behind itself: main takes its keys along. */
  z.strictObject({ op: z.literal('duplicate'), integration: index, target: index.optional() }),
  /** One more target. A target that is written as one map becomes a list: main takes its keys along. */
  z.strictObject({ op: z.literal('addTarget'), integration: index, type: z.string().min(1).max(64) }),
  /** A target to another position of its list: main takes its keys along. */
  z.strictObject({ op: z.literal('moveTarget'), integration: index, from: index, to: index }),
  /** The text of a revision. `keys` fills places whose key nobody has any more. */
  z.strictObject({ op: z.literal('restore'), revision, keys: givenKeys.optional() }),
  /** Only what a revision changed is taken back. */
  z.strictObject({ op: z.literal('undo'), revision, keys: givenKeys.optional() }),
]) satisfies z.ZodType<Edit, Edit>;

const edits = z.array(editSchema).max(1000).readonly();
/** The `resourceVersion` that the edits were made on. */
const base = z.string().min(1).max(64);
const key = z.string().min(1).max(4096);
/** How conflicts are decided: for each place which side's value stands, or another value. `on`: the version that the conflict told of. */
const chosen = z.strictObject({
  on: z.string().min(1).max(64),
  fields: z
    .array(z.union([z.strictObject({ path, take: z.enum(['mine', 'theirs']) }), z.strictObject({ path, value })]))
    .max(1000)
    .readonly(),
});
const none = z.strictObject({});
const plan = z.string().min(1).max(64);
const rowIds = z.array(z.string().min(1).max(16)).max(10_000).readonly();

/** Carries a reply's type beside the schema; nothing of it exists at run time. */
interface Entry<Arguments extends z.ZodType, Reply> {
  readonly args: Arguments;
  readonly reply?: Reply;
}

function entry<Reply>() {
  return <Arguments extends z.ZodType>(args: Arguments): Entry<Arguments, Reply> => ({ args });
}

export const commands = {
  /** The whole state, with its revision. Subscribe first, then get. */
  'fleet.get': entry<Fleet>()(none),
  /** Reads the kubeconfig files again and asks every connected cluster anew. Runs no plugin that may ask for a sign-in. */
  'fleet.refresh': entry<Fleet>()(none),
  /** Contacts a cluster and watches it from then on, also after the next start where that cannot prompt. Answers when it is online or has failed. */
  'cluster.connect': entry<{ readonly state: Fleet['clusters'][number]['state'] }>()(z.strictObject({ context })),
  /**
   * Contacts those of these clusters that are idle and cannot prompt, and watches them from then on. Leaves the others alone. Answers at once: the
   * state tells what becomes of them.
   */
  'cluster.connectAll': entry<null>()(z.strictObject({ contexts: z.array(context).max(10_000) })),
  /** Stops watching a cluster. */
  'cluster.disconnect': entry<null>()(z.strictObject({ context })),
  /**
   * Lets the context's credential plugin run by itself (at the next start, and to renew its credentials), or not any more. The consent is for
   * exactly this command, arguments, environment and server: when one of them changes, it is asked anew.
   */
  'cluster.allowSignIn': entry<null>()(z.strictObject({ context, allow: z.boolean() })),
  /** Replaces all marks of a cluster. They are kept by context name and server. */
  'cluster.mark': entry<null>()(z.strictObject({ context, marks: clusterMarksSchema })),

  /** One ConfigMap, fetched now, masked. */
  'configMap.get': entry<ConfigMapView>()(z.strictObject({ ref: configMapRefSchema })),
  /** What the edits would make of the text of `base`. Writes nothing. */
  'configMap.preview': entry<PreviewReply>()(z.strictObject({ ref: configMapRefSchema, base, edits })),
  /** What the ConfigMap said before, newest first. `problem`: why changes are not written to the history at the moment. */
  'configMap.history': entry<{ readonly revisions: readonly Revision[]; readonly problem?: string }>()(
    z.strictObject({ ref: configMapRefSchema }),
  ),
  /** One of them, masked, and the difference from it to the live text. */
  'configMap.revision': entry<{ readonly text: string; readonly diff: DocumentDiff }>()(
    z.strictObject({ ref: configMapRefSchema, id: revision }),
  ),
  /** Applies the edits: dry run, patch with precondition, read back. */
  'configMap.apply': entry<ApplyReply>()(
    z.strictObject({ ref: configMapRefSchema, base, edits, override: z.boolean().optional(), chosen: chosen.optional() }),
  ),

  /** Keeps edits that are not applied, over any end of the program, without keys. No edits: keeps none. */
  'draft.save': entry<KeptDraft>()(z.strictObject({ ref: configMapRefSchema, base, edits })),
  /** The kept edits, made for the version that the cluster has now. */
  'draft.get': entry<DraftReply>()(z.strictObject({ ref: configMapRefSchema })),
  'draft.discard': entry<null>()(z.strictObject({ ref: configMapRefSchema })),

  /** Takes a change out of `fleet.unsettled`: its user has read how it ended. */
  'configMap.dismissUnsettled': entry<null>()(z.strictObject({ ref: configMapRefSchema })),

  /**
   * What one change would do to each of many integrations: tried on each server, nothing written. An `insert` takes ConfigMaps. Clusters that are not
   * connected are not contacted.
   */
  'rollout.plan': entry<RolloutPlan>()(
    z.strictObject({ targets: z.array(rolloutTargetSchema).min(1).max(10_000).readonly(), change: rolloutChangeSchema }),
  ),
  /**
   * Makes the change in the rows that are ready: those of `rows`, or all that are not done. Managed ones only where `override` names them. Returns at
   * the end, with what became of each row of this run; the state tells of progress.
   */
  'rollout.run': entry<RolloutCounts>()(
    z.strictObject({
      plan,
      rows: rowIds.optional(),
      override: rowIds.optional(),
      /** Failures after which nothing more begins. */
      stopAfter: z.number().int().min(1).max(10_000).optional(),
    }),
  ),
  'rollout.pause': entry<null>()(none),
  'rollout.resume': entry<null>()(none),
  'rollout.cancel': entry<null>()(none),
  /** Takes back what each saved row changed, and nothing else. */
  'rollout.undo': entry<RolloutCounts>()(z.strictObject({ plan, override: rowIds.optional(), keys: givenKeys.optional() })),
  /** The newest 20, of earlier runs too. */
  'rollout.list': entry<readonly RolloutRecord[]>()(none),

  /** What most integrations of a type say, who differs in which field, and since when. Contacts no cluster. */
  'drift.get': entry<readonly DriftGroup[]>()(none),
  /** The same as a file, keys as fingerprints. */
  'drift.export': entry<{ readonly text: string }>()(z.strictObject({ format: z.enum(['csv', 'json']) })),

  /** Sends one marked log entry the way the integration would. With `edits`: as the unsaved form has it. */
  'delivery.test': entry<DeliveryReply>()(
    z.strictObject({
      ref: configMapRefSchema,
      base,
      edits: edits.optional(),
      integration: index,
      target: index.optional(),
      confirmed: z.boolean().optional(),
      /** For a key that is a reference: the preset that has it. Remembered for that ConfigMap's reference. */
      preset: z.string().min(1).max(64).optional(),
    }),
  ),
  /** The same with a preset's own URL and key. */
  'delivery.testPreset': entry<DeliveryReply>()(z.strictObject({ id: z.string().min(1).max(64) })),
  /** Tests every active http-api target of every connected cluster that needs no question. Answers when all are done or cancelled. */
  'delivery.testAll': entry<{ readonly passed: number; readonly failed: number; readonly skipped: number; readonly cancelled: boolean }>()(
    none,
  ),
  /** The kept reports of the same integration or preset as this report's, newest first. */
  'delivery.history': entry<readonly DeliveryReport[]>()(z.strictObject({ id: z.uuid() })),
  /**
   * Looks in Coralogix for the entry of a test that passed, for at most two minutes, with the read-back key of a preset of the same domain. The
   * report gets the stage `seen` meanwhile.
   */
  'delivery.seen': entry<SeenReply>()(z.strictObject({ id: z.uuid() })),
  /** What the cluster says about the kAudit that reads this ConfigMap: a test from this computer cannot know it. */
  'delivery.clusterFacts': entry<ClusterFacts>()(z.strictObject({ ref: configMapRefSchema })),
  /** Ends all running tests. */
  'delivery.cancel': entry<null>()(none),

  'preset.list': entry<readonly PresetView[]>()(none),
  /**
   * Creates (no id) or changes a preset. Without `key` its key stays; null removes it and the one that reads back. The same goes for
   * `readBackKey`, a key that can query (for "seen in Coralogix"); null removes that one only. `readBackLost`: that key's entry was gone.
   * `gone`: so was the one of the key that was to be removed.
   */
  'preset.save': entry<{
    readonly preset: PresetView;
    readonly stored: 'keychain' | 'memory' | 'unchanged' | 'removed' | 'gone';
    readonly readBackLost?: true;
  }>()(z.strictObject({ preset: presetSchema, key: key.nullable().optional(), readBackKey: key.nullable().optional() })),
  /**
   * Removes a preset and its key. ConfigMaps keep their copies. Where the keychain does not remove its entry, nothing is changed, unless
   * `leaveEntry` says that it may stay there.
   */
  'preset.remove': entry<RemovedPreset>()(z.strictObject({ id: z.string().min(1).max(64), leaveEntry: z.boolean().optional() })),

  /** Tests a preset before it is saved. Without `key` with the key that it has, which then goes to its own domain only. */
  'preset.test': entry<DeliveryReply>()(z.strictObject({ preset: presetSchema, key: key.optional() })),
  /** Makes a preset of the key that stands in a ConfigMap, which nobody gets to see. The preset's domain must be the one beside the key. */
  'preset.adopt': entry<{ readonly preset: PresetView; readonly stored: 'keychain' | 'memory' }>()(
    z.strictObject({
      ref: configMapRefSchema,
      base,
      integration: index,
      target: index.optional(),
      preset: presetSchema.omit({ id: true }),
    }),
  ),
  /** All presets without their keys, as a text to keep or to hand on. */
  'preset.export': entry<{ readonly text: string }>()(none),
  /** Adds the presets of an exported text, each without a key. Changes none that is there; one that is there already is left out. */
  'preset.import': entry<{ readonly added: number; readonly known: number }>()(z.strictObject({ text: z.string().max(MAX_TEXT) })),

  /** Stops waiting for the keychain's user: what waits fails with `cancelled`. */
  'keychain.cancel': entry<null>()(none),

  'settings.get': entry<Settings>()(none),
  'settings.update': entry<Settings>()(z.strictObject({ settings: settingsUpdateSchema })),
} as const;

export type CommandName = keyof typeof commands;
export type Args<Name extends CommandName> = z.input<(typeof commands)[Name]['args']>;
export type CheckedArgs<Name extends CommandName> = z.output<(typeof commands)[Name]['args']>;
export type Reply<Name extends CommandName> = NonNullable<(typeof commands)[Name]['reply']> | NullReply<Name>;
type NullReply<Name extends CommandName> = null extends (typeof commands)[Name]['reply'] ? null : never;

/** What main announces. Each carries the revision of the state after it. */
export interface Events {
  readonly 'fleet.changed': FleetChange;
  /** The host asks the page to show something: a click in the tray or on a notification. */
  readonly 'view.show': ShownView;
}

export type EventName = keyof Events;
export type Event = { [Name in EventName]: { readonly name: Name; readonly value: Events[Name] } }[EventName];

/** What a transport carries back. */
export type Envelope<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: import('./errors.ts').ErrorData };

/** A transport: the only two things a host has to offer to the page. */
export interface Transport {
  request(name: string, args: unknown): Promise<Envelope<unknown>>;
  /** Calls the listener with every event until the returned function is called. `onState` hears whether the line is up. */
  subscribe(listener: (event: Event) => void, onState?: (connected: boolean) => void): () => void;
}
