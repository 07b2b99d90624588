import type { PresetArrivals } from '../arrivals/arrivals.ts';
import type { KeychainView, KeyOwner, PresetView } from '../coralogix/preset.ts';
import type { DeliveryReport, TestAllProgress } from '../delivery/delivery.ts';
import type { DocumentState, IntegrationState, Severity } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import type { ClusterMarks, Settings } from '../settings.ts';
import type { RolloutProgress } from './rollout-progress.ts';

// The one state that main owns and both views render.

export type ClusterState = 'idle' | 'connecting' | 'online' | 'needs-sign-in' | 'forbidden' | 'unreachable' | 'misconfigured';

/** Only `static` can't prompt; `none` sends no credentials. */
export type AuthKind = 'static' | 'exec' | 'oidc' | 'none';

export type ClusterStep =
  | 'file'
  | 'context'
  | 'plugin'
  | 'proxy'
  | 'dns'
  | 'tcp'
  | 'tls'
  | 'authentication'
  | 'permission'
  | 'namespace'
  | 'configmap'
  | 'parse';

export interface ClusterProblem {
  readonly step: ClusterStep;
  readonly message: string;
  readonly fix: string;
}

export interface Managed {
  readonly by: 'Helm' | 'Argo CD' | 'Flux' | 'immutable' | 'another tool';
  readonly name: string;
  readonly advice: string;
}

export interface TargetSummary {
  readonly index: number | null;
  readonly type: string | undefined;
  /** Host, broker or bucket for people. Never contains credentials. */
  readonly host: string | undefined;
  readonly stopped: boolean;
  /** `inline`: in the text; `reference`: a `ref/` field. */
  readonly key: {
    readonly kind: 'inline' | 'reference' | 'none';
    readonly fingerprint?: string;
    readonly owner?: KeyOwner;
  };
  readonly hash: string;
}

export interface ProblemSummary {
  readonly severity: Severity;
  readonly message: string;
  /** What kind of problem it is; absent: only the message says it. */
  readonly rule?: string;
}

export interface IntegrationSummary {
  readonly index: number;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly state: IntegrationState;
  readonly targets: readonly TargetSummary[];
  /** Whether it has a filter; absent: unknown. */
  readonly filtered?: boolean;
  /** Hash of the whole entry, filters and limits included. */
  readonly content: string;
  readonly problem?: ProblemSummary;
}

export interface Workload {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

export interface ConfigMapSummary {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  /** What follows `kaudit-integration(s)-(kaudit-)` in the ConfigMap's name. */
  readonly instance: string;
  readonly state: DocumentState;
  readonly readOnly: boolean;
  readonly managed: Managed | null;
  readonly integrations: readonly IntegrationSummary[];
  /** null: no kAudit reads it; absent: not known, or the user may not read it. */
  readonly workload?: Workload | null;
  readonly problem?: ProblemSummary;
}

export interface Cluster {
  readonly context: string;
  readonly server: string;
  readonly user: string | undefined;
  readonly file: string;
  readonly auth: AuthKind;
  readonly state: ClusterState;
  readonly watched: boolean;
  readonly marks?: ClusterMarks;
  /** Whether the credential plugin may run without a click. Absent: no plugin. */
  readonly signIn?: 'asks' | 'allowed';
  readonly problem: ClusterProblem | null;
  readonly configMaps: readonly ConfigMapSummary[];
  /** When the data was last confirmed, ISO 8601; null before first contact. */
  readonly seenAt: string | null;
}

export interface KubeconfigFile {
  readonly path: string;
  readonly problem?: string;
}

export interface DesktopView {
  /** `reason`: why there is no tray icon and what to do, in full sentences. */
  readonly tray: { readonly shown: true } | { readonly shown: false; readonly reason: string };
  readonly loginProblem: string | null;
  /** Why no notification can be shown, and what to do; absent: they can. */
  readonly notificationProblem?: string;
}

/** A change whose response was lost: it may have been saved. `ended`: its outcome. */
export interface UnsettledChange {
  readonly ref: ConfigMapRef;
  readonly since: string;
  readonly ended?: 'saved' | 'not-saved' | 'changed-by-others';
}

/** Everything that a view needs. Contains no key and no unmasked text. */
export interface Fleet {
  /** Increases by one with each change. */
  readonly revision: number;
  readonly host: 'desktop' | 'browser';
  readonly version: string;
  readonly demo: boolean;
  readonly files: readonly KubeconfigFile[];
  readonly clusters: readonly Cluster[];
  readonly presets: readonly PresetView[];
  readonly keychain: KeychainView;
  readonly settings: Settings;
  readonly warnings?: readonly string[];
  readonly reports: readonly DeliveryReport[];
  readonly testAll: TestAllProgress | null;
  readonly rollout?: RolloutProgress | null;
  readonly unsettled: readonly UnsettledChange[];
  /** The entries of each watched preset, as far as known; absent: none is watched. */
  readonly arrivals?: readonly PresetArrivals[];
  readonly desktop: DesktopView | null;
}

export interface FleetChange {
  readonly revision: number;
  readonly clusters: readonly Cluster[];
  readonly removed: readonly string[];
  /** All contexts in their new order. Absent: order kept, new ones last. */
  readonly order?: readonly string[];
  /** `gone`: ids. Sent separately: a running test updates its report at each stage, among hundreds. */
  readonly reports?: { readonly changed: readonly DeliveryReport[]; readonly gone: readonly string[] };
  readonly fields: Partial<Omit<Fleet, 'revision' | 'clusters' | 'reports'>>;
}

/** Ignores a change that isn't newer than the state. */
export function applyChange(fleet: Fleet, change: FleetChange): Fleet {
  if (change.revision <= fleet.revision) return fleet;
  const changed = new Map(change.clusters.map((cluster) => [cluster.context, cluster]));
  const removed = new Set(change.removed);
  const kept = fleet.clusters.filter((cluster) => !removed.has(cluster.context)).map((cluster) => changed.get(cluster.context) ?? cluster);
  const known = new Set(kept.map((cluster) => cluster.context));
  const added = change.clusters.filter((cluster) => !known.has(cluster.context));
  const reports = change.reports === undefined ? fleet.reports : changedReports(fleet.reports, change.reports);
  const clusters = inOrder([...kept, ...added], change.order);
  return { ...fleet, ...change.fields, revision: change.revision, clusters, reports };
}

function inOrder(clusters: readonly Cluster[], order: readonly string[] | undefined): readonly Cluster[] {
  if (order === undefined) return clusters;
  const known = new Map(clusters.map((cluster) => [cluster.context, cluster]));
  return order.flatMap((context) => known.get(context) ?? []);
}

function changedReports(before: Fleet['reports'], { changed, gone }: NonNullable<FleetChange['reports']>): Fleet['reports'] {
  const left = new Set(gone);
  const now = new Map(changed.map((report) => [report.id, report]));
  const kept = before.filter(({ id }) => !left.has(id)).map((report) => now.get(report.id) ?? report);
  const known = new Set(kept.map(({ id }) => id));
  return [...changed.filter(({ id }) => !known.has(id)), ...kept];
}

/** Compares by identity: an update without effect must return the same object. */
export function changeBetween(before: Fleet, after: Fleet): FleetChange {
  const old = new Map(before.clusters.map((cluster) => [cluster.context, cluster]));
  const now = new Set(after.clusters.map((cluster) => cluster.context));
  const fields: Record<string, unknown> = {};
  for (const name of Object.keys(after) as (keyof Fleet)[]) {
    if (name !== 'revision' && name !== 'clusters' && name !== 'reports' && after[name] !== before[name]) fields[name] = after[name];
  }
  return {
    revision: after.revision,
    clusters: after.clusters.filter((cluster) => old.get(cluster.context) !== cluster),
    ...orderChange(before, after, now),
    removed: before.clusters.filter((cluster) => !now.has(cluster.context)).map((cluster) => cluster.context),
    ...(after.reports === before.reports ? {} : { reports: reportChange(before.reports, after.reports) }),
    fields: fields as FleetChange['fields'],
  };
}

function orderChange(before: Fleet, after: Fleet, now: ReadonlySet<string>): Pick<FleetChange, 'order'> {
  if (before.clusters === after.clusters) return {};
  const kept = before.clusters.filter(({ context }) => now.has(context));
  const same = kept.every(({ context }, index) => after.clusters[index]?.context === context);
  return same ? {} : { order: after.clusters.map(({ context }) => context) };
}

function reportChange(before: Fleet['reports'], after: Fleet['reports']): NonNullable<FleetChange['reports']> {
  const old = new Map(before.map((report) => [report.id, report]));
  const now = new Set(after.map(({ id }) => id));
  return {
    changed: after.filter((report) => old.get(report.id) !== report),
    gone: before.flatMap(({ id }) => (now.has(id) ? [] : [id])),
  };
}

/** undefined: untested since this target's configuration last changed. */
export function reportFor(
  fleet: Pick<Fleet, 'reports'>,
  ref: ConfigMapRef,
  target: Pick<TargetSummary, 'hash'>,
): DeliveryReport | undefined {
  return fleet.reports.find(
    ({ subject }) =>
      subject.kind === 'integration' &&
      subject.hash === target.hash &&
      subject.ref.context === ref.context &&
      subject.ref.namespace === ref.namespace &&
      subject.ref.name === ref.name,
  );
}

/** A place in the window: the target of `view.show`. */
export type ShownView =
  | { readonly view: 'home' | 'drift' | 'settings' | 'presets' | 'about' }
  /** `preset`: its key was replaced, and should replace the older one everywhere. */
  | { readonly view: 'rollouts'; readonly preset?: string }
  | {
      readonly view: 'configMap';
      readonly ref: ConfigMapRef;
      /** Raw position of the integration. */
      readonly integration?: number;
      readonly stopped?: boolean;
    };
