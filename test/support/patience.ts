import { vi } from 'vitest';

// The one second that `vi.waitFor` waits by default is short for processes, pages and servers on a busy machine. As
// with `expect.poll` (vitest.config.ts), a test that passes takes no longer. A question to a page costs 30 ms of
// processor time, so the pauses between them grow.

const PATIENCE = 10_000;
const FIRST = 20;
const LONGEST = 200;
const waitFor = vi.waitFor.bind(vi);

vi.waitFor = (check, options = {}) => {
  const { timeout = PATIENCE, ...more } = typeof options === 'number' ? { timeout: options } : options;
  let wait = FIRST;
  let next = 0;
  let last: unknown = new Error('It was not asked yet.');
  const patiently: typeof check = () => {
    if (performance.now() < next) throw last;
    const later = (error: unknown): never => {
      next = performance.now() + wait;
      wait = Math.min(wait * 1.5, LONGEST);
      last = error;
      throw error;
    };
    try {
      const result = check();
      return (result instanceof Promise ? result.catch(later) : result) as ReturnType<typeof check>;
    } catch (error) {
      return later(error);
    }
  };
  const isSlow = 'interval' in more || vi.isFakeTimers();
  return waitFor(isSlow ? check : patiently, isSlow ? { timeout, ...more } : { timeout, interval: FIRST, ...more });
};
