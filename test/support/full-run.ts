import { test } from 'vitest';

/** Whether this is the full run (`npm run test:full`). CONTRIBUTING.md lists what stands only there. */
export const FULL = process.env.KAUDIT_FULL_RUN === '1';

/** Registers tests in the full run alone. They are no skipped tests of the gate: the gate proves it another way. */
export function inFullRun(register: () => void): void {
  if (FULL) register();
}

/** A test of the full run alone. */
export function fullRunTest(name: string, run: () => Promise<void> | void): void {
  inFullRun(() => {
    test(name, run);
  });
}
