import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { electronFolder } from './scripts/electron.mjs';

// Three groups, one after the other. `unit`: a function and its arguments; only in the full run does each file have its modules for itself.
// `system`: processes, pages, servers and keychains. Half of the time they wait for each other, so there is one file more at a time than
// processors, and no test may rely on having one for itself. `alone`: what measures time, one file at a time.

/** `npm run test:full`. */
const full = process.env.KAUDIT_FULL_RUN === '1';

const ALONE = ['test/integration/first-paint.test.ts', 'test/contract/start.test.ts'];

/**
 * The longest files, in the order in which they begin: else the last of them would run beside nothing. One that works
 * beside one that waits.
 */
const LONG = [
  ...(full ? ['test/integration/kube/kubeconfig-differential.test.ts', 'test/integration/snake-yaml.test.ts'] : []),
  'test/e2e/editor.test.ts',
  'test/integration/keychain/prompt.test.ts',
  'test/integration/sleep.test.ts',
  'test/integration/sentinel.test.ts',
  'test/integration/notifications.test.ts',
  'test/e2e/main-job.test.ts',
  'test/integration/kube/cluster-connection.test.ts',
  'test/e2e/accessibility.test.ts',
  'test/integration/keychain/keychain.test.ts',
  'test/e2e/delivery.test.ts',
  'test/e2e/presets.test.ts',
  'test/integration/desktop.test.ts',
  'test/e2e/large-fleet.test.ts',
  'test/integration/safe-change.test.ts',
  'test/integration/no-tray.test.ts',
  'test/e2e/key-presses.test.ts',
  'test/e2e/change-many.test.ts',
  'test/integration/desktop-end.test.ts',
];

/** Files that only the full run has. */
const FULL_ONLY = [
  'test/integration/conformance.test.ts',
  'test/integration/desktop-memory.test.ts',
  'test/integration/desktop-outages.test.ts',
  'test/integration/first-start.test.ts',
  'test/integration/real-panel.test.ts',
  'test/integration/rollout-scale.test.ts',
  'test/integration/sentinel-search.test.ts',
  'test/integration/stand-in.test.ts',
];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const position = LONG.findIndex((file) => moduleId.endsWith(file));
      return position < 0 ? LONG.length : position;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

const system = {
  include: ['test/contract/**/*.test.ts', 'test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  setupFiles: ['test/support/patience.ts'],
  expect: { poll: { timeout: 10_000 } },
};
for (const file of [...ALONE, ...LONG]) if (!existsSync(file)) throw new Error(`vitest.config.ts names ${file}, which is not there.`);

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          globalSetup: ['test/support/built.ts'],
          // Some of them wait, and none measures anything but its own processor time.
          maxWorkers: availableParallelism() + 1,
          testTimeout: 20_000,
          expect: { poll: { timeout: 10_000 } },
          isolate: full,
        },
      },
      {
        test: {
          ...system,
          name: 'system',
          exclude: full ? ALONE : [...ALONE, ...FULL_ONLY],
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
