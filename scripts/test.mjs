// `npm test`: the gate. `npm run test:full` (`--full`): everything. Both on a fresh clone too, and with the names of
// files only these. Ends with one line that counts. With CI=true a skipped test is a failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt, ensureInstalled } from './bootstrap.mjs';
import { projectNode, root } from './node24.mjs';

const full = process.argv[2] === '--full';
const args = process.argv.slice(full ? 3 : 2);

await ensureInstalled();
await ensureBuilt();

const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-test-'));
const results = join(directory, 'results.json');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const env = { ...process.env, KAUDIT_FULL_RUN: full ? '1' : '', KAUDIT_WHOLE_RUN: args.length === 0 ? '1' : '' };
const { status } = spawnSync(
  projectNode(),
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`, ...args],
  { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] },
);

let report;
try {
  report = JSON.parse(readFileSync(results, 'utf8'));
} catch {
  console.log('The test runner ended without a report; what it printed stands above.');
  console.log('0 passed, 1 failed, 0 skipped');
  process.exit(1);
}
rmSync(directory, { recursive: true, force: true });

console.log('The slowest files:');
for (const { seconds, name } of slowest(report.testResults)) console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);

const passed = report.numPassedTests;
const skipped = report.numPendingTests + (report.numTodoTests ?? 0);
// A file that fails to load has no tests to count.
const broken = report.testResults.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;
const failed = report.numFailedTests + broken;
const ci = process.env.CI === 'true';
if (skipped > 0)
  console.log(`${skipped} tests were skipped (see the lines above for the missing packages)${ci ? ': in CI that is a failure' : ''}.`);
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exit(status === 0 && failed === 0 && passed > 0 && !(ci && skipped > 0) ? 0 : 1);

/**
 * @param {readonly { name: string, startTime: number, endTime: number }[]} files
 */
function slowest(files) {
  return files
    .map(({ name, startTime, endTime }) => ({ name: relative(root, name), seconds: (endTime - startTime) / 1000 }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, 10);
}
