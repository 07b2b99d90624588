// What the first start of a fresh clone costs, next to another commit in the same run: `npm run demo -- --host browser
// --no-open` until it prints its address, and the size of the folder then. Each clone starts with an empty npm cache.
// node test/bench/first-start.bench.ts [COMMIT …] HEAD and 6476f0f without any
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** HEAD costs at most this share of what the other commit does. */
const GOAL = 0.6;

const root = join(import.meta.dirname, '..', '..');
const commits = process.argv.length > 2 ? process.argv.slice(2) : ['6476f0f', 'HEAD'];

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

async function firstStart(commit: string): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-first-'));
  const clone = join(directory, 'clone');
  execFileSync('git', ['clone', '-q', '--no-local', root, clone]);
  execFileSync('git', ['-C', clone, 'checkout', '-q', execFileSync('git', ['-C', root, 'rev-parse', commit]).toString().trim()]);
  const start = performance.now();
  const demo = spawn('npm', ['run', '--silent', 'demo', '--', '--host', 'browser', '--no-open'], {
    cwd: clone,
    env: { ...process.env, npm_config_cache: join(directory, 'cache'), HOME: directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(demo, 'exit');
  let output = '';
  for await (const chunk of demo.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.includes('#token=')) break;
  }
  const seconds = (performance.now() - start) / 1000;
  if (!output.includes('#token=')) throw new Error(`${commit} ended without an address`);
  demo.kill();
  await exited;
  const megabytes = Number(execFileSync('du', ['-sm', clone]).toString().split('\t')[0]);
  rmSync(directory, { recursive: true, force: true });
  return { seconds, megabytes };
}

const costs: Cost[] = [];
for (const commit of commits) {
  const cost = await firstStart(commit);
  costs.push(cost);
  console.log(`${commit}: ${cost.seconds.toFixed(0)} s, ${cost.megabytes} MB`);
}
const [before, after] = [costs[0], costs.at(-1)];
if (before !== undefined && after !== undefined && costs.length > 1) {
  const time = after.seconds / before.seconds;
  const size = after.megabytes / before.megabytes;
  console.log(`${(time * 100).toFixed(0)} % of the time, ${(size * 100).toFixed(0)} % of the size (goal: ${GOAL * 100} %)`);
  process.exitCode = time > GOAL || size > GOAL ? 1 : 0;
}
