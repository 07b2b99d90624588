import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HandlerServices } from '../../../main/api/handlers.ts';
import { createHandlers } from '../../../main/api/handlers.ts';
import type { FleetChange } from '../../../main/common/fleet/fleet.ts';
import type { Issued } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';

describe.skipIf(process.platform === 'win32')('the clusters of a kubeconfig', () => {
  let folder: string;
  let file: string;
  let address: string;
  let server: Server;
  let requests: number;
  let certificate: Issued;
  const running: OpenClusters[] = [];

  const createServer = (listener: RequestListener): Server =>
    createSecureServer({ cert: certificate.certificate, key: certificate.key }, listener);

  beforeAll(async () => {
    certificate = await (await createAuthority()).issue({ commonName: 'api', addresses: ['127.0.0.1'] });
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-clusters-'));
    file = join(folder, 'config');
    requests = 0;
    // Refuses everyone: only the requests count here, and that none is repeated.
    server = createServer((_, response) => {
      requests += 1;
      response.writeHead(401).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await writeFile(
      join(folder, 'plugin'),
      `#!/bin/sh\necho run >> ${folder}/runs\nprintf '{"kind":"ExecCredential","status":{"token":"t"}}'\n`,
    );
    await chmod(join(folder, 'plugin'), 0o755);
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((open) => open.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const runs = async (): Promise<number> => (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
  const write = (users: readonly object[], at = address, more: object = {}): Promise<void> => {
    const names = users.map((_, index) => `c${index}`);
    const config = {
      clusters: [{ name: 'c', cluster: { server: at, 'insecure-skip-tls-verify': true, ...more } }],
      users: users.map((user, index) => ({ name: names[index], user })),
      contexts: names.map((name) => ({ name, context: { cluster: 'c', user: name } })),
    };
    return writeFile(file, JSON.stringify(config));
  };
  const plugin = (...args: readonly string[]): object => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', args },
  });
  const start = async (): Promise<OpenClusters> => {
    const open = openClusters({ directory: join(folder, 'data'), kubeconfig: [file] });
    running.push(open);
    await open.clusters.start();
    return open;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(running.splice(0).map((open) => open.close()));
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 400));

  it('start no process for 500 plugins until someone clicks, and then one', async () => {
    await write(Array.from({ length: 500 }, (_, index) => plugin(String(index))));
    const { clusters, store } = await start();
    await clusters.refresh();
    await settled();
    expect(
      store.snapshot().clusters.filter(({ auth, state, signIn }) => auth === 'exec' && state === 'idle' && signIn === 'asks'),
    ).toHaveLength(500);
    expect([await runs(), requests]).toEqual([0, 0]);
    await clusters.connect('c7');
    // Once after the refusal, and not again.
    await settled();
    expect(await runs()).toBe(2);
  });

  it('start no login of the many that have expired on a refresh, and one when its sign-in is requested', async () => {
    await write(Array.from({ length: 5 }, (_, index) => plugin(String(index))));
    const { clusters, cluster } = await start();
    for (const index of [0, 1, 2, 3, 4]) await clusters.connect(`c${index}`);
    const before = await runs();
    await clusters.refresh();
    clusters.wake();
    await settled();
    expect(await runs()).toBe(before);
    expect(cluster('c3')).toMatchObject({
      state: 'needs-sign-in',
      problem: { step: 'plugin', message: expect.stringContaining('only when you start it') },
    });
    await clusters.connect('c3');
    await settled();
    expect(await runs()).toBe(before + 2);
  });

  it('don’t run a plugin that was watched before at the next start, unless its sign-in is allowed', async () => {
    await write([plugin()]);
    await (await start()).clusters.connect('c0');
    await stop();
    const before = await runs();

    const second = await start();
    await settled();
    expect([await runs(), second.cluster('c0')]).toMatchObject([before, { state: 'idle', watched: true, signIn: 'asks' }]);
    second.clusters.allowSignIn('c0', true);
    expect(second.cluster('c0').signIn).toBe('allowed');
    await stop();

    const third = await start();
    await expect.poll(runs).toBeGreaterThan(before);
    third.clusters.allowSignIn('c0', false);
    await stop();
    const after = await runs();
    await start();
    await settled();
    expect(await runs()).toBe(after);
  });

  it.each([
    ['command', () => write([{ exec: { ...(plugin() as { exec: object }).exec, command: '/bin/true' } }])],
    ['arguments', () => write([plugin('--other')])],
    ['environment', () => write([{ exec: { ...(plugin() as { exec: object }).exec, env: [{ name: 'A', value: 'b' }] } }])],
    ['server', () => write([plugin()], address.replace('127.0.0.1', 'localhost'))],
    ['proxy', () => write([plugin()], address, { 'proxy-url': 'http://127.0.0.1:9' })],
    ['server’s name', () => write([plugin()], address, { 'tls-server-name': 'other' })],
    ['TLS', () => write([plugin()], address, { 'insecure-skip-tls-verify': false })],
  ])('ask again when the allowed plugin’s %s changes', async (_, change) => {
    await write([plugin()]);
    const first = await start();
    await first.clusters.connect('c0');
    first.clusters.allowSignIn('c0', true);
    await stop();
    const before = [await runs(), requests];
    await change();
    const { cluster } = await start();
    await settled();
    expect(cluster('c0')).toMatchObject({ state: 'idle', signIn: 'asks' });
    expect([await runs(), requests]).toEqual(before);
  });

  it('send no token automatically after the way to the server changes, and do so again after a click', async () => {
    await write([{ token: 't' }]);
    const first = await start();
    await first.clusters.connect('c0');
    await stop();
    const before = requests;
    await write([{ token: 't' }], address, { 'proxy-url': 'http://127.0.0.1:9' });
    const second = await start();
    await settled();
    expect(second.cluster('c0')).toMatchObject({ state: 'idle', watched: false });
    expect(await second.clusters.connect('c0')).toBe('unreachable');
    await stop();
    const { cluster } = await start();
    await expect.poll(() => cluster('c0').state, { timeout: 10_000 }).toBe('unreachable');
    expect(requests).toBe(before);
  });

  it('are contacted automatically at the next start only if nothing can prompt, however they are watched', async () => {
    const oidc = { 'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': address, 'client-id': 'c' } } };
    await write([{ token: 't' }, plugin(), oidc, {}]);
    const first = await start();
    for (const context of ['c0', 'c1', 'c2', 'c3']) await first.clusters.connect(context);
    await stop();
    const before = await runs();
    const { clusters, cluster } = await start();
    await expect.poll(() => cluster('c0').state, { timeout: 10_000 }).toBe('needs-sign-in');
    clusters.wake();
    await clusters.settingsChanged();
    await settled();
    expect(['c1', 'c2', 'c3'].map((context) => [cluster(context).watched, cluster(context).state])).toEqual(
      [1, 2, 3].map(() => [true, 'idle']),
    );
    expect(await runs()).toBe(before);
  });

  it('are connected together by one click only if nothing can prompt, whatever a page requests', async () => {
    const oidc = { 'auth-provider': { name: 'oidc', config: { 'idp-issuer-url': address, 'client-id': 'c' } } };
    await write([{ token: 't' }, plugin(), oidc, {}, { token: 't', exec: { command: 7 } }, { token: 't' }]);
    const { clusters, store, settings, cluster } = await start();
    // Allowed to run without a click at the start, and for a click on its cluster, but not for a click on all.
    clusters.allowSignIn('c1', true);
    const services: Pick<HandlerServices, 'store' | 'clusters' | 'settings'> = { store, clusters, settings };
    const handlers = createHandlers(services as HandlerServices);
    await handlers['cluster.connectAll']({ contexts: ['c0', 'c1', 'c2', 'c3', 'c4', 'c6', ''] });
    await expect.poll(() => cluster('c0').state, { timeout: 10_000 }).toBe('needs-sign-in');
    await settled();
    expect(await runs()).toBe(0);
    const states = ['c1', 'c2', 'c3', 'c4', 'c5'].map((context) => `${cluster(context).auth} ${cluster(context).state}`);
    expect(states).toEqual(['exec idle', 'oidc idle', 'none idle', 'none misconfigured', 'static idle']);
    // A refused cluster waits for its own click.
    const before = requests;
    await handlers['cluster.connectAll']({ contexts: ['c0'] });
    await settled();
    expect(requests).toBe(before);
  });

  it('have no sign-in to allow without a plugin', async () => {
    await write([{ token: 't' }]);
    const { clusters, cluster } = await start();
    expect(cluster('c0').signIn).toBeUndefined();
    expect(() => clusters.allowSignIn('c0', true)).toThrow('no login plugin');
  });

  it('contact a watched context at the next start, but not if it now means another server', async () => {
    await write([{ token: 't' }]);
    await (await start()).clusters.connect('c0');
    await stop();
    requests = 0;
    await start();
    await expect.poll(() => requests).toBeGreaterThan(0);
    await stop();

    requests = 0;
    await write([{ token: 't' }], address.replace('127.0.0.1', 'localhost'));
    const { cluster } = await start();
    await settled();
    expect(requests).toBe(0);
    expect(cluster('c0')).toMatchObject({ state: 'idle', watched: false });
  });

  it('keep marks by context and server', async () => {
    await write([{ token: 't' }]);
    const first = await start();
    first.clusters.mark('c0', { alias: 'Payments', group: 'EU', production: true, pinned: true, hidden: false, readOnly: true });
    expect(first.cluster('c0').marks).toEqual({ alias: 'Payments', group: 'EU', production: true, pinned: true, readOnly: true });
    await stop();
    const second = await start();
    expect(second.cluster('c0').marks?.alias).toBe('Payments');
    expect(second.clusters.isReadOnly('c0')).toBe(true);
    await stop();
    await write([{ token: 't' }], address.replace('127.0.0.1', 'localhost'));
    const third = await start();
    expect([third.cluster('c0').marks, third.clusters.isReadOnly('c0')]).toEqual([{}, false]);
  });

  it('appear, change and vanish with their kubeconfig, and a change closes the connection', async () => {
    await write([{ token: 't' }, { token: 't' }]);
    const { clusters, store, cluster } = await start();
    await clusters.connect('c0');
    expect(cluster('c0').state).toBe('needs-sign-in');
    const before = requests;
    await write([{ token: 'another' }, { token: 't' }, { token: 't' }]);
    await expect.poll(() => store.snapshot().clusters.map(({ context }) => context), { timeout: 10_000 }).toEqual(['c0', 'c1', 'c2']);
    // It is watched and can't prompt: its new credentials are tried.
    await expect.poll(() => requests, { timeout: 10_000 }).toBeGreaterThan(before);
    await rm(file);
    await expect.poll(() => store.snapshot().clusters, { timeout: 10_000 }).toEqual([]);
    expect(() => clusters.connection('c0')).toThrow('no context');
    await write([{ token: 't' }]);
    await expect.poll(() => store.snapshot().clusters.map(({ context }) => context), { timeout: 10_000 }).toEqual(['c0']);
  });

  it('come from a folder of the settings too, and leave with it', async () => {
    await write([{ token: 't' }]);
    const open = await start();
    await mkdir(join(folder, 'more'));
    const config = { clusters: [{ name: 'm', cluster: { server: address } }], contexts: [{ name: 'more', context: { cluster: 'm' } }] };
    await writeFile(join(folder, 'more', 'one.yaml'), JSON.stringify(config));
    // The home folder of this program is `data`.
    open.settings.update({ kubeconfigFiles: ['~/../more'] });
    await open.clusters.settingsChanged();
    expect(open.store.snapshot().clusters.map(({ context }) => context)).toEqual(['c0', 'more']);
    open.settings.update({ kubeconfigFiles: [] });
    await open.clusters.settingsChanged();
    expect(open.store.snapshot().clusters.map(({ context }) => context)).toEqual(['c0']);
  });

  it('keep all choices for a context while it is away, however the file is rewritten, and apply them to no other server', async () => {
    const other = address.replace('127.0.0.1', 'localhost');
    const entry = (name: string, server: string) => ({
      cluster: { name, cluster: { server } },
      context: { name, context: { cluster: name, user: 'u' } },
    });
    const file_ = (...entries: readonly ReturnType<typeof entry>[]): Promise<void> =>
      writeFile(
        file,
        JSON.stringify({
          clusters: entries.map(({ cluster }) => cluster),
          users: [{ name: 'u', user: plugin() }],
          contexts: entries.map(({ context }) => context),
        }),
      );
    const marks = { alias: 'Payments', group: 'EU', production: true, readOnly: true };
    const [a, b] = [entry('a', address), entry('b', address)];
    await file_(a, b);
    const { clusters, store, cluster } = await start();
    const shown = () => store.snapshot().clusters.map(({ context }) => context);
    clusters.mark('a', marks);
    clusters.allowSignIn('a', true);
    await file_(b);
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['b']);
    expect(cluster('b')).toMatchObject({ marks: {}, signIn: 'asks' });
    await file_(b, a);
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['b', 'a']);
    expect(cluster('a')).toMatchObject({ marks, signIn: 'allowed' });
    await file_(a, b);
    await expect.poll(shown, { timeout: 10_000 }).toEqual(['a', 'b']);
    expect([cluster('a').marks, cluster('b').marks]).toEqual([marks, {}]);
    // The same name at another address, and back.
    await file_(entry('a', other), b);
    await expect.poll(() => cluster('a').server, { timeout: 10_000 }).toBe(other);
    expect(cluster('a')).toMatchObject({ marks: {}, signIn: 'asks', watched: false });
    expect(clusters.isReadOnly('a')).toBe(false);
    await file_(a, b);
    await expect.poll(() => cluster('a').server, { timeout: 10_000 }).toBe(address);
    expect(cluster('a')).toMatchObject({ marks, signIn: 'allowed' });
  });

  it('start no process for 500 plugins that forged settings claim to be allowed, and contact no one', async () => {
    await write(Array.from({ length: 500 }, (_, index) => plugin(String(index))));
    const first = await start();
    first.clusters.allowSignIn('c0', true);
    await stop();
    const settings = join(folder, 'data', 'settings.json');
    const saved = JSON.parse(await readFile(settings, 'utf8'));
    const [{ signIn }] = saved.settings.clusters;
    expect(signIn).toMatch(/^[0-9a-f]{64}$/);
    // What someone else may write there: any hash, and another consent's hash.
    saved.settings.clusters = Array.from({ length: 499 }, (_, index) => ({
      context: `c${index + 1}`,
      server: address,
      watched: true,
      signIn: index % 2 === 0 ? signIn : '0'.repeat(64),
    }));
    await writeFile(settings, JSON.stringify(saved));
    const { store, clusters } = await start();
    expect(new Set(store.snapshot().clusters.map(({ state, signIn: consent }) => `${state} ${consent}`))).toEqual(new Set(['idle asks']));
    expect(store.snapshot().clusters.filter(({ watched }) => watched)).toHaveLength(499);
    clusters.wake();
    await clusters.refresh();
    await settled();
    expect([await runs(), requests]).toEqual([0, 0]);
  });

  /** Is online and empty; counts how often it is listed. */
  const startOnline = async (): Promise<{ readonly at: string; lists(): number; close(): void }> => {
    let lists = 0;
    const online = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
      if (searchParams.get('watch') === 'true') return response.flushHeaders();
      if (pathname === '/api/v1/configmaps') lists += 1;
      return response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [], status: { allowed: true } }));
    });
    await new Promise<void>((resolve) => online.listen(0, '127.0.0.1', resolve));
    const close = (): void => {
      online.closeAllConnections();
      online.close();
    };
    return { at: `https://127.0.0.1:${(online.address() as AddressInfo).port}`, lists: () => lists, close };
  };

  it('stay connected while their file is half-written, and are announced to the views again only if something changed', async () => {
    const online = await startOnline();
    try {
      await write([{ token: 't' }, { token: 't' }, plugin()], online.at);
      const { clusters, store, cluster } = await start();
      expect(await clusters.connect('c0')).toBe('online');
      const connection = clusters.connection('c0');
      const whole = await readFile(file, 'utf8');
      await settled();
      const told: FleetChange[] = [];
      store.subscribe((event) => event.name === 'fleet.changed' && told.push(event.value));
      // Anything may read it now: a click on Refresh, and the watch after the last change.
      await writeFile(file, whole.slice(0, whole.length / 2));
      await clusters.refresh();
      expect([clusters.connection('c0') === connection, cluster('c0').state, store.snapshot().clusters.length]).toEqual([
        true,
        'online',
        3,
      ]);
      await expect.poll(() => store.snapshot().files[0]?.problem).toContain('isn’t valid YAML');
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      await writeFile(file, whole);
      await expect.poll(() => store.snapshot().files[0]?.problem, { timeout: 5_000 }).toBeUndefined();
      expect([clusters.connection('c0') === connection, cluster('c0').state]).toEqual([true, 'online']);
      // `c0` because it was refreshed.
      expect(new Set(told.flatMap((change) => change.clusters.map(({ context }) => context)))).toEqual(new Set(['c0']));
      // The same text written again changes nothing; one new context changes only that.
      await settled();
      told.length = 0;
      const lists = online.lists();
      await writeFile(file, whole);
      await clusters.settingsChanged();
      await settled();
      expect(told).toEqual([]);
      await write([{ token: 't' }, { token: 't' }, plugin(), { token: 't' }], online.at);
      await expect.poll(() => told.flatMap((change) => change.clusters.map(({ context }) => context)), { timeout: 5_000 }).toEqual(['c3']);
      expect(told.map(({ fields, order, removed }) => ({ fields, order, removed }))).toEqual([
        { fields: {}, order: undefined, removed: [] },
      ]);
      expect(online.lists()).toBe(lists);
    } finally {
      await stop();
      online.close();
    }
  }, 30_000);

  it('stay connected, and aren’t listed again, when unrelated files are added', async () => {
    const online = await startOnline();
    try {
      await write([{ token: 't' }, { token: 't' }], online.at);
      const { clusters, settings, store, cluster } = await start();
      expect(await Promise.all([clusters.connect('c0'), clusters.connect('c1')])).toEqual(['online', 'online']);
      const connection = clusters.connection('c0');
      await mkdir(join(folder, 'more'));
      const config = { clusters: [{ name: 'm', cluster: { server: address } }], contexts: [{ name: 'more', context: { cluster: 'm' } }] };
      await writeFile(join(folder, 'more', 'one.yaml'), JSON.stringify(config));
      for (const kubeconfigFiles of [[join(folder, 'more')], []]) {
        settings.update({ kubeconfigFiles });
        await clusters.settingsChanged();
        expect(store.snapshot().clusters).toHaveLength(2 + kubeconfigFiles.length);
      }
      // Longer than a connection waits before it lists again.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect([online.lists(), clusters.connection('c0') === connection, cluster('c1').state]).toEqual([2, true, 'online']);
      settings.update({ namespaces: ['security'] });
      await clusters.settingsChanged();
      await expect.poll(online.lists, { timeout: 10_000 }).toBe(4);
    } finally {
      await stop();
      online.close();
    }
  });
});
