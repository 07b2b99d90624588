import { KEY_REFUSED } from '../delivery/failure-words.ts';
import type { ArrivalsOf } from '../fleet/arrival.ts';
import { silenceSummary } from '../fleet/arrival.ts';
import type { Fleet, ShownView, UnsettledChange } from '../fleet/fleet.ts';
import { clusterIdentity } from '../fleet/identity.ts';
import type { Health, IntegrationRow, TargetRow, TestArguments } from '../fleet/rows.ts';
import { unsettledState } from '../fleet/unsettled.ts';
import { plural, shortName, shortSentence } from '../plain-text.ts';
import { referenceKey } from '../reference.ts';
import type { Line, LinePart } from './lines.ts';
import { capital, isProblem, LABEL, labelOf, linesOf } from './lines.ts';
import * as strings from './strings.ts';
import { summarise } from './summary.ts';

// The tray's tooltip and menu, as data: main/desktop/tray shows them.

/** The action of a click in the menu. */
export type TrayAction =
  | { readonly do: 'open' }
  | { readonly do: 'show'; readonly view: ShownView }
  | { readonly do: 'connect'; readonly context: string }
  | ({ readonly do: 'test' } & TestArguments)
  | { readonly do: 'testThese'; readonly tests: readonly TestArguments[] }
  | { readonly do: 'testAll' }
  | { readonly do: 'cancel' }
  | { readonly do: 'quit' };

/** `id`: stays the same while the item has the same subject; unique in its menu. */
export type MenuItem =
  | { readonly kind: 'separator'; readonly id: string }
  | { readonly kind: 'text'; readonly id: string; readonly label: string }
  | { readonly kind: 'action'; readonly id: string; readonly label: string; readonly enabled: boolean; readonly action: TrayAction }
  | { readonly kind: 'submenu'; readonly id: string; readonly label: string; readonly items: readonly MenuItem[] };

type TrayFleet = Pick<Fleet, 'clusters' | 'reports' | 'testAll' | 'unsettled'> & ArrivalsOf;

/** The list of all clusters, whatever the window shows now. */
const HOME: TrayAction = { do: 'show', view: { view: 'home' } };

/** The menu's rows between its first row and the commands; the rest is in the window. */
const MAX_ROWS = 10;
const MAX_UNSETTLED = 3;
/** Places in a row for many. */
const MAX_PLACES = 5;
/** Windows truncates a tooltip at 127 characters. */
const MAX_TOOLTIP = 127;

/** One line for the tooltip. `now`: milliseconds since 1970. */
export function trayTooltip(fleet: TrayFleet, now: number): string {
  const { words } = summarise(
    fleet,
    // Its words don't include arrivals.
    linesOf({ ...fleet, arrivals: [] }, now, () => 0),
    now,
  );
  const testing = fleet.testAll === null ? '' : strings.testingOf(fleet.testAll.done, fleet.testAll.total);
  const silent = silenceSummary(fleet, now);
  return shortSentence(strings.menuHeader(words, testing, silent === undefined ? '' : ` · ${silent}`), MAX_TOOLTIP);
}

/** Problems come first. `now`: milliseconds since 1970. `recent`: contexts, the most recently used first. */
export function trayMenu(fleet: TrayFleet, now: number, recent: readonly string[] = []): readonly MenuItem[] {
  const pinned = new Set(fleet.clusters.filter(({ marks }) => marks?.pinned === true).map(({ context }) => context));
  const ranks = new Map(recent.map((context, index) => [context, index]));
  const lines = linesOf(fleet, now, (context) => (pinned.has(context) ? -1 : (ranks.get(context) ?? recent.length)));
  const { health, words } = summarise(fleet, lines, now);
  const silent = silenceSummary(fleet, now);
  const unsettled = [
    ...(silent === undefined ? [] : [action('silent', labelOf('', capital(silent)), { do: 'show', view: { view: 'presets' } })]),
    ...fleet.unsettled.slice(-MAX_UNSETTLED).map((change) => unsettledItem(change, fleet)),
  ];
  const rows = rowItems(lines, MAX_ROWS - unsettled.length);
  const tests = lines.flatMap(testsOf);
  return [
    action('answer', shortSentence(`${MARKS[health]} ${words}`, LABEL), HOME),
    ...fixItems(lines),
    ...(rows.length + unsettled.length > 0 ? [separator(1), ...unsettled, ...rows] : []),
    separator(2),
    ...(fleet.testAll === null
      ? [action('testAll', strings.testAll, { do: 'testAll' }, tests.length > 0)]
      : [
          action('testing', strings.testingDoneOfTotal(fleet.testAll.done, fleet.testAll.total), HOME),
          action('cancel', strings.cancelTests, { do: 'cancel' }),
        ]),
    action('open', strings.openKAuditTray, { do: 'open' }),
    separator(3),
    action('settings', 'Settings', { do: 'show', view: { view: 'settings' } }),
    action('quit', 'Quit', { do: 'quit' }),
  ];
}

// Shapes as on the icons; text, because emoji don't follow a menu's colour.
const MARKS: Readonly<Record<Health, string>> = { failing: '✕', attention: '!', unknown: '?', paused: '‖', ok: '✓' };

/** A single problem has its fix in the menu itself. */
function fixItems(lines: readonly Line[]): readonly MenuItem[] {
  const [line, ...more] = lines.filter(isProblem);
  if (line === undefined || more.length > 0) return [];
  if (line.row !== undefined) {
    const place = shortName(line.place, 24);
    return connectItem(line).map((item) =>
      item.kind !== 'action'
        ? item
        : { ...item, label: item.label === strings.tryAgainLabel ? strings.tryAgain(place) : strings.signInTo(place) },
    );
  }
  const [part, ...others] = line.parts.filter(isProblem);
  if (part === undefined || others.length > 0) return [];
  if (part.words === strings.invalidYaml) return [action('fix', strings.fixText, showOf(part))];
  if (part.words.startsWith(strings.failedCause(KEY_REFUSED))) return [action('fix', strings.replaceRefusedKey, showOf(part))];
  return rotationItems('fix', [part]);
}

function rowItems(lines: readonly Line[], most: number): readonly MenuItem[] {
  const [first] = lines;
  // One ConfigMap: its integrations are the rows.
  if (first !== undefined && lines.length === 1 && first.row === undefined && first.parts.length <= most)
    return first.parts.map((part) => partItem(part));
  const isOneCluster = new Set(lines.map(({ context }) => context)).size === 1;
  const named = isOneCluster ? lines.map((line) => ({ ...line, place: line.place.replace(/^.* \/ /, '') })) : lines;
  const fine = named.filter(({ health }) => health === 'ok');
  const others = named.filter(({ health }) => health !== 'ok');
  const passed = fine.length === 0 ? [] : [passedItem(fine, lines)];
  if (others.length + passed.length <= most) return [...others.map(lineItem), ...passed];
  const causes = [...Map.groupBy(others, ({ health, cause }) => `${health} ${cause}`)].map(([id, all]) => causeItem(id, all));
  const shown = causes.slice(0, causes.length + passed.length <= most ? most : most - 1 - passed.length);
  const left = causes.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [action('more', strings.moreWindow(left), HOME)]), ...passed];
}

function lineItem(line: Line): MenuItem {
  return submenu(line.id, labelOf(line.place, line.words), line.health, itemsOf(line));
}

function itemsOf(line: Line): readonly MenuItem[] {
  if (line.row !== undefined) return [...connectItem(line), action('show', 'Show', HOME)];
  const [first, ...more] = line.parts;
  if (first === undefined) return [action('show', 'Show', HOME)];
  if (more.length === 0) return partItems(first);
  return [...line.parts.map(partItem), action('show', 'Show', { do: 'show', view: { view: 'configMap', ref: first.row.ref } })];
}

function connectItem({ context, cluster }: Line): readonly MenuItem[] {
  const connect: TrayAction = { do: 'connect', context };
  if (cluster.state === 'needs-sign-in')
    return [action('sign-in', cluster.auth === 'static' ? strings.tryAgainLabel : strings.signIn, connect)];
  return cluster.state === 'connecting' || cluster.state === 'online' ? [] : [action('again', strings.tryAgainLabel, connect)];
}

function partItem(part: LinePart): MenuItem {
  const { row } = part;
  const title = row.kind === 'document' ? strings.theText : row.title;
  return submenu(row.id, labelOf(title, part.words), part.health, partItems(part));
}

function partItems(part: LinePart): readonly MenuItem[] {
  const { row } = part;
  if (row.kind === 'document') return [action('show', 'Show', showOf(part))];
  const { arrival } = part;
  const seen: readonly MenuItem[] =
    arrival === undefined ? [] : [{ kind: 'text', id: 'arrivals', label: shortSentence(strings.arrivalsArrival(arrival), LABEL) }];
  return [
    ...seen,
    ...row.targets.map((target) => testItem(target, row.targets.length)),
    ...rotationItems('rotate', [part]),
    ...switchItem(row),
    action('show', 'Show', showOf(part)),
  ];
}

function showOf({ row }: LinePart): TrayAction {
  const view = { view: 'configMap', ref: row.ref } as const;
  return { do: 'show', view: row.kind === 'document' ? view : { ...view, integration: row.integration } };
}

/** Everything without problems is one row. */
function passedItem(fine: readonly Line[], all: readonly Line[]): MenuItem {
  const parts = all.flatMap((line) => line.parts).filter(({ health }) => health === 'ok');
  const passed = parts.filter(({ words }) => words === 'passed').length;
  const clusters = new Set(fine.map(({ cluster }) => clusterIdentity(cluster))).size;
  const words = passed > 0 ? strings.countPassed(passed) : strings.countCantBeTested(parts.length);
  return manyItem('passed', strings.wordsOnPlural(words, plural(clusters, 'cluster')), 'ok', fine);
}

function causeItem(id: string, lines: readonly Line[]): MenuItem {
  const [first, ...more] = lines;
  if (first === undefined) throw new Error(strings.causeNeverEmpty);
  if (more.length === 0) return lineItem(first);
  const count = lines.reduce((sum, line) => sum + line.parts.filter(({ health }) => health === first.health).length, 0);
  const clusters = plural(new Set(lines.map(({ cluster }) => clusterIdentity(cluster))).size, 'cluster');
  const many = first.row !== undefined || isProblem(first) ? clusters : plural(count, 'integration');
  return manyItem(`cause ${id}`, labelOf(first.cause, many), first.health, lines);
}

function manyItem(id: string, label: string, health: Health, lines: readonly Line[]): MenuItem {
  const tests = lines.flatMap(testsOf);
  return submenu(id, label, health, [
    ...lines.slice(0, MAX_PLACES).map(lineItem),
    action('all', lines.length > MAX_PLACES ? strings.showAll(lines.length) : strings.showAllLabel, HOME),
    ...(tests.length === 0 ? [] : [action('these', strings.testThese, { do: 'testThese', tests })]),
    ...rotationItems(
      'rotate',
      lines.flatMap((line) => line.parts),
    ),
  ]);
}

/** Opens the plan that puts a preset's new key wherever its older one is. */
function rotationItems(id: string, parts: readonly LinePart[]): readonly MenuItem[] {
  const owners = parts.flatMap(({ row }) => (row.kind === 'integration' && row.olderKeyOf !== undefined ? [row.olderKeyOf] : []));
  return [...new Map(owners.map(({ preset, name }) => [preset, name]))].map(([preset, name]) =>
    action(`${id} ${preset}`, shortSentence(strings.replaceOlderKey(name), LABEL), {
      do: 'show',
      view: { view: 'rollouts', preset },
    }),
  );
}

function testsOf({ parts }: Line): readonly TestArguments[] {
  return parts.flatMap(({ row }) =>
    row.kind === 'document' ? [] : row.targets.flatMap(({ test, stopped }) => (stopped ? [] : (test ?? []))),
  );
}

function unsettledItem(change: UnsettledChange, fleet: Pick<Fleet, 'clusters'>): MenuItem {
  const mark = MARKS[change.ended === 'saved' ? 'ok' : 'attention'];
  const cluster = fleet.clusters.find(({ context }) => context === change.ref.context);
  const place = `${cluster?.marks?.alias ?? change.ref.context} / ${change.ref.name.replace(/^kaudit-integrations?-/, '')}`;
  const label = `${mark} ${labelOf(place, unsettledState(change))}`;
  return action(`unsettled ${referenceKey(change.ref)} ${change.since}`, label, {
    do: 'show',
    view: { view: 'configMap', ref: change.ref },
  });
}

/** Nothing is written from a menu: the editor opens with the change in its form, to review and apply. */
function switchItem({ ref, integration, state, targets }: IntegrationRow): readonly MenuItem[] {
  if (targets.length === 0) return [];
  const stopped = state !== 'stopped';
  const view = { view: 'configMap', ref, integration, stopped } as const;
  return [action(stopped ? 'stop' : 'start', stopped ? strings.stop : strings.start, { do: 'show', view })];
}

function testItem(target: TargetRow, count: number): MenuItem {
  const to = count > 1 ? strings.toShortName(shortName(target.label, 30)) : '';
  const id = `test ${target.test?.target ?? target.label}`;
  if (target.test === undefined) return { kind: 'text', id, label: shortSentence(strings.cantBeTestedTo(to), LABEL) };
  if (target.report?.outcome === 'running') return { kind: 'text', id: `${id} running`, label: strings.testingDelivery(to) };
  return action(id, strings.testDelivery(to), { do: 'test', ...target.test });
}

function action(id: string, label: string, what: TrayAction, enabled = true): MenuItem {
  return { kind: 'action', id, label, enabled, action: what };
}

function submenu(id: string, label: string, health: Health, items: readonly MenuItem[]): MenuItem {
  return { kind: 'submenu', id, label: `${MARKS[health]} ${label}`, items };
}

function separator(number: number): MenuItem {
  return { kind: 'separator', id: `separator ${number}` };
}
