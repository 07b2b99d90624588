// Counts the timers that fire in a process, whatever set them: the global functions, node:timers, node:timers/promises
// or AbortSignal. CommonJS, because Electron loads it ahead of the program.
const { createHook, executionAsyncResource } = require('node:async_hooks');

/**
 * Counts from now on. Timers that run the same function after the same time are one.
 * @returns {() => [string, number][]} stops, and returns how often each fired
 */
exports.countTimers = () => {
  const calls = new Map();
  const hook = createHook({
    before() {
      const timer = executionAsyncResource();
      if (timer?.constructor?.name !== 'Timeout') return;
      const what = `${timer._idleTimeout} ms: ${String(timer._onTimeout).replace(/\s+/g, ' ').slice(0, 160)}`;
      calls.set(what, (calls.get(what) ?? 0) + 1);
    },
  }).enable();
  return () => {
    hook.disable();
    return [...calls];
  };
};
