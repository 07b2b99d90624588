import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sharedCauses } from '../../../main/common/fleet/causes.ts';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { EVERYTHING } from '../../../main/demo/cluster/access.ts';
import { startCluster } from '../../../main/demo/cluster/cluster.ts';
import type { KubernetesObject } from '../../../main/demo/cluster/objects.ts';
import { CONFIG_MAPS, NAMESPACES } from '../../../main/demo/cluster/objects.ts';
import type { IssueOptions } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';

// Everything that can fail between a context and its integrations, all in one kubeconfig. Each has its step and its
// message.

describe.skipIf(process.platform === 'win32')('the first failing step', () => {
  let folder: string;
  let open: OpenClusters;
  const closing: (() => Promise<unknown>)[] = [];

  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    return (server.address() as AddressInfo).port;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-steps-'));
    const authority = await createAuthority();
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const ca = { 'certificate-authority-data': base64(authority.certificate) };
    const tls = async (options: Partial<IssueOptions>): Promise<string> => {
      const { certificate, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'], ...options });
      return `https://127.0.0.1:${await listen(createTlsServer({ cert: certificate, key }))}`;
    };
    const at = { resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
    const credentials = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'] });
    const cluster = async (...objects: readonly { resource: typeof CONFIG_MAPS; object: KubernetesObject }[]): Promise<string> => {
      const started = await startCluster({
        credentials,
        users: [
          { name: 'admin', token: 'admin', grants: [EVERYTHING] },
          { name: 'stranger', token: 'stranger', grants: [] },
        ],
        objects,
      });
      closing.push(() => started.close());
      return started.url;
    };
    const namespace = {
      resource: NAMESPACES,
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'alcide-kaudit', uid: '1', ...at } },
    };
    const configMap = (text: string) => ({
      resource: CONFIG_MAPS,
      object: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kaudit-integration-a', namespace: 'alcide-kaudit', uid: '2', labels: { app: 'kaudit' }, ...at },
        data: { 'audit-integration': text },
      },
    });
    const good = await cluster(namespace, configMap('- type: detections\n  target: {target-type: http-api}\n'));
    const gone = await listen(createServer());
    await closing.pop()?.();
    const silent = await listen(createServer((socket) => socket.on('error', () => undefined).resume()));
    await writeFile(join(folder, 'fails'), '#!/bin/sh\nexit 3\n');
    await chmod(join(folder, 'fails'), 0o755);
    const exec = (command: string, more: object = {}) => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command, ...more },
    });
    const stranger = await createAuthority('stranger');
    const fine = { token: 'admin' };
    const given: Readonly<Record<string, readonly [cluster: object, user?: object]>> = {
      file: [{ server: good, 'certificate-authority': 'none.pem' }],
      'plugin missing': [{ server: good, ...ca }, exec('a-plugin-that-is-not-there', { installHint: 'Install it from example.com.' })],
      'plugin failing': [{ server: good, ...ca }, exec('./fails')],
      proxy: [{ server: good, ...ca, 'proxy-url': `http://127.0.0.1:${gone}` }],
      dns: [{ server: 'https://nothing.invalid:6443', ...ca }],
      'tcp refused': [{ server: `https://127.0.0.1:${gone}`, ...ca }],
      'tcp time-out': [{ server: `https://127.0.0.1:${silent}`, ...ca }],
      'tls untrusted': [{ server: good, 'certificate-authority-data': base64(stranger.certificate) }],
      'tls name mismatch': [{ server: await tls({ addresses: ['127.0.0.9'] }), ...ca }],
      'tls expired': [{ server: await tls({ days: -1 }), ...ca }],
      401: [{ server: good, ...ca }, { token: 'nobody' }],
      403: [{ server: good, ...ca }, { token: 'stranger' }],
      'namespace missing': [{ server: await cluster(), ...ca }],
      'no kAudit here': [{ server: await cluster(namespace), ...ca }],
      'ConfigMap invalid': [{ server: await cluster(namespace, configMap('- type: [\n')), ...ca }],
      good: [{ server: good, ...ca }],
    };
    const names = Object.keys(given);
    const config = {
      clusters: names.map((name) => ({ name, cluster: given[name]?.[0] })),
      users: names.map((name) => ({ name, user: given[name]?.[1] ?? fine })),
      contexts: [
        ...names.map((name) => ({ name, context: { cluster: name, user: name } })),
        { name: 'context', context: { cluster: 'nowhere' } },
      ],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')] });
    await open.clusters.start();
    await Promise.all([...names, 'context'].map((name) => open.clusters.connect(name)));
  });
  afterAll(async () => {
    await open?.close();
    await Promise.all(closing.map((close) => close()));
    await rm(folder, { recursive: true, force: true });
  });

  const problems = (): readonly Cluster[] => open.store.snapshot().clusters.filter(({ problem }) => problem !== null);

  it.each([
    ['file', 'misconfigured', 'file', /none\.pem.* doesn’t exist/],
    ['context', 'misconfigured', 'context', /names the cluster “nowhere”/],
    ['plugin missing', 'misconfigured', 'plugin', /isn’t installed or isn’t on the PATH/],
    ['plugin failing', 'needs-sign-in', 'plugin', /exit code 3/],
    ['proxy', 'unreachable', 'proxy', /blocked the connection/],
    ['dns', 'unreachable', 'dns', /doesn’t resolve/],
    ['tcp refused', 'unreachable', 'tcp', /was refused/],
    ['tcp time-out', 'unreachable', 'tcp', /didn’t respond within 10 seconds/],
    ['tls untrusted', 'unreachable', 'tls', /this computer doesn’t trust/],
    ['tls name mismatch', 'unreachable', 'tls', /for another name/],
    ['tls expired', 'unreachable', 'tls', /has expired/],
    ['401', 'needs-sign-in', 'authentication', /doesn’t accept the credentials/],
    ['403', 'forbidden', 'permission', /doesn’t have permission to list ConfigMaps/],
    ['namespace missing', 'online', 'namespace', /has no namespace/],
    ['no kAudit here', 'online', 'configmap', /No kaudit-integration ConfigMap/],
    ['ConfigMap invalid', 'online', 'parse', /can’t be read/],
  ] as const)('is shown for %s: %s, %s', (name, state, step, message) => {
    expect(open.cluster(name)).toMatchObject({ state, problem: { step, message: expect.stringMatching(message) } });
  });

  it('doesn’t exist for a healthy cluster', () => {
    expect(open.cluster('good')).toMatchObject({ state: 'online', problem: null });
  });

  it('has its own fix, which no other step has', () => {
    const fixes = problems().map(({ problem }) => problem?.fix.split('\n')[0] ?? '');
    expect(fixes).toHaveLength(16);
    expect(new Set(fixes).size).toBe(16);
    // So no two of them share a line, however many clusters have either.
    const many = problems().flatMap((cluster) => [1, 2, 3].map((copy) => ({ ...cluster, context: `${cluster.context} ${copy}` })));
    expect(sharedCauses(many).map(({ contexts }) => contexts.length)).toEqual(Array.from({ length: 16 }, () => 3));
  });
});
