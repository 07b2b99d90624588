import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../support/api-server.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';

describe.skipIf(process.platform === 'win32')('a fleet with a broken third', () => {
  let folder: string;
  let open: OpenClusters;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  const listen = async (server: Server): Promise<number> => {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-fleet-'));
  });
  afterEach(async () => {
    await open.close();
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
    await rm(folder, { recursive: true, force: true });
  });

  it('shows the 70 good clusters without waiting for 10 that refuse, 10 that drop packets and 10 plugins that sleep', async () => {
    const good = await listen(kubernetes());
    const silent = await listen(createServer((socket) => socket.resume()));
    const gone = await listen(createServer());
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await writeFile(join(folder, 'plugin'), `#!/bin/sh\nsleep 300 &\necho $$ >> ${folder}/pids\necho $! >> ${folder}/pids\nwait\n`);
    await chmod(join(folder, 'plugin'), 0o755);

    // The broken ones first: no one may queue after them.
    const kinds = [
      ...Array.from({ length: 10 }, () => ({ kind: 'refusing', server: `https://127.0.0.1:${gone}` })),
      ...Array.from({ length: 10 }, () => ({ kind: 'silent', server: `https://127.0.0.1:${silent}` })),
      ...Array.from({ length: 10 }, () => ({ kind: 'sleeping', server: `https://127.0.0.1:${good}` })),
      ...Array.from({ length: 70 }, () => ({ kind: 'good', server: `http://127.0.0.1:${good}` })),
    ].map(({ kind, server }, index) => ({ name: `${kind}-${index}`, kind, server }));
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin' };
    const config = {
      clusters: kinds.map(({ name, server }) => ({ name, cluster: { server } })),
      users: kinds.map(({ name, kind }) => ({ name, user: kind === 'sleeping' ? { exec } : { token: 't' } })),
      contexts: kinds.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')] });
    await open.clusters.start();

    const connecting = kinds.map(({ name, kind }) => ({ kind, done: open.clusters.connect(name) }));
    const states = (kind: string): string[] =>
      open.store.snapshot().clusters.flatMap(({ context, state }) => (context.startsWith(kind) ? [state] : []));
    const all = await Promise.all(connecting.filter(({ kind }) => kind === 'good').map(({ done }) => done));
    expect(new Set(all)).toEqual(new Set(['online']));
    // Those that will time out are still connecting: nothing waited for them.
    expect(new Set(states('silent'))).toEqual(new Set(['connecting']));
    expect(new Set(states('sleeping'))).toEqual(new Set(['connecting']));
    await expect.poll(() => new Set(states('refusing'))).toEqual(new Set(['unreachable']));

    const pids = async (): Promise<number[]> =>
      (await readFile(join(folder, 'pids'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
    await expect.poll(async () => (await pids()).length, { timeout: 20_000 }).toBe(20);
    await open.close();
    for (const pid of await pids()) await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('shows a good cluster next to 200 that drop packets, and releases the queued ones immediately', async () => {
    const good = await listen(kubernetes());
    const silent = await listen(createServer((socket) => socket.resume()));
    const servers = [...Array.from({ length: 200 }, () => `https://127.0.0.1:${silent}`), `http://127.0.0.1:${good}`];
    const names = servers.map((_, index) => `c${index}`);
    const config = {
      clusters: names.map((name, index) => ({ name, cluster: { server: servers[index] } })),
      users: [{ name: 'user', user: { token: 't' } }],
      contexts: names.map((name) => ({ name, context: { cluster: name, user: 'user' } })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')] });
    await open.clusters.start();

    const last = names.at(-1) ?? '';
    const [waiting = '', ...others] = [...names].reverse().slice(1);
    for (const name of [...others].reverse()) void open.clusters.connect(name);
    const connecting = open.clusters.connect(waiting);
    const shown = open.clusters.connect(last);
    // Its turn is seconds away.
    await open.clusters.disconnect(waiting);
    await connecting;
    const states = new Set(open.store.snapshot().clusters.map(({ context, state }) => (context === waiting ? 'left' : state)));
    expect(states).toEqual(new Set(['connecting', 'left']));
    expect(await shown).toBe('online');
    expect(open.cluster(waiting).state).toBe('idle');
    expect(open.store.snapshot().clusters.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('hides the name of an integration that turns out to be a key, without a change in the cluster', async () => {
    const port = await listen(kubernetes('- type: detections\n  name: Sentinel7words\n'));
    const config = {
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
      contexts: [{ name: 'c', context: { cluster: 'c' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')] });
    await open.clusters.start();
    expect(await open.clusters.connect('c')).toBe('online');
    const shown = () => open.cluster('c').configMaps[0]?.integrations[0]?.name;
    expect(shown()).toBe('Sentinel7words');
    const ref = { context: 'c', namespace: NAMESPACE, name: 'kaudit-integration-a' };
    open.texts.masking.learn(open.clusters.owner({ ref, uid: 'a' }), [{ value: 'Sentinel7words' }]);
    open.clusters.reread(ref);
    expect(shown()).toMatch(/^masked-key-/);
  });
});

/** A cluster with one integration ConfigMap. */
function kubernetes(text = ''): Server {
  return createHttpServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    if (url.searchParams.get('watch') === 'true') return response.flushHeaders();
    const metadata = { name: 'kaudit-integration-a', namespace: NAMESPACE, uid: 'a', resourceVersion: '1' };
    return response.end(
      JSON.stringify({
        metadata: { resourceVersion: '1' },
        status: { allowed: true },
        items: [{ metadata, data: { 'audit-integration': text } }],
      }),
    );
  });
}

async function isRunning(pid: number): Promise<boolean> {
  // A killed process without a parent to reap it stays as a zombie in some containers.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}
