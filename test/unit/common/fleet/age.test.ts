import { expect, test } from 'vitest';
import { ageWords, briefAge } from '../../../../main/common/fleet/age.ts';

const now = Date.parse('2026-11-22T12:00:00.000Z');

test.each([
  ['2026-11-22T12:00:00.000Z', 'just now'],
  ['2026-11-22T11:59:01.000Z', 'just now'],
  ['2026-11-22T11:59:00.000Z', '1 minute ago'],
  ['2026-11-22T11:00:01.000Z', '59 minutes ago'],
  ['2026-11-22T11:00:00.000Z', '1 hour ago'],
  ['2026-11-21T12:00:01.000Z', '23 hours ago'],
  ['2026-11-20T12:00:00.000Z', '2 days ago'],
  ['2026-11-01T12:00:00.000Z', 'on 2026-11-01'],
  ['2026-11-22T12:05:00.000Z', 'just now'],
  ['yesterday', 'at an unknown time'],
])('%s is %s', (iso, words) => {
  expect(ageWords(iso, now)).toBe(words);
});

test.each([
  ['2026-11-22T12:05:00.000Z', 'now'],
  ['2026-11-22T11:59:00.000Z', '1 min'],
  ['2026-11-22T11:00:01.000Z', '59 min'],
  ['2026-11-22T11:00:00.000Z', '1 h'],
  ['2026-11-20T12:00:00.000Z', '2 d'],
  ['2026-11-01T12:00:00.000Z', '2026-11-01'],
  ['yesterday', ''],
])('%s in brief is %j', (iso, words) => {
  expect(briefAge(iso, now)).toBe(words);
});
