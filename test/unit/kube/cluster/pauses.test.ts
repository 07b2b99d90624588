import { expect, it } from 'vitest';
import { pause, watchPause } from '../../../../main/kube/cluster/pauses.ts';

const many = (make: () => number) => Array.from({ length: 2000 }, make);

it.each([
  [0, 0, 1000],
  [1, 500, 1000],
  [3, 2000, 4000],
  [20, 30_000, 60_000],
])('after %i failures a pause is from %i to %i ms, spread over the whole range', (failures, least, most) => {
  const pauses = many(() => pause(failures));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(most);
  expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan((most - least) * 0.9);
});

it('a forbidden watch is tried less and less often, but at least every ten minutes', () => {
  expect(Math.min(...many(() => watchPause(0)))).toBeGreaterThanOrEqual(2500);
  expect(Math.max(...many(() => watchPause(0)))).toBeLessThanOrEqual(5000);
  expect(Math.max(...many(() => watchPause(9)))).toBeLessThanOrEqual(600_000);
});
