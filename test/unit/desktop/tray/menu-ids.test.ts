import { expect, test } from 'vitest';
import type { MenuItem } from '../../../../main/common/tray/menu.ts';
import { flatten, MenuIds, shapeOf } from '../../../../main/desktop/tray/menu-ids.ts';

const row = (id: string, context = id): MenuItem => ({ kind: 'action', id, label: id, enabled: true, action: { do: 'connect', context } });
const menu = (id: string, items: readonly MenuItem[]): MenuItem => ({ kind: 'submenu', id, label: id, items });

test('a row keeps its number wherever it is, in a submenu too and after it was away', () => {
  const ids = new MenuIds();
  const [a, b] = ids.number([row('a'), menu('b', [row('show'), row('stop')])], 0);
  const again = ids.number([menu('b', [row('stop'), row('show')]), row('c'), row('a')], 1000);
  expect(again.map(({ id }) => id)).toEqual([b?.id, expect.any(Number), a?.id]);
  expect(again[0]?.children.map(({ id }) => id)).toEqual(b?.children.map(({ id }) => id).reverse());
  const numbers = flatten(again).map(({ id }) => id);
  expect(new Set(numbers).size).toBe(numbers.length);
  expect(shapeOf(again)).not.toBe(shapeOf(ids.number([menu('b', [row('stop')]), row('c'), row('a')], 1500)));
});

test('a removed row keeps its action for ten minutes, and no other row gets its number', () => {
  const ids = new MenuIds();
  const [a] = ids.number([row('a')], 0);
  const [b] = ids.number([row('b')], 1000);
  expect(ids.action(a?.id ?? 0)).toEqual({ do: 'connect', context: 'a' });
  ids.number([row('b')], 700_000);
  expect(ids.action(a?.id ?? 0)).toBeUndefined();
  expect(ids.number([row('a')], 700_001)[0]?.id).toBeGreaterThan(b?.id ?? 0);
});

test('a disabled row does nothing', () => {
  const ids = new MenuIds();
  const [a] = ids.number([{ kind: 'action', id: 'a', label: 'a', enabled: false, action: { do: 'testAll' } }], 0);
  expect(ids.action(a?.id ?? 0)).toBeUndefined();
});

test('a row whose action changes gets another number, and the old one keeps its action', () => {
  const ids = new MenuIds();
  const [a] = ids.number([row('a', 'prod')], 0);
  const [other] = ids.number([row('a', 'staging')], 1000);
  expect(other?.id).not.toBe(a?.id);
  expect(ids.action(a?.id ?? 0)).toEqual({ do: 'connect', context: 'prod' });
  const tested = (base: string): MenuItem => {
    const ref = { context: 'prod', namespace: 'n', name: 'm' };
    return { kind: 'action', id: 'test', label: 'Test', enabled: true, action: { do: 'test', ref, base, integration: 0 } };
  };
  const [before] = ids.number([tested('7')], 2000);
  const [after] = ids.number([tested('8')], 3000);
  expect(after?.id).toBe(before?.id);
  expect(ids.action(after?.id ?? 0)).toMatchObject({ base: '8' });
});
