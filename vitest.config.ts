import { defineConfig } from 'vitest/config';
import { electronFolder } from './scripts/electron.mjs';

// One project per kind of test, in the order of their cost. `contract`, `integration` and `e2e` need the processor for themselves, so their files
// run one after the other; of those that wait, two at a time.

/** Most of their time they wait for times of the program's own (cool-downs, news that are gathered, trays that come late), and they share nothing. */
const WAITING = [
  'test/e2e/delivery.test.ts',
  'test/integration/no-tray.test.ts',
  'test/integration/notifications.test.ts',
  'test/integration/sleep.test.ts',
];

/** Milliseconds that `expect.poll` waits where real processes and pages are asked: its own second is short on a machine that does something else too. */
const expect = { poll: { timeout: 5_000 } };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 20_000 } },
      {
        test: {
          name: 'contract',
          include: ['test/contract/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          exclude: WAITING,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          expect,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'waiting',
          include: WAITING,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect,
          maxConcurrency: 4,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: WAITING,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          expect,
          fileParallelism: false,
        },
      },
    ],
    // electron-store imports electron, whose module would download a binary where there is none. Where there is one, the suites of the desktop
    // host run on it (test/support/desktop-host.ts).
    env: { ELECTRON_OVERRIDE_DIST_PATH: electronFolder(process.env) ?? '/nonexistent' },
  },
});
