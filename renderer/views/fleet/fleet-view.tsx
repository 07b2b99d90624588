import { Search, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { Button as AriaButton, Input, SearchField } from 'react-aria-components';
import { plural } from '../../../main/common/plain-text.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useCalmFleet } from '../../state/app.tsx';
import { isTyping, useKeys } from '../../state/keys.ts';
import type { DeliverySession } from '../delivery/delivery-dialog.tsx';
import { FailureCauses } from '../delivery/failure-causes.tsx';
import { InterruptedRollout } from '../rollout/interrupted.tsx';
import { MANY_TARGETS, testEach } from '../test-each.ts';
import { CauseLine, ClusterLine, GroupLine, IdleLine } from './cluster-line.tsx';
import { FileProblems, FirstRun } from './first-run.tsx';
import { FleetTable } from './fleet-table.tsx';
import { AskMany, HomeActions, SelectionBar, tellResult } from './home-actions.tsx';
import { type Column, type Grouping, type Line, linesOf, type Sorting, wordsOf } from './lines.ts';
import { SearchedWords } from './marked.tsx';
import { RowLine, type RowTools, routeOf, subjectOf } from './row-line.tsx';
import { enterPanel, panelTests, RowPanelView, useRowPanel } from './row-panel.tsx';
import type { RowFilter } from './status.ts';
import { StatusLine } from './status-line.tsx';
import * as strings from './strings.ts';
import { rowsKeeper, type TableRow } from './table-rows.ts';
import { useLineFocus } from './use-line-focus.ts';

// What opens on a click loads on that click.
const DeliveryDialog = lazy(async () => ({ default: (await import('../delivery/delivery-dialog.tsx')).DeliveryDialog }));
const RolloutDialog = lazy(async () => ({ default: (await import('../rollout/rollout-dialog.tsx')).RolloutDialog }));
const MarksDialog = lazy(async () => ({ default: (await import('./marks-dialog.tsx')).MarksDialog }));
const ClusterDialog = lazy(async () => ({ default: (await import('./cluster-dialog.tsx')).ClusterDialog }));

const GROUPING_WORDS: Readonly<Record<Grouping, string>> = {
  cluster: strings.cluster,
  problem: strings.problem,
  preset: strings.preset,
  destination: strings.destination,
  own: strings.myGroups,
  none: strings.none,
};

/** The state of the screen when it was left, to restore after a ConfigMap. */
const left = {
  query: '',
  filter: null as RowFilter | null,
  grouping: 'cluster' as Grouping,
  sorting: null as Sorting | null,
  hidden: false,
  toggled: new Set<string>() as ReadonlySet<string>,
  selected: new Set<string>() as ReadonlySet<string>,
  /** Whether disconnected clusters are listed: yes while nothing is watched. null: not decided yet. */
  idleOpen: null as boolean | null,
  scroll: 0,
};

type Open =
  | { readonly kind: 'delivery'; readonly session: DeliverySession }
  | { readonly kind: 'rollout'; readonly change?: RolloutChange; readonly chosen?: readonly string[] }
  | { readonly kind: 'marks' | 'cluster'; readonly context: string };

export function HomeView(): ReactNode {
  const fleet = useCalmFleet();
  const { client, router } = useApp();
  const { clusters, reports, presets } = fleet;
  left.idleOpen ??= !clusters.some(({ watched }) => watched);
  const [query, setQuery] = useState(left.query);
  const [filter, setFilter] = useState(left.filter);
  const [grouping, setGrouping] = useState(left.grouping);
  const [sorting, setSorting] = useState(left.sorting);
  const [hidden, setHidden] = useState(left.hidden);
  const [toggled, setToggled] = useState(left.toggled);
  const [selected, setSelected] = useState(left.selected);
  const [open, setOpen] = useState<Open | null>(null);
  const [asking, setAsking] = useState<readonly TableRow[] | null>(null);
  const testing = useAction();
  useEffect(() => {
    Object.assign(left, { query, filter, grouping, sorting, hidden, toggled, selected });
  }, [query, filter, grouping, sorting, hidden, toggled, selected]);

  const words = useMemo(() => wordsOf(query), [query]);
  const [rowsOf] = useState(rowsKeeper);
  const rows = useMemo(() => rowsOf({ clusters, reports, presets }), [rowsOf, clusters, reports, presets]);
  const lines = useMemo(
    () => linesOf(clusters, rows, { query, filter, grouping, sorting, hidden, toggled, idleOpen: left.idleOpen ?? true }),
    [clusters, rows, query, filter, grouping, sorting, hidden, toggled],
  );
  const shown = useMemo(() => lines.flatMap((line) => (line.kind === 'row' ? [line.row] : [])), [lines]);
  const chosen = rows.filter(({ id }) => selected.has(id));
  const view = useRef<HTMLDivElement>(null);
  const { active, current, moveTo } = useLineFocus(view, lines);
  const panel = useRowPanel(view, rows, moveTo);
  const withCluster = grouping !== 'cluster';
  const withArrivals = presets.some(({ arrivals }) => arrivals?.watched === true);
  const span = 7 + (withCluster ? 1 : 0) + (withArrivals ? 1 : 0);
  const rowTools: RowTools = useMemo(
    () => ({
      select: (id) => setSelected((now) => toggle(now, id)),
      openDelivery: (session) => setOpen({ kind: 'delivery', session }),
      rollOut: (preset) => setOpen({ kind: 'rollout', change: { op: 'preset', preset } }),
    }),
    [],
  );
  const clusterTools = useMemo(
    () => ({
      fold: (id: string) => setToggled((now) => toggle(now, id)),
      mark: (context: string) => setOpen({ kind: 'marks', context }),
      details: (context: string) => setOpen({ kind: 'cluster', context }),
    }),
    [],
  );
  const sort = useCallback(
    (column: Column) => setSorting((now) => (now?.column !== column ? { column, down: false } : now.down ? null : { column, down: true })),
    [],
  );

  const testRows = async (all: readonly TableRow[]) => {
    setAsking(null);
    const result = await testing.run(() =>
      testEach(
        client,
        all.flatMap(({ test }) => test ?? []),
      ),
    );
    if (result) tellResult(strings.theTest, result);
  };
  const targets = useMemo(
    () => rows.filter(({ test, state, cluster }) => test && state !== 'stopped' && cluster.state === 'online').length,
    [rows],
  );
  const changeMany = useCallback(() => setOpen({ kind: 'rollout' }), []);
  const change = (asked: RolloutChange | null) =>
    setOpen({ kind: 'rollout', chosen: [...new Set(chosen.flatMap(candidateId))], ...(asked ? { change: asked } : {}) });

  useKeys((key, event) => {
    if (key === 'Escape' && panel.place && panel.hearsEscape(event.target)) {
      // What is being typed is not lost: the first press leaves the field.
      if (isTextField(event.target)) enterPanel();
      else panel.close();
      return true;
    }
    const focused = current() ?? panel.row?.id;
    const first = shown.find(({ id }) => id === focused) ?? shown[0] ?? lines[0];
    const leaves = (key === 'ArrowDown' && !event.shiftKey) || (key === 'Escape' && query === '');
    if (first && leaves && isInSearch(event.target) && !event.isComposing) {
      moveTo(first.id);
      return true;
    }
    if (isTyping(event)) return false;
    const at = shown.findIndex(({ id }) => id === focused);
    const row = shown[at];
    const onLine = event.target instanceof Element && event.target.matches('.row-link, [data-line], main, body');
    const step =
      key === 'j' || (key === 'ArrowDown' && panel.place && onLine)
        ? 1
        : key === 'k' || (key === 'ArrowUp' && panel.place && onLine)
          ? -1
          : 0;
    if (step !== 0) {
      const next = shown[at < 0 ? 0 : Math.min(shown.length - 1, Math.max(0, at + step))];
      if (next && (panel.place === undefined || panel.open(next))) moveTo(next.id);
      return true;
    }
    if (row === undefined) return false;
    if (key === ' ' && onLine) {
      if (row === panel.row) panel.close();
      else panel.open(row);
    } else if (key === 'ArrowRight' && onLine && row === panel.row) enterPanel();
    else if (key === 'e') router.navigate(routeOf(row));
    // The panel tests what it shows, unsaved edits too.
    else if (key === 't' && row.test && !(row === panel.row && panelTests()))
      rowTools.openDelivery({ kind: 'integration', test: row.test, title: subjectOf(row) });
    else if (key === 'x' && row.integration) rowTools.select(row.id, true);
    else return false;
    return true;
  });

  const draw = useCallback(
    (line: Line): ReactNode => {
      switch (line.kind) {
        case 'row':
          return (
            <RowLine
              row={line.row}
              withCluster={withCluster}
              withArrivals={withArrivals}
              selected={selected.has(line.id)}
              tools={rowTools}
            />
          );
        case 'cluster':
          return <ClusterLine line={line} span={span} tools={clusterTools} />;
        case 'group':
          return <GroupLine line={line} span={span} tools={clusterTools} />;
        case 'cause':
          return <CauseLine line={line} span={span} tools={clusterTools} />;
        case 'idle':
          return <IdleLine line={line} span={span} tools={clusterTools} />;
      }
    },
    [withCluster, withArrivals, selected, span, rowTools, clusterTools],
  );
  const selectAll = useMemo(() => {
    const ids = shown.flatMap(({ id, integration }) => (integration === undefined ? [] : id));
    const all = ids.length > 0 && ids.every((id) => selected.has(id));
    return (
      <input
        type="checkbox"
        className="check"
        aria-label={strings.selectAllRows}
        disabled={ids.length === 0}
        checked={all}
        onChange={() => setSelected(new Set(all ? [] : ids))}
      />
    );
  }, [shown, selected]);
  const opened = open !== null && 'context' in open ? clusters.find(({ context }) => context === open.context) : undefined;
  const close = () => setOpen(null);

  return (
    <>
      <div className="fleet-view" ref={view}>
        <h1 className="for-screen-readers">{strings.fleet}</h1>
        <header className="fleet-bar">
          <SearchField className="search" value={query} onChange={setQuery} aria-label={strings.searchClustersIntegrations}>
            <Search className="icon" aria-hidden="true" />
            <Input className="input" type="search" placeholder={strings.filterRows} />
            <span className="key-cap" aria-hidden="true">
              /
            </span>
            <AriaButton className="button button-quiet button-icon search-clear" aria-label={strings.clearSearch}>
              <X className="icon" aria-hidden="true" />
            </AriaButton>
          </SearchField>
          <label className="group-by">
            {strings.group}
            <select value={grouping} onChange={(event) => setGrouping(event.target.value as Grouping)}>
              {(Object.keys(GROUPING_WORDS) as Grouping[]).map((each) => (
                <option key={each} value={each}>
                  {GROUPING_WORDS[each]}
                </option>
              ))}
            </select>
          </label>
          <HomeActions fleet={fleet} targets={targets} onChangeMany={changeMany} />
        </header>
        <StatusLine clusters={clusters} rows={rows} filter={filter} onFilter={setFilter} withHidden={hidden} onHidden={setHidden} />
        <p className="for-screen-readers" role="status">
          {query === '' ? '' : strings.rowsAndClustersFound(plural(shown.length, 'row'), plural(countClusters(lines), 'cluster'))}
        </p>
        <div className="fleet-notes">
          <FileProblems files={fleet.files} />
          <InterruptedRollout />
          <FailureCauses fleet={fleet} />
        </div>
        {clusters.length === 0 && <FirstRun files={fleet.files} />}
        {clusters.length > 0 && lines.length === 0 && (
          <div className="empty">
            <h2>{query === '' ? strings.noRowsMatchFilter : strings.noClustersMatch(query)}</h2>
            <Button
              onPress={() => {
                setQuery('');
                setFilter(null);
              }}
            >
              {strings.showAllRows}
            </Button>
          </div>
        )}
        {lines.length > 0 && (
          <SearchedWords value={words}>
            <FleetTable
              lines={lines}
              withCluster={withCluster}
              withArrivals={withArrivals}
              sorting={sorting}
              onSort={sort}
              active={active}
              opened={panel.row?.id}
              left={left}
              selectAll={selectAll}
            >
              {draw}
            </FleetTable>
          </SearchedWords>
        )}
        {chosen.length > 0 && (
          <SelectionBar
            count={chosen.length}
            testable={chosen.filter(({ test }) => test).length}
            onTest={() => (chosen.length > MANY_TARGETS ? setAsking(chosen) : void testRows(chosen))}
            onChange={change}
            onClear={() => setSelected(new Set())}
          />
        )}
        {asking && <AskMany count={asking.length} onConfirm={() => void testRows(asking)} onClose={() => setAsking(null)} />}
        <Suspense>
          {open?.kind === 'delivery' && <DeliveryDialog session={open.session} onClose={close} />}
          {open?.kind === 'rollout' && (
            <RolloutDialog
              {...(open.change ? { change: open.change } : {})}
              {...(open.chosen ? { chosen: open.chosen } : {})}
              onClose={close}
            />
          )}
          {open?.kind === 'marks' && opened && <MarksDialog cluster={opened} onClose={close} />}
          {open?.kind === 'cluster' && opened && <ClusterDialog cluster={opened} onClose={close} />}
        </Suspense>
      </div>
      <RowPanelView panel={panel} rollOut={rowTools.rollOut} />
    </>
  );
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches('input:not([type="checkbox"], [type="radio"]), textarea');
}

function isInSearch(target: EventTarget | null): boolean {
  return isTextField(target) && target instanceof Element && target.closest('.search') !== null;
}

function toggle(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return set.has(id) ? new Set([...set].filter((each) => each !== id)) : new Set([...set, id]);
}

function countClusters(lines: readonly Line[]): number {
  return lines.filter(({ kind }) => kind === 'cluster').length;
}

/** The same name for an integration as in `candidatesOf`. */
function candidateId({ configMap: { ref }, integration }: TableRow): readonly string[] {
  return integration ? [JSON.stringify([ref.context, ref.namespace, ref.name, integration.index])] : [];
}
