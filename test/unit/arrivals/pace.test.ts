import { describe, expect, it } from 'vitest';
import { Pace } from '../../../main/arrivals/pace.ts';
import { TestClock } from '../../support/clock.ts';

const never = new AbortController().signal;
const settled = () => new Promise((done) => setTimeout(done, 0));

describe('the pace of queries', () => {
  it('starts at most ten in any minute, in the order of their requests', async () => {
    const clock = new TestClock();
    const pace = new Pace(clock);
    const begun: [number, number][] = [];
    for (let index = 0; index < 60; index += 1)
      void pace.turn(never, async () => {
        begun.push([index, clock.now()]);
      });
    for (let second = 0; second < 400; second += 1) {
      await settled();
      clock.pass(1000);
    }
    expect(begun.map(([index]) => index)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    const times = begun.map(([, time]) => time);
    for (const time of times) expect(times.filter((other) => other >= time && other < time + 60_000).length).toBeLessThanOrEqual(10);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeLessThanOrEqual(301_000);
  });

  it('lets someone who is waiting go first', async () => {
    const clock = new TestClock();
    const pace = new Pace(clock);
    const begun: string[] = [];
    for (let index = 0; index < 30; index += 1) void pace.turn(never, async () => void begun.push('all'));
    void pace.turn(never, async () => void begun.push('first'), true);
    for (let second = 0; second < 62; second += 1) {
      await settled();
      clock.pass(1000);
    }
    // Three started before it was requested.
    expect(begun.indexOf('first')).toBe(3);
  });

  it('runs at most three at a time', async () => {
    const pace = new Pace(new TestClock());
    const ends: (() => void)[] = [];
    for (let index = 0; index < 5; index += 1) void pace.turn(never, () => new Promise<void>((done) => ends.push(done)));
    await settled();
    expect(ends).toHaveLength(3);
    expect(pace.free).toBe(false);
    ends[0]?.();
    await settled();
    expect(ends).toHaveLength(4);
  });

  it('continues after one that fails, and drops one that is cancelled', async () => {
    const pace = new Pace(new TestClock());
    await expect(pace.turn(never, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const held = [0, 1, 2].map(() => Promise.withResolvers<void>());
    for (const { promise } of held) void pace.turn(never, () => promise);
    const cancel = new AbortController();
    const cancelled = pace.turn(cancel.signal, async () => 'ran');
    cancel.abort(new Error('cancelled'));
    await expect(cancelled).rejects.toThrow('cancelled');
    for (const { resolve } of held) resolve();
    await settled();
    expect(await pace.turn(never, async () => 'ran')).toBe('ran');
  });

  it("doesn't stall when the clock is set back", async () => {
    const clock = new TestClock();
    const pace = new Pace(clock);
    for (let index = 0; index < 10; index += 1) await pace.turn(never, async () => undefined);
    expect(pace.free).toBe(false);
    clock.time -= 3_600_000;
    expect(pace.free).toBe(true);
  });
});
