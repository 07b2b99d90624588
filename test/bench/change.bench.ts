// One change on a real API server next to `kubectl get | sed | kubectl replace`, for 100 ConfigMaps in `xargs -P 8`.
// This program's times include a dry run and a read-back. Needs kube-apiserver, etcd, kubectl and a build.
// Run it with Node 24, on a quiet machine:
//   KUBEBUILDER_ASSETS=… node test/bench/change.bench.ts [rounds]
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { NAMESPACE, startApiServer } from '../support/api-server.ts';
import { startHost } from '../support/host.ts';

const COUNT = 100;
const AT_ONCE = 8;
const ROUNDS = Number(process.argv[2] ?? 5);
/** Goals: kubectl takes at least this many times as long. */
const MANY_GOAL = 8;
const ONE_GOAL = 5;

const names = Array.from({ length: COUNT }, (_, index) => `kaudit-integration-${index}`);
const textOf = (limit: number) => `# ours
- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa
    rate-limit: ${limit}
`;

function median(times: readonly number[]): number {
  return [...times].sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const server = await startApiServer();
const host = await startHost({ flags: ['--kubeconfig', server.kubeconfig] });
try {
  const items = names.map((name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: NAMESPACE, labels: { app: 'kaudit' } },
    data: { 'audit-integration': textOf(1) },
  }));
  await server.kubectl(['create', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  await host.ask('cluster.connect', { context: 'admin' });
  for (;;) {
    const { clusters } = await host.ask('fleet.get', {});
    if (clusters.find(({ context }) => context === 'admin')?.configMaps.length === COUNT) break;
  }
  const ref = (name: string): ConfigMapRef => ({ context: 'admin', namespace: NAMESPACE, name });

  /** All of them say so, and nothing else changed. */
  const check = async (limit: number, expected: number) => {
    const list = JSON.parse(await server.kubectl(['get', 'configmaps', '-n', NAMESPACE, '-l', 'app=kaudit', '-o', 'json']));
    const texts = (list.items as { data: Record<string, string> }[]).map(({ data }) => data['audit-integration']);
    const found = texts.filter((text) => text === textOf(limit)).length;
    if (found !== expected) throw new Error(`${found} of ${expected} ConfigMaps say ${limit}.`);
  };
  const kubectl = `kubectl --kubeconfig '${server.kubeconfig}' --context admin -n ${NAMESPACE}`;
  const shell = (command: string) =>
    promisify(execFile)('bash', ['-c', `set -eo pipefail; ${command}`], { env: { ...process.env, HOME: server.directory } });
  const replace = (name: string, limit: number) =>
    `${kubectl} get configmap ${name} -o yaml | sed 's/rate-limit: .*/rate-limit: ${limit}/' | ${kubectl} replace -f -`;
  const manyByShell = (limit: number) =>
    shell(`printf '%s\\n' ${names.join(' ')} | xargs -P ${AT_ONCE} -I {} bash -c ${JSON.stringify(replace('{}', limit))}`);
  const manyByProgram = async (value: number) => {
    const targets = names.map((name) => ({ ref: ref(name), integration: 0 }));
    const { plan } = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value } });
    const { saved } = await host.ask('rollout.run', { plan });
    if (saved !== COUNT) throw new Error(`${saved} were saved.`);
  };
  const [first = ''] = names;
  const oneByProgram = async (value: number) => {
    const { resourceVersion: base } = await host.ask('configMap.get', { ref: ref(first) });
    const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value }];
    const { outcome } = await host.ask('configMap.apply', { ref: ref(first), base, edits });
    if (outcome !== 'saved') throw new Error(`It is ${outcome}.`);
  };

  let limit = 1;
  const many = { shell: [] as number[], program: [] as number[] };
  const one = { shell: [] as number[], program: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    limit += 1;
    many.shell.push(await timed(() => manyByShell(limit)));
    await check(limit, COUNT);
    limit += 1;
    many.program.push(await timed(() => manyByProgram(limit)));
    await check(limit, COUNT);
    limit += 1;
    one.shell.push(await timed(() => shell(replace(first, limit))));
    await check(limit, 1);
    limit += 1;
    one.program.push(await timed(() => oneByProgram(limit)));
    await check(limit, 1);
  }

  const rows = [
    { what: `${COUNT} ConfigMaps`, ...many, goal: MANY_GOAL },
    { what: '1 ConfigMap', ...one, goal: ONE_GOAL },
  ].map(({ what, goal, ...times }) => {
    const [by, ours] = [median(times.shell), median(times.program)];
    return {
      what,
      'get, sed, replace (ms)': Math.round(by),
      'this program (ms)': Math.round(ours),
      'times as fast': Number((by / ours).toFixed(1)),
      goal,
    };
  });
  console.table(rows);
  if (rows.some((row) => row['times as fast'] < row.goal)) process.exitCode = 1;
} finally {
  await host.stop();
  await server.stop();
}
