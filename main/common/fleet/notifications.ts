import { plural, shortName, shortSentence } from '../plain-text.ts';
import { referenceKey } from '../reference.ts';
import type { Settings } from '../settings.ts';
import type { ConfigMapSummary, Fleet, IntegrationSummary, UnsettledChange } from './fleet.ts';
import type { HealthRow } from './rows.ts';
import { healthRows, typeTitle } from './rows.ts';
import type { ShownView } from './shown-view.ts';
import { unsettledWords } from './unsettled.ts';

// What the desktop tells its user about without being asked: an integration changed, was stopped, or fails. Decided here, shown by main/desktop.

export type NewsKind = 'failing' | 'stopped' | 'changed';

/** What was known of the fleet when it was last looked at. */
export interface Known {
  readonly configMaps: ReadonlyMap<string, ConfigMapSummary>;
  /** Rows that were failing, by id. */
  readonly failing: ReadonlySet<string>;
  /** Changes of which it was told how they ended, by reference and time. */
  readonly settled: ReadonlySet<string>;
}

export interface DesktopNotification {
  readonly title: string;
  readonly body: string;
  /** Where a click leads. */
  readonly view: ShownView;
}

interface News {
  readonly kind: NewsKind;
  /** What brought it about: news of one kind that share it are told as one. */
  readonly cause: string;
  readonly configMap: ConfigMapSummary;
  /** undefined: the document as a whole. */
  readonly integration: Pick<IntegrationSummary, 'index' | 'name' | 'type'> | undefined;
}

/** Before the first look: whatever is there then is no news. */
export const nothingKnown: Known = { configMaps: new Map(), failing: new Set(), settled: new Set() };

/** Several ConfigMaps of one cluster's list or of a whole rollout are one message. */
const ORDER: readonly NewsKind[] = ['failing', 'stopped', 'changed'];
/** Of one kind at a time: more causes than these are told as one, too. */
const MOST = 3;

/**
 * What became known since the last look, as few messages as it takes. `own`: reference keys of ConfigMaps that this program's user has just
 * saved here; what they show now is no news. A ConfigMap that was never seen before is none either.
 */
export function newsSince(
  known: Known,
  fleet: Pick<Fleet, 'clusters' | 'reports' | 'settings' | 'unsettled'>,
  own: ReadonlySet<string>,
): { readonly known: Known; readonly notifications: readonly DesktopNotification[] } {
  const configMaps = fleet.clusters.flatMap((cluster) => cluster.configMaps);
  const byKey = new Map(configMaps.map((configMap) => [referenceKey(configMap.ref), configMap]));
  const failing = healthRows(fleet).filter((row) => row.health === 'failing');

  const changes = configMaps.flatMap((configMap) => {
    const key = referenceKey(configMap.ref);
    const before = known.configMaps.get(key);
    return before === undefined || before === configMap || before.uid !== configMap.uid || own.has(key) ? [] : changesOf(before, configMap);
  });
  const failures = failing.flatMap((row): News[] => {
    if (row.kind === 'cluster' || known.failing.has(row.id)) return [];
    const key = referenceKey(row.ref);
    const configMap = byKey.get(key);
    if (configMap === undefined || !known.configMaps.has(key) || own.has(key)) return [];
    const integration = row.kind === 'integration' ? configMap.integrations.find(({ index }) => index === row.integration) : undefined;
    return [{ kind: 'failing', cause: causeOf(row), configMap, integration }];
  });

  const wanted = [...failures, ...changes].filter(({ kind }) => isWanted(kind, fleet.settings));
  // What fails because it was changed is told once.
  const failed = new Set(wanted.filter(({ kind }) => kind === 'failing').map(subjectOf));
  const news = wanted.filter((each) => each.kind !== 'changed' || !failed.has(subjectOf(each)));
  const aliases = new Map(fleet.clusters.map(({ context, marks }) => [context, marks?.alias ?? context]));
  const notifications = ORDER.flatMap((kind) => {
    const ofKind = news.filter((each) => each.kind === kind);
    const groups = [...Map.groupBy(ofKind, ({ cause }) => cause).values()];
    return (groups.length > MOST ? [ofKind] : groups).map((group) => notificationOf(group, aliases));
  });
  // A cluster that is away for a while is remembered, so that what changed meanwhile is news when it comes back.
  const contexts = new Set(fleet.clusters.map((cluster) => cluster.context));
  const away = [...known.configMaps].filter(([key, { ref }]) => !byKey.has(key) && contexts.has(ref.context));
  const ended = fleet.unsettled.filter((change) => change.ended !== undefined);
  return {
    known: {
      configMaps: new Map([...away, ...byKey]),
      failing: new Set(failing.map((row) => row.id)),
      settled: new Set(ended.map(settledKey)),
    },
    // Always told: somebody waits to hear whether their own change was saved.
    notifications: [...ended.filter((change) => !known.settled.has(settledKey(change))).map(settledNotification), ...notifications],
  };

  function settledNotification(change: UnsettledChange): DesktopNotification {
    const { title, next } = unsettledWords(change, fleet);
    return {
      title: harmless(shortSentence(title, 120)),
      body: harmless(shortSentence(next, 200)),
      view: { view: 'configMap', ref: change.ref },
    };
  }
}

function settledKey({ ref, since }: UnsettledChange): string {
  return `${since} ${referenceKey(ref)}`;
}

function isWanted(kind: NewsKind, { notify }: Settings): boolean {
  return notify[kind];
}

function changesOf(before: ConfigMapSummary, after: ConfigMapSummary): readonly News[] {
  const news = (kind: NewsKind, integration?: IntegrationSummary): News => ({
    kind,
    cause: kind,
    configMap: after,
    integration,
  });
  // An entry that came or went moves the others: which is which cannot be told.
  if (before.integrations.length !== after.integrations.length) return [news('changed')];
  return after.integrations.flatMap((integration, position) => {
    const old = before.integrations[position];
    if (old === undefined) return [];
    if (integration.state === 'stopped' && old.state !== 'stopped') return [news('stopped', integration)];
    return meaning(old) === meaning(integration) ? [] : [news('changed', integration)];
  });
}

/** What of an integration counts as a change: not its problems, which a newer version of this program may see differently. */
function meaning({ name, type, state, targets, content }: IntegrationSummary): string {
  return JSON.stringify([name, type, state, content, targets.map(({ hash, stopped }) => [hash, stopped])]);
}

function subjectOf({ configMap, integration }: News): string {
  return `${referenceKey(configMap.ref)} ${integration?.index ?? ''}`;
}

function causeOf(row: Exclude<HealthRow, { kind: 'cluster' }>): string {
  if (row.kind === 'integration' && row.delivery === 'failed') return row.report?.summary ?? 'delivery failed';
  return row.problem ?? 'its text is invalid';
}

const WORDS: Readonly<Record<NewsKind, readonly [one: string, several: string]>> = {
  failing: ['is failing', 'are failing'],
  stopped: ['was stopped', 'were stopped'],
  changed: ['was changed', 'were changed'],
};

function notificationOf(group: readonly News[], aliases: ReadonlyMap<string, string>): DesktopNotification {
  const [first] = group;
  if (first === undefined) throw new Error('A group of news is never empty');
  const { kind, configMap, integration } = first;
  const refs = new Set(group.map((each) => referenceKey(each.configMap.ref)));
  const contexts = [...new Set(group.map((each) => each.configMap.ref.context))];
  const reason = kind === 'failing' && group.every(({ cause }) => cause === first.cause) ? `: ${first.cause}` : '';
  const title = integration === undefined ? undefined : titleOf(integration);
  const what =
    group.length > 1 ? plural(group.length, 'integration') : (title ?? (kind === 'changed' ? 'The list of integrations' : 'A ConfigMap'));
  const names = contexts.map((context) => aliases.get(context) ?? context);
  const where = refs.size === 1 ? placeOf(configMap, names[0] ?? '') : contextsWords(names);
  const place = group.length > 1 || integration === undefined ? {} : { integration: integration.index };
  return {
    title: harmless(shortSentence(`${what} ${WORDS[kind][group.length > 1 ? 1 : 0]}`, 80)),
    body: harmless(shortSentence(`${where}${reason}`, 200)),
    view: refs.size === 1 ? { view: 'configMap', ref: configMap.ref, ...place } : { view: 'home' },
  };
}

function contextsWords(contexts: readonly string[]): string {
  const [first = '', second] = contexts.map((context) => shortName(context, 40));
  if (second === undefined) return first;
  return contexts.length === 2 ? `${first} and ${second}` : `${first}, ${second} and ${contexts.length - 2} more`;
}

/** `name`: the context, or what the user calls it. */
function placeOf({ ref, instance }: ConfigMapSummary, name: string): string {
  return ref.context.includes(instance) ? shortName(name, 60) : `${shortName(name, 60)} / ${shortName(instance, 40)}`;
}

function titleOf({ type, name }: Pick<IntegrationSummary, 'type' | 'name'>): string {
  return name === undefined ? typeTitle(type) : `${typeTitle(type)} (${name})`;
}

// SECURITY: Linux desktops read a notification's text as markup, with links and images: names from clusters must not become any.
function harmless(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('&', '＆');
}
