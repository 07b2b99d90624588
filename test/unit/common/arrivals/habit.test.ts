import { describe, expect, it } from 'vitest';
import { habitOf, type Samples, withHours } from '../../../../main/common/arrivals/habit.ts';

const HOUR = 3_600_000;
/** A Monday. */
const START = Date.parse('2026-11-02T00:00:00Z');
const samples = (days: number, count: (hour: number) => number | null): Samples => ({
  from: START / HOUR,
  counts: Array.from({ length: days * 24 }, (_, hour) => count(hour)),
});
const monday = START + 14 * 24 * HOUR + 5 * HOUR;

describe('a habit', () => {
  it('needs seven days of samples', () => {
    expect(
      habitOf(
        samples(6, () => 1),
        monday,
      ),
    ).toBeUndefined();
    expect(
      habitOf(
        samples(8, (hour) => (hour < 30 ? null : 1)),
        monday,
      ),
    ).toBeUndefined();
    expect(
      habitOf(
        samples(7, () => 1),
        monday,
      ),
    ).toMatchObject({ gap: 2 });
  });

  it('is the longest pause, and errs on the long side', () => {
    const nights = samples(14, (hour) => (hour % 24 < 8 ? 0 : 5));
    expect(habitOf(nights, monday)?.gap).toBe(10);
    const weekends = samples(14, (hour) => (Math.floor(hour / 24) % 7 > 4 ? 0 : 5));
    expect(habitOf(weekends, monday)?.gap).toBe(50);
    // The unknown hours may have been a part of it.
    const unseen = samples(14, (hour) => (hour >= 100 && hour < 150 ? null : hour >= 150 && hour < 160 ? 0 : 5));
    expect(habitOf(unseen, monday)?.gap).toBe(62);
    const weekOff = samples(21, (hour) => (hour >= 100 && hour < 268 ? null : hour >= 268 && hour < 278 ? 0 : 5));
    expect(habitOf(weekOff, monday)?.gap).toBe(12);
  });

  it("doesn't count the current pause", () => {
    expect(
      habitOf(
        samples(14, (hour) => (hour > 200 ? 0 : 5)),
        monday,
      )?.gap,
    ).toBe(2);
  });

  it('learns a weekday from whole days only', () => {
    const growing = samples(14, (hour) => (Math.floor(hour / 24) % 7 === 0 ? 10 : 1));
    // The first of the two Mondays is at the edge: whether it's whole isn't known.
    expect(habitOf(growing, monday, 'UTC')?.usual).toEqual({ day: 'Monday', count: 240 });
    expect(habitOf(growing, monday + 24 * HOUR, 'UTC')?.usual).toEqual({ day: 'Tuesday', count: 24 });
    expect(
      habitOf(
        samples(7, () => 1),
        monday,
        'UTC',
      )?.usual,
    ).toBeUndefined();
  });

  it.each(['Asia/Kolkata', 'America/St_Johns', 'Pacific/Chatham', 'Europe/Berlin'])('knows the days of %s', (zone) => {
    expect(
      habitOf(
        samples(20, () => 1),
        monday,
        zone,
      )?.usual?.count,
    ).toBe(24);
  });

  it('knows that a day has 23 or 25 hours when the clocks change', () => {
    const from = Date.parse('2026-10-12T00:00:00Z') / HOUR;
    const october = { from, counts: Array.from({ length: 21 * 24 }, () => 1) };
    // Sunday, 25 October, has 25 hours in Berlin; 18 October has 24.
    expect(habitOf(october, Date.parse('2026-11-01T12:00:00Z'), 'Europe/Berlin')?.usual).toEqual({ day: 'Sunday', count: 25 });
  });
});

describe('samples', () => {
  it('keep the newest count for each hour, for four weeks', () => {
    const first = withHours(undefined, START, [1, 2, 3]);
    expect(first).toEqual({ from: START / HOUR, counts: [1, 2, 3] });
    expect(withHours(first, START + 2 * HOUR, [9, 4])).toEqual({ from: START / HOUR, counts: [1, 2, 9, 4] });
    expect(withHours(first, START + 5 * HOUR, [7])).toEqual({ from: START / HOUR, counts: [1, 2, 3, null, null, 7] });
    // A clock that was set back.
    expect(withHours(first, START - HOUR, [5, 6])).toEqual({ from: START / HOUR - 1, counts: [5, 6, 2, 3] });
    const late = withHours(first, START + 40 * 24 * HOUR, [8]);
    expect(late.counts).toHaveLength(28 * 24);
    expect(late.counts.at(-1)).toBe(8);
  });
});
