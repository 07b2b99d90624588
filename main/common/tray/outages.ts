import type { Cluster, ConfigMapSummary, Fleet, ShownView } from '../fleet/fleet.ts';
import { clusterIdentity } from '../fleet/identity.ts';
import { notRunning } from '../fleet/rows.ts';
import { plural, shortName } from '../plain-text.ts';
import type { ConfigMapRef } from '../reference.ts';
import * as strings from './strings.ts';

// Lost clusters, deleted ConfigMaps and stopped kAudits. Reports each once, after it has lasted, and its end.

type OutageKind = 'unreachable' | 'needs-sign-in' | 'forbidden' | 'misconfigured' | 'deleted' | 'not-running';

export interface Outage {
  readonly kind: OutageKind;
  /** Equal for all contexts of a server. */
  readonly subject: string;
  readonly place: string;
  readonly context: string;
  readonly detail: string;
  /** Its Pods may still become ready. Otherwise it was scaled down or deleted on purpose. */
  readonly mayStart?: boolean;
  readonly view: ShownView;
}

export interface KnownOutages {
  readonly working: ReadonlySet<string>;
  readonly outages: ReadonlyMap<string, { readonly outage: Outage; readonly since: number; readonly announced: boolean }>;
}

export const noOutages: KnownOutages = { working: new Set(), outages: new Map() };

export interface OutageNews {
  readonly known: KnownOutages;
  readonly begun: readonly Outage[];
  readonly ended: readonly Outage[];
  /** Milliseconds until the next one has lasted long enough; undefined: none. */
  readonly wait: number | undefined;
}

/** Milliseconds before an outage is reported, so that restarts and rolling updates aren't. */
const LASTS: Readonly<Record<OutageKind, number>> = {
  unreachable: 5_000,
  'needs-sign-in': 0,
  forbidden: 0,
  misconfigured: 0,
  deleted: 0,
  'not-running': 60_000,
};
/** Milliseconds. The network needs time after a sleep. */
const LASTS_AFTER_SLEEP = 45_000;

/** `seen`: last known ConfigMaps, including deleted ones. `now`: milliseconds. */
export function outagesSince(
  { working, outages }: KnownOutages,
  { clusters }: Pick<Fleet, 'clusters'>,
  seen: Iterable<ConfigMapSummary>,
  now: number,
  afterSleep: boolean,
): OutageNews {
  const conditions = conditionsOf(clusters, seen);
  const watched = new Set(clusters.filter((cluster) => cluster.watched).map(({ context }) => context));
  const nextWorking = new Set(working);
  const next = new Map([...outages].filter(([, { outage }]) => watched.has(outage.context)));
  const begun: Outage[] = [];
  const ended: Outage[] = [];
  let wait: number | undefined;
  for (const [id, condition] of conditions) {
    const before = next.get(id);
    if (condition === 'works') {
      nextWorking.add(id);
      next.delete(id);
      if (before?.announced) ended.push(before.outage);
      continue;
    }
    if (before === undefined && !working.has(id)) continue;
    const since = before?.since ?? now;
    const left = since + lasts(condition, afterSleep) - now;
    const announced = before?.announced === true || left <= 0;
    if (announced && before?.announced !== true) begun.push(condition);
    if (!announced) wait = Math.min(wait ?? left, left);
    next.set(id, { outage: before?.announced === true ? before.outage : condition, since, announced });
  }
  return { known: { working: nextWorking, outages: next }, begun, ended, wait };
}

function lasts({ kind, mayStart }: Outage, afterSleep: boolean): number {
  if (kind === 'not-running' && mayStart !== true) return 0;
  return kind === 'unreachable' && afterSleep ? LASTS_AFTER_SLEEP : LASTS[kind];
}

/** By id. Absent: unknown at the moment, as for an unreachable cluster. */
function conditionsOf(clusters: readonly Cluster[], seen: Iterable<ConfigMapSummary>): ReadonlyMap<string, Outage | 'works'> {
  const conditions = new Map<string, Outage | 'works'>();
  const byContext = new Map(clusters.filter((cluster) => cluster.watched).map((cluster) => [cluster.context, cluster]));
  // Another context of that server may see what this one doesn't.
  const add = (id: string, condition: Outage | 'works') => {
    if (condition === 'works' || !conditions.has(id)) conditions.set(id, condition);
  };
  for (const cluster of byContext.values()) {
    const condition = clusterCondition(cluster);
    if (condition !== undefined) add(`cluster ${cluster.context}`, condition);
    if (cluster.state !== 'online') continue;
    for (const configMap of cluster.configMaps) {
      add(`configMap ${subjectOf(cluster, configMap.ref)}`, 'works');
      const running = workloadCondition(cluster, configMap);
      if (running !== undefined) add(`kaudit ${subjectOf(cluster, configMap.ref)}`, running);
    }
  }
  for (const configMap of seen) {
    const cluster = byContext.get(configMap.ref.context);
    if (cluster?.state !== 'online') continue;
    if (cluster.configMaps.some(({ ref }) => ref.namespace === configMap.ref.namespace && ref.name === configMap.ref.name)) continue;
    const subject = subjectOf(cluster, configMap.ref);
    add(`configMap ${subject}`, {
      kind: 'deleted',
      subject,
      place: placeOf(cluster, configMap),
      context: cluster.context,
      detail: strings.hadKAuditNowhereSend(plural(configMap.integrations.length, 'integration')),
      view: { view: 'home' },
    });
  }
  return conditions;
}

function clusterCondition(cluster: Cluster): Outage | 'works' | undefined {
  const { state, problem, context } = cluster;
  if (state === 'online') return 'works';
  if (state === 'idle' || state === 'connecting') return undefined;
  const detail = problem === null ? strings.whatSeeMayOutDate : `${problem.message} ${problem.fix.split('\n')[0]}`;
  return { kind: state, subject: clusterIdentity(cluster), place: nameOf(cluster), context, detail, view: { view: 'home' } };
}

function workloadCondition(cluster: Cluster, configMap: ConfigMapSummary): Outage | 'works' | undefined {
  const { workload, ref } = configMap;
  if (workload === undefined) return undefined;
  const reason = workload === null ? strings.statefulSetGoneNothingSent : notRunning(workload);
  if (reason === undefined) return 'works';
  const place = placeOf(cluster, configMap);
  return {
    kind: 'not-running',
    subject: subjectOf(cluster, ref),
    place,
    context: cluster.context,
    detail: `${reason}.`,
    mayStart: workload !== null && workload.wanted > 0,
    view: { view: 'configMap', ref },
  };
}

export function subjectOf(cluster: Pick<Cluster, 'server' | 'context'>, { namespace, name }: ConfigMapRef): string {
  return `${clusterIdentity(cluster)} ${namespace}/${name}`;
}

function nameOf({ marks, context }: Cluster): string {
  return shortName(marks?.alias ?? context, 40);
}

/** Names the instance only if it adds to the context. */
export function placeOf(cluster: Cluster, { ref, instance }: Pick<ConfigMapSummary, 'ref' | 'instance'>): string {
  return ref.context.includes(instance) ? nameOf(cluster) : `${nameOf(cluster)} / ${shortName(instance, 32)}`;
}

const CLUSTERS = { one: 'cluster', isBack: strings.connectedAgain } as const;

const WORDS: Readonly<Record<OutageKind, { readonly one: string; many(count: number): string; readonly back: string }>> = {
  unreachable: { one: 'unreachable', many: (count) => strings.pluralUnreachable(plural(count, CLUSTERS.one)), back: CLUSTERS.isBack },
  'needs-sign-in': {
    one: strings.signInExpired,
    many: (count) => strings.signInExpiredOn(plural(count, CLUSTERS.one)),
    back: CLUSTERS.isBack,
  },
  forbidden: { one: strings.accessRefused, many: (count) => strings.accessRefusedBy(plural(count, CLUSTERS.one)), back: CLUSTERS.isBack },
  misconfigured: {
    one: strings.cantConnected,
    many: (count) => strings.cantBeConnected(plural(count, CLUSTERS.one)),
    back: CLUSTERS.isBack,
  },
  deleted: {
    one: strings.configMapDeleted,
    many: (count) => strings.pluralDeleted(plural(count, 'configMap')),
    back: strings.configMapBack,
  },
  'not-running': { one: strings.kAuditIsntRunning, many: (count) => strings.kAuditIsntRunningPlaces(count), back: strings.kAuditRunsAgain },
};

export function outageMessages(
  outages: readonly Outage[],
  ended: boolean,
): readonly { readonly title: string; readonly body: string; readonly view: ShownView }[] {
  const kinds = Map.groupBy(outages, ({ kind }) => (ended ? WORDS[kind].back : kind));
  return [...kinds.values()].flatMap((all) => {
    // Counts contexts of one server once.
    const [first, ...more] = [...new Map(all.toReversed().map((outage) => [outage.subject, outage])).values()].reverse();
    if (first === undefined) return [];
    const { one, many, back } = WORDS[first.kind];
    if (more.length === 0) {
      const body = ended ? endWords(first) : first.detail;
      return [{ title: `${first.place}: ${ended ? back : one}`, body, view: first.view }];
    }
    const places = [first, ...more].map(({ place }) => place);
    const title = ended ? `${places.length} × ${back}` : many(places.length);
    return [{ title, body: listWords(places), view: { view: 'home' } }];
  });
}

function endWords({ kind }: Outage): string {
  if (kind === 'deleted') return strings.thereAgainCheckWhatContains;
  return kind === 'not-running' ? strings.allPodsReady : strings.kAuditTrayWatchesAgain;
}

export function listWords(names: readonly string[]): string {
  const [first = '', second, ...more] = names;
  if (second === undefined) return first;
  return more.length === 0 ? strings.firstAndSecond(first, second) : strings.andMore(first, second, more.length);
}
