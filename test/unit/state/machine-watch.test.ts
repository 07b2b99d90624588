import { describe, expect, it, vi } from 'vitest';
import { hasMoved, watchMachine } from '../../../main/state/machine-watch.ts';

describe('the watch on the machine', () => {
  const before = { now: 1_000_000, addresses: 'eth0 192.0.2.7' };

  it('tells sleep and another network from a late timer', () => {
    expect(hasMoved(before, { ...before, now: before.now + 10_000 })).toBe(false);
    expect(hasMoved(before, { ...before, now: before.now + 25_000 })).toBe(false);
    expect(hasMoved(before, { ...before, now: before.now + 3_600_000 })).toBe(true);
    expect(hasMoved(before, { now: before.now + 10_000, addresses: 'eth0 192.0.2.7\ntun0 10.8.0.2' })).toBe(true);
  });

  it('calls once after a sleep, and never again after its end', () => {
    vi.useFakeTimers();
    try {
      const moved = vi.fn();
      const stop = watchMachine(moved);
      vi.advanceTimersByTime(60_000);
      expect(moved).not.toHaveBeenCalled();
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(30_000);
      expect(moved).toHaveBeenCalledTimes(1);
      stop();
      vi.setSystemTime(Date.now() + 3_600_000);
      vi.advanceTimersByTime(30_000);
      expect(moved).toHaveBeenCalledTimes(1);
    } finally {
      vi.useRealTimers();
    }
  });
});
