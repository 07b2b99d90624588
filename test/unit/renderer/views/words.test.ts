import { describe, expect, it } from 'vitest';
import { problemLooks } from '../../../../renderer/views/words.ts';

describe('how many problems a text has', () => {
  it('is never told in green: a delivery test may have failed all the same', () => {
    for (const problems of [[], [{ severity: 'note' as const }]]) {
      const looks = problemLooks(problems);
      expect(looks).toMatchObject([{ word: 'No problems in the text' }]);
      expect(looks.map(({ tone }) => tone)).not.toContain('good');
    }
  });

  it('is told by severity, the worst first', () => {
    const looks = problemLooks([{ severity: 'warning' }, { severity: 'error' }, { severity: 'warning' }, { severity: 'note' }]);
    expect(looks.map(({ tone, word }) => [tone, word])).toEqual([
      ['bad', '1 error'],
      ['warn', '2 warnings'],
    ]);
  });
});
