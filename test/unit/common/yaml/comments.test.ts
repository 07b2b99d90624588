import { describe, expect, it, vi } from 'vitest';
import { commentsOf } from '../../../../main/common/yaml/comments.ts';
import { parseSource } from '../../../../main/common/yaml/source.ts';

function commentsIn(text: string): readonly string[] {
  const source = parseSource(text);
  if (!source.ok) throw new Error(source.message);
  return commentsOf(source).map(({ start, end }) => text.slice(start, end));
}

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
