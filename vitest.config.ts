import { defineConfig } from 'vitest/config';
import { electronFolder } from './scripts/electron.mjs';

// One project per kind of test, in the order of their cost. The last three share one machine's keychain, API server and browser, so their
// files run one after the other.
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
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, fileParallelism: false } },
    ],
    // electron-store imports electron, whose module would download a binary where there is none. Where there is one, the suites of the desktop
    // host run on it (test/support/desktop-host.ts).
    env: { ELECTRON_OVERRIDE_DIST_PATH: electronFolder(process.env) ?? '/nonexistent' },
  },
});
