import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeJavaRegex } from '../../../../../main/common/integration/java/java-regex.ts';

describe('judgeJavaRegex', () => {
  it.each([
    '',
    '^system:|^admin$|^cluster-autoscaler$|^10\\\\.(1|2)?\\\\d{1,2}\\\\.(1|2)?\\\\d{1,2}$$',
    '(?i)^prod-',
    'a++b*+c?+d{2}+',
    '\\p{Alpha}\\P{Lu}\\pL',
    '\\Q.*(\\E|\\Qunclosed',
    '[a-z&&[^aeiou]]',
    '[]a]',
    'a{2}{3}',
    '(?<name>a)\\k<name>',
    '(?<=a{1,3})b',
    '}]',
    '\\x{1F600}\\uD83D\\uDE00',
  ])('accepts %j', (pattern) => {
    expect(judgeJavaRegex(pattern)).toBe('valid');
  });

  it.each([
    ['a(b', 1],
    ['a)b', 1],
    ['*a', 0],
    ['a**', 2],
    ['a{b', 1],
    ['a{3,2}', 1],
    ['[a-', 0],
    ['[z-a]', 1],
    ['x\\y', 1],
    ['a\\', 1],
    ['\\p{Foo}', 0],
    ['(?P<name>a)', 0],
    ['(?<a>x)(?<a>y)', 7],
    ['\\k<none>', 0],
    ['\\Q😀\\E(', 6],
  ])('refuses %j at %i', (pattern, at) => {
    expect(judgeJavaRegex(pattern)).toEqual({ error: expect.stringMatching(/./), at });
  });

  it.each(['(?x) a # b', '\\p{IsGreek}', '\\N{DIGIT ONE}', '(?<=a*)b', '('.repeat(5000)])('has no opinion on %j', (pattern) => {
    expect(judgeJavaRegex(pattern)).toBe('unknown');
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (pattern) => judgeJavaRegex(pattern) !== undefined));
  });

  it.each(['\\p{IsFoo}', 'x{99999999999}', 'x{1,2147483648}'])('refuses %s, as Java does', (pattern) => {
    expect(judgeJavaRegex(pattern)).toMatchObject({ at: expect.any(Number) });
  });
});
