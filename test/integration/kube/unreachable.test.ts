import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionTimes } from '../../../main/kube/cluster/cluster-connection.ts';
import type { Authority, IssueOptions } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import { FULL } from '../../support/full-run.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// Missing or broken servers. These tests need no API server.

describe('an unreachable cluster', () => {
  let folder: string;
  let authority: Authority;
  const open: Watching[] = [];
  const servers: Server[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-unreachable-'));
    authority = await createAuthority();
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  const listen = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const tls = async (options: Partial<IssueOptions>, answer: RequestListener = (_, response) => response.end()): Promise<string> => {
    const { certificate, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'], ...options });
    return `https://127.0.0.1:${await listen(createTlsServer({ cert: certificate, key }, answer))}`;
  };
  const given = async (cluster: object, user: object = { token: 'SENTINEL-TOKEN' }, times: ConnectionTimes = {}): Promise<Watching> => {
    const config = {
      clusters: [
        { name: 'c', cluster: { 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'), ...cluster } },
      ],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    const file = join(folder, `config-${Math.random()}`);
    await writeFile(file, JSON.stringify(config));
    const made = watching(await entryOf(file, 'x'), [], times);
    open.push(made);
    return made;
  };
  const failure = async (cluster: object, user?: object, times?: ConnectionTimes) => {
    const { state, problem, seenAt } = await (await given(cluster, user, times)).connection.connect();
    expect(seenAt).toBeNull();
    expect(JSON.stringify(problem)).not.toContain('SENTINEL');
    return { state, step: problem?.step, message: problem?.message };
  };
  const nobody = async (): Promise<number> => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => server.close(resolve));
    servers.pop();
    return port;
  };

  it('is distinguished by its name, its port, its certificate and its response', async () => {
    const port = await nobody();
    expect(await failure({ server: `https://127.0.0.1:${port}` })).toMatchObject({
      state: 'unreachable',
      step: 'tcp',
      message: expect.stringContaining('refused'),
    });
    expect(await failure({ server: 'https://nothing.invalid:6443' })).toMatchObject({ state: 'unreachable', step: 'dns' });
    expect(await failure({ server: `https://127.0.0.1:${port}`, 'proxy-url': `http://127.0.0.1:${port}` })).toMatchObject({
      state: 'unreachable',
      step: 'proxy',
    });

    const stranger = await createAuthority('another-ca');
    const untrusted = { 'certificate-authority-data': Buffer.from(stranger.certificate).toString('base64') };
    expect(await failure({ server: await tls({}), ...untrusted })).toMatchObject({
      state: 'unreachable',
      step: 'tls',
      message: expect.stringContaining('this computer doesn’t trust'),
    });
    expect(await failure({ server: await tls({ addresses: ['127.0.0.9'] }) })).toMatchObject({
      step: 'tls',
      message: expect.stringContaining('another name'),
    });
    expect(await failure({ server: await tls({ days: -1 }) })).toMatchObject({ step: 'tls', message: expect.stringContaining('expired') });

    const plain = await listen(createHttpServer((_, response) => response.end('{}')));
    expect(await failure({ server: `https://127.0.0.1:${plain}` })).toMatchObject({ state: 'unreachable', step: 'tls' });
    const page = await tls({}, (_, response) => response.end('<html>Sign in to the hotel</html>'));
    expect(await failure({ server: page })).toMatchObject({ step: 'context' });
    const gateway = await tls({}, (_, response) => response.writeHead(403).end('<html>Blocked: SENTINEL</html>'));
    expect(await failure({ server: gateway })).toMatchObject({ state: 'misconfigured', step: 'context' });
    const busy = await tls({}, (_, response) => response.writeHead(503).end('SENTINEL'));
    expect(await failure({ server: busy })).toMatchObject({ state: 'unreachable', message: expect.stringContaining('503') });
  });

  it('with a missing or broken file is reported with that file', async () => {
    const server = await tls({});
    expect(await failure({ server, 'certificate-authority-data': null, 'certificate-authority': 'none.pem' })).toMatchObject({
      state: 'misconfigured',
      step: 'file',
      message: expect.stringContaining(join(folder, 'none.pem')),
    });
    expect(await failure({ server }, { tokenFile: 'none.token' })).toMatchObject({ state: 'misconfigured', step: 'file' });
    expect(
      await failure(
        { server },
        { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-plugin', installHint: 'Get it from example.com.' } },
      ),
    ).toMatchObject({
      state: 'misconfigured',
      step: 'plugin',
    });
    const broken = { 'client-certificate-data': 'bm8=', 'client-key-data': 'bm8=' };
    expect(await failure({ server }, broken)).toMatchObject({
      state: 'misconfigured',
      step: 'context',
      message: expect.stringContaining('client-certificate-data'),
    });
  });

  it('that accepts and never responds is given up after a request’s limit', async () => {
    const times = FULL ? { connect: 9_000, request: 10_000 } : { connect: 900, request: 1_000 };
    const silent = await listen(createServer((socket) => socket.on('error', () => undefined).resume()));
    const started = Date.now();
    expect(await failure({ server: `https://127.0.0.1:${silent}` }, undefined, times)).toMatchObject({ state: 'unreachable', step: 'tcp' });
    const mute = await tls({}, () => undefined);
    expect(await failure({ server: mute }, undefined, times)).toMatchObject({ state: 'unreachable', step: 'tcp' });
    const took = Date.now() - started;
    expect(took).toBeGreaterThan((times.connect + times.request) * 0.9);
    expect(took).toBeLessThan(times.connect + times.request + 4_000);
  });

  it('is disconnected immediately while it drops packets, however many there are', async () => {
    const silent = await listen(createServer((socket) => socket.on('error', () => undefined).resume()));
    const made = await Promise.all(Array.from({ length: 10 }, () => given({ server: `https://127.0.0.1:${silent}` })));
    const connecting = made.map(({ connection }) => connection.connect());
    await new Promise((resolve) => setTimeout(resolve, 500));
    const closed = Promise.all(made.map(({ connection }) => connection.close())).then(() => 'closed');
    // Not a measurement: a hang lasts until the connection is given up after 9 seconds, or forever.
    expect(await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 5_000, 'hangs'))])).toBe('closed');
    await Promise.all(connecting);
  });

  it('is retried automatically, with growing pauses, until it responds', async () => {
    const port = await nobody();
    const { connection, updates, until } = await given({ server: `http://127.0.0.1:${port}` });
    await connection.connect();
    const server = createHttpServer((request, response) => {
      const path = request.url ?? '';
      if (path.includes('watch=true')) response.flushHeaders();
      else
        response.end(JSON.stringify({ kind: 'ConfigMapList', metadata: { resourceVersion: '1' }, items: [], status: { allowed: true } }));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await until(({ state }) => expect(state).toBe('online'), 15_000);
    expect(updates.map(({ state }) => state).filter((state) => state === 'connecting')).toHaveLength(1);
    await connection.close();
  });

  it('doesn’t return at the same moment as all the others that failed or slept', async () => {
    const came = new Map<string, number[]>();
    const went = new Map<string, number>();
    let healthy = false;
    const server = createHttpServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      const who = String(request.headers['impersonate-user']);
      if (url.searchParams.get('watch') === 'true') return void response.flushHeaders();
      if (url.pathname === '/api/v1/configmaps') {
        came.set(who, [...(came.get(who) ?? []), performance.now()]);
        // Before the reply can arrive: a busy machine makes the pause longer, never shorter.
        went.set(who, went.get(who) ?? performance.now());
      }
      if (!healthy) response.writeHead(503);
      return void response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [], status: { allowed: true } }));
    });
    const address = `http://127.0.0.1:${await listen(server)}`;
    const made = await Promise.all(Array.from({ length: 20 }, (_, index) => given({ server: address }, { as: `u${index}` })));
    /** Milliseconds between the quickest and the slowest of them. */
    const spread = (pauses: readonly number[]): number => Math.max(...pauses) - Math.min(...pauses);
    await Promise.all(made.map(({ connection }) => connection.connect()));
    await expect.poll(() => [...came.values()].filter(({ length }) => length > 1).length, { timeout: 60_000 }).toBe(20);
    const pauses = [...came].map(([who, [, second = 0]]) => second - (went.get(who) ?? 0));
    // Half a second to a second, counted from the start of a turn of the event loop: twenty clients in one program, and
    // their server, make a turn long. `pauses.test.ts` tests the length of a pause.
    expect(Math.min(...pauses)).toBeGreaterThan(100);
    expect(spread(pauses)).toBeGreaterThan(150);

    healthy = true;
    for (const { until } of made) await until(({ state }) => expect(state).toBe('online'), 60_000);
    came.clear();
    const woken = performance.now();
    for (const { connection } of made) connection.wake();
    await expect.poll(() => came.size, { timeout: 60_000 }).toBe(20);
    // Two seconds.
    expect(spread([...came.values()].map(([first = 0]) => first - woken))).toBeGreaterThan(400);
    server.closeAllConnections();
  });
});
