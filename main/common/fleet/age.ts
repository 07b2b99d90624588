import { plural } from '../plain-text.ts';
import * as strings from './strings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** In words; the date after two weeks. `now`: milliseconds since 1970. A future `iso` (clock skew) is "just now". */
export function ageWords(iso: string, now: number): string {
  const then = Date.parse(iso);
  if (Number.isNaN(then)) return strings.atUnknownTime;
  const age = now - then;
  if (age < MINUTE) return strings.justNow;
  if (age < HOUR) return strings.ago(plural(Math.floor(age / MINUTE), 'minute'));
  if (age < DAY) return strings.ago(plural(Math.floor(age / HOUR), 'hour'));
  if (age < 15 * DAY) return strings.ago(plural(Math.floor(age / DAY), 'day'));
  return strings.onDay(new Date(then).toISOString().slice(0, 10));
}

/** "now", "3 min", "5 h", "2 d", or the date. */
export function briefAge(iso: string, now: number): string {
  const age = now - Date.parse(iso);
  if (!(age < 15 * DAY)) return Number.isNaN(age) ? '' : new Date(iso).toISOString().slice(0, 10);
  if (age < MINUTE) return strings.now;
  if (age < HOUR) return strings.minutes(Math.floor(age / MINUTE));
  return age < DAY ? strings.hours(Math.floor(age / HOUR)) : strings.days(Math.floor(age / DAY));
}
