import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeliveryReport } from '../../../../main/common/delivery/delivery.ts';
import { applyChange, changeBetween } from '../../../../main/common/fleet/fleet.ts';
import { cluster, fleet } from '../../../support/fleet.ts';

const a = cluster('a');
const b = cluster('b');
const report = (id: string, outcome: DeliveryReport['outcome'] = 'running') => ({ id, outcome }) as DeliveryReport;

describe('a change of the state', () => {
  test('names the clusters that are new objects, those that are gone, and other fields', () => {
    const before = fleet({ clusters: [a, b] });
    const online = { ...b, state: 'online' as const };
    const after = { ...before, revision: 2, clusters: [online], demo: true };
    expect(changeBetween(before, after)).toEqual({ revision: 2, clusters: [online], removed: ['a'], fields: { demo: true } });
  });

  test('turns the state before into the state after', () => {
    const before = fleet({ clusters: [a, b] });
    const after = {
      ...before,
      revision: 2,
      clusters: [{ ...b, state: 'online' as const }, cluster('c')],
      testAll: { total: 2, done: 1, passed: 1, failed: 0 },
    };
    expect(applyChange(before, changeBetween(before, after))).toEqual(after);
  });

  test('of clusters that come, change, move and go turns the state before into the state after', () => {
    const names = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 });
    fc.assert(
      fc.property(names, names, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), (first, second, changed) => {
        const before = fleet({ clusters: first.map((name) => cluster(name)) });
        const known = new Map(before.clusters.map((each) => [each.context, each]));
        const clusters = second.map((name, index) => (changed[index] === true ? undefined : known.get(name)) ?? cluster(name));
        const after = { ...before, revision: 2, clusters };
        expect(applyChange(before, changeBetween(before, after))).toEqual(after);
      }),
    );
  });

  test('that moves nothing contains no order', () => {
    const before = fleet({ clusters: [a, b] });
    expect(changeBetween(before, { ...before, clusters: [a, cluster('b'), cluster('c')] })).not.toHaveProperty('order');
    expect(changeBetween(before, { ...before, clusters: [cluster('c'), a, b] })).toMatchObject({ order: ['c', 'a', 'b'] });
  });

  test('of one report among many contains only that report', () => {
    const before = fleet({ reports: [report('a'), report('b'), report('c')] });
    const grown = report('b', 'passed');
    const after = { ...before, revision: 2, reports: before.reports.map((each) => (each.id === 'b' ? grown : each)) };
    expect(changeBetween(before, after)).toMatchObject({ reports: { changed: [grown], gone: [] }, fields: {} });
    const next = { ...after, revision: 3, reports: [report('d'), ...after.reports.slice(1)] };
    expect(changeBetween(after, next)).toMatchObject({ reports: { changed: [{ id: 'd' }], gone: ['a'] } });
    expect(changeBetween(next, { ...next, revision: 4 })).not.toHaveProperty('reports');
  });

  test('of reports that come, grow and go turns the state before into the state after', () => {
    const step = fc.oneof(
      fc.record({ op: fc.constant('new' as const), id: fc.uuid() }),
      fc.record({ op: fc.constantFrom('grow' as const, 'remove' as const), at: fc.nat(10) }),
    );
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 6 }), { maxLength: 8 }), (rounds) => {
        let known = fleet();
        let page = known;
        for (const steps of rounds) {
          let reports = known.reports;
          for (const each of steps) {
            const { id } = each.op === 'new' ? { id: '' } : (reports[each.at % Math.max(reports.length, 1)] ?? { id: '' });
            if (each.op === 'new') reports = [report(each.id), ...reports];
            else if (each.op === 'remove') reports = reports.filter((other) => other.id !== id);
            else reports = reports.map((other) => (other.id === id ? { ...other } : other));
          }
          const next = { ...known, revision: known.revision + 1, reports };
          page = applyChange(page, changeBetween(known, next));
          known = next;
          expect(page).toEqual(known);
        }
      }),
    );
  });

  test('that is already known changes nothing', () => {
    const state = fleet({ revision: 5, clusters: [a] });
    expect(applyChange(state, { revision: 5, clusters: [], removed: ['a'], fields: {} })).toBe(state);
  });
});
