// What listing the integrations of 100 contexts of one real API server costs: from the command to the last status in a
// running process. Next to it, kubectl (8 at a time) and a bare loop of 100 TLS requests in Node. Needs
// kube-apiserver, etcd and kubectl. Run it with Node 24: KUBEBUILDER_ASSETS=… node test/bench/fleet.bench.ts [rounds]
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ApiServer } from '../support/api-server.ts';
import { NAMESPACE, startApiServer } from '../support/api-server.ts';
import { MANUAL, switchedOn } from '../support/documents.ts';

// electron-store imports electron, whose module would look for a binary that may be missing.
process.env.ELECTRON_OVERRIDE_DIST_PATH ??= '/nonexistent';
const { openClusters } = await import('../support/clusters.ts');

const COUNT = 100;
const ROUNDS = Number(process.argv[2] ?? 15);
/**
 * Goals: kubectl takes at least this many times as long as this program, and this program at most this many times as
 * long as the bare loop.
 */
const KUBECTL_GOAL = 10;
const BARE_GOAL = 2;

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** One list over its own connection, as 100 clusters need 100 connections. */
function bare(server: ApiServer): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = {
      ca: server.authority.certificate,
      agent: false,
      headers: { authorization: `Bearer ${server.token('admin')}`, accept: 'application/json' },
    } as const;
    const sent = request(`${server.server}/api/v1/configmaps?labelSelector=app%3Dkaudit&limit=500`, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        JSON.parse(text);
        resolve();
      });
    });
    sent.on('error', reject).end();
  });
}

const folder = await mkdtemp(join(tmpdir(), 'kaudit-bench-'));
const server = await startApiServer();
try {
  const metadata = { name: 'kaudit-integration-prod', namespace: NAMESPACE, labels: { app: 'kaudit' } };
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'audit-integration': switchedOn(MANUAL, 0) } };
  await server.kubectl(['apply', '-f', '-'], { input: JSON.stringify(object) });
  const names = Array.from({ length: COUNT }, (_, index) => `c${index}`);
  const ca = Buffer.from(server.authority.certificate).toString('base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: names.map((name) => ({ name, cluster: { server: server.server, 'certificate-authority-data': ca } })),
    users: names.map((name) => ({ name, user: { token: server.token('admin') } })),
    contexts: names.map((name) => ({ name, context: { cluster: name, user: name } })),
  };
  const file = join(folder, 'config');
  await writeFile(file, JSON.stringify(config));

  const ours: number[] = [];
  const kubectl: number[] = [];
  const loop: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const open = openClusters({ directory: join(folder, `data-${round}`), kubeconfig: [file] });
    await open.clusters.start();
    const own = await timed(async () => {
      const states = await Promise.all(names.map((name) => open.clusters.connect(name)));
      const shown = open.store.snapshot().clusters.filter(({ state, configMaps }) => state === 'online' && configMaps.length === 1);
      if (shown.length !== COUNT) throw new Error(`Only ${shown.length} of ${COUNT} are shown: ${[...new Set(states)]}`);
    });
    await open.close();
    const plain = await timed(() => Promise.all(names.map(() => bare(server))));
    // The first round warms both up.
    if (round === 0) continue;
    ours.push(own);
    loop.push(plain);
    if (round > 2) continue;
    const command = `printf '%s\\n' ${names.join(' ')} | xargs -P 8 -I{} kubectl --kubeconfig '${file}' --context {} get configmaps -n ${NAMESPACE} -l app=kaudit -o json > /dev/null`;
    kubectl.push(await timed(() => promisify(execFile)('sh', ['-c', command], { env: { PATH: process.env.PATH, HOME: folder } })));
  }
  const [own, plain, theirs] = [median(ours), median(loop), median(kubectl)];
  console.log(`${COUNT} contexts of one API server: ${own.toFixed(0)} ms`);
  console.log(`kubectl, 8 at a time: ${theirs.toFixed(0)} ms, ${(theirs / own).toFixed(1)} times as long (goal: at least ${KUBECTL_GOAL})`);
  console.log(
    `bare loop of ${COUNT} TLS requests: ${plain.toFixed(0)} ms; this program takes ${(own / plain).toFixed(2)} times as long (goal: at most ${BARE_GOAL})`,
  );
  process.exitCode = theirs / own >= KUBECTL_GOAL && own / plain <= BARE_GOAL ? 0 : 1;
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
