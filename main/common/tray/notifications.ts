import { assertNever } from '../errors.ts';
import type { ArrivalsOf } from '../fleet/arrival.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary, ShownView, UnsettledChange } from '../fleet/fleet.ts';
import type { HealthRow } from '../fleet/rows.ts';
import { healthRows, typeTitle } from '../fleet/rows.ts';
import { unsettledWords } from '../fleet/unsettled.ts';
import { plural, shortSentence } from '../plain-text.ts';
import { referenceKey } from '../reference.ts';
import type { KnownOutages } from './outages.ts';
import { listWords, noOutages, outageMessages, outagesSince, placeOf, subjectOf } from './outages.ts';
import type { KnownSilence } from './silence.ts';
import { noSilence, silenceSince } from './silence.ts';
import * as strings from './strings.ts';

// Decides which news the desktop shows; main/desktop shows them.

type NewsKind = 'failing' | 'stopped' | 'changed';

export interface Known {
  readonly configMaps: ReadonlyMap<string, ConfigMapSummary>;
  readonly failing: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
  readonly outages: KnownOutages;
  readonly silence: KnownSilence;
}

export interface DesktopNotification {
  readonly title: string;
  readonly body: string;
  readonly view: ShownView;
}

interface News {
  readonly kind: NewsKind;
  /** News of one kind with the same cause become one message. */
  readonly cause: string;
  readonly cluster: Cluster;
  readonly configMap: ConfigMapSummary;
  readonly integration: IntegrationSummary | undefined;
}

/** At the first check nothing is news. */
export const nothingKnown: Known = {
  configMaps: new Map(),
  failing: new Set(),
  settled: new Set(),
  outages: noOutages,
  silence: noSilence,
};

const ORDER: readonly NewsKind[] = ['failing', 'stopped', 'changed'];
const MOST = 3;

/** `own`: references saved here. Neither they nor new ConfigMaps are news. `time.now`: milliseconds. */
export function newsSince(
  known: Known,
  fleet: Pick<Fleet, 'clusters' | 'reports' | 'settings' | 'unsettled'> & ArrivalsOf,
  own: ReadonlySet<string>,
  time: { readonly now: number; readonly afterSleep: boolean },
): {
  readonly known: Known;
  readonly notifications: readonly DesktopNotification[];
  /** Milliseconds until time alone may bring news; undefined: never. */
  readonly wait: number | undefined;
} {
  const clusters = new Map(fleet.clusters.map((cluster) => [cluster.context, cluster]));
  const configMaps = fleet.clusters.flatMap((cluster) => cluster.configMaps);
  const byKey = new Map(configMaps.map((configMap) => [referenceKey(configMap.ref), configMap]));
  const failing = healthRows(fleet).filter((row) => row.health === 'failing');

  const changes = configMaps.flatMap((configMap) => {
    const key = referenceKey(configMap.ref);
    const before = known.configMaps.get(key);
    const cluster = clusters.get(configMap.ref.context);
    if (before === undefined || before === configMap || before.uid !== configMap.uid || own.has(key) || cluster === undefined) return [];
    return changesOf(before, configMap, cluster);
  });
  const failures = failing.flatMap((row): News[] => {
    if (row.kind === 'cluster' || known.failing.has(row.id)) return [];
    const key = referenceKey(row.ref);
    const configMap = byKey.get(key);
    const cluster = clusters.get(row.context);
    if (configMap === undefined || cluster === undefined || !known.configMaps.has(key) || own.has(key)) return [];
    const integration = row.kind === 'integration' ? configMap.integrations.find(({ index }) => index === row.integration) : undefined;
    return [{ kind: 'failing', cause: causeOf(row), cluster, configMap, integration }];
  });

  const wanted = [...failures, ...changes].filter(({ kind }) => fleet.settings.notify[kind]);
  // A failure caused by a change is reported once.
  const failed = new Set(wanted.filter(({ kind }) => kind === 'failing').map(integrationOf));
  const news = wanted.filter((each) => each.kind !== 'changed' || !failed.has(integrationOf(each)));
  const notifications = ORDER.flatMap((kind) => {
    const ofKind = news.filter((each) => each.kind === kind);
    const groups = [...Map.groupBy(ofKind, ({ cause }) => cause).values()];
    return (groups.length > MOST ? [ofKind] : groups).map((group) => notificationOf(group));
  });
  const seen = new Map([...known.configMaps, ...byKey]);
  const outages = outagesSince(known.outages, fleet, seen.values(), time.now, time.afterSleep);
  const lost = fleet.settings.notify.lost ? [...outageMessages(outages.begun, false), ...outageMessages(outages.ended, true)] : [];
  const silence = silenceSince(known.silence, fleet, time.now);
  const silent = fleet.settings.notify.silent && silence.message !== undefined ? [silence.message] : [];
  // Keeps absent clusters, so that changes in the meantime are news when they return.
  const contexts = new Set(fleet.clusters.map((cluster) => cluster.context));
  const away = [...known.configMaps].filter(([key, { ref }]) => !byKey.has(key) && contexts.has(ref.context));
  const ended = fleet.unsettled.filter((change) => change.ended !== undefined);
  return {
    known: {
      configMaps: new Map([...away, ...byKey]),
      failing: new Set(failing.map((row) => row.id)),
      settled: new Set(ended.map(settledKey)),
      outages: outages.known,
      silence: silence.known,
    },
    wait: earliest(outages.wait, silence.wait),
    // Always shown: the user waits for the result of their own change.
    notifications: [
      ...ended.filter((change) => !known.settled.has(settledKey(change))).map(settledNotification),
      ...[...lost, ...silent].map(({ title, body, view }) => plain(title, body, view)),
      ...notifications,
    ],
  };

  function settledNotification(change: UnsettledChange): DesktopNotification {
    const { title, next } = unsettledWords(change, fleet);
    return plain(title, next, { view: 'configMap', ref: change.ref });
  }
}

function earliest(...waits: readonly (number | undefined)[]): number | undefined {
  const known = waits.filter((wait) => wait !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function settledKey({ ref, since }: UnsettledChange): string {
  return `${since} ${referenceKey(ref)}`;
}

function changesOf(before: ConfigMapSummary, after: ConfigMapSummary, cluster: Cluster): readonly News[] {
  const news = (kind: NewsKind, integration?: IntegrationSummary): News => ({
    kind,
    cause: kind,
    cluster,
    configMap: after,
    integration,
  });
  // A new or removed entry shifts the others, which then can't be identified.
  if (before.integrations.length !== after.integrations.length) return [news('changed')];
  return after.integrations.flatMap((integration, position) => {
    const old = before.integrations[position];
    if (old === undefined) return [];
    if (integration.state === 'stopped' && old.state !== 'stopped') return [news('stopped', integration)];
    return meaning(old) === meaning(integration) ? [] : [news('changed', integration)];
  });
}

/** Excludes problems, which a newer program version may judge differently. */
function meaning({ name, type, state, targets, content }: IntegrationSummary): string {
  return JSON.stringify([name, type, state, content, targets.map(({ hash, stopped }) => [hash, stopped])]);
}

function integrationOf({ cluster, configMap, integration }: News): string {
  return `${subjectOf(cluster, configMap.ref)} ${integration?.index ?? ''}`;
}

function causeOf(row: Exclude<HealthRow, { kind: 'cluster' }>): string {
  if (row.kind === 'integration' && row.delivery === 'failed') return row.report?.summary ?? strings.deliveryFailed;
  return row.problem ?? strings.textInvalid;
}

const WORDS: Readonly<Record<NewsKind, string>> = { failing: 'failed', stopped: 'stopped', changed: 'changed' };

function notificationOf(all: readonly News[]): DesktopNotification {
  const group = [...new Map(all.toReversed().map((news) => [integrationOf(news), news])).values()].reverse();
  const [first] = group;
  if (first === undefined) throw new Error(strings.groupNewsNeverEmpty);
  const { kind, cause, cluster, configMap, integration } = first;
  const place = placeOf(cluster, configMap);
  const view: ShownView = { view: 'configMap', ref: configMap.ref };
  if (group.length === 1) {
    const title = integration === undefined ? documentWords(first) : `${titleOf(integration)} ${WORDS[kind]}`;
    return plain(`${place}: ${title}`, bodyOf(first), integration === undefined ? view : { ...view, integration: integration.index });
  }
  const what = `${plural(group.length, 'integration')} ${WORDS[kind]}`;
  const reason = kind === 'failing' && group.every((each) => each.cause === cause) ? `: ${cause}` : '';
  if (new Set(group.map((each) => subjectOf(each.cluster, each.configMap.ref))).size === 1) {
    const names = listWords(group.map((each) => (each.integration === undefined ? strings.theList : titleOf(each.integration))));
    return plain(`${place}: ${what}`, `${names}${reason}`, view);
  }
  const places = [...new Set(group.map((each) => placeOf(each.cluster, each.configMap)))];
  return plain(what, `${listWords(places)}${reason}`, { view: 'home' });
}

function documentWords({ kind, configMap }: News): string {
  if (kind === 'changed') return strings.listIntegrationsChanged;
  return configMap.state === 'invalid' ? strings.invalidYaml : strings.configMapError;
}

function bodyOf({ kind, cause, configMap, integration }: News): string {
  switch (kind) {
    case 'failing':
      return integration === undefined && configMap.state === 'invalid' ? strings.kAuditMaySendNothingUntil(cause) : cause;
    case 'stopped':
      return strings.kAuditNoLongerSends(integration === undefined ? '' : whereWords(integration));
    case 'changed':
      return strings.someoneElseChangedCheckWhat;
    default:
      return assertNever(kind);
  }
}

function whereWords({ targets }: IntegrationSummary): string {
  const hosts = [...new Set(targets.flatMap(({ host }) => host ?? []))];
  return hosts.length === 0 ? '' : strings.toShortName(listWords(hosts));
}

function titleOf({ type, name }: Pick<IntegrationSummary, 'type' | 'name'>): string {
  return name === undefined ? typeTitle(type) : `${typeTitle(type)} (${name})`;
}

function plain(title: string, body: string, view: ShownView): DesktopNotification {
  return { title: harmless(shortSentence(title, 120)), body: harmless(shortSentence(body, 200)), view };
}

// SECURITY: Linux desktops read notifications as markup with links and images. Escapes names from clusters.
function harmless(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
