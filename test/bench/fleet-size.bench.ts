// What a fleet costs as it grows: 250, 500 and 1,000 contexts, each of an embedded cluster of its own, all watched, in
// the real browser host. Prints the time until all are online, the resident memory, and, at rest over a minute,
// requests and CPU. Run it with Node 24 after `npm run build`, on Linux: node test/bench/fleet-size.bench.ts [seconds
// at rest] [sizes, comma-separated]
import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EVERYTHING } from '../../main/demo/cluster/access.ts';
import { type DemoCluster, startCluster } from '../../main/demo/cluster/cluster.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../main/demo/cluster/objects.ts';
import { createAuthority } from '../../main/demo/server/certificates.ts';
import { MANUAL, switchedOn } from '../support/documents.ts';
import { startHost } from '../support/host.ts';

const SIZES = (process.argv[3] ?? '250,500,1000').split(',').map(Number);
const REST = Number(process.argv[2] ?? 60);
/** Goals: megabytes resident, and percent of one processor at rest, for 1,000 contexts. */
const MEMORY_GOAL = 300;
const CPU_GOAL = 1;
/** On Linux. */
const TICKS_PER_SECOND = 100;

let requests = 0;
for (const channel of ['http.server.request.start', 'http2.server.stream.start']) {
  subscribe(channel, () => {
    requests += 1;
  });
}

async function resident(pid: number): Promise<number> {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

async function processorSeconds(pid: number): Promise<number> {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const authority = await createAuthority('bench');
const at = { resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'kaudit-integration-prod', namespace: 'alcide-kaudit', uid: '2', labels: { app: 'kaudit' }, ...at },
  data: { 'audit-integration': switchedOn(MANUAL, 0) },
};
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alcide-kaudit', uid: '1', ...at } };
const credentials = await authority.issue(['127.0.0.1']);
const clusters: DemoCluster[] = [];
const folder = await mkdtemp(join(tmpdir(), 'kaudit-bench-'));
const ca = Buffer.from(authority.certificate).toString('base64');
let met = true;
try {
  for (const size of SIZES) {
    while (clusters.length < size) {
      clusters.push(
        await startCluster({
          credentials,
          users: [{ name: 'admin', token: 'admin', grants: [EVERYTHING] }],
          objects: [
            { resource: NAMESPACES, object: namespace },
            { resource: CONFIG_MAPS, object: configMap },
          ],
        }),
      );
    }
    const names = Array.from({ length: size }, (_, index) => `c${index}`);
    const config = {
      clusters: names.map((name, index) => ({ name, cluster: { server: clusters[index]?.url, 'certificate-authority-data': ca } })),
      users: [{ name: 'admin', user: { token: 'admin' } }],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
    };
    const file = join(folder, `config-${size}`);
    await writeFile(file, JSON.stringify(config));
    const host = await startHost({ flags: ['--kubeconfig', file] });
    const pid = host.process.pid ?? 0;
    const idle = await resident(pid);
    const started = performance.now();
    await Promise.all(names.map((context) => host.ask('cluster.connect', { context })));
    const took = performance.now() - started;
    const fleet = await host.ask('fleet.get', {});
    const online = fleet.clusters.filter(({ state, configMaps }) => state === 'online' && configMaps.length === 1).length;
    if (online !== size) throw new Error(`Only ${online} of ${size} are online`);
    // Until the watches run, and V8 has collected the garbage of connecting.
    await wait(60_000);
    const [before, used] = [requests, await processorSeconds(pid)];
    const rest = size === SIZES.at(-1) ? REST : 10;
    await wait(rest * 1000);
    const cpu = ((await processorSeconds(pid)) - used) / (rest / 100);
    const memory = await resident(pid);
    const asked = requests - before;
    console.log(
      `${size} contexts: ${(took / 1000).toFixed(1)} s until online (${(took / size).toFixed(1)} ms each), ${memory.toFixed(0)} MB resident (${idle.toFixed(0)} before), at rest for ${rest} s: ${asked} requests, ${cpu.toFixed(2)} % CPU`,
    );
    if (size === SIZES.at(-1)) met = memory < MEMORY_GOAL && cpu < CPU_GOAL && asked === 0;
    await host.stop();
  }
} finally {
  await Promise.all(clusters.map((cluster) => cluster.close()));
  await rm(folder, { recursive: true, force: true });
}
console.log(
  `Goals for ${SIZES.at(-1)} contexts (under ${MEMORY_GOAL} MB, under ${CPU_GOAL} % CPU, no requests): ${met ? 'met' : 'missed'}`,
);
process.exitCode = met ? 0 : 1;
