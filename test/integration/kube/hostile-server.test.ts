import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionTimes } from '../../../main/kube/cluster/cluster-connection.ts';
import { NAMESPACE } from '../../support/api-server.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';
import { FULL } from '../../support/full-run.ts';

// Whatever may be at a cluster's address: a login page, a broken gateway, an attacker. One of them next to a good
// cluster.

type Answer = (response: ServerResponse, url: URL) => void;

const MIB = 1024 * 1024;
let bombOnce: Buffer | undefined;
function bomb(): Buffer {
  bombOnce ??= gzipSync(Buffer.alloc(200 * MIB, ' '));
  return bombOnce;
}
const configMap = (parts: object = {}, metadata: object = {}) => ({
  metadata: { name: 'kaudit-integration-a', namespace: NAMESPACE, uid: 'a', resourceVersion: '1', ...metadata },
  data: { 'audit-integration': '# fine\n' },
  ...parts,
});
const list = (items: unknown, metadata: object = {}) => JSON.stringify({ metadata: { resourceVersion: '1', ...metadata }, items });

describe('a server that returns something else', () => {
  let folder: string;
  let open: OpenClusters;
  const servers: Server[] = [];
  let requests: number;

  beforeEach(async () => {
    requests = 0;
    folder = await mkdtemp(join(tmpdir(), 'kaudit-hostile-'));
  });
  afterEach(async () => {
    await open.close();
    await Promise.all(
      servers.splice(0).map((server) => {
        if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function') server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
    await rm(folder, { recursive: true, force: true });
  });

  const serve = async (lists: Answer, watches: Answer = (response) => response.flushHeaders()): Promise<string> => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      response.on('error', () => undefined);
      requests += 1;
      if (url.pathname.includes('selfsubjectaccessreviews')) response.end('{"status":{"allowed":true}}');
      else if (url.searchParams.get('watch') === 'true') watches(response, url);
      else lists(response, url);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  /** The context `x` at that address, next to `good`. Returns the shown state of `x`. */
  const shown = async (server: string, times: ConnectionTimes = {}) => {
    const good = await serve((response) => response.end(list([configMap()])));
    const config = {
      clusters: [
        { name: 'x', cluster: { server } },
        { name: 'good', cluster: { server: good } },
      ],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: ['x', 'good'].map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')], times });
    await open.clusters.start();
    const [, state] = await Promise.all([open.clusters.connect('x'), open.clusters.connect('good')]);
    // The other one continues, whatever this one gets.
    expect(state).toBe('online');
    return open.cluster('x');
  };
  const notKubernetes = {
    state: 'misconfigured',
    configMaps: [],
    problem: { step: 'context', message: expect.stringContaining('not as a Kubernetes API server does') },
  };
  const endless = (chunk: Buffer): Answer => {
    return (response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', write);
      write();
    };
  };

  it.each<[string, Answer]>([
    ['a login page with 200', (response) => response.setHeader('content-type', 'text/html').end('<html>Sign in</html>')],
    ['a login page that calls itself JSON', (response) => response.setHeader('content-type', 'application/json').end('<html>')],
    ['nothing', (response) => response.end()],
    ['null', (response) => response.end('null')],
    ['a text', (response) => response.end('"ok"')],
    ['JSON of another service', (response) => response.end('{"status":"ok"}')],
    ['items that are no list', (response) => response.end(list('SENTINEL'))],
    ['a text that is a number', (response) => response.end(list([configMap({ data: { 'audit-integration': 123 } })]))],
    ['a text that is a list', (response) => response.end(list([configMap({ data: { 'audit-integration': [{}] } })]))],
    ['a text of 2 MB', (response) => response.end(list([configMap({ data: { 'audit-integration': 'a'.repeat(2_000_000) } })]))],
    ['a namespace that is an object', (response) => response.end(list([configMap({}, { namespace: { a: 1 } })]))],
    ['a name with a way out', (response) => response.end(list([configMap({}, { name: 'kaudit-integration-../../x' })]))],
    ['labels that are numbers', (response) => response.end(list([configMap({}, { labels: { 'argocd.argoproj.io/instance': 5 } })]))],
    ['a version that is an object', (response) => response.end(list([configMap({}, { resourceVersion: {} })]))],
    [
      '10,000 ConfigMaps',
      (response) => response.end(list(Array.from({ length: 10_000 }, (_, index) => configMap({}, { uid: `${index}` })))),
    ],
    ['unrequested compressed JSON', (response) => response.setHeader('content-encoding', 'gzip').end(bomb())],
  ])('is reported, without any of its text: %s', async (_, answer) => {
    const cluster = await shown(await serve(answer));
    expect(cluster).toMatchObject(notKubernetes);
    expect(JSON.stringify(cluster)).not.toContain('SENTINEL');
  });

  it('is read as JSON whatever its content type says', async () => {
    const cluster = await shown(await serve((response) => response.setHeader('content-type', 'text/plain').end(list([configMap()]))));
    expect(cluster).toMatchObject({ state: 'online', configMaps: [{ instance: 'a' }] });
  });

  it.each([[null], [[null, 5, 'x', {}, { metadata: null }]]])('is online and empty with the items %j', async (items) => {
    expect(await shown(await serve((response) => response.end(list(items))))).toMatchObject({ state: 'online', configMaps: [] });
  });

  it('is disconnected when its response doesn’t end', async () => {
    const before = process.memoryUsage().rss;
    const cluster = await shown(await serve(endless(Buffer.alloc(MIB, ' '))));
    expect(cluster).toMatchObject({ state: 'misconfigured', problem: { message: expect.stringContaining('more data than a Kubernetes') } });
    // Three lists at a time, each up to its limit, but far less than 30 seconds of it.
    expect(process.memoryUsage().rss - before).toBeLessThan(700 * MIB);
  });

  it('is disconnected when its list never ends', async () => {
    let page = 0;
    const always: Answer = (response) => {
      page += 1;
      response.end(list([], { continue: `page-${page}` }));
    };
    expect(await shown(await serve(always))).toMatchObject(notKubernetes);
    expect(requests).toBeLessThan(1_000);
  });

  it('is disconnected when its list starts again and again', async () => {
    expect(await shown(await serve((response) => response.end(list([], { continue: 'again' }))))).toMatchObject(notKubernetes);
    expect(requests).toBeLessThan(20);
  });

  it('is disconnected when its response comes byte by byte for longer than a request’s limit', async () => {
    const drip: Answer = (response) => {
      const timer = setInterval(() => response.write(' '), 500);
      response.on('close', () => clearInterval(timer));
    };
    const cluster = await shown(await serve(drip), FULL ? {} : { whole: 4_000 });
    expect(cluster).toMatchObject({ state: 'unreachable', problem: { step: 'tcp' } });
  });

  it.each<[string, string | Answer]>([
    ['null', 'null\n'],
    ['no JSON', '<html>\n'],
    ['an event of nothing', '{"type":"ADDED"}\n'],
    ['a text that is a number', `${JSON.stringify({ type: 'ADDED', object: configMap({ data: { 'audit-integration': 1 } }) })}\n`],
    ['a line without an end', endless(Buffer.alloc(MIB, 'a'))],
  ])('keeps what the list contained when its watch returns %s', async (_, answer) => {
    let lists = 0;
    const cluster = await shown(
      await serve(
        (response) => {
          lists += 1;
          response.end(list([configMap()]));
        },
        typeof answer === 'string' ? (response) => response.write(answer) : answer,
      ),
    );
    expect(cluster).toMatchObject({ state: 'online', configMaps: [{ instance: 'a' }] });
    const first = lists;
    // Listed again, after a pause, and it still works.
    await expect.poll(() => lists, { timeout: 20_000 }).toBeGreaterThan(first);
    expect(open.cluster('x')).toMatchObject({ state: 'online', configMaps: [{ instance: 'a' }] });
  });
});
