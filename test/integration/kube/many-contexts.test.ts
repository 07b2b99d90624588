import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import type { Authority } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';
import { apply } from '../../support/raw-kubernetes.ts';
import { startRelay } from '../../support/relay.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';

// Rancher has all its clusters at one address, and many people have a context for each namespace: their watches share
// HTTP/2 connections, and each connection has a limit of streams.

const NAME = 'kaudit-integration-prod';
const configMap = (text: string, version?: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: NAME, namespace: NAMESPACE, labels: { app: 'kaudit' }, ...(version && { uid: 'a', resourceVersion: version }) },
  data: { 'audit-integration': text },
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kaudit-many-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function fleetOf(count: number, cluster: { readonly port: number; readonly authority: Authority; readonly token: string }) {
  const names = Array.from({ length: count }, (_, index) => `c${index}`);
  const file = join(folder, 'config');
  const ca = Buffer.from(cluster.authority.certificate).toString('base64');
  const config = {
    clusters: [{ name: 'c', cluster: { server: `https://127.0.0.1:${cluster.port}`, 'certificate-authority-data': ca } }],
    users: [{ name: 'u', user: { token: cluster.token } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'c', user: 'u' } })),
  };
  await writeFile(file, JSON.stringify(config));
  const open = openClusters({ directory: join(folder, 'data'), kubeconfig: [file] });
  await open.clusters.start();
  return { names, open, states: await Promise.all(names.map((name) => open.clusters.connect(name))) };
}

const shown = (open: OpenClusters) =>
  new Set(
    open.store.snapshot().clusters.map(({ state, configMaps }) => `${state} ${configMaps.map(({ integrations }) => integrations.length)}`),
  );

describeWith([apiServerRequirement], 'many contexts of one API server', () => {
  it('are all followed, checked, and closed over as few connections as their watches need', async () => {
    const COUNT = 80;
    const server: ApiServer = await borrowApiServer();
    const relay = await startRelay(Number(new URL(server.server).port));
    try {
      const put = (text: string) => apply(server.endpoint, configMap(text));
      await put('# nothing yet\n');
      const { authority } = server;
      const { names, open, states } = await fleetOf(COUNT, { port: relay.port, authority, token: server.token('admin') });
      try {
        expect(new Set(states)).toEqual(new Set(['online']));
        const workloads = () => open.store.snapshot().clusters.filter(({ configMaps }) => configMaps[0]?.workload === null);
        await expect.poll(() => workloads().length, { timeout: 30_000 }).toBe(COUNT);
        await put('- type: detections\n  target: {target-type: slack, slack-uri: https://hooks.example.com}\n');
        await expect.poll(() => shown(open), { timeout: 10_000 }).toEqual(new Set(['online 1']));
        // A request doesn't wait for a watch to end.
        const [ref] = open.cluster(names[COUNT - 1] ?? '').configMaps.map(({ ref }) => ref);
        if (ref === undefined) throw new Error('No ConfigMap');
        expect((await open.clusters.connection(ref.context).writer.get(ref))?.text).toContain('slack');
        // The machine wakes, and closes the connections of the lists.
        const refreshing = open.clusters.refresh();
        await wait(50);
        open.clusters.wake();
        await refreshing;
        expect(shown(open)).toEqual(new Set(['online 1']));
        // Three watches each, a hundred on a connection; and until unused connections have closed.
        await expect.poll(relay.open, { timeout: 15_000 }).toBeLessThanOrEqual(4);
      } finally {
        await open.close();
      }
    } finally {
      await relay.close();
      await server.stop();
    }
  });
});

describe('a server that allows few streams', () => {
  it('gets one connection for every few watches, and its contexts can be closed at any moment', async () => {
    const authority = await createAuthority('few');
    const { certificate, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'] });
    const watches = new Set<ServerHttp2Stream>();
    const server = createSecureServer({ cert: certificate, key, settings: { maxConcurrentStreams: 7 } });
    const sessions = new Set<ServerHttp2Session>();
    server.on('session', (session) => {
      sessions.add(session);
      session.on('error', () => undefined).on('close', () => sessions.delete(session));
    });
    let text = '# nothing yet\n';
    let open: OpenClusters | undefined;
    server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders & { ':path'?: string }) => {
      const { pathname, searchParams } = new URL(headers[':path'] ?? '/', 'https://x');
      stream.on('error', () => undefined).respond({ ':status': 200 });
      if (pathname.includes('selfsubjectaccessreviews')) stream.end('{"status":{"allowed":true}}');
      else if (pathname.endsWith(NAME)) stream.end(JSON.stringify(configMap(text, '2')));
      else if (pathname.includes('statefulsets')) stream.end('{"metadata":{"resourceVersion":"1"},"items":[]}');
      else if (searchParams.get('watch') !== 'true')
        stream.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [configMap(text, '1')] }));
      else if (pathname.includes(NAMESPACE)) {
        watches.add(stream);
        stream.on('close', () => watches.delete(stream)).write(' ');
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const COUNT = 20;
      const { port } = server.address() as AddressInfo;
      const { open: made, states } = await fleetOf(COUNT, { port, authority, token: 'any' });
      open = made;
      expect(new Set(states)).toEqual(new Set(['online']));
      await expect.poll(() => watches.size, { timeout: 50_000 }).toBe(COUNT);
      text = '- type: detections\n  target: {target-type: slack, slack-uri: https://hooks.example.com}\n';
      for (const watch of watches) watch.write(`${JSON.stringify({ type: 'MODIFIED', object: configMap(text, '2') })}\n`);
      await expect.poll(() => shown(made), { timeout: 10_000 }).toEqual(new Set(['online 1']));
      // As nginx does after a thousand requests, and API servers to spread their clients: open streams continue, and
      // new ones are refused.
      for (const session of sessions) session.close();
      await wait(500);
      const [ref] = made.cluster('c0').configMaps.map(({ ref }) => ref);
      if (ref === undefined) throw new Error('No ConfigMap');
      // Queued after the watches, it would fail after 30 seconds.
      expect((await made.clusters.connection('c0').writer.get(ref))?.text).toBe(text);
      expect(watches.size).toBe(COUNT);
      const refreshing = made.clusters.refresh().catch(() => undefined);
      await made.close();
      await refreshing;
      await expect.poll(() => sessions.size).toBe(0);
    } finally {
      await open?.close();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
