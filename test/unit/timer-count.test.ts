import timers from 'node:timers';
import { setInterval as ticks, setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { countTimers } from '../support/timer-count.cjs';

// Under their other names, which a dependency may use.
const plain = process.getBuiltinModule('timers');
const promises = process.getBuiltinModule('timers/promises');

// The count that test/bench/desktop-cost.bench.ts uses.

async function three(iterator: AsyncIterable<unknown>): Promise<void> {
  let left = 3;
  for await (const _ of iterator) if (--left === 0) return;
}

function repeated(set: typeof setInterval, clear: (timer: NodeJS.Timeout) => void, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    let left = 3;
    const timer = set(() => {
      if (--left > 0) return;
      clear(timer);
      resolve();
    }, milliseconds);
  });
}

test.each([
  ['setInterval', (ms: number) => repeated(setInterval, clearInterval, ms), 3],
  ['setInterval of node:timers', (ms: number) => repeated(timers.setInterval, timers.clearInterval, ms), 3],
  ['setInterval of timers', (ms: number) => repeated(plain.setInterval, clearInterval, ms), 3],
  ['setInterval of node:timers/promises', (ms: number) => three(ticks(ms)), 3],
  ['setInterval of timers/promises', (ms: number) => three(promises.setInterval(ms)), 3],
  ['setTimeout', (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)), 1],
  ['setTimeout of node:timers/promises', (ms: number) => wait(ms), 1],
  ['setTimeout of timers/promises', (ms: number) => promises.setTimeout(ms), 1],
  ['scheduler.wait', (ms: number) => promises.scheduler.wait(ms), 1],
  ['promisify(setTimeout)', (ms: number) => promisify(setTimeout)(ms), 1],
  ['AbortSignal.timeout', (ms: number) => new Promise((resolve) => AbortSignal.timeout(ms).addEventListener('abort', resolve)), 1],
])('%s is counted each time that it fires, even if it was set earlier', async (_, run, count) => {
  const milliseconds = 7;
  const set = run(milliseconds);
  const stop = countTimers();
  await set;
  const calls = stop().filter(([what]) => what.startsWith(`${milliseconds} ms: `));
  expect(calls.map(([, each]) => each)).toEqual([count]);
});
