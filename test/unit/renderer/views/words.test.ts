import { describe, expect, it } from 'vitest';
import { middle, presetTitle, problemLooks } from '../../../../renderer/views/words.ts';

describe('the number of problems in a text', () => {
  it('is never shown in green: a delivery test may have failed anyway', () => {
    for (const problems of [[], [{ severity: 'note' as const }]]) {
      const looks = problemLooks(problems);
      expect(looks).toMatchObject([{ word: 'No problems in the text' }]);
      expect(looks.map(({ tone }) => tone)).not.toContain('good');
    }
  });

  it('is shown by severity, the worst first', () => {
    const looks = problemLooks([{ severity: 'warning' }, { severity: 'error' }, { severity: 'warning' }, { severity: 'note' }]);
    expect(looks.map(({ tone, word }) => [tone, word])).toEqual([
      ['bad', '1 error'],
      ['warn', '2 warnings'],
    ]);
  });
});

it('a long name loses its middle part and keeps both ends', () => {
  expect(middle('prod-eu', 10)).toBe('prod-eu');
  expect(middle('arn:aws:eks:eu-central-1:1234:cluster/payments', 21)).toBe('arn:aws:ek…r/payments');
});

it.each([
  ['Coralogix EU2, production', 'EU2, production'],
  ['coralogix: team', 'team'],
  ['Coralogix', 'Coralogix'],
  ['Coralogix ', 'Coralogix '],
  ['Coralogixians', 'Coralogixians'],
])('the preset %j is shown as %j where a heading says Coralogix', (name, title) => {
  expect(presetTitle(name)).toBe(title);
});
