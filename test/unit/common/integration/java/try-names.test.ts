import { expect, test } from 'vitest';
import { tryNames } from '../../../../../main/common/integration/java/try-names.ts';

const tried = (names: readonly string[], expressions: Parameters<typeof tryNames>[1]) => {
  const result = tryNames(names, expressions, () => 0);
  return result.outcome === 'tried' ? result.names.map((each) => each.tried) : result;
};

test('a name passes that matches the one expression and not the other, and what blocks it is said', () => {
  const names = ['system:anonymous', 'admin', 'admin-eu', 'bob'];
  expect(tried(names, { match: '^system:|admin', noMatch: 'anonymous|^admin$' })).toEqual([
    { outcome: 'blocked', part: 'anonymous' },
    { outcome: 'blocked', part: '^admin$' },
    { outcome: 'passes' },
    { outcome: 'no-match' },
  ]);
});

test('an expression that is empty or not set lets every name through', () => {
  expect(tried(['a'], {})).toEqual([{ outcome: 'passes' }]);
  expect(tried(['a'], { match: '', noMatch: '' })).toEqual([{ outcome: 'passes' }]);
});

test('an expression that is not valid, or that versions of Java read in different ways, is not tried', () => {
  expect(tried(['a'], { match: '(', noMatch: '[a&&]' })).toEqual({ outcome: 'not-triable', which: ['match', 'noMatch'] });
});

test('what takes too long is reported as such, for one name and for all of them', () => {
  expect(tried([`${'a'.repeat(40)}!`, 'a'], { match: '(a|aa)+$' })).toEqual([{ outcome: 'too-long' }, { outcome: 'passes' }]);
  let now = 0;
  const result = tryNames(['a', 'b', 'c'], { match: '.' }, () => (now += 200));
  expect(result).toMatchObject({
    names: [{ tried: { outcome: 'passes' } }, { tried: { outcome: 'too-long' } }, { tried: { outcome: 'too-long' } }],
  });
});
