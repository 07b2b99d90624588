// What a cold start of the browser host costs next to an empty Node: process start to the reply of `fleet.get` with all
// contexts listed. Run it with Node 24, on a quiet machine, after `npm run build`: node test/bench/start.bench.ts
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '../../main/common/api.ts';
import type { Fleet } from '../../main/common/fleet/fleet.ts';

const CONTEXTS = 20;
const ROUNDS = 15;
/** A start costs at most this many empty ones. */
const GOAL = 6;

const entry = join(import.meta.dirname, '..', '..', 'dist', 'main', 'browser.js');
const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-bench-'));
const kubeconfig = join(directory, 'config');
const names = Array.from({ length: CONTEXTS }, (_, index) => `cluster-${index}`);
writeFileSync(
  kubeconfig,
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name, cluster: { server: 'https://127.0.0.1:1' } })),
    users: names.map((name) => ({ name, user: { token: 'none' } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  }),
);

function emptyStart(): number {
  const start = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - start;
}

async function hostStart(): Promise<number> {
  const start = performance.now();
  const host = spawn(process.execPath, [entry, '--no-open', '--user-data', directory, '--kubeconfig', kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(host, 'exit');
  let output = '';
  for await (const chunk of host.stdout as AsyncIterable<Buffer>) {
    output += chunk.toString();
    if (output.includes('\n')) break;
  }
  const [, origin, token] = /(http:\/\/127\.0\.0\.1:\d+)\/#token=(\S+)/.exec(output) ?? [];
  const response = await fetch(`${origin}/api`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: 'fleet.get', args: {} }),
  });
  const envelope = (await response.json()) as Envelope<Fleet>;
  const taken = performance.now() - start;
  if (!envelope.ok || envelope.value.clusters.length !== CONTEXTS) throw new Error('The contexts were not listed');
  host.kill();
  await exited;
  return taken;
}

function median(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;
}

// The first of both warms the file cache, and this process's own fetch.
emptyStart();
await hostStart();
const empty: number[] = [];
const host: number[] = [];
// In turns, so that other load on the machine affects both.
for (let round = 0; round < ROUNDS; round++) {
  empty.push(emptyStart());
  host.push(await hostStart());
}
rmSync(directory, { recursive: true });
const ratio = median(host) / median(empty);
console.log(
  `node -e 0: ${median(empty).toFixed(0)} ms, the host: ${median(host).toFixed(0)} ms, ${ratio.toFixed(2)} times that (goal: ${GOAL})`,
);
process.exitCode = ratio > GOAL ? 1 : 0;
