import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { javaSearch } from '../../main/common/integration/java/java-match.ts';
import { judgeJavaRegex } from '../../main/common/integration/java/java-regex.ts';
import { FULL } from '../support/full-run.ts';
import { type Jvm, java, startJvm } from '../support/jvm.ts';
import { describeWith } from '../support/requirement.ts';

let jvm: Jvm;

const askJava = (lines: readonly (readonly string[])[]): Promise<readonly string[]> => {
  const encoded = (part: string) => Buffer.from(part, 'utf16le').swap16().toString('base64');
  return jvm.ask(lines.map((parts) => parts.map(encoded).join(' ')));
};

/** A real JVM's verdict on each pattern: null, or its reason to refuse it. */
async function compileAll(patterns: readonly string[]): Promise<(string | null)[]> {
  const answers = await askJava(patterns.map((pattern) => [pattern]));
  return answers.map((answer) => (answer === '+' ? null : answer.slice(1)));
}

interface Disagreement {
  readonly pattern: string;
  readonly java: string | null | undefined;
  readonly judged: unknown;
}

async function compare(patterns: readonly string[]) {
  const answers = await compileAll(patterns);
  expect(answers).toHaveLength(patterns.length);
  const falseAlarms: Disagreement[] = [];
  const missed: Disagreement[] = [];
  let unknown = 0;
  patterns.forEach((pattern, index) => {
    const judged = judgeJavaRegex(pattern);
    const answer = answers[index];
    if (judged === 'unknown') unknown += 1;
    else if (answer === null && judged !== 'valid') falseAlarms.push({ pattern, java: answer, judged });
    else if (answer !== null && judged === 'valid') missed.push({ pattern, java: answer, judged });
  });
  return { falseAlarms, missed, unknown, accepted: answers.filter((answer) => answer === null).length };
}

function withJava(): void {
  beforeAll(() => {
    jvm ??= startJvm('./CheckPatterns.java');
  });
}
afterAll(() => jvm?.stop());

const CORPUS = [
  // kAudit's own, and what people write.
  '^system:|^admin$|^cluster-autoscaler$|^10\\.(1|2)?\\d{1,2}\\.(1|2)?\\d{1,2}\\.(1|2)?\\d{1,2}$$',
  '^10\\\\.(1|2)?\\\\d{1,2}\\\\.(1|2)?\\\\d{1,2}$$',
  '^exec|unsafe$',
  '(?i)^prod-(?!test)',
  '^(?:system:serviceaccount:)?kube-system[:/].*',
  '*',
  '*.example.com',
  'prod-*',
  '[a-z',
  'a(b',
  '(?P<name>a)',
  '(?<first-name>a)',
  'C:\\Users',
  '\\d{3,1}',
  '{{name}}',
  '\x24{name}',
  '\\p{Alpha}+\\p{IsAlphabetic}',
  '\\p{Greek}',
  '\\p{IsFoo}',
  '\\p{IsLatin}\\p{IsGREEK}\\p{IsGrek}\\p{IsLu}\\p{IsWhite_Space}\\p{IsOld_Italic}',
  'x{99999999999}',
  'x{2147483647}',
  'x{2147483648}',
  '[[:alpha:]]',
  '[\\w.-]+@[\\w.-]+',
  '(?<year>\\d{4})-\\k<year>',
  '(?<=a|bc)d',
  '(?<=a+)d',
  'a{2}{3}',
  '[]',
  '[^]',
  '[]a]',
  '[a&&b&&[^c]]',
  '[a&&]',
  '[&&]',
  '[a-\\d]',
  '[\\[^]a]',
  '\\Qa*b\\E+',
  '\\E',
  '\\',
  '(?x) a #(\n b',
  '\\x{110000}',
  '\\uD83D\\uDE00',
  '[\\uD83D\\uDE00-\\uD83D\\uDE4F]',
  '\\cA\\c',
  '\\08',
  '\\b{g}\\b{',
  '(?i-s:a)(?-)(?)',
  '\u0000(',
];

const TOKENS = [
  ...'abz0791-[]()|*+?{}.^$&: #=!<>,/_%@~"\n\u0000'.split(''),
  ...[
    'é',
    '😀',
    '12',
    '[^',
    '&&',
    '&&&',
    '(?:',
    '(?=',
    '(?!',
    '(?<=',
    '(?<!',
    '(?>',
    '(?<n>',
    '(?<n1>',
    '(?<',
    '(?P<a>',
    '(?',
    '(?#',
    '(?$',
  ],
  ...['(?i)', '(?i:', '(?-i)', '(?im-s:', '(?U)', '(?x)', '(?d)', '{2}', '{2,}', '{2,3}', '{3,2}', '{,3}', '{a', '{99999999999}'],
  ...'dDwWsShHvVRXbBAzZGaefnrtNcEQCyikp'.split('').map((letter) => `\\${letter}`),
  ...[
    '\\',
    '\\\\',
    '\\b{g}',
    '\\b{',
    '\\1',
    '\\2',
    '\\10',
    '\\k<n>',
    '\\k<',
    '\\p{L}',
    '\\p{Alpha}',
    '\\pL',
    '\\pX',
    '\\p{Foo}',
    '\\p{IsGreek}',
    '\\p{IsFoo}',
    '\\p{Ishan}',
  ],
  ...[
    '\\p{InGreek}',
    '\\p{sc=Grek}',
    '\\p{javaLowerCase}',
    '\\P{Lu}',
    '\\p{',
    '\\p{}',
    '\\cA',
    '\\N{',
    '\\_',
    '\\😀',
    '\\-',
    '\\.',
    '\\[',
    '\\]',
    '\\&',
  ],
  ...[
    '\\x41',
    '\\x4',
    '\\x{1F600}',
    '\\x{',
    '\\x{110000}',
    '\\u0041',
    '\\u004',
    '\\uD83D\\uDE00',
    '\\uD83D',
    '\\0',
    '\\012',
    '\\0377',
    '\\0477',
    '\\08',
  ],
];

const anything = fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 9 }).map((tokens) => tokens.join(''));

/** Mostly valid ones, in which a false alarm would show. */
const wellFormed = fc.letrec<{ pattern: string; part: string }>((tie) => ({
  pattern: fc.array(tie('part'), { maxLength: 4 }).map((parts) => parts.join('')),
  part: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('a', 'é', '😀', '.', '^', '$', '\\d', '\\pL', '\\p{Lower}', '\\R', '\\Q+*\\E', '\\x{41}', ']', '}', '-', '&&', '\\/'),
    fc.tuple(tie('pattern'), fc.constantFrom('', '*', '+?', '?+', '{2}', '{0,3}?')).map(([inside, times]) => `(${inside})${times}`),
    fc.tuple(fc.constantFrom('?:', '?i:', '?=', '?!', '?>', '?<=', '?<!'), tie('pattern')).map(([kind, inside]) => `(${kind}${inside})`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}|${other}`),
    fc
      .array(fc.constantFrom('a', 'b-d', '^', '\\w', '[x-z]', '&&', '&', '-', '[^q]', '\\]', '\\pL', '\\Q]\\E', '0-\\x39'), {
        minLength: 1,
        maxLength: 4,
      })
      .map((items) => `[${items.join('')}]`),
  ),
})).pattern;

describeWith([java], "judgeJavaRegex against a JVM's java.util.regex", () => {
  withJava();

  it('agrees on a corpus', async () => {
    const { falseAlarms, missed, unknown } = await compare(CORPUS);
    expect({ falseAlarms, missed }).toEqual({ falseAlarms: [], missed: [] });
    expect(unknown).toBeLessThan(5);
  });

  it.each([
    ['random', anything, 0.1],
    ['mostly right', wellFormed, 0.5],
  ])('raises no false alarm and misses nothing in %s patterns', async (_, arbitrary, atLeastAccepted) => {
    const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);
    const count = FULL ? 10_000 : 1_000;
    const { falseAlarms, missed, unknown, accepted } = await compare(fc.sample(arbitrary, { numRuns: count, seed }));
    const repeat = `FAST_CHECK_SEED=${seed} repeats this`;
    expect(falseAlarms, repeat).toEqual([]);
    expect(missed, repeat).toEqual([]);
    // Otherwise the comparison says nothing.
    expect(unknown, repeat).toBeLessThan(count / 3);
    expect(accepted, repeat).toBeGreaterThan(count * atLeastAccepted);
  });
});

const name = fc
  .array(fc.constantFrom(...'abcdqxyzAB09-_:.]}& +*/\n\r\t'.split(''), 'é', '😀', '\r\n', '\u2028', 'ab', 'a:b'), { maxLength: 6 })
  .map((parts) => parts.join(''));

const NAMES = [
  '',
  'admin',
  'admin-eu',
  'my-admin',
  'system:kube-scheduler',
  'Deploy-Bot',
  '10.12.0.7',
  'a\n',
  'a\r\n',
  '\na',
  'aab',
  'ABBA',
];

const searches: readonly (readonly [string, string])[] = [
  ...CORPUS,
  '^system:|^admin$|^10\\.(1|2)?\\d{1,2}\\.',
  '(?i)^deploy-(?:bot|man)$',
  '(?i:a)(?-i:b)',
  '(a+)+$',
  '(a|ab)(c|bcd)*+b',
  '(?>a*)a',
  'a*+b',
  '(.)\\1',
  '(?i)(.)\\1',
  '(?<x>a)\\k<x>b',
  '(?<!a)b|(?<=a{1,3})b',
  '(?m)^a$',
  '(?s).\\z',
  'a\\Z|\\Ba|\\b-\\b',
  '[a-c&&[^b]]',
  '[^-\\w]',
  '\\Q.\\E',
  '[\\p{Lower}&&[a-d]]\\P{Alpha}',
].flatMap((pattern) => NAMES.map((each) => [pattern, each] as const));

/** Those that can be tried, and where Java finds something else. */
async function compareSearches(all: readonly (readonly [string, string])[]) {
  const tried = all.flatMap(([pattern, each]) => {
    const found = javaSearch(pattern)?.(each).outcome;
    return found === undefined || found === 'too-long' ? [] : [{ pattern, name: each, found: found === 'found' ? 'found' : 'not found' }];
  });
  const theirs = await askJava(tried.map(({ pattern, name: each }) => [pattern, each]));
  return {
    tried: tried.length,
    found: theirs.filter((answer) => answer === 'found').length,
    others: tried.flatMap((each, index) =>
      [each.found, 'broken'].includes(theirs[index] ?? '') ? [] : [{ ...each, java: theirs[index] }],
    ),
  };
}

describeWith([java], "javaSearch against a JVM's Matcher.find", () => {
  withJava();

  it('finds the same in a corpus', async () => {
    const { others, tried } = await compareSearches(searches);
    expect(others).toEqual([]);
    expect(tried).toBeGreaterThan(searches.length / 2);
  });

  it('finds the same in random names', async () => {
    const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);
    const count = FULL ? 20_000 : 3_000;
    const repeat = `FAST_CHECK_SEED=${seed} repeats this`;
    const { others, tried, found } = await compareSearches(fc.sample(fc.tuple(wellFormed, name), { numRuns: count, seed }));
    expect(others, repeat).toEqual([]);
    expect(tried, repeat).toBeGreaterThan(count / 4);
    expect(found, repeat).toBeGreaterThan(count / 20);
  });

  it('ends where Java would take long, too', () => {
    const search = javaSearch('(a|aa)+$');
    const started = performance.now();
    expect(search?.(`${'a'.repeat(40)}!`)).toEqual({ outcome: 'too-long' });
    expect(javaSearch('(x*)*y')?.('x'.repeat(1_900)).outcome).toBe('too-long');
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
