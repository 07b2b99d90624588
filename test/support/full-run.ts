import { test } from 'vitest';

/** Whether this is the full run (`npm run test:full`). CONTRIBUTING.md lists what only it contains. */
export const FULL = process.env.KAUDIT_FULL_RUN === '1';

/**
 * Registers tests in the full run only. They don't count as skipped in the gate, which proves the same in another way.
 */
export function inFullRun(register: () => void): void {
  if (FULL) register();
}

/** A test of the full run only. */
export function fullRunTest(name: string, run: () => Promise<void> | void): void {
  inFullRun(() => {
    test(name, run);
  });
}
