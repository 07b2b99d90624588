import { type SharedCause, sharedCauses } from '../../../main/common/fleet/causes.ts';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { HEALTHS } from '../../../main/common/fleet/rows.ts';
import { CLUSTER_LOOK, DELIVERY_LOOK, INTEGRATION_LOOK } from '../words.ts';
import { isBroken, isShownBy, type RowFilter } from './status.ts';
import * as strings from './strings.ts';
import type { TableRow } from './table-rows.ts';

// The table's lines, without the page: a thousand clusters are one list.

export type Line =
  | { readonly kind: 'row'; readonly id: string; readonly row: TableRow }
  | {
      readonly kind: 'cluster';
      readonly id: string;
      readonly cluster: Cluster;
      readonly rows: readonly TableRow[];
      /** All of its ConfigMaps are under this other context of the same server. */
      readonly sameAs?: string;
      readonly open: boolean;
    }
  | { readonly kind: 'group'; readonly id: string; readonly title: string; readonly count: number; readonly open: boolean }
  | { readonly kind: 'cause'; readonly id: string; readonly cause: SharedCause; readonly open: boolean }
  | { readonly kind: 'idle'; readonly id: string; readonly clusters: readonly Cluster[]; readonly open: boolean };

export const GROUPINGS = ['cluster', 'problem', 'preset', 'destination', 'own', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export const COLUMNS = ['cluster', 'instance', 'sends', 'preset', 'delivery', 'problem'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  readonly column: Column;
  readonly down: boolean;
}

export interface LineOptions {
  readonly query: string;
  readonly filter: RowFilter | null;
  readonly grouping: Grouping;
  readonly sorting: Sorting | null;
  /** Hidden clusters too. A search finds them anyway. */
  readonly hidden: boolean;
  /** Ids of lines that the user opened or folded. */
  readonly toggled: ReadonlySet<string>;
  /** Whether disconnected clusters are shown while the user hasn't folded them. */
  readonly idleOpen: boolean;
}

/** Up to this many disconnected clusters are listed like the others; more share one line. */
const FEW = 3;

/** A search shows up to this many clusters one by one, even if they share a cause. */
const FOUND_ONE_BY_ONE = 10;

export function linesOf(clusters: readonly Cluster[], rows: readonly TableRow[], options: LineOptions): readonly Line[] {
  const words = wordsOf(options.query);
  const shown = clusters
    .filter(({ marks }) => options.hidden || words.length > 0 || marks?.hidden !== true)
    .toSorted((one, other) => Number(other.marks?.pinned === true) - Number(one.marks?.pinned === true));
  const visible = new Set(shown);
  const found = rows.filter(
    (row) => visible.has(row.cluster) && (options.filter === null || isShownBy(options.filter, row)) && hasAll(rowText(row), words),
  );
  const filtered = options.filter !== null && options.filter !== 'clusters';
  // A cluster without its own row is found by its line's text.
  const own = new Set(rows.map(({ cluster }) => cluster.context));
  const isListed = (cluster: Cluster) => (options.filter === 'clusters' ? isBroken(cluster) : !own.has(cluster.context));
  const listed = filtered ? [] : shown.filter((cluster) => isListed(cluster) && hasAll(clusterText(cluster), words));
  const merged = new Map(rows.flatMap(({ cluster, others }) => others.map((context) => [context, cluster.context] as const)));
  const isOpen = (id: string, open: boolean) => options.toggled.has(id) !== open;

  const byCluster = Map.groupBy(sorted(found, options.sorting), ({ cluster }) => cluster);
  const clusterLines = (cluster: Cluster): readonly Line[] => {
    const members = byCluster.get(cluster) ?? [];
    const id = `cluster:${cluster.context}`;
    const open = words.length > 0 || isOpen(id, true);
    const sameAs = members.length === 0 ? merged.get(cluster.context) : undefined;
    return [
      { kind: 'cluster', id, cluster, rows: members, open, ...(sameAs === undefined ? {} : { sameAs }) },
      ...(open ? members.map(rowLine) : []),
    ];
  };

  const waiting = listed.filter(isIdle);
  const busy = listed.filter((cluster) => !isIdle(cluster));
  // A ConfigMap that can't be read is its own row's problem, not its cluster's.
  const causes = sharedCauses(busy.filter(({ problem }) => problem?.step !== 'parse')).filter(
    ({ contexts }) => contexts.length > (words.length > 0 ? FOUND_ONE_BY_ONE : 0),
  );
  const shared = new Set(causes.flatMap(({ contexts }) => contexts));
  const alone = new Set(busy.filter(({ context }) => !shared.has(context)));
  const causeLines = causes.flatMap((cause): readonly Line[] => {
    const id = `cause:${cause.id}`;
    const open = isOpen(id, false);
    const members = new Set(cause.contexts);
    return [{ kind: 'cause', id, cause, open }, ...(open ? busy.filter(({ context }) => members.has(context)).flatMap(clusterLines) : [])];
  });
  const idleOpen = words.length > 0 || isOpen('idle', options.idleOpen);
  const idleLines: readonly Line[] =
    waiting.length <= FEW
      ? waiting.flatMap(clusterLines)
      : [{ kind: 'idle', id: 'idle', clusters: waiting, open: idleOpen }, ...(idleOpen ? waiting.flatMap(clusterLines) : [])];

  if (options.grouping === 'cluster') {
    const first =
      options.sorting === null ? shown.filter((cluster) => byCluster.has(cluster) || alone.has(cluster)) : [...byCluster.keys()];
    const rest = options.sorting === null ? [] : shown.filter((cluster) => alone.has(cluster));
    return [...[...first, ...rest].flatMap(clusterLines), ...causeLines, ...idleLines];
  }
  const tail = [...shown.filter((cluster) => alone.has(cluster)).flatMap(clusterLines), ...causeLines, ...idleLines];
  if (options.grouping === 'none') return [...sorted(found, options.sorting).map(rowLine), ...tail];
  const { grouping } = options;
  const groups = [...Map.groupBy(sorted(found, options.sorting), (row) => groupOf(row, grouping))].sort(([one], [other]) =>
    one.order === other.order ? one.title.localeCompare(other.title) : one.order - other.order,
  );
  const lines = groups.flatMap(([{ title }, members]): readonly Line[] => {
    const id = `group:${title}`;
    const open = words.length > 0 || isOpen(id, true);
    return [{ kind: 'group', id, title, count: members.length, open }, ...(open ? members.map(rowLine) : [])];
  });
  return [...lines, ...tail];
}

function rowLine(row: TableRow): Line {
  return { kind: 'row', id: row.id, row };
}

function isIdle({ state, problem }: Cluster): boolean {
  return state === 'idle' && problem === null;
}

interface Group {
  readonly title: string;
  /** Groups for missing values come last. */
  readonly order: number;
}

const groups = new Map<string, Group>();

/** The same object for the same group, as `Map.groupBy` needs it. */
function groupOf(row: TableRow, grouping: Exclude<Grouping, 'cluster' | 'none'>): Group {
  const [title, order] = groupTitle(row, grouping);
  const key = `${order} ${title}`;
  const known = groups.get(key) ?? { title, order };
  groups.set(key, known);
  return known;
}

function groupTitle(row: TableRow, grouping: Exclude<Grouping, 'cluster' | 'none'>): readonly [string, number] {
  switch (grouping) {
    case 'problem':
      return row.problem ? [row.problem.brief ?? row.problem.message, row.problem.tone === 'bad' ? 0 : 1] : [strings.noProblem, 2];
    case 'preset':
      if (row.preset) return [row.preset.former ? strings.olderKey(row.preset.name) : row.preset.name, 0];
      return (row.target?.key.kind ?? 'none') === 'none' ? [strings.noKey, 2] : [strings.keyWithoutPreset, 1];
    case 'destination':
      return row.where === '' ? [strings.noTarget, 1] : [row.where, 0];
    case 'own':
      return row.cluster.marks?.group === undefined ? [strings.noGroup, 1] : [row.cluster.marks.group, 0];
  }
}

function sorted(rows: readonly TableRow[], sorting: Sorting | null): readonly TableRow[] {
  if (sorting === null) return rows;
  const { column, down } = sorting;
  const sign = down ? -1 : 1;
  return rows.toSorted((one, other) => sign * compare(sortKey(one, column), sortKey(other, column)));
}

function compare(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one).localeCompare(String(other), undefined, { numeric: true });
}

function sortKey(row: TableRow, column: Column): string | number {
  switch (column) {
    case 'cluster':
      return row.cluster.marks?.alias ?? row.cluster.context;
    case 'instance':
      return row.configMap.instance;
    case 'sends':
      return `${row.what} ${row.where}`;
    case 'preset':
      // Missing values come last.
      return row.preset?.name ?? `\u{10ffff}${row.target?.key.fingerprint ?? ''}`;
    case 'delivery':
      return row.report ? -Date.parse(row.report.startedAt) : 0;
    case 'problem':
      return HEALTHS.indexOf(row.health);
  }
}

export function wordsOf(query: string): readonly string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

function hasAll(text: string, words: readonly string[]): boolean {
  return words.every((word) => text.includes(word));
}

const FLAG_WORDS = [
  ['production', 'production'],
  ['pinned', 'pinned'],
  ['hidden', 'hidden'],
  ['readOnly', 'marked read-only'],
] as const;

const clusterTexts = new WeakMap<Cluster, string>();
const rowTexts = new WeakMap<TableRow, string>();

/** Its line's text, and what is known about it. */
function clusterText(cluster: Cluster): string {
  const known = clusterTexts.get(cluster);
  if (known !== undefined) return known;
  const { alias, group, ...flags } = cluster.marks ?? {};
  const named = FLAG_WORDS.flatMap(([flag, word]) => (flags[flag] === true ? [word] : []));
  const { context, server, user, state, problem } = cluster;
  const text = [context, server, user, state, problem?.message, problem?.fix, alias, group, ...named, CLUSTER_LOOK[state].word]
    .join('\n')
    .toLowerCase();
  clusterTexts.set(cluster, text);
  return text;
}

function rowText(row: TableRow): string {
  const known = rowTexts.get(row);
  if (known !== undefined) return known;
  const { configMap, target, state, report, preset, problem, others } = row;
  const own = [
    configMap.ref.namespace,
    configMap.ref.name,
    configMap.instance,
    row.what,
    row.integration?.type,
    row.where,
    target?.key.fingerprint,
    preset?.name,
    preset?.former ? strings.olderKeyWord : undefined,
    state === 'none' ? undefined : INTEGRATION_LOOK[state].word,
    row.test ? (report ? DELIVERY_LOOK[report.outcome].word : 'untested') : undefined,
    configMap.managed?.by,
    configMap.readOnly ? 'read-only' : undefined,
    problem?.message,
    ...others,
  ];
  const text = `${clusterText(row.cluster)}\n${own.join('\n').toLowerCase()}`;
  rowTexts.set(row, text);
  return text;
}
