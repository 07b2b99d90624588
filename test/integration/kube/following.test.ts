import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { connect, createServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { ConnectionTimes } from '../../../main/kube/cluster/cluster-connection.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import { fullRunTest } from '../../support/full-run.ts';
import type { Endpoint, User } from '../../support/raw-kubernetes.ts';
import { apply, call, remove } from '../../support/raw-kubernetes.ts';
import type { Relay } from '../../support/relay.ts';
import { startRelay } from '../../support/relay.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

const NAMED = 'kaudit-integration-named';

describeWith([apiServerRequirement], 'following a real API server', () => {
  let server: ApiServer;
  let endpoint: Endpoint;
  let folder: string;
  const open: Watching[] = [];
  const relays: Relay[] = [];

  beforeAll(async () => {
    server = await borrowApiServer();
    ({ endpoint } = server);
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-following-'));
    const rbac = 'apis/rbac.authorization.k8s.io/v1';
    for (const [group, kind] of [
      ['api/v1', 'configmaps'],
      ['apis/apps/v1', 'statefulsets'],
      [rbac, 'roles'],
      [rbac, 'rolebindings'],
    ])
      await remove(endpoint, `/${group}/namespaces/${NAMESPACE}/${kind}?labelSelector=test%3Dhere`);
    await put(NAMED, '# first\n');
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
    await Promise.all(relays.splice(0).map((relay) => relay.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const put = (name: string, text: string) =>
    apply(endpoint, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: NAMESPACE, labels: { app: 'kaudit', test: 'here' } },
      data: { 'audit-integration': text },
    });
  const as = async (user: User, options: { places?: readonly string[]; cluster?: string; port?: number; times?: ConnectionTimes } = {}) => {
    const address = options.port === undefined ? server.server : `https://127.0.0.1:${options.port}`;
    const name = options.cluster ?? 'c';
    const cluster = { server: address, 'certificate-authority-data': Buffer.from(server.authority.certificate).toString('base64') };
    const config = {
      clusters: [{ name, cluster }],
      users: [{ name: 'u', user: { token: server.token(user) } }],
      contexts: [{ name: 'x', context: { cluster: name, user: 'u' } }],
    };
    const file = join(folder, `config-${user}`);
    await writeFile(file, JSON.stringify(config));
    const made = watching(await entryOf(file, 'x'), options.places ?? [], options.times);
    open.push(made);
    return made;
  };
  const relay = async (): Promise<Relay> => {
    const made = await startRelay(Number(new URL(server.server).port));
    relays.push(made);
    return made;
  };
  /** Lets the stranger do this with that one ConfigMap, and nothing else. */
  const grant = async (verbs: readonly string[]) => {
    const metadata = { name: 'one-by-name', namespace: NAMESPACE, labels: { test: 'here' } };
    const group = 'rbac.authorization.k8s.io';
    await apply(endpoint, {
      apiVersion: `${group}/v1`,
      kind: 'Role',
      metadata,
      rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [NAMED], verbs }],
    });
    await apply(endpoint, {
      apiVersion: `${group}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'Role', name: 'one-by-name' },
      subjects: [{ apiGroup: group, kind: 'User', name: 'stranger' }],
    });
  };

  it('reads, follows and may change the one ConfigMap that a Role names', async () => {
    await grant(['get', 'watch', 'patch']);
    await put('kaudit-integration-other', '# not for strangers\n');
    const stranger = await as('stranger', { places: [`${NAMESPACE}/${NAMED}`] });
    expect(await stranger.connection.connect()).toMatchObject({
      state: 'online',
      problem: null,
      configMaps: [{ ref: { namespace: NAMESPACE, name: NAMED }, text: '# first\n', readOnly: false }],
    });
    await put(NAMED, '# second\n');
    await stranger.until(() => expect(stranger.text(NAMED)).toBe('# second\n'));
    await remove(endpoint, `/api/v1/namespaces/${NAMESPACE}/configmaps/${NAMED}`);
    await stranger.until(() => expect(stranger.names()).toEqual([]));
  });

  fullRunTest('doesn’t list again although that ConfigMap is older than the API server’s memory', async () => {
    await grant(['get', 'watch']);
    await server.kill();
    await server.restart();
    const stranger = await as('stranger', { places: [`${NAMESPACE}/${NAMED}`] });
    // An API server that has just started knows its roles a moment later.
    await vi.waitFor(async () => expect(await stranger.connection.connect()).toMatchObject({ state: 'online' }), { timeout: 30_000 });
    await stranger.until(() => expect(stranger.text(NAMED)).toBe('# first\n'));
    await wait(1000);
    const { seenAt } = stranger.latest();
    await wait(5000);
    // Every list would set it again.
    expect([stranger.latest().seenAt, stranger.latest().state]).toEqual([seenAt, 'online']);
    await put(NAMED, '# second\n');
    await stranger.until(() => expect(stranger.text(NAMED)).toBe('# second\n'));
  });

  it('finds that name from the kubeconfig’s name of the cluster', async () => {
    await grant(['get', 'watch']);
    const stranger = await as('stranger', { cluster: 'named' });
    expect(await stranger.connection.connect()).toMatchObject({ state: 'online', configMaps: [{ ref: { name: NAMED }, readOnly: true }] });
  });

  it('says which verb is missing when it can be read but not watched', async () => {
    await grant(['get']);
    const stranger = await as('stranger', { places: [`${NAMESPACE}/${NAMED}`] });
    await stranger.connection.connect();
    await stranger.until(({ problem }) => expect(problem?.message).toContain('doesn’t have permission to watch'));
    expect(stranger.text(NAMED)).toBe('# first\n');
  });

  it('searches a new place immediately', async () => {
    await grant(['get', 'watch']);
    const stranger = await as('stranger');
    expect(await stranger.connection.connect()).toMatchObject({ state: 'forbidden', configMaps: [] });
    stranger.connection.lookInto([`${NAMESPACE}/${NAMED}`]);
    await stranger.until(({ state }) => expect([state, stranger.names()]).toEqual(['online', [`${NAMESPACE}/${NAMED}`]]));
  });

  it('shows whether kAudit is ready, as it changes, to users with the permission', async () => {
    const labels = { app: 'kaudit', test: 'here' };
    await apply(endpoint, {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'kaudit-named', namespace: NAMESPACE, labels },
      spec: {
        serviceName: 'x',
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [{ name: 'kaudit', image: 'kaudit' }] } },
      },
    });
    const users = await Promise.all((['admin', 'editor', 'viewer'] as const).map((user) => as(user)));
    await Promise.all(users.map(({ connection }) => connection.connect()));
    const shown = (made: Watching | undefined) => made?.latest().configMaps.map(({ workload }) => workload);
    const [admin, editor, viewer] = users;
    for (const made of [admin, editor])
      await made?.until(() => expect(shown(made)).toEqual([{ name: 'kaudit-named', ready: 0, wanted: 1 }]));
    // No controller runs here: the test writes the status as one would.
    const status = { replicas: 1, readyReplicas: 1 };
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/kaudit-named`;
    const { json: set } = await call(endpoint, path);
    await call(endpoint, `${path}/status`, { method: 'PUT', body: { ...set, status } });
    for (const made of [admin, editor])
      await made?.until(() => expect(shown(made)).toEqual([{ name: 'kaudit-named', ready: 1, wanted: 1 }]));
    await remove(endpoint, path);
    for (const made of [admin, editor]) await made?.until(() => expect(shown(made)).toEqual([null]));
    expect(viewer?.updates.flatMap(({ configMaps }) => configMaps.map(({ workload }) => workload))).not.toContain(null);
    expect(shown(viewer)).toEqual([undefined]);
  });

  it('needs one connection for all its watches', async () => {
    const line = await relay();
    const admin = await as('admin', { port: line.port });
    await admin.connection.connect();
    await admin.until(({ configMaps }) => expect(configMaps.map(({ workload }) => workload)).toEqual([null]));
    await expect.poll(line.open, { timeout: 15_000 }).toBe(1);
    const made = line.made();
    await put(NAMED, '# over it\n');
    await admin.until(() => expect(admin.text(NAMED)).toBe('# over it\n'));
    expect([line.open(), line.made()]).toEqual([1, made]);
  });

  it('detects a dead connection by its silence, and catches up', async () => {
    // Longer than a request waits for its response: a new list over the dead connection would come too late.
    const line = await relay();
    const editor = await as('editor', { port: line.port, times: { connect: 1_500, request: 2_000, silence: 2_500 } });
    await editor.connection.connect();
    // All watches run.
    await editor.until(({ configMaps }) => expect(configMaps.map(({ workload }) => workload)).toEqual([null]));
    line.freeze();
    await put(NAMED, '# nobody told\n');
    await editor.until(() => expect(editor.text(NAMED)).toBe('# nobody told\n'), 20_000);
    expect(editor.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('opens a connection per watch when a server speaks HTTP/1.1 only, and survives a change to it', async () => {
    const line = await protocolProxy(server);
    const admin = await as('admin', { port: line.port });
    try {
      await admin.connection.connect();
      await admin.until(({ configMaps }) => expect(configMaps.map(({ workload }) => workload)).toEqual([null]));
      expect(new Set(line.spoken)).toEqual(new Set(['h2']));
      line.offer('http/1.1');
      await put(NAMED, '# over HTTP/1.1\n');
      await admin.until(() => expect(admin.text(NAMED)).toBe('# over HTTP/1.1\n'), 30_000);
      // All watches run.
      await expect.poll(line.open, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
      await put(NAMED, '# still there\n');
      await admin.until(() => expect(admin.text(NAMED)).toBe('# still there\n'));
      const late = await as('editor', { port: line.port });
      expect(await late.connection.connect()).toMatchObject({ state: 'online', problem: null, configMaps: [{ readOnly: false }] });
    } finally {
      await line.close();
    }
  });
});

/**
 * Terminates TLS in front of a real API server, and speaks `h2`, or only `http/1.1` from `offer` on, which ends open
 * connections.
 */
async function protocolProxy(server: ApiServer) {
  const { certificate, key } = await server.authority.issue({ commonName: 'proxy', addresses: ['127.0.0.1'] });
  let offered = 'h2';
  const spoken: string[] = [];
  const near = new Set<TLSSocket>();
  const proxy = createServer(
    { cert: certificate, key, ALPNCallback: ({ protocols }) => protocols.find((one) => one === offered) },
    (socket) => {
      const protocol = socket.alpnProtocol || 'http/1.1';
      spoken.push(protocol);
      near.add(socket);
      const { port } = new URL(server.server);
      const far = connect({ host: '127.0.0.1', port: Number(port), ca: server.authority.certificate, ALPNProtocols: [protocol] });
      const end = (): void => {
        near.delete(socket);
        socket.destroy();
        far.destroy();
      };
      for (const one of [socket, far]) one.on('error', () => undefined).on('close', end);
      socket.pipe(far).pipe(socket);
    },
  );
  const endAll = (): void => {
    for (const socket of near) socket.destroy();
  };
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    spoken,
    open: () => near.size,
    offer: (protocol: string) => {
      offered = protocol;
      endAll();
    },
    close: () => {
      endAll();
      return new Promise((resolve) => proxy.close(resolve));
    },
  };
}
