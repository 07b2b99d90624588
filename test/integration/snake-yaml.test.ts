import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { editDocument, readDocument } from '../../main/common/integration/document.ts';
import { parseSource } from '../../main/common/yaml/source.ts';
import { nodeAt } from '../../main/common/yaml/tree.ts';
import { generatedDocument } from '../support/document-arbitraries.ts';
import { FULL } from '../support/full-run.ts';
import type { Jvm } from '../support/jvm.ts';
import { describeWith } from '../support/requirement.ts';
import { differenceFrom, isReplaced, type Loaded, loadAll, snakeYaml, startSnakeYaml, type Verdict } from '../support/snake-yaml.ts';

// SnakeYAML's reading of a text: whether it is read, and each value. FAST_CHECK_SEED repeats a run.
// A lower limit of a random count is at least four standard deviations below its mean (30 seeds).

const seed = Number(process.env.FAST_CHECK_SEED ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env.KAUDIT_RUNS ?? (FULL ? 10_000 : 300));

afterAll(() => console.info(`SnakeYAML: ${numRuns} texts of each kind, seed ${seed}`));

/** Intended differences, by SnakeYAML's or this program's message. */
const MEANT: readonly {
  readonly why: string;
  readonly holds: (verdict: Verdict, reason: string, text: string, offset: number) => boolean;
}[] = [
  { why: 'A list that holds itself is data for a JVM only.', holds: (verdict, reason) => verdict.ok && reason.includes('contains itself') },
  { why: 'A list that holds itself has no end when it is written out.', holds: (verdict) => !verdict.ok && verdict.reason === 'recursive' },
  {
    why: 'A problem in a value that a later field of the same name replaces is still reported to its writer.',
    holds: (verdict, reason, text, offset) => verdict.ok && /tag|"<<"/.test(reason) && isReplaced(text, offset),
  },
];

let jvm: Jvm;

async function disagreements(samples: readonly string[]): Promise<{ accepted: number; found: unknown[] }> {
  const texts = samples.map((text) => text.toWellFormed());
  const verdicts = await loadAll(jvm, texts);
  expect(verdicts).toHaveLength(texts.length);
  const found = texts.flatMap((text, index): unknown[] => {
    const verdict = verdicts[index];
    const source = parseSource(text);
    if (verdict === undefined) return [];
    const reason = source.ok ? '' : source.message;
    const offset = source.ok ? -1 : source.offset;
    if (MEANT.some(({ holds }) => holds(verdict, reason, text, offset))) return [];
    if (verdict.ok !== source.ok) return [{ text, snakeYaml: verdict.ok ? 'reads it' : verdict.reason, here: source.ok ? 'read' : reason }];
    const difference = verdict.ok && source.ok ? differenceFrom(verdict.value, source.root) : undefined;
    return difference === undefined ? [] : [{ text, difference }];
  });
  return { accepted: verdicts.filter(({ ok }) => ok).length, found };
}

const PIECES = [
  ...'-:?,[]{}&*!|>%@`#\'"~=.\\ab 0189_+\n\r\t\u0085\u2028\u00a0\ufeffé'.split(''),
  ...[
    '- ',
    ': ',
    '? ',
    '\n',
    '\n',
    '\n  ',
    '\n    ',
    '\n- ',
    '\n  - ',
    ' #c',
    '#c',
    '---',
    '...',
    '--- ',
    '<<: ',
    "'<<': ",
    '&a ',
    '*a',
    '*b',
    '&b ',
  ],
  ...[
    '!!str ',
    '!!int ',
    '!!null ',
    '!x ',
    '!!map ',
    '!!seq ',
    '! ',
    '!<!> ',
    '!!merge ',
    '!!float ',
    '!!timestamp ',
    '!!binary ',
    '!!bool ',
    '!<tag:yaml.org,2002:str> ',
    '%YAML 1.1\n',
    '%TAG ! x\n',
  ],
  ...[
    'type: ',
    'target:',
    'on',
    'off',
    'yes',
    'No',
    'null',
    '~',
    '010',
    '0514',
    '0o514',
    '0x1F',
    '0b11',
    '1_000',
    '1e3',
    '1.5e+3',
    '12:30',
    '2024-01-15',
  ],
  ...[
    '2001-12-14t21:59:43.10-05:00',
    '.5',
    '.inf',
    '-.INF',
    '.nan',
    '+1',
    '0_7',
    '0b',
    '1.',
    '1.e3',
    '"a\\n"',
    '"\\/"',
    '"\\."',
    '"\\x41"',
    '"\\u00e9',
    '"\\',
    "''",
  ],
  ...[
    '|\n',
    '>\n',
    '|-\n',
    '>+\n',
    '|2\n',
    '{a: 1}',
    '{a:1}',
    '[a, b]',
    '[a: b]',
    '{a}',
    '{? a : b}',
    '{a: [',
    '[{',
    '"a\nb"',
    "'a\n\nb'",
    '😀',
  ],
];

const soup = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 14 }).map((pieces) => pieces.join(''));

const mutated = fc
  .tuple(generatedDocument, fc.array(fc.tuple(fc.nat(), fc.nat(6), fc.constantFrom('', ...PIECES)), { minLength: 1, maxLength: 4 }))
  .map(([{ text }, changes]) =>
    changes.reduce((changed, [pick, length, put]) => {
      const at = pick % (changed.length + 1);
      return changed.slice(0, at) + put + changed.slice(at + length);
    }, text),
  );

/** Lines lose or gain spaces at their start. */
const shifted = fc
  .tuple(generatedDocument, fc.array(fc.tuple(fc.nat(), fc.integer({ min: -4, max: 3 })), { minLength: 1, maxLength: 5 }))
  .map(([{ text }, changes]) => {
    const lines = text
      .replaceAll(/([[{]) ?|, (?=[a-z'"])/g, '$1,\n    ')
      .replaceAll(/([[{]),/g, '$1')
      .split('\n');
    for (const [pick, by] of changes) {
      const at = pick % lines.length;
      const line = lines[at] ?? '';
      lines[at] = by < 0 ? line.replace(new RegExp(`^ {0,${-by}}`), '') : ' '.repeat(by) + line;
    }
    return lines.join('\n');
  });

const scalar = fc
  .oneof(
    fc.stringMatching(/^[-+]?[0-9_.:xbeE+-]{1,9}$/),
    fc.stringMatching(/^[-+]?0[0-7xb_]{0,6}$/),
    fc.stringMatching(/^[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9:.+Z-]{0,14})?$/),
    fc.constantFrom(
      'y',
      'n',
      'Y',
      'on',
      'On',
      'oN',
      'TRUE',
      'true',
      'nUll',
      'NULL',
      '=',
      '.INF',
      '.Nan',
      '-.inf',
      '1__0',
      '0o17',
      '08',
      '0b12',
    ),
  )
  .map((text) => `- ${text}\n- [${text}]\n- {a: ${text}}\n- '${text}'\n`);

const TAGS = ['!', '!<!>', '!!str', '!!int', '!!float', '!!bool', '!!null', '!!timestamp', '!!binary', '!!merge'] as const;
const NUMERIC = fc.oneof(
  fc.stringMatching(/^[-+]?[0-9_.xbeE+:-]{1,9}$/),
  fc.stringMatching(/^[12][0-9]{3}-[0-9]{1,2}-[0-9]{1,2}$/),
  fc.constantFrom(
    'on',
    'No',
    'x',
    '<<',
    '61e9540',
    '12345678901234567890',
    '010',
    '08',
    '0b11',
    '0x1F',
    '1:30',
    '.5',
    '.INF',
    'aGk=',
    'yes',
  ),
);
const QUOTES = fc.constantFrom("'", '"', '');
const tagged = fc
  .tuple(fc.constantFrom(...TAGS), NUMERIC, QUOTES, fc.boolean())
  .map(([tag, text, quote, isKey]) => (isKey ? `- ${tag} ${quote}${text}${quote}: {a: 1}\n` : `- ${tag} ${quote}${text}${quote}\n`));

/** A text field and a key, both with this spelling. */
const entry = (spelling: string) =>
  `- type: activity\n  name: ${spelling}\n  target:\n    target-type: http-api\n    http-api-uri: https://api.coralogix.com/logs/v1/bulk\n    http-api-token: ${spelling}\n`;
const spelt = fc
  .tuple(fc.constantFrom('', '', '&a ', ...TAGS.map((tag) => `${tag} `)), NUMERIC, QUOTES)
  .map(([before, text, quote]) => `${before}${quote}${text}${quote}`);

/** What SnakeYAML reads there. */
function readAt(verdict: Verdict | undefined, ...names: readonly string[]): Loaded | undefined {
  let value: Loaded | undefined = verdict?.ok && Array.isArray(verdict.value) ? (verdict.value as readonly Loaded[])[0] : undefined;
  for (const name of names)
    value = typeof value === 'object' && value !== null && 'm' in value ? value.m.find(([key]) => key === name)?.[1] : undefined;
  return value;
}

describeWith([snakeYaml], 'the reader against SnakeYAML', () => {
  beforeAll(() => {
    jvm = startSnakeYaml();
  });
  afterAll(() => jvm.stop());

  it.each([
    ['pieces of YAML', soup, 0.05],
    ['generated documents with mutations', mutated, 0.03],
    ['generated documents with other indentation', shifted, 0.03],
    ['plain scalars', scalar, 0.5],
    ['scalars with tags', tagged, 0.2],
  ])(
    'both read and refuse the same: %s',
    async (_, arbitrary, share) => {
      const { accepted, found } = await disagreements(fc.sample(arbitrary, { numRuns, seed }));
      expect(found, `FAST_CHECK_SEED=${seed} repeats this`).toEqual([]);
      expect(accepted).toBeGreaterThan(numRuns * share);
      expect(accepted).toBeLessThanOrEqual(numRuns);
    },
    600_000,
  );

  it('both read an edited value as the value that was set', { timeout: 600_000 }, async () => {
    const start = fc.constantFrom("! 'x'", '! x', '!<!> "x"', '!!str x', 'x', "'x'", '"x"', '|-\n    x', '&a x');
    const word = fc.constantFrom(
      '2001-01-01',
      '61e9540',
      '1e400',
      '0777',
      'on',
      '~',
      '',
      '<<',
      '010',
      '12:30',
      '1_0',
      'text',
      "it's",
      '# no',
      'a: b',
    );
    const cases = fc.sample(fc.tuple(start, fc.oneof(word, fc.string({ maxLength: 12 }))), { numRuns: numRuns / 2, seed });
    const edited = cases.flatMap(([before, value]) => {
      const result = editDocument(`- type: detections\n  name: ${before}\n  target: {target-type: slack}\n`, [
        { op: 'set', path: [0, 'name'], value },
      ]);
      return result.ok ? [{ text: result.text.toWellFormed(), value: value.toWellFormed() }] : [];
    });
    const verdicts = await loadAll(
      jvm,
      edited.map(({ text }) => text),
    );
    const wrong = verdicts.flatMap((verdict, index) => {
      const { text = '', value = '' } = edited[index] ?? {};
      const read = readAt(verdict, 'name');
      return read === value ? [] : [{ text, value, read: verdict.ok ? read : verdict.reason }];
    });
    expect(wrong, `FAST_CHECK_SEED=${seed} repeats this`).toEqual([]);
    expect(edited.length).toBeGreaterThan(cases.length / 2);
  });

  it('both read text after each fix of a value that they read differently', { timeout: 600_000 }, async () => {
    const texts = fc.sample(spelt, { numRuns, seed }).map(entry);
    const before = await loadAll(jvm, texts);
    const told = texts.flatMap((text, index) => {
      const verdict = before[index];
      return [
        { rule: 'other-reading', names: ['name'] },
        { rule: 'secret-as-number', names: ['target', 'http-api-token'] },
      ].flatMap(({ rule, names }) => {
        const read = readAt(verdict, ...names);
        if (read === undefined || read === null || typeof read === 'string') return [];
        const [edit] = readDocument(text).problems.find((problem) => problem.rule === rule)?.fix?.edits ?? [];
        const source = parseSource(text);
        const node = nodeAt(source.ok ? source.root : undefined, [0, ...names]);
        const meant = node?.kind === 'scalar' ? node.text : undefined;
        return [{ text, names, meant, mended: edit?.op === 'text' ? edit.text : '' }];
      });
    });
    const after = await loadAll(
      jvm,
      told.map(({ mended }) => mended),
    );
    const wrong = told.filter(({ names, meant }, index) => readAt(after[index], ...names) !== meant);
    expect(wrong, `FAST_CHECK_SEED=${seed} repeats this`).toEqual([]);
    expect(told.length).toBeGreaterThan(numRuns / 15);
  });
});
