import { plural } from '../plain-text.ts';
import type { KnownName, PresetArrivals } from './arrivals.ts';
import * as strings from './strings.ts';

// The wording of arrivals, the same in row, panel and tray.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Hours until a name without known habits counts as silent. */
const QUIET = 6;
/** Milliseconds until a response is outdated. */
const STALE = 15 * MINUTE;

export interface ArrivalWords {
  readonly state: 'arriving' | 'silent' | 'unknown';
  readonly short: string;
  /** As short as a table's cell, under a heading that says what it is; absent: `short` is. */
  readonly brief?: string;
  readonly sentence: string;
  /** Hours, at least; absent: not silent. */
  readonly silentFor?: number;
  /** Whether that is longer than usual, if known. */
  readonly unusual?: true;
  /** By hour, oldest first. `at`: milliseconds since 1970. */
  readonly hours?: readonly { readonly at: number; readonly count: number }[];
}

/** `now`: milliseconds since 1970. `zone`: default is the viewer's. */
export function arrivalWords(arrivals: PresetArrivals | undefined, names: readonly KnownName[], now: number, zone?: string): ArrivalWords {
  const { known, problem } = arrivals ?? {};
  if (problem !== undefined) return { state: 'unknown', short: strings.notKnown, sentence: strings.isntKnownWhetherEntriesArrive(problem) };
  if (known === undefined || names.length === 0)
    return { state: 'unknown', short: strings.notCheckedYet, sentence: strings.kAuditTrayHasntAskedCoralogix };
  const from = Date.parse(known.from);
  const counts = known.names[0]?.counts.map((_, hour) => names.reduce((sum, name) => sum + (name.counts[hour] ?? 0), 0)) ?? [];
  const { warning } = known;
  const doubtful = warning?.cut === false;
  const hours = doubtful ? {} : { hours: counts.map((count, index) => ({ at: from + index * HOUR, count })) };
  const asked = now - Date.parse(known.askedAt);
  if (asked < -STALE)
    return {
      state: 'unknown',
      short: strings.notKnown,
      sentence: strings.computersClockSetBackSo,
      ...hours,
    };
  if (asked > STALE)
    return {
      state: 'unknown',
      short: strings.checkedAgo(ago(asked)),
      sentence: strings.lastCheckedWhatArrivedSince(ago(asked)),
      ...hours,
    };

  const there = now + known.ahead;
  const last = names.reduce<number | null>(
    (newest, name) => (name.last === null ? newest : Math.max(newest ?? 0, Date.parse(name.last))),
    null,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  // A name that was never seen has no habit and no pause.
  const habit = habitTogether(names.filter((name) => name.last !== null));
  const age = last === null ? undefined : Math.max(0, there - last);
  const quiet = age === undefined || age > (habit?.gap ?? QUIET) * HOUR;
  if (!quiet) {
    const counted = strings.in24Hours(warning ? strings.atLeast : '', total);
    const sentence = strings.lastEntry(ago(age), doubtful ? '' : counted, warning ? ` ${warning.sentence}` : '');
    return { state: 'arriving', short: ago(age), sentence, ...hours };
  }
  // Such a result may lack the newest entries.
  if (warning !== undefined)
    return { state: 'unknown', short: strings.notKnown, sentence: strings.isntKnownWhetherEntriesArrive(warning.sentence), ...hours };
  const usual =
    habit?.usual === undefined ? '' : strings.aboutEntriesUsuallyArrive(habit.usual.day, habit.usual.count.toLocaleString('en'));
  const silent = { state: 'silent', ...(habit && { unusual: true as const }), ...hours } as const;
  if (age === undefined || last === null)
    return {
      ...silent,
      short: strings.nothing24H,
      brief: strings.moreThan24H,
      sentence: strings.noEntriesLast24Hours(usual),
      silentFor: 24,
    };
  return {
    ...silent,
    short: strings.nothingFor(duration(age)),
    brief: ago(age),
    sentence: strings.noEntriesSince(clockTime(last - known.ahead, zone), duration(age), usual),
    silentFor: Math.floor(age / HOUR),
  };
}

/** Together they pause no longer than each one does. */
function habitTogether(names: readonly KnownName[]): KnownName['habit'] {
  const habits = names.flatMap(({ habit }) => habit ?? []);
  if (names.length === 0 || habits.length < names.length) return undefined;
  const days = habits.flatMap(({ usual }) => usual ?? []);
  const day = days[0]?.day;
  return {
    gap: Math.min(...habits.map(({ gap }) => gap)),
    ...(day === undefined || days.length < habits.length ? {} : { usual: { day, count: days.reduce((sum, { count }) => sum + count, 0) } }),
  };
}

function ago(age: number): string {
  return age < MINUTE ? strings.justNow : strings.durationAgo(duration(age));
}

function duration(time: number): string {
  if (time < HOUR) return strings.minutesWords(Math.floor(time / MINUTE));
  const hours = Math.floor(time / HOUR);
  return hours < 48 ? `${hours} h` : plural(Math.floor(hours / 24), 'day');
}

export function clockTime(time: number, zone?: string): string {
  return formatIn(zone).format(time);
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Creating one takes longer than all the words of a row. */
function formatIn(zone: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-GB', { ...parts, ...(zone && { timeZone: zone }) });
    formats.set(zone, format);
  }
  return format;
}
