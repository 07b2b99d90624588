import { describe, expect, test } from 'vitest';
import { applyChange, changeBetween } from '../../../main/common/fleet.ts';
import { cluster, fleet } from '../../support/fleet.ts';

const a = cluster('a');
const b = cluster('b');

describe('a change of the state', () => {
  test('names the clusters that are other objects, those that are gone, and other fields', () => {
    const before = fleet({ clusters: [a, b] });
    const online = { ...b, state: 'online' as const };
    const after = { ...before, revision: 2, clusters: [online], demo: true };
    expect(changeBetween(before, after)).toEqual({ revision: 2, clusters: [online], removed: ['a'], fields: { demo: true } });
  });

  test('applied to the state before gives the state after', () => {
    const before = fleet({ clusters: [a, b] });
    const after = {
      ...before,
      revision: 2,
      clusters: [{ ...b, state: 'online' as const }, cluster('c')],
      testAll: { total: 2, done: 1, passed: 1, failed: 0 },
    };
    expect(applyChange(before, changeBetween(before, after))).toEqual(after);
  });

  test('that is known already changes nothing', () => {
    const state = fleet({ revision: 5, clusters: [a] });
    expect(applyChange(state, { revision: 5, clusters: [], removed: ['a'], fields: {} })).toBe(state);
  });
});
