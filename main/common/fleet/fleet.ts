import type { KeychainView, KeyOwner, PresetView } from '../coralogix/preset.ts';
import type { DeliveryReport, TestAllProgress } from '../delivery/delivery.ts';
import type { DocumentState, IntegrationState, Severity } from '../integration/reading/integration.ts';
import type { ConfigMapRef } from '../reference.ts';
import type { ClusterMarks, Settings } from '../settings.ts';
import type { RolloutProgress } from './rollout-progress.ts';

// The one state that main owns and both views render.

export type ClusterState = 'idle' | 'connecting' | 'online' | 'needs-sign-in' | 'forbidden' | 'unreachable' | 'misconfigured';

/** How a context proves who it is. Only `static` cannot prompt; `none` sends no credentials. */
export type AuthKind = 'static' | 'exec' | 'oidc' | 'none';

/** The steps on the way to a cluster's integrations, in order. */
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

/** The first step that failed, what was seen, and the one thing to do. */
export interface ClusterProblem {
  readonly step: ClusterStep;
  readonly message: string;
  readonly fix: string;
}

/** Who else writes a ConfigMap, and so will overwrite what is saved here. */
export interface Managed {
  readonly by: 'Helm' | 'Argo CD' | 'Flux' | 'immutable' | 'another tool';
  /** The release, application or manager's name, as the object tells it. */
  readonly name: string;
  /** One sentence: what will happen to a change, and where to make it instead. */
  readonly advice: string;
}

export interface TargetSummary {
  /** Position in the `target` sequence; null where `target` is one destination. */
  readonly index: number | null;
  readonly type: string | undefined;
  /** Host of the URL (or the broker, syslog host …) for people; credentials never. */
  readonly host: string | undefined;
  readonly stopped: boolean;
  /** `inline`: in the text; `reference`: a `ref/` field. */
  readonly key: {
    readonly kind: 'inline' | 'reference' | 'none';
    readonly fingerprint?: string;
    /** The preset that has this key or had it; undefined: no preset has. */
    readonly owner?: KeyOwner;
  };
  /** Binds a delivery report to this configuration. */
  readonly hash: string;
}

export interface IntegrationSummary {
  /** Raw position in the document. */
  readonly index: number;
  readonly name: string | undefined;
  readonly type: string | undefined;
  readonly state: IntegrationState;
  readonly targets: readonly TargetSummary[];
  /** Hash of everything that the entry says, filters and limits too: another one means that it was changed. */
  readonly content: string;
  /** The worst problem that belongs to it. */
  readonly problem?: { readonly severity: Severity; readonly message: string };
}

/** kAudit itself, as its StatefulSet tells: how many of its Pods are ready, of how many that are wanted. */
export interface Workload {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
}

export interface ConfigMapSummary {
  readonly ref: ConfigMapRef;
  readonly uid: string;
  readonly resourceVersion: string;
  /** The monitored cluster's name: what follows `kaudit-integration(s)-(kaudit-)` in the ConfigMap's name. */
  readonly instance: string;
  readonly state: DocumentState;
  readonly readOnly: boolean;
  readonly managed: Managed | null;
  readonly integrations: readonly IntegrationSummary[];
  /** The kAudit that reads it; null: there is none; absent: not known (yet), or not to be read by this user. */
  readonly workload?: Workload | null;
  /** The worst problem of the document itself. */
  readonly problem?: { readonly severity: Severity; readonly message: string };
}

export interface Cluster {
  readonly context: string;
  /** `https://host:port`, for people. */
  readonly server: string;
  readonly user: string | undefined;
  /** The kubeconfig file that it comes from. */
  readonly file: string;
  readonly auth: AuthKind;
  readonly state: ClusterState;
  /** Whether the user chose to watch it. */
  readonly watched: boolean;
  /** Alias, group, colour …, as the user set them; absent: none. */
  readonly marks?: ClusterMarks;
  /** Of a credential plugin: whether it may run by itself, or waits for a click. Absent: there is no plugin. */
  readonly signIn?: 'asks' | 'allowed';
  readonly problem: ClusterProblem | null;
  readonly configMaps: readonly ConfigMapSummary[];
  /** When what is shown was last known to be true, ISO 8601; null before the first contact. */
  readonly seenAt: string | null;
}

export interface KubeconfigFile {
  readonly path: string;
  /** Why it, or a part of it, cannot be used. */
  readonly problem?: string;
}

/** What the desktop host found out about the machine that it runs on. */
export interface DesktopView {
  /** Whether there is a tray icon that can be seen. `reason`: why there is none, and what to do, in whole sentences. */
  readonly tray: { readonly shown: true } | { readonly shown: false; readonly reason: string };
  /** Why the program will not start at login although the user wants it; null: nothing stands against it. */
  readonly loginProblem: string | null;
}

/** A change that was sent to a cluster whose answer was lost: it may have been saved. `ended`: what became of it. */
export interface UnsettledChange {
  readonly ref: ConfigMapRef;
  /** When it was sent, ISO 8601. */
  readonly since: string;
  readonly ended?: 'saved' | 'not-saved' | 'changed-by-others';
}

/** Everything a view needs. Holds no key and no unmasked text. */
export interface Fleet {
  /** Goes up by one with every change. */
  readonly revision: number;
  readonly host: 'desktop' | 'browser';
  readonly version: string;
  readonly demo: boolean;
  readonly files: readonly KubeconfigFile[];
  /** In the kubeconfig's order. */
  readonly clusters: readonly Cluster[];
  readonly presets: readonly PresetView[];
  readonly keychain: KeychainView;
  readonly settings: Settings;
  /** What is wrong with the data folder, in whole sentences; absent: nothing. */
  readonly warnings?: readonly string[];
  /** The newest report of each subject, running ones too. */
  readonly reports: readonly DeliveryReport[];
  readonly testAll: TestAllProgress | null;
  /** The rollout that runs, or ran last in this run of the program, or was interrupted; null: none. */
  readonly rollout?: RolloutProgress | null;
  readonly unsettled: readonly UnsettledChange[];
  /** null in the browser host. */
  readonly desktop: DesktopView | null;
}

/** What changed since the revision before: whole clusters, whole reports, and whole other fields. */
export interface FleetChange {
  readonly revision: number;
  readonly clusters: readonly Cluster[];
  readonly removed: readonly string[];
  /** All contexts in their new order. Absent: those that stay keep theirs, and new ones stand behind them. */
  readonly order?: readonly string[];
  /** Absent: none changed. `gone`: ids. A running test changes its one report with every stage; hundreds stand beside it. */
  readonly reports?: { readonly changed: readonly DeliveryReport[]; readonly gone: readonly string[] };
  readonly fields: Partial<Omit<Fleet, 'revision' | 'clusters' | 'reports'>>;
}

/** The state after a change. A change of the same or an older revision is already in it. */
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

/** New ones come first, as they are the newest. */
function changedReports(before: Fleet['reports'], { changed, gone }: NonNullable<FleetChange['reports']>): Fleet['reports'] {
  const left = new Set(gone);
  const now = new Map(changed.map((report) => [report.id, report]));
  const kept = before.filter(({ id }) => !left.has(id)).map((report) => now.get(report.id) ?? report);
  const known = new Set(kept.map(({ id }) => id));
  return [...changed.filter(({ id }) => !known.has(id)), ...kept];
}

/** What changed from one state to the next, found by identity: an update that changes nothing must return the same object. */
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

/** The newest report that still belongs to this target's configuration; undefined: untested (again). */
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
