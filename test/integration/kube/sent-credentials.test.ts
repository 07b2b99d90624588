import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Http2SecureServer } from 'node:http2';
import { createSecureServer } from 'node:http2';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionUpdate } from '../../../main/kube/cluster/connection-update.ts';
import type { Authority, Issued } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import type { TestProxy } from '../../support/proxy.ts';
import { startProxy } from '../../support/proxy.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// What arrives at the server for every kind of credential in a kubeconfig. credentials.test.ts has what a real one does
// with most of them; it no longer knows passwords, and doesn't know uids yet.

interface Arrived {
  /** The lines of each header that names a user. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly certificate: string | undefined;
  readonly serverName: string | false;
  readonly protocol: string;
}

const TELLING = /^(authorization|cookie|impersonate-.*|proxy-authorization)$/;

describe('what a cluster is sent', () => {
  let folder: string;
  let authority: Authority;
  let user: Issued;
  let server: Http2SecureServer;
  let port: number;
  let arrived: Arrived[];
  /** Of requests with a body: the protocols that they came over. */
  let withBody: string[];
  const open: Watching[] = [];
  const proxies: TestProxy[] = [];

  beforeAll(async () => {
    authority = await createAuthority();
    user = await authority.issue({ commonName: 'carol' });
    const { certificate, key } = await authority.issue({ commonName: 'api', names: ['api.internal'], addresses: ['127.0.0.1'] });
    const options = { cert: certificate, key, ca: authority.certificate, requestCert: true, rejectUnauthorized: false, allowHTTP1: true };
    server = createSecureServer(options, (request, response) => {
      const lines = request.rawHeaders;
      const headers: Record<string, string[]> = {};
      for (let index = 0; index < lines.length; index += 2) {
        const name = (lines[index] ?? '').toLowerCase();
        if (!TELLING.test(name)) continue;
        headers[name] ??= [];
        headers[name]?.push(Buffer.from(lines[index + 1] ?? '', 'latin1').toString());
      }
      // On HTTP/2 the request's socket is a stand-in.
      const socket = (request.stream?.session?.socket ?? request.socket) as TLSSocket & { servername?: string | false };
      const { CN } = socket.getPeerCertificate().subject ?? {};
      const certificateName = typeof CN === 'string' ? CN : undefined;
      if (request.method === 'POST') withBody.push(request.httpVersion);
      const protocol = request.method === 'POST' ? (arrived[0]?.protocol ?? '') : request.httpVersion;
      arrived.push({ headers, certificate: certificateName, serverName: socket.servername ?? false, protocol });
      if (new URL(request.url ?? '/', 'https://x').searchParams.get('watch') === 'true') {
        response.writeHead(200);
        response.write('\n');
      } else response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [], status: { allowed: true } }));
    });
    server.on('sessionError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.close();
  });
  beforeEach(async () => {
    arrived = [];
    withBody = [];
    folder = await mkdtemp(join(tmpdir(), 'kaudit-sent-'));
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
    await Promise.all(proxies.splice(0).map((proxy) => proxy.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const given = async (credentials: object | null, cluster: object = {}): Promise<ConnectionUpdate> => {
    const parts = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': base64(authority.certificate), ...cluster };
    const config = {
      clusters: [{ name: 'c', cluster: parts }],
      users: credentials === null ? [] : [{ name: 'u', user: credentials }],
      contexts: [{ name: 'x', context: { cluster: 'c', ...(credentials === null ? {} : { user: 'u' }) } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
    arrived = [];
    withBody = [];
    const made = watching(await entryOf(join(folder, 'config'), 'x'));
    open.push(made);
    return made.connection.connect();
  };
  /** The same with every request, watches included. */
  const sent = async (credentials: object | null, cluster: object = {}): Promise<Arrived> => {
    const update = await given(credentials, cluster);
    expect([update.state, update.problem?.step]).toEqual(['online', 'configmap']);
    await expect.poll(() => arrived.length).toBeGreaterThan(4);
    const [first] = arrived;
    if (first === undefined) throw new Error('Nothing arrived');
    for (const other of arrived) expect(other).toEqual(first);
    // Never over HTTP/2, whatever the others use.
    expect(new Set(withBody)).toEqual(new Set(['1.1']));
    return first;
  };
  const certificate = () => ({ 'client-certificate-data': base64(user.certificate), 'client-key-data': base64(user.key) });
  const nobody = { headers: {}, certificate: undefined, serverName: false, protocol: '2.0' };

  it.each<[string, object | null, object]>([
    ['of a token', { token: 'T' }, { authorization: ['Bearer T'] }],
    ['of a user and a password', { username: 'me', password: 'pä:ß' }, { authorization: [`Basic ${base64('me:pä:ß')}`] }],
    ['of an empty user', {}, {}],
    ['of a context without a user', null, {}],
  ])('is only what the kubeconfig contains: %s', async (_, credentials, headers) => {
    expect(await sent(credentials)).toEqual({ ...nobody, headers });
  });

  it('is the certificate, alone or with a token', async () => {
    expect(await sent(certificate())).toEqual({ ...nobody, certificate: 'carol' });
    arrived = [];
    withBody = [];
    expect(await sent({ ...certificate(), token: 'T' })).toEqual({
      ...nobody,
      certificate: 'carol',
      headers: { authorization: ['Bearer T'] },
    });
  });

  it('is the token of the file, not the one next to it', async () => {
    await writeFile(join(folder, 'token'), '  of-the-file\r\n');
    expect((await sent({ token: 'beside', tokenFile: 'token' })).headers).toEqual({ authorization: ['Bearer of-the-file'] });
  });

  it('is whom to impersonate, each group and each extra value in its own header', async () => {
    const extra = { 'example.com/Über scopes': ['one', 'two, three'], reason: ['audit'] };
    const as = { as: 'dave', 'as-uid': '42', 'as-groups': ['developers', 'group, with comma'], 'as-user-extra': extra };
    const { headers } = await sent({ token: 'T', ...as });
    const named = Object.fromEntries(Object.entries(headers).map(([name, lines]) => [decodeURIComponent(name), lines]));
    expect(named).toEqual({
      authorization: ['Bearer T'],
      'impersonate-user': ['dave'],
      'impersonate-uid': ['42'],
      'impersonate-group': ['developers', 'group, with comma'],
      'impersonate-extra-example.com/Über scopes': ['one', 'two, three'],
      'impersonate-extra-reason': ['audit'],
    });
  });

  it('is nothing if a value would become a separate header', async () => {
    for (const credentials of [{ token: 'T\r\nImpersonate-User: root' }, { token: 'T', as: 'a\r\nAuthorization: Bearer X' }]) {
      expect(await given(credentials)).toMatchObject({ state: 'misconfigured', problem: { step: 'context' } });
    }
    expect(arrived).toEqual([]);
  });

  it('names the server after tls-server-name, and is sent only to a server with that name', async () => {
    expect((await sent({ token: 'T' }, { 'tls-server-name': 'api.internal' })).serverName).toBe('api.internal');
    arrived = [];
    withBody = [];
    expect(await given({ token: 'T' }, { 'tls-server-name': 'api.elsewhere' })).toMatchObject({ problem: { step: 'tls' } });
    expect(await given({ token: 'T' }, { 'certificate-authority-data': null })).toMatchObject({ problem: { step: 'tls' } });
    expect(arrived).toEqual([]);
    expect((await sent({ token: 'T' }, { 'certificate-authority-data': null, 'insecure-skip-tls-verify': true })).headers).toEqual({
      authorization: ['Bearer T'],
    });
  });

  it('goes through a proxy, which gets its own password and none of the cluster’s', async () => {
    const authorities = { [`127.0.0.1:${port}`]: port };
    const proxy = await startProxy({ routes: authorities, credentials: 'me:shh' });
    proxies.push(proxy);
    const { host } = new URL(proxy.url);
    expect(await sent({ token: 'T' }, { 'proxy-url': `http://me:shh@${host}` })).toMatchObject({
      headers: { authorization: ['Bearer T'] },
    });
    expect(new Set(proxy.connections.map(({ status }) => status))).toEqual(new Set([200]));
    for (const [url, words] of [
      [`http://${host}`, 'asks for credentials'],
      [`http://me:wrong@${host}`, 'asks for credentials'],
    ] as const) {
      const { state, problem } = await given({ token: 'T' }, { 'proxy-url': url });
      expect([state, problem?.step, problem?.message]).toEqual(['unreachable', 'proxy', expect.stringContaining(words)]);
      expect(JSON.stringify(problem)).not.toContain('wrong');
    }
  });

  it('goes through a SOCKS proxy', async () => {
    const asked: string[] = [];
    const sockets = new Set<Socket>();
    const socks = createServer((near) => {
      sockets.add(near);
      near
        .on('error', () => undefined)
        .once('data', () => {
          near.write(Buffer.from([5, 0]));
          near.once('data', (request: Buffer) => {
            const name = request[3] === 3 ? request.subarray(5, -2).toString() : [...request.subarray(4, 8)].join('.');
            asked.push(`${name}:${request.readUInt16BE(request.length - 2)}`);
            const far = connect(port, '127.0.0.1', () => {
              near.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
              near.pipe(far).pipe(near);
            });
            sockets.add(far);
            far.on('error', () => near.destroy());
          });
        });
    });
    await listening(socks);
    const url = `socks5://127.0.0.1:${(socks.address() as AddressInfo).port}`;
    expect(await sent({ token: 'T' }, { 'proxy-url': url })).toMatchObject({ headers: { authorization: ['Bearer T'] } });
    expect(new Set(asked)).toEqual(new Set([`127.0.0.1:${port}`]));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => socks.close(resolve));
    expect(await given({ token: 'T' }, { 'proxy-url': url })).toMatchObject({ state: 'unreachable', problem: { step: 'proxy' } });
  });
});

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}
