import type { Habit } from './arrivals.ts';

// A name's usual behaviour, from our own samples: counts of whole UTC hours over at most four weeks.

const HOUR = 3_600_000;
const WEEK = 7 * 24;
const KEPT = 4 * WEEK;
/** After so long without a query the past is unknown, and a pause ends. */
const LONGEST_UNKNOWN = 72;

export interface Samples {
  /** Whole hours since 1970. */
  readonly from: number;
  readonly counts: readonly (number | null)[];
}

/** `from`: milliseconds since 1970, a whole hour. */
export function withHours(before: Samples | undefined, from: number, counts: readonly number[]): Samples {
  const first = from / HOUR;
  const start = before === undefined ? first : Math.min(before.from, first);
  const end = Math.max(before === undefined ? first : before.from + before.counts.length, first + counts.length);
  const kept = Math.max(start, end - KEPT);
  const all = Array.from({ length: end - kept }, (_, index) => {
    const hour = kept + index;
    return counts[hour - first] ?? before?.counts[hour - before.from] ?? null;
  });
  return { from: kept, counts: all };
}

/**
 * undefined: fewer than seven days are known, or nothing ever arrived. `zone`: of the days, the computer's where none
 * is given.
 */
export function habitOf({ from, counts }: Samples, now: number, zone?: string): Habit | undefined {
  if (counts.filter((count) => count !== null).length < WEEK || !counts.some((count) => count)) return undefined;
  const usual = usualDay(from, counts, now, zone);
  return { gap: longestPause(counts), ...(usual === undefined ? {} : { usual }) };
}

/** In hours, rounded up, because the minutes within an hour are unknown. Ignores the current pause. */
function longestPause(counts: Samples['counts']): number {
  let longest = 0;
  let pause = 0;
  let unknown = 0;
  let empty = false;
  const end = () => {
    if (empty) longest = Math.max(longest, pause);
    pause = 0;
    empty = false;
  };
  for (const count of counts) {
    unknown = count === null ? unknown + 1 : 0;
    if (count === 0 || (count === null && unknown <= LONGEST_UNKNOWN)) {
      pause += 1;
      empty ||= count === 0;
    } else end();
  }
  return longest + 2;
}

function usualDay(from: number, counts: Samples['counts'], now: number, zone: string | undefined): Habit['usual'] {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'numeric',
    year: 'numeric',
    ...(zone && { timeZone: zone }),
  });
  const today = format.format(now);
  const [day = ''] = today.split(',');
  const days = counts.map((_, index) => format.format((from + index) * HOUR));
  const whole: number[] = [];
  for (let start = days.findIndex((name) => name !== days[0]); start > 0 && start < days.length; ) {
    const next = days.findIndex((name, index) => index > start && name !== days[start]);
    if (next < 0) break;
    const hours = counts.slice(start, next);
    if (days[start]?.split(',')[0] === day && days[start] !== today && !hours.includes(null))
      whole.push(hours.reduce<number>((sum, count) => sum + (count ?? 0), 0));
    start = next;
  }
  if (whole.length === 0) return undefined;
  return { day, count: Math.round(whole.reduce((sum, count) => sum + count, 0) / whole.length) };
}
