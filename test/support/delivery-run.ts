import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, expect } from 'vitest';
import type { DeliveryReport, StageName, StageState } from '../../main/common/delivery/delivery.ts';
import type { TimeLimits } from '../../main/delivery/connection-order.ts';
import { type DeliveryRequest, runDeliveryTest } from '../../main/delivery/delivery-test.ts';
import type { Network } from '../../main/delivery/network.ts';
import { Redaction } from '../../main/secrets/redaction.ts';
import { createAuthority } from './certificates.ts';
import { type Behaviour, type Bench, type BenchRequest, namesOnLoopback, startBench } from './delivery-bench.ts';
import { FULL } from './full-run.ts';

// One delivery test against an ingest that misbehaves on command, with what must be true of every one: no key in any
// output, and no pass without proof. Belongs to the test file that imports it: its ingest ends with that file's tests.

export const API = 'api.eu2.coralogix.com';
export const INGRESS = 'ingress.eu2.coralogix.com';
export const KEY = 'cxtp_Sentinel4f8a1c2bd93e7061Sentine';
export const WRONG = 'cxtp_Wrong0000000000000000000000000';
/** Milliseconds per stage, for those that end by their time limit. */
export const QUICK: TimeLimits = { proxy: 400, dns: 400, tcp: 400, tls: 400, http: 400 };
/** Milliseconds between the two attempts, plus what a busy machine needs. */
const PAUSE_AND_SLACK = 3500;
const RETRY = FULL ? {} : { retryPause: 50 };

export const authority = await createAuthority('Test CA');
export const bench: Bench = await startBench({ authority, names: [API, INGRESS, 'logs.example'] });
export const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-delivery-'));
/** Every report of the last test, in order. */
export const progress: DeliveryReport[] = [];

const servers: Bench[] = [bench];
const stops: (() => Promise<void>)[] = [];

/** Ends a server after the test. What a bench received is proof. */
export function stopLater<Server extends { stop(): Promise<void> }>(server: Server | (Server & Bench)): Server {
  if ('received' in server) servers.push(server);
  stops.push(() => server.stop());
  return server;
}

afterAll(async () => {
  await bench.stop();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  servers.splice(1);
  bench.behave(keyed);
  (bench.received as unknown[]).length = 0;
});

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Behaviour => {
  return (_request, response) =>
    void response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(value));
};
/** Accepts the right key and no other. */
export const keyed: Behaviour = (request, response) =>
  request.headers.authorization === `Bearer ${KEY}`
    ? json(200, {})(request, response)
    : json(401, { message: 'Unauthorized' })(request, response);
bench.behave(keyed);

export function network(more: Partial<Network> = {}): Network {
  return {
    environment: {},
    lookup: namesOnLoopback([API, INGRESS, 'logs.example']),
    certificateAuthorities: [authority.certificate],
    ...more,
  };
}

function request(more: Partial<DeliveryRequest> = {}): DeliveryRequest {
  return {
    url: `https://${API}:${bench.port}/logs/v1/bulk`,
    type: 'detections',
    header: undefined,
    key: KEY,
    applicationName: 'kaudit',
    subsystemName: 'delivery-test',
    subject: { kind: 'preset', id: 'one', hash: 'hash' },
    tryTwin: false,
    ...more,
  };
}

export async function run(
  more: Partial<DeliveryRequest> = {},
  net: Network = network(),
  limits?: Partial<TimeLimits>,
  signal = new AbortController().signal,
): Promise<DeliveryReport> {
  progress.length = 0;
  const started = performance.now();
  const report = await runDeliveryTest(request(more), {
    network: net,
    redaction: new Redaction(),
    signal,
    onProgress: (running) => progress.push(running),
    ...RETRY,
    ...(limits === undefined ? {} : { limits }),
  });
  if (limits === QUICK) expect(performance.now() - started).toBeLessThan(2 * QUICK.http + PAUSE_AND_SLACK);
  // No output contains a key, wherever the key went.
  const everything = inspect([report, progress], { depth: 30, maxStringLength: null });
  expect(everything).not.toContain(more.key ?? KEY);
  expect(everything).not.toContain('Sentinel4f8a');
  if (report.outcome === 'passed') expectProof(report, more);
  if (report.twin?.outcome === 'passed') expect(arrivals(report.id).map(keyOf(more))).toContain(more.key ?? KEY);
  return report;
}

/** An OK counts only if exactly that entry arrived with exactly that key, once per attempt, and nothing else. */
function expectProof(report: DeliveryReport, more: Partial<DeliveryRequest>): void {
  const came = arrivals(report.id);
  expect(came.map(keyOf(more))).toEqual(Array.from({ length: report.attempts }, () => more.key ?? KEY));
  expect(new Set(came.map(({ path }) => path))).toEqual(new Set([new URL(report.url.replace('[redacted]@', '')).pathname]));
}

function arrivals(id: string): readonly BenchRequest[] {
  return servers.flatMap(({ received }) => received).filter(({ body }) => testIdOf(body) === id);
}

function testIdOf(body: string): unknown {
  const payload = JSON.parse(body);
  const entry = Array.isArray(payload) ? payload[0] : payload.logEntries?.[0];
  return JSON.parse(entry?.text ?? '{}').test_id;
}

/** Where the URL's path or the integration puts the key. */
function keyOf(more: Partial<DeliveryRequest>) {
  return ({ path, headers, body }: BenchRequest): unknown => {
    if (more.header !== undefined) return headers[more.header.toLowerCase()];
    if (path === '/api/v1/logs') return JSON.parse(body).privateKey;
    if (path.startsWith('/logs/rest/')) return headers.private_key;
    return headers.authorization?.replace(/^Bearer /, '');
  };
}

export function states(report: DeliveryReport): Partial<Record<StageName, StageState>> {
  return Object.fromEntries(report.stages.map(({ name, state }) => [name, state]));
}

/**
 * The first stage that failed. Checks that all stages before it passed (or warned), and that none after it was reached.
 */
export function failing(report: DeliveryReport): StageName | undefined {
  const index = report.stages.findIndex(({ state }) => state === 'failed');
  const [before, behind] = index < 0 ? [report.stages, []] : [report.stages.slice(0, index), report.stages.slice(index + 1)];
  for (const { name, state } of before) expect([name, state]).toEqual([name, expect.stringMatching(/passed|warning/)]);
  for (const { name, state } of behind) expect([name, state]).toEqual([name, 'not-reached']);
  expect(report.outcome).toBe(index < 0 ? 'passed' : 'failed');
  if (index >= 0) expect(report.stages[index]?.fix).toMatch(/\w/);
  return report.stages[index]?.name;
}

/** The stage that failed, with its fix. */
export function failure(report: DeliveryReport): { name: StageName | undefined; evidence: string; fix: string } {
  const name = failing(report);
  const stage = report.stages.find(({ state }) => state === 'failed');
  return { name, evidence: stage?.evidence ?? '', fix: stage?.fix ?? '' };
}
