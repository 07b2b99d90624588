import { isPage } from '../delivery/plan.ts';
import type { EntryName, HourWindow, ReplyWarning } from './arrivals.ts';
import { HOURS, sameName } from './arrivals.ts';
import * as strings from './strings.ts';

// Reads the NDJSON response to a query. Ignores all that may be incomplete.

const HOUR = 3_600_000;
const AGAIN = strings.noneCountedKAuditTrayTries;

export interface QueryResponse {
  readonly contentType: string;
  readonly body: string;
  readonly cut?: true;
}

type Row = Readonly<Record<string, unknown>>;
export interface Problem {
  readonly problem: string;
}
export interface Lines {
  readonly rows: readonly Row[];
  readonly warning?: ReplyWarning;
}

export function readLines(response: QueryResponse): Lines | Problem {
  if (response.cut === true) return { problem: strings.responseTooLongQuery(AGAIN) };
  if (isPage(response))
    return {
      problem: strings.captivePortalProxyReturnedWeb,
    };
  const lines = response.body.split('\n').filter((line) => line.trim() !== '');
  const rows: Row[] = [];
  const warnings = new Set<string>();
  let ended = false;
  for (const [index, line] of lines.entries()) {
    const item = parse(line);
    if (item === undefined) {
      const cut = index === lines.length - 1 ? strings.responseIncomplete : strings.lineResponseCantRead;
      if (/^\s*[{[]/.test(line)) return { problem: `${cut} ${AGAIN}` };
      continue;
    }
    if (item.error !== undefined) return { problem: strings.coralogixRefusedQuery(AGAIN) };
    const { statistics, result, warning } = item;
    if (isRecord(statistics) && statistics.status !== undefined) {
      if (statistics.status !== 'COMPLETED') return { problem: strings.queryEndedStatus(word(statistics.status), AGAIN) };
      ended = true;
    }
    if (warning !== undefined) {
      const names = isRecord(warning) ? Object.keys(warning).map(word) : [];
      for (const name of names.length === 0 ? ['unknown'] : names) warnings.add(name);
    }
    if (result === undefined) continue;
    if (!isRecord(result) || !Array.isArray(result.results)) return { problem: strings.resultCantRead(AGAIN) };
    ended = true;
    for (const entry of result.results) {
      const row = rowOf(entry);
      if (row === undefined) return { problem: strings.rowResultCantRead(AGAIN) };
      rows.push(row);
    }
  }
  if (!ended) return { problem: strings.responseEndedBeforeResult(AGAIN) };
  // Announces that a query word will be retired; the result is complete.
  warnings.delete('deprecationWarning');
  const warning = warningOf([...warnings]);
  return warning === undefined ? { rows } : { rows, warning };
}

/** The names in Coralogix's definition of the query service; new limits are likely to be named in the same way. */
const CUT = /(?:Limit|LimitReached|^scrollTimeout|^archive)Warning$/;

/** A doubt takes precedence over a truncation, whose counts are valid minimums. */
function warningOf(names: readonly string[]): ReplyWarning | undefined {
  const [name] = names;
  if (name === undefined) return undefined;
  const doubt = names.find((one) => !CUT.test(one));
  switch (doubt) {
    case undefined:
      return {
        cut: true,
        sentence: strings.coralogixCutResultSoThere(names.join(', ')),
      };
    case 'timeRangeWarning':
      return { cut: false, sentence: strings.coralogixSearchedOtherHoursThan(doubt) };
    case 'compileWarning':
      return {
        cut: false,
        sentence: strings.coralogixDoubtsAboutQuerySo(doubt),
      };
    default:
      return {
        cut: false,
        sentence: strings.coralogixReturnedWarningKAuditTray(doubt),
      };
  }
}

export interface CountedName extends EntryName {
  /** Milliseconds since 1970; null: none in these hours. */
  readonly last: number | null;
  readonly counts: readonly number[];
}

/** A row that wasn't requested makes all of them doubtful. */
export function countHours(rows: readonly Row[], names: readonly EntryName[], { from, to }: HourWindow): readonly CountedName[] | Problem {
  const counted = names.map((name) => ({
    ...name,
    last: null as number | null,
    counts: Array.from({ length: HOURS }, () => 0),
    seen: new Set<number>(),
  }));
  for (const row of rows) {
    const { application, subsystem, entries, last } = facts(row);
    const hour = milliseconds(row.hour);
    if (application === undefined || subsystem === undefined || entries === undefined || last === undefined || hour === undefined)
      return { problem: strings.rowResultCantRead(AGAIN) };
    const name = counted.find((one) => sameName(one, { application, subsystem }));
    if (name === undefined) return { problem: strings.responseAboutNamesWerentQuery(AGAIN) };
    const index = (hour - from) / HOUR;
    // As a double, a nanosecond before its end may be the end of the hour.
    const within = last >= hour && last <= hour + HOUR && hour < to;
    if (!Number.isInteger(index) || index < 0 || !within || name.seen.has(index))
      return { problem: strings.responseAboutHoursWerentQuery(AGAIN) };
    name.seen.add(index);
    name.counts[index] = entries;
    if (entries > 0) name.last = Math.max(name.last ?? 0, last);
  }
  return counted.map(({ seen: _, ...name }) => name);
}

export interface FoundName extends EntryName {
  readonly last: number;
  readonly count: number;
}

/** Skips rows without a name, which no one can pick. */
export function foundNames(rows: readonly Row[]): readonly FoundName[] | Problem {
  const found: FoundName[] = [];
  for (const row of rows) {
    const { application, subsystem, entries, last } = facts(row);
    if (entries === undefined || last === undefined) return { problem: strings.rowResultCantRead(AGAIN) };
    if (application && subsystem) found.push({ application, subsystem, last, count: entries });
  }
  return found;
}

function facts({ application, subsystem, entries, last }: Row) {
  return { application: text(application), subsystem: text(subsystem), entries: count(entries), last: milliseconds(last) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

/** Nanoseconds, as in the documentation's examples, coarser units, or ISO 8601. */
function milliseconds(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value)) {
    const time = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`);
    return Number.isNaN(time) ? undefined : time;
  }
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) return undefined;
  const unit = number >= 1e17 ? 1e6 : number >= 1e14 ? 1e3 : number >= 1e11 ? 1 : 1e-3;
  return unit < 1 ? Math.round(number / unit) : Math.floor(number / unit);
}

function rowOf(entry: unknown): Row | undefined {
  if (!isRecord(entry)) return undefined;
  const { userData } = entry;
  return typeof userData === 'string' ? parse(userData) : isRecord(userData) ? userData : undefined;
}

function parse(line: string): Row | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Only a single word: part of a longer text could be part of a key that redaction doesn't know. */
function word(value: unknown): string {
  return typeof value === 'string' && /^\w{1,60}$/.test(value) ? value : 'unknown';
}

function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
