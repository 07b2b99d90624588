import { ArrowDown, ArrowUp } from 'lucide-react';
import {
  type CSSProperties,
  Fragment,
  memo,
  type ReactNode,
  type RefObject,
  startTransition,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Column, Line, Sorting } from './lines.ts';
import { SearchedWords } from './marked.tsx';
import * as strings from './strings.ts';

// The page contains only the lines near the visible part. Each kind of line has one height, so every place is known.

/** Pixels above and below the visible part. */
const MARGIN = 400;
/** Pixels after which scrolling draws other lines. */
const STEP = 150;
/** Milliseconds: a result is painted by then. */
const AFTER_SEARCH = 50;
/** The least widths for all columns, and for one line each, in rem. */
const WIDE = 58;
const MEDIUM = 40;

const TITLES: readonly (readonly [Column, string])[] = [
  ['cluster', strings.cluster],
  ['instance', strings.instance],
  ['sends', strings.sends],
  ['preset', strings.presetKey],
  ['delivery', strings.delivery],
  ['problem', strings.needsYou],
];

/** Drawn again only when its lines or what they show change, not on each letter of the search. */
export const FleetTable = memo(function FleetTable({
  lines,
  children,
  withCluster,
  withArrivals,
  sorting,
  onSort,
  selectAll,
  active,
  opened,
  left,
}: {
  readonly lines: readonly Line[];
  readonly children: (line: Line) => ReactNode;
  /** Whether each row names its cluster. */
  readonly withCluster: boolean;
  /** Whether a preset is watched, so that there is something to show. */
  readonly withArrivals: boolean;
  readonly sorting: Sorting | null;
  readonly onSort: (column: Column) => void;
  readonly selectAll: ReactNode;
  /** A line that stays in the page wherever it is: it has the focus, or will get it. */
  readonly active: string | null;
  /** The row that the panel shows. */
  readonly opened: string | undefined;
  /** The scroll position when this screen was left; kept up to date. */
  readonly left: { scroll: number };
}): ReactNode {
  const body = useRef<HTMLTableSectionElement>(null);
  const table = useRef<HTMLTableElement>(null);
  const room = useRoom(table);
  const narrow = room === 'narrow';
  const tops = useMemo(() => {
    let top = 0;
    const all = lines.map((line) => {
      const own = top;
      top += heightOf(line, narrow);
      return own;
    });
    return { all, total: top };
  }, [lines, narrow]);
  const seen = useSeen(body, left);
  const margin = useMargin();
  useSteadyPlace(body, lines, tops.all);

  const from = Math.max(0, firstFrom(tops.all, seen.top - margin) - 1);
  const to = firstFrom(tops.all, seen.top + seen.height + margin);
  const indexes = lines.slice(from, to).map((_, offset) => from + offset);
  const kept = active === null ? -1 : lines.findIndex(({ id }) => id === active);
  if (kept >= to) indexes.push(kept);
  else if (kept >= 0 && kept < from) indexes.unshift(kept);

  return (
    <table
      ref={table}
      className={`fleet ${room}${withCluster ? ' with-cluster' : ''}${withArrivals ? ' with-arrivals' : ''}`}
      aria-label={strings.integrations}
      aria-rowcount={lines.length + 1}
    >
      <thead>
        <tr className="fleet-head" aria-rowindex={1}>
          <td className="cell-check">{selectAll}</td>
          {TITLES.filter(([column]) => withCluster || column !== 'cluster').map(([column, title]) => (
            <Fragment key={column}>
              {column === 'problem' && withArrivals && (
                <th scope="col" className="cell-arrival">
                  {strings.lastArrival24H}
                </th>
              )}
              <HeadCell column={column} title={title} sorting={sorting} onSort={onSort} />
            </Fragment>
          ))}
          <td>
            <span className="for-screen-readers">{strings.actions}</span>
          </td>
        </tr>
      </thead>
      <tbody ref={body} style={{ blockSize: tops.total }}>
        {indexes.map((index) => {
          const line = lines[index];
          if (line === undefined) return null;
          const style: CSSProperties = { insetBlockStart: tops.all[index] ?? 0, blockSize: heightOf(line, narrow) };
          return (
            <tr
              key={line.id}
              className={`line line-${line.kind}`}
              data-line={line.id}
              {...attributesOf(line)}
              {...(line.id === opened ? { 'aria-current': 'true' as const } : {})}
              aria-rowindex={index + 2}
              style={style}
            >
              {children(line)}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
});

/** Pixels. */
function heightOf(line: Line, narrow: boolean): number {
  if (line.kind === 'row') return narrow ? (line.row.problem ? 88 : 64) : 36;
  if (!narrow) return 31;
  if (line.kind === 'cluster') return line.cluster.problem === null ? 40 : 64;
  return line.kind === 'group' ? 36 : 64;
}

function attributesOf(line: Line) {
  if (line.kind === 'row') {
    const { what, where } = line.row;
    return { 'aria-label': where === '' ? what : strings.whatToWhere(what, where) };
  }
  if (line.kind === 'cluster')
    return { 'aria-label': strings.clusterContext(line.cluster.context), 'data-context': line.cluster.context, tabIndex: -1 };
  return {};
}

function HeadCell({
  column,
  title,
  sorting,
  onSort,
}: {
  readonly column: Column;
  readonly title: string;
  readonly sorting: Sorting | null;
  readonly onSort: (column: Column) => void;
}): ReactNode {
  const own = sorting?.column === column ? sorting : null;
  const Mark = own?.down ? ArrowDown : ArrowUp;
  return (
    <th scope="col" className={`cell-${column}`} {...(own ? { 'aria-sort': own.down ? 'descending' : 'ascending' } : {})}>
      <button type="button" className="head-button" onClick={() => onSort(column)} title={strings.sortBy(title.toLowerCase())}>
        {title}
        {own && <Mark className="icon" aria-hidden="true" />}
      </button>
    </th>
  );
}

/** Index of the first line whose top is at `offset` or below. */
function firstFrom(tops: readonly number[], offset: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** `medium`: one line for each row, without preset and arrivals. `narrow`: a row is a block. */
type Room = 'wide' | 'medium' | 'narrow';

/** Measured on the table, which shares the window with other parts. */
function useRoom(table: RefObject<HTMLElement | null>): Room {
  const [room, setRoom] = useState<Room>('wide');
  useLayoutEffect(() => {
    const element = table.current;
    if (element === null) return undefined;
    const measure = () => {
      const rem = element.clientWidth / Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setRoom(rem >= WIDE ? 'wide' : rem >= MEDIUM ? 'medium' : 'narrow');
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [table]);
  return room;
}

/** Pixels. A search's result has nothing but what is seen at first, so that it is there sooner. */
function useMargin(): number {
  const words = useContext(SearchedWords);
  const [whole, setWhole] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => startTransition(() => setWhole(words)), AFTER_SEARCH);
    return () => clearTimeout(timer);
  }, [words]);
  return whole === words ? MARGIN : STEP / 2;
}

/** The visible part of the table, in steps: scrolling redraws the page only every few lines. */
function useSeen(body: RefObject<HTMLElement | null>, left: { scroll: number }): { readonly top: number; readonly height: number } {
  const [seen, setSeen] = useState({ top: Math.max(0, left.scroll - MARGIN), height: window.innerHeight });
  const back = useRef(left.scroll);
  useLayoutEffect(() => {
    // On return, the screen is at its old place.
    window.scrollTo(0, back.current);
    const measure = () => {
      left.scroll = window.scrollY;
      const top = -(body.current?.getBoundingClientRect().top ?? 0);
      const step = Math.round(top / STEP) * STEP;
      setSeen((now) => (now.top === step && now.height === window.innerHeight ? now : { top: step, height: window.innerHeight }));
    };
    measure();
    window.addEventListener('scroll', measure, { passive: true });
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure);
      window.removeEventListener('resize', measure);
    };
  }, [body, left]);
  return seen;
}

/** Lines that appear or disappear above the visible part don't move it. */
function useSteadyPlace(body: RefObject<HTMLElement | null>, lines: readonly Line[], tops: readonly number[]): void {
  const before = useRef({ lines, tops });
  useLayoutEffect(() => {
    const { lines: old, tops: oldTops } = before.current;
    before.current = { lines, tops };
    const hidden = -(body.current?.getBoundingClientRect().top ?? 0);
    if (old === lines || hidden <= 0) return;
    const now = new Map(lines.map(({ id }, index) => [id, tops[index] ?? 0]));
    // The first visible line that still exists.
    const first = old.findIndex(({ id }, index) => (oldTops[index] ?? 0) >= hidden && now.has(id));
    const anchor = old[first];
    if (anchor === undefined) return;
    const moved = (now.get(anchor.id) ?? 0) - (oldTops[first] ?? 0);
    if (moved !== 0) window.scrollBy(0, moved);
  }, [body, lines, tops]);
}
