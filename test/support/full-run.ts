/** Whether this is the full run (`npm run test:full`). CONTRIBUTING.md lists what stands only there. */
export const FULL = process.env.KAUDIT_FULL_RUN === '1';

/** Registers tests in the full run alone. They are no skipped tests of the gate: the gate proves it another way. */
export function inFullRun(register: () => void): void {
  if (FULL) register();
}
