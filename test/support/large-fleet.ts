import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERYTHING } from '../../main/demo/cluster/access.ts';
import { startCluster } from '../../main/demo/cluster/cluster.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../main/demo/cluster/objects.ts';
import { createAuthority } from '../../main/demo/server/certificates.ts';
import { MANUAL, switchedOn } from './documents.ts';

// A platform team's kubeconfig: most clusters are fine, some share a cause, some have a plugin. One embedded API server
// acts for all that are fine. Each has its own address: two contexts of one address are one cluster.

export interface LargeFleet {
  readonly kubeconfig: string;
  /** By their problem, in the kubeconfig's order. */
  readonly contexts: Readonly<Record<'fine' | 'dark' | 'nameless' | 'refused' | 'plugin', readonly string[]>>;
  /** The one API server is gone forever. */
  stopServer(): Promise<void>;
  close(): Promise<void>;
}

const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'us-west-2', 'ap-southeast-1'];

/**
 * Of `size` contexts, a tenth each refuses connections, has a name that doesn't resolve, and signs in with a plugin; a
 * twentieth refuses its token.
 */
export async function startLargeFleet(size: number): Promise<LargeFleet> {
  const folder = await mkdtemp(join(tmpdir(), 'kaudit-large-fleet-'));
  const authority = await createAuthority('large-fleet');
  const at = { resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
  const server = await startCluster({
    credentials: await authority.issue(['127.0.0.1', ...Array.from({ length: size }, (_, index) => addressOf(index))]),
    users: [{ name: 'admin', token: 'admin', grants: [EVERYTHING] }],
    objects: [
      { resource: NAMESPACES, object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alcide-kaudit', uid: '1', ...at } } },
      {
        resource: CONFIG_MAPS,
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'kaudit-integration-prod', namespace: 'alcide-kaudit', uid: '2', labels: { app: 'kaudit' }, ...at },
          data: { 'audit-integration': switchedOn(MANUAL, 0) },
        },
      },
    ],
  });
  const kinds = Array.from({ length: size }, (_, index) => {
    const part = index % 20;
    const kind = part < 2 ? 'dark' : part < 4 ? 'nameless' : part < 6 ? 'plugin' : part < 7 ? 'refused' : 'fine';
    const name = `team-${String(index).padStart(4, '0')}-${REGIONS[index % REGIONS.length]}`;
    return { name, kind: kind as keyof LargeFleet['contexts'] };
  });
  const doors = await openDoors(Number(new URL(server.url).port), size);
  const address = (kind: string, name: string, index: number) =>
    kind === 'dark'
      ? 'https://127.0.0.1:1'
      : kind === 'nameless'
        ? `https://${name}.invalid:6443`
        : `https://${addressOf(index)}:${doors.port}`;
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin-that-is-not-there' };
  const config = {
    clusters: kinds.map(({ name, kind }, index) => ({
      name,
      cluster: { server: address(kind, name, index), 'certificate-authority-data': Buffer.from(authority.certificate).toString('base64') },
    })),
    users: [
      { name: 'admin', user: { token: 'admin' } },
      { name: 'refused', user: { token: 'old' } },
      { name: 'plugin', user: { exec } },
    ],
    contexts: kinds.map(({ name, kind }) => ({
      name,
      context: { cluster: name, user: kind === 'plugin' || kind === 'refused' ? kind : 'admin' },
    })),
  };
  const kubeconfig = join(folder, 'config');
  await writeFile(kubeconfig, JSON.stringify(config));
  const of = (wanted: string) => kinds.flatMap(({ name, kind }) => (kind === wanted ? [name] : []));
  return {
    kubeconfig,
    contexts: { fine: of('fine'), dark: of('dark'), nameless: of('nameless'), refused: of('refused'), plugin: of('plugin') },
    stopServer: async () => {
      await Promise.all([doors.close(), server.close()]);
    },
    close: async () => {
      await doors.close();
      await server.close().catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** On Linux all of 127.0.0.0/8 is this computer. */
function addressOf(index: number): string {
  return `127.0.${1 + Math.floor(index / 250)}.${1 + (index % 250)}`;
}

/** The same port on `count` addresses that all reach one server. */
async function openDoors(target: number, count: number): Promise<{ readonly port: number; close(): Promise<void> }> {
  const open = new Set<Socket>();
  const door = () =>
    createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        open.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          open.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
  const first = door();
  await new Promise<void>((done) => first.listen(0, addressOf(0), done));
  const place = first.address();
  const port = place !== null && typeof place === 'object' ? place.port : 0;
  const others = Array.from({ length: count - 1 }, door);
  await Promise.all(others.map((each, index) => new Promise<void>((done) => each.listen(port, addressOf(index + 1), done))));
  return {
    port,
    close: async () => {
      for (const socket of open) socket.destroy();
      await Promise.all([first, ...others].map((each) => new Promise((done) => each.close(done))));
    },
  };
}
