import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConnectionUpdate } from '../../../main/kube/cluster/connection-update.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import { apply } from '../../support/raw-kubernetes.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

describeWith([apiServerRequirement], 'credentials against a real API server', () => {
  let server: ApiServer;
  let folder: string;
  let count = 0;
  const open: Watching[] = [];

  beforeAll(async () => {
    server = await borrowApiServer();
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kaudit-integration-prod', namespace: NAMESPACE, labels: { app: 'kaudit' } },
    };
    await apply(server.endpoint, object);
    await writeFile(join(server.directory, 'ca.pem'), server.authority.certificate);
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    count += 1;
    folder = join(server.directory, `case-${count}`);
    await mkdir(folder);
  });
  afterEach(() => Promise.all(open.splice(0).map(({ connection }) => connection.close())));

  const given = async (user: object | null, cluster: object = {}): Promise<Watching> => {
    const config = {
      clusters: [{ name: 'c', cluster: { server: server.server, 'certificate-authority': '../ca.pem', ...cluster } }],
      users: user === null ? [] : [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', ...(user === null ? {} : { user: 'u' }) } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    const made = watching(await entryOf(join(folder, 'config'), 'x'));
    open.push(made);
    return made;
  };
  const connectAs = async (user: object | null, cluster: object = {}): Promise<ConnectionUpdate> =>
    (await given(user, cluster)).connection.connect();
  const seen = (readOnly: boolean) => ({ state: 'online', problem: null, configMaps: [{ readOnly }] });
  const script = async (name: string, text: string): Promise<void> => {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
  };
  const credential = (status: object): string =>
    JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status });
  const exec = (command: string, more: object = {}): object => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', command, ...more },
  });

  it('accepts a certificate and key as data, and as files relative to the kubeconfig', async () => {
    const { certificate, key } = await server.authority.issue({ commonName: 'carol', organizations: ['kaudit-viewers'] });
    const data = {
      'client-certificate-data': Buffer.from(certificate).toString('base64'),
      'client-key-data': Buffer.from(key).toString('base64'),
    };
    expect(await connectAs(data)).toMatchObject(seen(true));
    await Promise.all([writeFile(join(folder, 'me.crt'), certificate), writeFile(join(folder, 'me.key'), key)]);
    expect(await connectAs({ 'client-certificate': 'me.crt', 'client-key': './me.key' })).toMatchObject(seen(true));
  });

  it('refuses an expired certificate as a sign-in', async () => {
    const { certificate, key } = await server.authority.issue({ commonName: 'carol', organizations: ['kaudit-viewers'], days: -1 });
    const data = {
      'client-certificate-data': Buffer.from(certificate).toString('base64'),
      'client-key-data': Buffer.from(key).toString('base64'),
    };
    expect(await connectAs(data)).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication' } });
  });

  it('reads tokenFile without its newline, again for each connection', async () => {
    await writeFile(join(folder, 'token'), 'not-a-token\n');
    const { connection } = await given({ tokenFile: 'token' });
    expect(await connection.connect()).toMatchObject({ state: 'needs-sign-in' });
    await writeFile(join(folder, 'token'), `${server.token('editor')}\n`);
    expect(await connection.refresh()).toMatchObject(seen(false));
  });

  it('impersonates a user with several groups', async () => {
    const admin = { token: server.token('admin') };
    const groups = ['somebody-else', 'kaudit-viewers'];
    expect(await connectAs({ ...admin, as: 'dave', 'as-groups': groups, 'as-user-extra': { reason: ['one', 'two'] } })).toMatchObject(
      seen(true),
    );
    const update = await connectAs({ ...admin, as: 'dave', 'as-groups': ['somebody-else'] });
    expect(update.problem?.message).toContain('User "dave" doesn’t have permission to list');
  });

  it('keeps the CA of a context without a user, and says that it has no credentials', async () => {
    expect(await connectAs(null)).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication' } });
    expect(await connectAs({})).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication' } });
  });

  it('honours tls-server-name and insecure-skip-tls-verify', async () => {
    const user = { token: server.token('viewer') };
    expect(await connectAs(user, { 'tls-server-name': 'kubernetes' })).toMatchObject(seen(true));
    expect(await connectAs(user, { 'tls-server-name': 'elsewhere.example' })).toMatchObject({
      state: 'unreachable',
      problem: { step: 'tls' },
    });
    expect(await connectAs(user, { 'certificate-authority': null })).toMatchObject({ state: 'unreachable', problem: { step: 'tls' } });
    expect(await connectAs(user, { 'certificate-authority': null, 'insecure-skip-tls-verify': true })).toMatchObject(seen(true));
  });

  it('goes through proxy-url', async () => {
    let tunnels = 0;
    const proxy: Server = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels += 1;
      const [host, port] = (request.url ?? '').split(':');
      const upstream = connect(Number(port), host ?? '', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = proxy.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const user = { token: server.token('viewer') };
    const through = await given(user, { 'proxy-url': url });
    expect(await through.connection.connect()).toMatchObject(seen(true));
    expect(tunnels).toBeGreaterThan(0);
    await through.connection.close();
    await new Promise((resolve) => proxy.close(resolve));
    expect(await connectAs(user, { 'proxy-url': url })).toMatchObject({ state: 'unreachable', problem: { step: 'proxy' } });
  });

  it('runs a plugin next to its kubeconfig, once for several requests, and passes it the cluster', async () => {
    await script(
      'plugin',
      `echo "$KUBERNETES_EXEC_INFO" >> ${folder}/info; printf '%s' '${credential({ token: server.token('editor') })}'`,
    );
    expect(await connectAs(exec('./plugin', { provideClusterInfo: true }))).toMatchObject(seen(false));
    const lines = (await readFile(join(folder, 'info'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: server.server } },
    });
  });

  it('accepts a certificate from a plugin', async () => {
    const { certificate, key } = await server.authority.issue({ commonName: 'carol', organizations: ['kaudit-editors'] });
    await writeFile(join(folder, 'answer'), credential({ clientCertificateData: certificate, clientKeyData: key }));
    await script('plugin', `cat ${folder}/answer`);
    expect(await connectAs(exec('./plugin'))).toMatchObject(seen(false));
  });

  it('runs a plugin again when its credentials are refused, then stops', async () => {
    await script('plugin', `echo run >> ${folder}/runs; printf '%s' '${credential({ token: 'not-a-token' })}'`);
    expect(await connectAs(exec('./plugin'))).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication' } });
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect((await readFile(join(folder, 'runs'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });

  it('kills a plugin and all its children when the connection is closed', async () => {
    await script('plugin', `echo $$ > ${folder}/pid; sleep 300 & echo $! > ${folder}/child; wait`);
    const { connection, updates } = await given(exec('./plugin'));
    const connecting = connection.connect();
    await expect.poll(() => readFile(join(folder, 'child'), 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/\d+\n/);
    await connection.close();
    await connecting;
    const pids = (await Promise.all(['pid', 'child'].map((name) => readFile(join(folder, name), 'utf8')))).map(Number);
    for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
    expect(updates.map(({ state }) => state)).not.toContain('online');
  });
});

async function isRunning(pid: number): Promise<boolean> {
  // A killed process without a parent to reap it stays as a zombie in some containers.
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return status !== '' && !/\) Z /.test(status);
}
