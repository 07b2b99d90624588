// Whether good clusters wait for broken ones: 70 good contexts alone, and the same 70 behind 30 that refuse, swallow
// packets, or have a plugin that sleeps. Prints the time until the 70 are online, in turns. Run it with Node 24, not on
// Windows: node test/bench/broken-fleet.bench.ts [rounds]
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERYTHING } from '../../main/demo/cluster/access.ts';
import { startCluster } from '../../main/demo/cluster/cluster.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../main/demo/cluster/objects.ts';
import { createAuthority } from '../../main/demo/server/certificates.ts';
import { MANUAL, switchedOn } from '../support/documents.ts';

// electron-store imports electron, whose module would look for a binary that may be missing.
process.env.ELECTRON_OVERRIDE_DIST_PATH ??= '/nonexistent';
const { openClusters } = await import('../support/clusters.ts');

const ROUNDS = Number(process.argv[2] ?? 31);
/** Goal: at most this many times as long as the 70 alone. */
const GOAL = 1.1;

const folder = await mkdtemp(join(tmpdir(), 'kaudit-bench-'));
const authority = await createAuthority('bench');
const at = { resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
const labels = { app: 'kaudit' };
const credentials = await authority.issue(['127.0.0.1']);
const good = await Promise.all(
  Array.from({ length: 70 }, () =>
    startCluster({
      credentials,
      users: [{ name: 'admin', token: 'admin', grants: [EVERYTHING] }],
      objects: [
        { resource: NAMESPACES, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alcide-kaudit', uid: '1', ...at } } },
        {
          resource: CONFIG_MAPS,
          object: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'kaudit-integration-prod', namespace: 'alcide-kaudit', uid: '2', labels, ...at },
            data: { 'audit-integration': switchedOn(MANUAL, 0) },
          },
        },
      ],
    }),
  ),
);
const sockets = new Set<Socket>();
const silent = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined).resume();
});
await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
const mute = `https://127.0.0.1:${(silent.address() as AddressInfo).port}`;
await writeFile(join(folder, 'plugin'), '#!/bin/sh\nexec sleep 300\n');
await chmod(join(folder, 'plugin'), 0o755);

const ca = Buffer.from(authority.certificate).toString('base64');
const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
const broken = Array.from({ length: 30 }, (_, index) => ({
  name: `broken-${index}`,
  // Nothing listens on port 1.
  server: index < 10 ? 'https://127.0.0.1:1' : index < 20 ? mute : (good[0]?.url ?? ''),
  user: index < 20 ? { token: 'admin' } : { exec },
}));
const fine = good.map(({ url }, index) => ({ name: `good-${index}`, server: url, user: { token: 'admin' } }));

async function kubeconfig(name: string, entries: typeof broken | typeof fine): Promise<string> {
  const path = join(folder, name);
  const config = {
    clusters: entries.map(({ name: cluster, server }) => ({ name: cluster, cluster: { server, 'certificate-authority-data': ca } })),
    users: entries.map(({ name: user, user: spec }) => ({ name: user, user: spec })),
    contexts: entries.map(({ name: context }) => ({ name: context, context: { cluster: context, user: context } })),
  };
  await writeFile(path, JSON.stringify(config));
  return path;
}

/** Milliseconds until the 70 are online. */
async function timed(file: string, round: number, names: readonly string[]): Promise<number> {
  const open = openClusters({ directory: join(folder, `${file.split('/').at(-1)}-${round}`), kubeconfig: [file] });
  await open.clusters.start();
  const start = performance.now();
  const states = names.map((name) => open.clusters.connect(name));
  const ended = await Promise.all(states.filter((_, index) => names[index]?.startsWith('good')));
  const took = performance.now() - start;
  if (ended.some((state) => state !== 'online')) throw new Error(`Not online: ${[...new Set(ended)]}`);
  await open.close();
  return took;
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

try {
  const alone = await kubeconfig('alone', fine);
  const all = await kubeconfig('all', [...broken, ...fine]);
  const pairs: (readonly [number, number])[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const names = fine.map(({ name }) => name);
    const one = await timed(alone, round, names);
    const other = await timed(all, round, [...broken.map(({ name }) => name), ...names]);
    // The first round warms up.
    if (round > 0) pairs.push([one, other]);
  }
  const ratio = median(pairs.map(([one, other]) => other / one));
  console.log(
    `70 good contexts alone: ${median(pairs.map(([one]) => one)).toFixed(0)} ms; behind 30 broken ones: ${median(pairs.map(([, other]) => other)).toFixed(0)} ms`,
  );
  console.log(`Median of the ratios, pair by pair: ${ratio.toFixed(2)} (goal: at most ${GOAL})`);
  process.exitCode = ratio <= GOAL ? 0 : 1;
} finally {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await Promise.all(good.map((cluster) => cluster.close()));
  await rm(folder, { recursive: true, force: true });
}
