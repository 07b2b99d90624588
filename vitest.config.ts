import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { electronFolder } from './scripts/electron.mjs';

// Three groups, one after the other. `unit`: a function and its arguments. `system`: processes, pages, servers and keychains; half of the time
// they wait for each other, so there is one file more at a time than processors, and no test relies on having one for itself.
// `alone`: what measures time or memory, one file at a time.

/** `npm run test:full`. */
const full = process.env.KAUDIT_FULL_RUN === '1';

const ALONE = [
  'test/integration/desktop-memory.test.ts',
  'test/integration/first-paint.test.ts',
  'test/integration/secrets/hanging-keychain.test.ts',
  'test/contract/start.test.ts',
];

/** Files of the full run alone. CONTRIBUTING.md says what the gate proves instead. */
const FULL_RUN: readonly string[] = [];

const system = {
  include: ['test/contract/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  setupFiles: ['test/support/patience.ts'],
  expect: { poll: { timeout: 10_000 } },
};
const left = full ? [] : FULL_RUN;

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 20_000 } },
      {
        test: {
          ...system,
          name: 'system',
          exclude: [...ALONE, ...left],
          globalSetup: ['test/support/api-server-pool.ts'],
          maxWorkers: Math.min(availableParallelism() + 1, 5),
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...system,
          name: 'alone',
          include: ALONE,
          exclude: [...left],
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
    // electron-store imports electron, whose module would download a binary where there is none. Where there is one, the suites of the desktop
    // host run on it (test/support/desktop-host.ts).
    env: { ELECTRON_OVERRIDE_DIST_PATH: electronFolder(process.env) ?? '/nonexistent' },
  },
});
