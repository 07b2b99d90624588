import { describe, expect, it, vi } from 'vitest';
import { matchItems } from '../../../../main/common/yaml/comparing/match.ts';

const entry = (index: number, host = 'a.example') => ({ type: 'detections', name: `n${index}`, target: { 'syslog-host': host } });

describe('entries of two versions', () => {
  it('match where they were changed, added, removed and moved', () => {
    const before = [0, 1, 2, 3, 4, 5].map((index) => entry(index));
    expect(matchItems(before, before)).toEqual([0, 1, 2, 3, 4, 5]);
    const changed = [entry(0), entry(1, 'b.example'), { other: 9 }, entry(3), entry(2), entry(5)];
    expect(matchItems(before, changed)).toEqual([0, 1, undefined, 3, 2, 5]);
    expect(matchItems([], before)).toEqual(Array(6).fill(undefined));
    expect(matchItems(before, [])).toEqual([]);
    expect(matchItems(before, [entry(0), ...before])).toEqual([0, undefined, 1, 2, 3, 4, 5]);
  });

  it('take a comparison each where they are the same', () => {
    const before = Array.from({ length: 1_000 }, (_, index) => entry(index));
    const after = before.map((_, index) => entry(index, index === 500 ? 'b.example' : 'a.example'));
    const write = vi.spyOn(JSON, 'stringify');
    try {
      expect(matchItems(before, after)).toEqual([...before.keys()]);
      expect(write.mock.calls.length).toBeLessThan(100);
    } finally {
      write.mockRestore();
    }
  });
});
