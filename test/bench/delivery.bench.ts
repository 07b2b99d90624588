// A delivery test next to curl, pair by pair, against one server that responds as if 50 ms away. Both resolve the name,
// make a new TLS 1.3 connection and post the same body; the server says what each connection was. Run it
// with Node 24: node test/bench/delivery.bench.ts
import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { runDeliveryTest } from '../../main/delivery/delivery-test.ts';
import { Redaction } from '../../main/secrets/redaction.ts';
import { createAuthority } from '../support/certificates.ts';
import { namesOnLoopback, startBench } from '../support/delivery-bench.ts';

const PAIRS = 40;
/** Pairs before those, so that neither is measured during its loading. */
const WARM_UP = 5;
/** Milliseconds that a byte takes one way. */
const ONE_WAY = 25;
/** Milliseconds between two runs, so that one run's cleanup isn't part of the next. */
const REST = 30;
/** Stage times agree within one of these. */
const MOST_DIFFERENCE = 0.2;
const MOST_MILLISECONDS = 2;
/** A whole test costs at most this many whole curls. */
const GOAL = 1.3;

const KEY = 'cxtp_0123456789abcdefghijABCDEFGHIJ';
const STAGES = ['dns', 'tcp', 'tls', 'http'] as const;
type Times = Record<(typeof STAGES)[number] | 'total', number>;

if (isMainThread) await measure();
else await serve();

/** In its own thread, so that its work doesn't count as the client's. */
async function serve(): Promise<void> {
  const authority = await createAuthority('Bench CA');
  const bench = await startBench({ authority, names: [hostname()] });
  const far = createServer((socket) => {
    const server = connect({ host: '127.0.0.1', port: bench.port });
    delay(socket, server);
    delay(server, socket);
  });
  parentPort?.on('message', () => parentPort?.postMessage(bench.received.map(({ connection }) => connection)));
  far.listen(0, '127.0.0.1', () => {
    const address = far.address();
    parentPort?.postMessage({ port: typeof address === 'object' ? address?.port : undefined, ca: authority.certificate });
  });
}

function delay(from: Socket, to: Socket): void {
  from.setNoDelay(true);
  from.on('error', () => to.destroy());
  from.on('data', (data) => setTimeout(() => to.destroyed || to.write(data), ONE_WAY));
  from.on('end', () => setTimeout(() => to.end(), ONE_WAY));
}

async function measure(): Promise<void> {
  const host = hostname();
  const address = await lookup(host, { family: 4 }).catch(() => undefined);
  const system = address?.address === '127.0.0.1';
  if (!system) console.log(`${host} is not 127.0.0.1 here: both are told the address, and DNS compares nothing.`);
  const worker = new Worker(new URL(import.meta.url));
  const told = () => new Promise<unknown>((done, fail) => worker.once('message', done).once('error', fail));
  const { port, ca } = (await told()) as { port: number; ca: string };
  const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-bench-'));
  const authorities = join(directory, 'ca.pem');
  writeFileSync(authorities, ca);
  const url = `https://${host}:${port}/logs/v1/bulk`;
  try {
    const { payload } = await delivery(url, ca, system);
    const ours: Times[] = [];
    const theirs: Times[] = [];
    // curl a second time in each round: the difference between two measurements of the same.
    const control: Times[] = [];
    const runs = [
      async () => ours.push(await test(url, ca, system)),
      async () => theirs.push(await curl(url, authorities, payload, system)),
      async () => control.push(await curl(url, authorities, payload, system)),
    ];
    for (let pair = 0; pair < WARM_UP + PAIRS; pair++) {
      // The order changes, so that the machine's warm caches help both.
      for (let next = 0; next < runs.length; next++) {
        await pause(REST);
        await runs[(pair + next) % runs.length]?.();
      }
    }
    const answer = told();
    worker.postMessage('connections');
    const connections = new Set((await answer) as string[]);
    console.log(`Connections, as the server saw them: ${[...connections].join('; ')}`);
    if (connections.size !== 1) throw new Error('The two did not connect alike.');
    report(ours.slice(WARM_UP), theirs.slice(WARM_UP), control.slice(WARM_UP));
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await worker.terminate();
  }
}

async function delivery(url: string, ca: string, system: boolean) {
  const network = { environment: {}, certificateAuthorities: [ca], ...(system ? {} : { lookup: namesOnLoopback([hostname()]) }) };
  const report = await runDeliveryTest(
    {
      url,
      type: 'detections',
      header: undefined,
      key: KEY,
      applicationName: 'kaudit',
      subsystemName: 'delivery-test',
      subject: { kind: 'preset', id: 'bench', hash: '' },
      tryTwin: false,
    },
    { network, redaction: new Redaction(), signal: new AbortController().signal, onProgress: () => {} },
  );
  if (report.outcome !== 'passed') throw new Error(report.summary);
  return report;
}

async function test(url: string, ca: string, system: boolean): Promise<Times> {
  const start = performance.now();
  const { stages } = await delivery(url, ca, system);
  const total = performance.now() - start;
  const of = (name: string) => stages.find((stage) => stage.name === name)?.milliseconds ?? Number.NaN;
  return { dns: of('dns'), tcp: of('tcp'), tls: of('tls'), http: of('http'), total };
}

async function curl(url: string, authorities: string, body: string, system: boolean): Promise<Times> {
  const format = '%{http_code} %{time_namelookup} %{time_connect} %{time_appconnect} %{time_total}';
  const headers = ['Content-Type: application/json', `Authorization: Bearer ${KEY}`].flatMap((header) => ['--header', header]);
  const { stdout } = await promisify(execFile)('curl', [
    ...['--silent', '--http1.1', '--ipv4', '--cacert', authorities, '--noproxy', '*'],
    ...(system ? [] : ['--resolve', `${new URL(url).host}:127.0.0.1`]),
    ...['--output', '/dev/null', '--write-out', format, ...headers, '--data-binary', body, url],
  ]);
  const [status = 0, dns = 0, tcp = 0, tls = 0, total = 0] = stdout.split(' ').map(Number);
  if (status !== 200) throw new Error(`curl got HTTP ${status}`);
  const milliseconds = (seconds: number) => seconds * 1000;
  return {
    dns: milliseconds(dns),
    tcp: milliseconds(tcp - dns),
    tls: milliseconds(tls - tcp),
    http: milliseconds(total - tls),
    total: milliseconds(total),
  };
}

function quantile(all: readonly Times[], name: keyof Times, part: number): number {
  const sorted = all.map((times) => times[name]).sort((one, other) => one - other);
  return sorted[Math.round((sorted.length - 1) * part)] ?? Number.NaN;
}

function report(ours: readonly Times[], theirs: readonly Times[], control: readonly Times[]): void {
  const words = (all: readonly Times[], name: keyof Times) =>
    `${quantile(all, name, 0.5).toFixed(2)} (${quantile(all, name, 0.1).toFixed(2)} to ${quantile(all, name, 0.9).toFixed(2)})`;
  console.log(`Milliseconds, median of ${ours.length} (10 % to 90 %): delivery test | curl | curl again`);
  let failed = false;
  for (const name of [...STAGES, 'total'] as const) {
    const [one, other] = [quantile(ours, name, 0.5), quantile(theirs, name, 0.5)];
    const difference = Math.abs(one - other);
    const agrees = name === 'total' || difference <= MOST_MILLISECONDS || difference <= MOST_DIFFERENCE * other;
    failed ||= !agrees;
    console.log(`${name.padEnd(5)} ${words(ours, name)} | ${words(theirs, name)} | ${words(control, name)}${agrees ? '' : '  DIFFERS'}`);
  }
  const ratio = quantile(ours, 'total', 0.5) / quantile(theirs, 'total', 0.5);
  failed ||= ratio > GOAL;
  console.log(`Total: ${ratio.toFixed(2)}x (goal: at most ${GOAL}x)`);
  console.log(
    failed ? 'The times are not those of curl.' : `The medians agree within ${MOST_DIFFERENCE * 100} % or ${MOST_MILLISECONDS} ms.`,
  );
  process.exitCode = failed ? 1 : 0;
}
