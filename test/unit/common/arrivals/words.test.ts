import { describe, expect, it } from 'vitest';
import type { KnownName, PresetArrivals } from '../../../../main/common/arrivals/arrivals.ts';
import { hoursUntil } from '../../../../main/common/arrivals/arrivals.ts';
import { arrivalWords } from '../../../../main/common/arrivals/words.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.parse('2026-11-28T16:20:00Z');
const name = (last: number | null, more: Partial<KnownName> = {}): KnownName => ({
  application: 'kaudit',
  subsystem: 'one',
  last: last === null ? null : new Date(last).toISOString(),
  counts: Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 4 : 50)),
  ...more,
});
const view = (names: readonly KnownName[], more: Partial<NonNullable<PresetArrivals['known']>> = {}): PresetArrivals => ({
  preset: 'p',
  known: { askedAt: new Date(NOW - MINUTE).toISOString(), from: new Date(hoursUntil(NOW).from).toISOString(), names, ahead: 0, ...more },
});
const words = (names: readonly KnownName[], more: Parameters<typeof view>[1] = {}) =>
  arrivalWords(view(names, more), names, NOW, 'Europe/Berlin');

describe('what the screen says about arrivals', () => {
  it('is the time since the last entry', () => {
    expect(words([name(NOW - 3 * MINUTE)])).toMatchObject({
      state: 'arriving',
      short: '3 min ago',
      sentence: 'Last entry 3 min ago, 1,154 entries in 24 hours.',
    });
    expect(words([name(NOW - 5 * HOUR)])).toMatchObject({ state: 'arriving', short: '5 h ago' });
    expect(words([name(NOW - 100)])).toMatchObject({ short: 'just now' });
    expect(words([name(NOW + HOUR)])).toMatchObject({ short: 'just now' });
    // Of several names, the newest.
    expect(words([name(NOW - 9 * HOUR), name(NOW - 2 * MINUTE)])).toMatchObject({
      short: '2 min ago',
      sentence: expect.stringContaining('2,308 entries'),
    });
  });

  it('follows Coralogix’s clock', () => {
    const ahead = 3 * HOUR;
    expect(words([name(NOW + ahead - 3 * MINUTE)], { ahead })).toMatchObject({ short: '3 min ago' });
    expect(words([name(NOW + ahead - 8 * HOUR)], { ahead })).toMatchObject({
      short: 'nothing for 8 h',
      sentence: 'No entries since Sat 28 Nov, 09:20 (8 h).',
    });
  });

  it('calls silence by its name', () => {
    expect(words([name(NOW - 20 * HOUR)])).toMatchObject({
      state: 'silent',
      short: 'nothing for 20 h',
      sentence: 'No entries since Fri 27 Nov, 21:20 (20 h).',
      silentFor: 20,
    });
    expect(words([name(NOW - 20 * HOUR)])).not.toHaveProperty('unusual');
    expect(words([name(NOW - 80 * HOUR)])).toMatchObject({ short: 'nothing for 3 days', silentFor: 80 });
    expect(words([name(null)])).toMatchObject({ state: 'silent', short: 'nothing in 24 h', silentFor: 24 });
    for (const last of [NOW - 20 * HOUR, null]) expect(words([name(last)]).sentence).not.toMatch(/broken|fail|error/i);
  });

  it('follows the habit, once there is one', () => {
    const habit = { gap: 30, usual: { day: 'Saturday', count: 1200 } };
    expect(words([name(NOW - 20 * HOUR, { habit })])).toMatchObject({ state: 'arriving', short: '20 h ago' });
    expect(words([name(NOW - 31 * HOUR, { habit })])).toMatchObject({
      state: 'silent',
      unusual: true,
      sentence: 'No entries since Fri 27 Nov, 10:20 (31 h). On a Saturday, about 1,200 entries usually arrive.',
    });
    expect(words([name(NOW - 4 * HOUR, { habit: { gap: 3 } })])).toMatchObject({ state: 'silent', unusual: true });
    // Together they pause no longer than the busier one. One that was never seen has no pause.
    const night = { habit: { gap: 12 } };
    expect(words([name(NOW - 10 * HOUR, night), name(NOW - 11 * HOUR, { habit: { gap: 5 } })])).toMatchObject({ state: 'silent' });
    expect(words([name(NOW - 10 * HOUR, night), name(null)])).toMatchObject({ state: 'arriving' });
    expect(words([name(null, { habit: { gap: 2 } })])).not.toHaveProperty('unusual');
  });

  it('is “unknown” when nothing is known', () => {
    expect(arrivalWords(undefined, [], NOW)).toMatchObject({ state: 'unknown', short: 'not checked yet' });
    const failed = { ...view([name(NOW)]), problem: 'api.x answered HTTP 401.' };
    expect(arrivalWords(failed, failed.known?.names ?? [], NOW)).toMatchObject({
      state: 'unknown',
      short: 'not known',
      sentence: 'It isn’t known whether entries arrive. api.x answered HTTP 401.',
    });
    // A response from an hour ago says nothing about now.
    expect(words([name(NOW - 2 * HOUR)], { askedAt: new Date(NOW - HOUR).toISOString() })).toMatchObject({
      state: 'unknown',
      short: 'checked 1 h ago',
    });
    // Nor does one from the future, from before this computer's clock was set back.
    expect(words([name(NOW)], { askedAt: new Date(NOW + HOUR).toISOString() })).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('clock was set back'),
    });
  });

  it('never claims silence from a result that was cut', () => {
    const warning = { cut: true, sentence: 'Coralogix cut the result (x).' };
    expect(words([name(NOW - 20 * HOUR)], { warning })).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('cut') });
    expect(words([name(NOW - MINUTE)], { warning })).toMatchObject({
      state: 'arriving',
      sentence: 'Last entry 1 min ago, at least 1,154 entries in 24 hours. Coralogix cut the result (x).',
      hours: expect.any(Array),
    });
  });

  it('shows no count that may be wrong', () => {
    const warning = { cut: false, sentence: 'Coralogix has doubts.' };
    const arriving = words([name(NOW - MINUTE)], { warning });
    expect(arriving).toEqual({ state: 'arriving', short: '1 min ago', sentence: 'Last entry 1 min ago. Coralogix has doubts.' });
    expect(words([name(NOW - 20 * HOUR)], { warning })).toEqual({
      state: 'unknown',
      short: 'not known',
      sentence: 'It isn’t known whether entries arrive. Coralogix has doubts.',
    });
  });
});
