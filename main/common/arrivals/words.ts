import { plural } from '../plain-text.ts';
import type { KnownName, PresetArrivals } from './arrivals.ts';

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
  if (problem !== undefined) return { state: 'unknown', short: 'not known', sentence: `It isn’t known whether entries arrive. ${problem}` };
  if (known === undefined || names.length === 0)
    return { state: 'unknown', short: 'not checked yet', sentence: 'kAudit Tray hasn’t asked Coralogix yet whether entries arrive.' };
  const from = Date.parse(known.from);
  const counts = known.names[0]?.counts.map((_, hour) => names.reduce((sum, name) => sum + (name.counts[hour] ?? 0), 0)) ?? [];
  const { warning } = known;
  const doubtful = warning?.cut === false;
  const hours = doubtful ? {} : { hours: counts.map((count, index) => ({ at: from + index * HOUR, count })) };
  const asked = now - Date.parse(known.askedAt);
  if (asked < -STALE)
    return {
      state: 'unknown',
      short: 'not known',
      sentence: 'This computer’s clock was set back, so it isn’t known whether entries arrive.',
      ...hours,
    };
  if (asked > STALE)
    return {
      state: 'unknown',
      short: `checked ${ago(asked)}`,
      sentence: `Last checked ${ago(asked)}. What arrived since then isn’t known.`,
      ...hours,
    };

  const there = now + known.ahead;
  const last = names.reduce<number | null>(
    (newest, name) => (name.last === null ? newest : Math.max(newest ?? 0, Date.parse(name.last))),
    null,
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  // A name that was never seen has no habit, and pauses nothing.
  const habit = habitTogether(names.filter((name) => name.last !== null));
  const age = last === null ? undefined : Math.max(0, there - last);
  const quiet = age === undefined || age > (habit?.gap ?? QUIET) * HOUR;
  if (!quiet) {
    const counted = `, ${warning ? 'at least ' : ''}${total.toLocaleString('en')} ${total === 1 ? 'entry' : 'entries'} in 24 hours`;
    const sentence = `Last entry ${ago(age)}${doubtful ? '' : counted}.${warning ? ` ${warning.sentence}` : ''}`;
    return { state: 'arriving', short: ago(age), sentence, ...hours };
  }
  // Such a result may lack the newest entries.
  if (warning !== undefined)
    return { state: 'unknown', short: 'not known', sentence: `It isn’t known whether entries arrive. ${warning.sentence}`, ...hours };
  const usual =
    habit?.usual === undefined ? '' : ` On a ${habit.usual.day}, about ${habit.usual.count.toLocaleString('en')} entries usually arrive.`;
  const silent = { state: 'silent', ...(habit && { unusual: true as const }), ...hours } as const;
  if (age === undefined || last === null)
    return {
      ...silent,
      short: 'nothing in 24 h',
      sentence: `No entries in the last 24 hours. None were seen before that either.${usual}`,
      silentFor: 24,
    };
  return {
    ...silent,
    short: `nothing for ${duration(age)}`,
    sentence: `No entries since ${clockTime(last - known.ahead, zone)} (${duration(age)}).${usual}`,
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
  return age < MINUTE ? 'just now' : `${duration(age)} ago`;
}

function duration(time: number): string {
  if (time < HOUR) return `${Math.floor(time / MINUTE)} min`;
  const hours = Math.floor(time / HOUR);
  return hours < 48 ? `${hours} h` : plural(Math.floor(hours / 24), 'day');
}

export function clockTime(time: number, zone?: string): string {
  return formatIn(zone).format(time);
}

const formats = new Map<string | undefined, Intl.DateTimeFormat>();

/** Making one takes longer than all the words of a row. */
function formatIn(zone: string | undefined): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    const parts = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-GB', { ...parts, ...(zone && { timeZone: zone }) });
    formats.set(zone, format);
  }
  return format;
}
