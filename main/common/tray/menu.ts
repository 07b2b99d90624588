import { ageWords } from '../fleet/age.ts';
import type { ArrivalsOf } from '../fleet/arrival.ts';
import { rowArrival, silenceSummary } from '../fleet/arrival.ts';
import type { Cluster, Fleet, UnsettledChange } from '../fleet/fleet.ts';
import type { DocumentRow, Health, HealthRow, IntegrationRow, TargetRow, TestArguments } from '../fleet/rows.ts';
import { HEALTHS, healthAt, healthRows, rowWords } from '../fleet/rows.ts';
import type { ShownView } from '../fleet/shown-view.ts';
import { unsettledWords } from '../fleet/unsettled.ts';
import { plural, shortName, shortSentence } from '../plain-text.ts';

// The tray's tooltip and menu as data; main/desktop/tray.ts renders them.

export type TrayAction =
  | { readonly do: 'open' }
  | { readonly do: 'show'; readonly view: ShownView }
  | ({ readonly do: 'test' } & TestArguments)
  | { readonly do: 'testAll' }
  | { readonly do: 'cancel' }
  | { readonly do: 'quit' };

export type MenuItem =
  | { readonly kind: 'separator' }
  | { readonly kind: 'text'; readonly label: string }
  | { readonly kind: 'action'; readonly label: string; readonly enabled: boolean; readonly action: TrayAction }
  | { readonly kind: 'submenu'; readonly label: string; readonly items: readonly MenuItem[] };

const HOME: TrayAction = { do: 'show', view: { view: 'home' } };

const MAX_ROWS = 10;
const MAX_UNSETTLED = 3;
/** Windows cuts tooltips at 127 characters. */
const MAX_TOOLTIP = 127;

/** `now`: milliseconds since 1970. */
export function trayTooltip(fleet: Pick<Fleet, 'clusters' | 'reports' | 'testAll' | 'unsettled'> & ArrivalsOf, now: number): string {
  const rows = healthRows(fleet);
  const lastTest = rows.flatMap((row) => (row.kind === 'integration' && row.report !== undefined ? [row.report.startedAt] : [])).sort();
  const newest = lastTest.at(-1);
  const silent = silenceSummary(fleet, now);
  const parts = [
    summary(rows),
    ...(fleet.unsettled.length === 0 ? [] : [`${plural(fleet.unsettled.length, 'change')} to look at`]),
    ...(fleet.testAll === null ? [] : [`testing ${fleet.testAll.done} of ${fleet.testAll.total}`]),
    ...(silent === undefined ? [] : [silent]),
    ...(newest === undefined ? [] : [`last test ${ageWords(newest, now)}`]),
  ];
  return shortSentence(`kAudit Tray: ${parts.join(' · ')}`, MAX_TOOLTIP);
}

/** Problems first. `now`: milliseconds since 1970. `recent`: contexts, latest first. */
export function trayMenu(
  fleet: Pick<Fleet, 'clusters' | 'reports' | 'testAll' | 'unsettled'> & ArrivalsOf,
  now: number,
  recent: readonly string[] = [],
): readonly MenuItem[] {
  const rows = healthRows(fleet);
  const clusters = new Map(fleet.clusters.map((cluster) => [cluster.context, cluster]));
  const ranks = new Map(recent.map((context, index) => [context, index]));
  const rank = ({ context }: HealthRow) => (clusters.get(context)?.marks?.pinned === true ? -1 : (ranks.get(context) ?? recent.length));
  const sorted = rows.toSorted((a, b) => Number(isProblem(b)) - Number(isProblem(a)) || problemOrder(a, b) || rank(a) - rank(b));
  const shown = sorted.slice(0, MAX_ROWS);
  const more = sorted.length - shown.length;
  const silent = silenceSummary(fleet, now);
  const testable = rows.some(
    (row) => row.kind === 'integration' && row.targets.some(({ test, stopped }) => test !== undefined && !stopped),
  );
  return [
    action('Open kAudit Tray', { do: 'open' }),
    { kind: 'separator' },
    { kind: 'text', label: capital(summary(rows)) },
    ...(silent === undefined ? [] : [action(capital(silent), { do: 'show', view: { view: 'presets' } })]),
    ...fleet.unsettled.slice(-MAX_UNSETTLED).map((change) => unsettledItem(change, fleet)),
    ...shown.map((row) => rowItem(row, clusters.get(row.context), now, rowArrival(fleet, row, now)?.short)),
    ...(more > 0 ? [action(`… ${more} more in the window`, HOME)] : []),
    { kind: 'separator' },
    ...(fleet.testAll === null
      ? [action('Test all', { do: 'testAll' }, testable)]
      : [
          { kind: 'text', label: `Testing ${fleet.testAll.done} of ${fleet.testAll.total} …` } as const,
          action('Cancel tests', { do: 'cancel' }),
        ]),
    { kind: 'separator' },
    action('Settings', { do: 'show', view: { view: 'settings' } }),
    action('About', { do: 'show', view: { view: 'about' } }),
    action('Quit', { do: 'quit' }),
  ];
}

function isProblem(row: HealthRow): boolean {
  return row.health === 'failing' || row.health === 'attention';
}

function problemOrder(a: HealthRow, b: HealthRow): number {
  return isProblem(a) ? HEALTHS.indexOf(a.health) - HEALTHS.indexOf(b.health) : 0;
}

function summary(rows: readonly HealthRow[]): string {
  if (rows.length === 0) return 'no cluster is watched';
  const failing = rows.filter((row) => row.health === 'failing').length;
  const attention = rows.filter((row) => row.health === 'attention').length;
  const stopped = rows.filter((row) => row.health === 'paused').length;
  const integrations = rows.filter((row) => row.kind === 'integration').length;
  const clusters = new Set(rows.map((row) => row.context)).size;
  const connecting = rows.filter((row) => row.kind === 'cluster' && row.state === 'connecting').length;
  const counts = [
    ...(failing > 0 ? [`${failing} failing`] : []),
    ...(attention > 0 ? [`${attention} ${attention === 1 ? 'needs' : 'need'} attention`] : []),
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
    // The number is unknown until a cluster responds.
    ...(integrations > 0 || connecting === 0 ? [`${plural(integrations, 'integration')} on ${plural(clusters, 'cluster')}`] : []),
    ...(connecting > 0 ? [`connecting to ${plural(connecting, 'cluster')}`] : []),
  ];
  return counts.join(' · ');
}

// Text, because emoji ignore a menu's colour.
const MARKS: Readonly<Record<Health, string>> = { failing: '✕', attention: '!', unknown: '?', paused: '‖', ok: '✓' };

function rowItem(row: HealthRow, cluster: Cluster | undefined, now: number, arrival: string | undefined): MenuItem {
  const name = cluster?.marks?.alias ?? row.context;
  const place = shortName(row.kind === 'cluster' ? name : placeWords(row, name), 48);
  const what = row.kind === 'integration' ? ` · ${shortName(row.title, 32)}` : '';
  const label = `${MARKS[healthAt(row, now)]} ${place}${what}: ${shortSentence(rowWords(row, now), 72)}${arrival === undefined ? '' : ` · arrivals: ${arrival}`}`;
  if (row.kind === 'cluster') return action(label, HOME);
  const view = { view: 'configMap', ref: row.ref } as const;
  if (row.kind === 'document') return { kind: 'submenu', label, items: [action('Open', { do: 'show', view })] };
  return {
    kind: 'submenu',
    label,
    items: [
      ...row.targets.map((target) => testItem(target, row.targets.length)),
      ...switchItem(row),
      action('Open', { do: 'show', view: { ...view, integration: row.integration } }),
    ],
  };
}

function unsettledItem(change: UnsettledChange, fleet: Pick<Fleet, 'clusters'>): MenuItem {
  const mark = MARKS[change.ended === 'saved' ? 'ok' : 'attention'];
  const label = `${mark} ${shortSentence(unsettledWords(change, fleet).title, 120)}`;
  return action(label, { do: 'show', view: { view: 'configMap', ref: change.ref } });
}

/** A menu never writes: it opens the editor with the change ready to review. */
function switchItem({ ref, integration, state, targets }: IntegrationRow): readonly MenuItem[] {
  if (targets.length === 0) return [];
  const stopped = state !== 'stopped';
  return [action(stopped ? 'Stop …' : 'Start …', { do: 'show', view: { view: 'configMap', ref, integration, stopped } })];
}

function placeWords(row: DocumentRow | IntegrationRow, name: string): string {
  return row.context === row.instance || row.context.includes(row.instance) ? name : `${name} / ${row.instance}`;
}

function testItem(target: TargetRow, count: number): MenuItem {
  const to = count > 1 ? ` to ${shortName(target.label, 48)}` : '';
  if (target.test === undefined) return { kind: 'text', label: `Delivery${to} cannot be tested from here` };
  if (target.report?.outcome === 'running') return { kind: 'text', label: `Testing delivery${to} …` };
  return action(`Test delivery${to}`, { do: 'test', ...target.test });
}

function action(label: string, what: TrayAction, enabled = true): MenuItem {
  return { kind: 'action', label, enabled, action: what };
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
