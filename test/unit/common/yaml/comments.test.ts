import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseDocument } from 'yaml';
import { commentsOf, withFewerComments } from '../../../../main/common/yaml/comments.ts';
import { parseSource } from '../../../../main/common/yaml/source.ts';
import { rootValue, type Source } from '../../../../main/common/yaml/tree.ts';
import { generatedDocument, irregularDocument } from '../../../support/document-arbitraries.ts';

function read(text: string): Source {
  const source = parseSource(text);
  if (!source.ok) throw new Error(source.message);
  return source;
}

const commentsIn = (text: string) => commentsOf(read(text)).map(({ start, end }) => text.slice(start, end));

describe('the comments of a text', () => {
  it('are what kAudit’s reader skips', () => {
    expect(commentsIn('#a\n- b # c\r\n- "# no" #d\n- e#no\n- | # f\n  # no\n#g\u2028- {#h\n  i: j}\n# k')).toEqual([
      '#a',
      '# c',
      '#d',
      '# f',
      '#g',
      '#h',
      '# k',
    ]);
  });

  it('are searched for once, however many values are before the next one', () => {
    const source = parseSource(`${'- a\n'.repeat(2_000)}# b\n`);
    if (!source.ok) throw new Error(source.message);
    const search = vi.spyOn(String.prototype, 'indexOf');
    try {
      expect(commentsOf(source)).toHaveLength(1);
      expect(commentsOf(source)).toBe(commentsOf(source));
      expect(search.mock.calls.length).toBeLessThan(10);
    } finally {
      search.mockRestore();
    }
  });
});

describe('a text without comments that look like the ones above', () => {
  it.each([
    ['lines', '# a\n# b\n#\n- d\n# e\n', '# a\n- d\n# e\n'],
    ['lines of a value', '- a: 1 # b\r\n  # c\r\n  # d\r\n- e', '- a: 1 # b\r\n  # c\r\n- e'],
    ['lines without a blank', '#a\n#b\n# c\n# d\n#e\n- f\n', '#a\n# c\n#e\n- f\n'],
    ['at the end', '- a\n# b\n# c', '- a\n# b'],
    ['in other columns', '# a\n # b\n # c\n# d\n- e\n', '# a\n # b\n# d\n- e\n'],
    ['behind the header of a block', '>- # a\n# b\n# c\n', '>- # a\n# b\n'],
    ['apart', '# a\n\n# b\n- c # d\n- e # f\n', '# a\n\n# b\n- c # d\n- e # f\n'],
    ['in a value', '- |\n  # a\n  # b\n- "\n  # c\n  # d"\n', '- |\n  # a\n  # b\n- "\n  # c\n  # d"\n'],
    ['with a break that only kAudit’s reader has', '# a\n# b\n# c\u2028- d\n', '# a\n# b\n# c\u2028- d\n'],
    ['with a lone CR', '# a\n# b\r# c\n- d\n', '# a\n# b\r# c\n- d\n'],
  ])('has no other: %s', (_, text, wanted) => {
    expect(withFewerComments(read(text))).toBe(wanted);
  });

  it('means the same to both readers', () => {
    const line = fc.tuple(fc.nat(6), fc.constantFrom('# "a', '#"a', '#', '# ]'), fc.integer({ min: 1, max: 3 }));
    const lines = fc.array(fc.tuple(fc.nat(), fc.array(line, { maxLength: 3 })), { maxLength: 5 });
    let [shorter, agreed] = [0, 0];
    fc.assert(
      fc.property(fc.oneof(generatedDocument, irregularDocument), lines, fc.constantFrom('\n', '\r\n'), ({ text }, comments, br) => {
        const all = text.split('\n');
        for (const [at, run] of comments)
          all.splice(at % all.length, 0, ...run.flatMap(([indent, comment, count]) => Array(count).fill(' '.repeat(indent) + comment)));
        const source = parseSource(all.join(br));
        if (!source.ok) return;
        const first = withFewerComments(source);
        if (first === source.text) return;
        shorter++;
        const meaningOf = ({ root }: Source) => root && rootValue(root);
        expect(meaningOf(read(first))).toEqual(meaningOf(source));
        const [whole, part] = [source.text, first].map((each) => parseDocument(each, { uniqueKeys: false, logLevel: 'silent' }));
        expect(part?.errors.map(({ code }) => code)).toEqual(whole?.errors.map(({ code }) => code));
        if (whole?.errors.length !== 0) return;
        agreed++;
        expect(JSON.stringify(part)).toBe(JSON.stringify(whole));
      }),
      { numRuns: 300 },
    );
    expect(shorter).toBeGreaterThan(100);
    expect(agreed).toBeGreaterThan(40);
  });
});
