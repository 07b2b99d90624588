// A delivery test beside curl against the same server, stage by stage. The server answers as one that is 50 ms away. Run it with Node 24:
//   node test/bench/delivery.bench.ts
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { runDeliveryTest } from '../../main/delivery/delivery-test.ts';
import { Redaction } from '../../main/secrets/redaction.ts';
import { createAuthority } from '../support/certificates.ts';
import { namesOnLoopback, startBench } from '../support/delivery-bench.ts';

const ROUNDS = 25;
/** Milliseconds that a byte takes one way. */
const ONE_WAY = 25;
/** Stage times agree within one of these. */
const MOST_DIFFERENCE = 0.2;
const MOST_MILLISECONDS = 2;
/** A whole test costs at most this many whole curls. */
const GOAL = 1.3;

// Both are told its address: curl answers `localhost` without asking the system.
const HOST = 'api.eu2.coralogix.com';
const KEY = 'cxtp_0123456789abcdefghijABCDEFGHIJ';
const STAGES = ['dns', 'tcp', 'tls', 'http'] as const;
type Times = Record<(typeof STAGES)[number] | 'total', number>;

if (isMainThread) await measure();
else await serve();

/** In a thread of its own, so that its work is not taken for the client's. */
async function serve(): Promise<void> {
  const authority = await createAuthority('Bench CA');
  const bench = await startBench({ authority, names: [HOST] });
  const far = createServer((socket) => {
    const server = connect({ host: '127.0.0.1', port: bench.port });
    delay(socket, server);
    delay(server, socket);
  });
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
  const worker = new Worker(new URL(import.meta.url));
  const { port, ca } = await new Promise<{ port: number; ca: string }>((done, fail) => worker.once('message', done).once('error', fail));
  const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-bench-'));
  const authorities = join(directory, 'ca.pem');
  writeFileSync(authorities, ca);
  const url = `https://${HOST}:${port}/logs/v1/bulk`;
  try {
    const body = await payload(url, ca);
    await curl(url, authorities, body);
    const ours: Times[] = [];
    const theirs: Times[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await test(url, ca));
      theirs.push(await curl(url, authorities, body));
    }
    report(best(ours), best(theirs));
  } finally {
    rmSync(directory, { recursive: true, force: true });
    await worker.terminate();
  }
}

async function delivery(url: string, ca: string) {
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
    {
      network: { environment: {}, certificateAuthorities: [ca], lookup: namesOnLoopback([HOST]) },
      redaction: new Redaction(),
      signal: new AbortController().signal,
      onProgress: () => {},
    },
  );
  if (report.outcome !== 'passed') throw new Error(report.summary);
  return report;
}

async function payload(url: string, ca: string): Promise<string> {
  return (await delivery(url, ca)).payload;
}

async function test(url: string, ca: string): Promise<Times> {
  const start = performance.now();
  const { stages } = await delivery(url, ca);
  const total = performance.now() - start;
  const of = (name: string) => stages.find((stage) => stage.name === name)?.milliseconds ?? Number.NaN;
  return { dns: of('dns'), tcp: of('tcp'), tls: of('tls'), http: of('http'), total };
}

async function curl(url: string, authorities: string, body: string): Promise<Times> {
  const format = '%{http_code} %{time_namelookup} %{time_connect} %{time_appconnect} %{time_total}';
  const headers = ['Content-Type: application/json', `Authorization: Bearer ${KEY}`].flatMap((header) => ['--header', header]);
  const { stdout } = await promisify(execFile)('curl', [
    ...[
      '--silent',
      '--http1.1',
      '--cacert',
      authorities,
      '--noproxy',
      '*',
      '--resolve',
      `${new URL(url).host}:127.0.0.1`,
      '--output',
      '/dev/null',
      '--write-out',
      format,
    ],
    ...[...headers, '--data-binary', body, url],
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

/** Per stage: what else the machine does only ever adds to a time. */
function best(all: readonly Times[]): Times {
  const least = (name: keyof Times) => Math.min(...all.map((times) => times[name]));
  return { dns: least('dns'), tcp: least('tcp'), tls: least('tls'), http: least('http'), total: least('total') };
}

function report(ours: Times, theirs: Times): void {
  let failed = false;
  for (const name of STAGES) {
    const difference = Math.abs(ours[name] - theirs[name]);
    const agrees = difference <= MOST_MILLISECONDS || difference <= MOST_DIFFERENCE * theirs[name];
    failed ||= !agrees;
    console.log(
      `${name.padEnd(5)} ${ours[name].toFixed(2).padStart(8)} ms, curl ${theirs[name].toFixed(2).padStart(8)} ms${agrees ? '' : '  differs'}`,
    );
  }
  const ratio = ours.total / theirs.total;
  failed ||= ratio > GOAL;
  console.log(
    `total ${ours.total.toFixed(2).padStart(8)} ms, curl ${theirs.total.toFixed(2).padStart(8)} ms (${ratio.toFixed(2)}x; goal: at most ${GOAL}x)`,
  );
  console.log(
    failed
      ? 'The times are not those of curl.'
      : `The best of ${ROUNDS} rounds agree within ${MOST_DIFFERENCE * 100} % or ${MOST_MILLISECONDS} ms.`,
  );
  process.exitCode = failed ? 1 : 0;
}
