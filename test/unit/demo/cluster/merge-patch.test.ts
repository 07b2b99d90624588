import { describe, expect, it } from 'vitest';
import { mergePatch } from '../../../../main/demo/cluster/merge-patch.ts';

describe('a merge patch', () => {
  // From the appendix of RFC 7396.
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('turns %j with %j into %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('treats __proto__ as a name like any other', () => {
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"admin":true}}')) as { admin?: boolean };
    expect(merged.admin).toBeUndefined();
    expect(Object.keys(merged)).toEqual(['__proto__']);
  });

  it('leaves out the directives of a strategic patch', () => {
    expect(mergePatch({ a: '1' }, { b: '2', $retainKeys: ['b'] })).toEqual({ a: '1', b: '2' });
  });
});
