import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../support/api-server.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';
import { FULL } from '../../support/full-run.ts';

// Valid events, but more than anyone can read: a runaway controller, or an attacker.

const configMap = (version: number, name = 'a') => ({
  metadata: { name: `kaudit-integration-${name}`, namespace: NAMESPACE, uid: name, resourceVersion: `${version}` },
  data: { 'audit-integration': `# ${version}\n- type: detections\n  name: v${version}\n` },
});
const event = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

describe('a cluster that floods its watch', () => {
  let folder: string;
  let open: OpenClusters;
  const servers: Server[] = [];
  let lists: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-flood-'));
    lists = 0;
  });
  afterEach(async () => {
    await open.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** The watch of kAudit's namespace. */
  const serve = async (watch: (response: ServerResponse) => void): Promise<string> => {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      response.on('error', () => undefined);
      const isNamespace = url.pathname.endsWith(`${NAMESPACE}/configmaps`);
      if (url.pathname.includes('selfsubjectaccessreviews')) response.end('{"status":{"allowed":true}}');
      else if (url.searchParams.get('watch') === 'true') {
        response.flushHeaders();
        if (isNamespace) watch(response);
      } else {
        const items = url.pathname.endsWith('/configmaps') ? [configMap(1)] : [];
        if (isNamespace) lists += 1;
        response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
      }
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const start = async (...addresses: readonly string[]): Promise<void> => {
    const names = addresses.map((_, index) => `c${index}`);
    const config = {
      clusters: addresses.map((server, index) => ({ name: names[index], cluster: { server } })),
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')] });
    await open.clusters.start();
    expect(await open.clusters.connect('c0')).toBe('online');
  };
  const version = (): number => Number(open.cluster('c0').configMaps[0]?.resourceVersion);

  it('is reported a few times a second, and its last state is shown', async () => {
    const last = FULL ? 3_000 : 600;
    let sent = 1;
    const address = await serve((response) => {
      const timer = setInterval(() => {
        for (let count = 0; count < 10 && sent < last; count += 1) {
          sent += 1;
          response.write(event('MODIFIED', configMap(sent)));
        }
        if (sent === last) clearInterval(timer);
      }, 10);
      response.on('close', () => clearInterval(timer));
    });
    await start(address);
    let told = 0;
    const started = performance.now();
    open.store.subscribe(({ name }) => {
      if (name === 'fleet.changed') told += 1;
    });
    await expect.poll(() => sent, { timeout: 30_000, interval: 50 }).toBe(last);
    const seconds = (performance.now() - started) / 1_000;
    await expect.poll(version, { timeout: 5_000 }).toBe(last);
    expect(open.cluster('c0').configMaps[0]?.integrations).toMatchObject([{ name: `v${last}` }]);
    // Four times a second, plus the first and the last; not once for each event.
    expect(told).toBeLessThan(seconds * 4 + 6);
    expect(told).toBeGreaterThan(3);
    expect(lists).toBe(1);
  });

  it('blocks no one else when it sends as fast as it can', async () => {
    let sent = 1;
    const address = await serve((response) => {
      const write = (): void => {
        do sent += 1;
        while (!response.destroyed && response.write(event('MODIFIED', configMap(sent)).repeat(100)));
      };
      response.on('drain', write);
      write();
    });
    let beside: ServerResponse | undefined;
    const quiet = await serve((response) => {
      beside = response;
    });
    await start(address, quiet);
    const before = process.memoryUsage().rss;
    // Connects at the same time, and gets its own events.
    expect(await open.clusters.connect('c1')).toBe('online');
    await expect.poll(() => beside !== undefined, { timeout: 10_000 }).toBe(true);
    for (let round = 2; round < (FULL ? 12 : 5); round += 1) {
      beside?.write(event('MODIFIED', configMap(round)));
      await expect.poll(() => open.cluster('c1').configMaps[0]?.resourceVersion, { timeout: 5_000 }).toBe(`${round}`);
    }
    const then = version();
    await expect.poll(version, { timeout: 5_000 }).toBeGreaterThan(then);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
    await open.clusters.disconnect('c0');
    expect(open.cluster('c0')).toMatchObject({ state: 'idle', configMaps: [] });
  }, 60_000);

  it.each([
    ['ever more ConfigMaps', (round: number) => configMap(round, `n${round}`)],
    [
      'one of another namespace',
      (round: number) => ({ ...configMap(round), metadata: { ...configMap(round).metadata, namespace: 'other' } }),
    ],
  ])('is listed again, and keeps what the list contained, when it sends %s', async (_, object) => {
    const address = await serve((response) => {
      for (let round = 2; round < 2_000; round += 1) response.write(event('ADDED', object(round)));
    });
    await start(address);
    let most = 0;
    open.store.subscribe(() => {
      most = Math.max(most, open.cluster('c0').configMaps.length);
    });
    await expect.poll(() => lists, { timeout: 20_000 }).toBeGreaterThan(1);
    await wait(50);
    expect(open.cluster('c0').state).toBe('online');
    expect(most).toBeLessThanOrEqual(500);
  });
});
