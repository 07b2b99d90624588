import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer } from 'node:http';
import type { Server } from 'node:https';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// An identity provider and a cluster that accepts its tokens, in one server. What a real cluster does with them isn't
// tested here.

describe('a context that signs in with OIDC', () => {
  let folder: string;
  let server: Server;
  let address: string;
  let ca: string;
  let refreshes: string[];
  /** How the provider's client authenticated. */
  let clients: string[];
  let tokens: string[];
  let answer: 'fresh' | 'refused' | 'endless';
  /** Lifetime of a refreshed token, in seconds. */
  let life: number;
  /** The provider's issuer, if it differs. */
  let tokenEndpoint: string | undefined;
  const open: Watching[] = [];

  /** Seconds from now. */
  const jwt = (life: number, name: string): string => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'RS256' })}.${part({ iss: address, aud: 'kaudit', sub: name, exp: Math.floor(Date.now() / 1000) + life, iat: Math.floor(Date.now() / 1000) })}.${name}`;
  };

  beforeEach(async () => {
    refreshes = [];
    clients = [];
    tokens = [];
    answer = 'fresh';
    life = 600;
    tokenEndpoint = undefined;
    folder = await mkdtemp(join(tmpdir(), 'kaudit-oidc-'));
    // As in kubectl: an intermediate authority that the user names is trusted without its root.
    const authority = await (await createAuthority()).intermediate('test-intermediate');
    ca = Buffer.from(authority.certificate).toString('base64');
    const { certificate, key } = await authority.issue({ commonName: 'idp', addresses: ['127.0.0.1'] });
    server = createServer({ cert: `${certificate}\n${authority.certificate}`, key }, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', address);
      const json = (body: object, status = 200) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (pathname === '/.well-known/openid-configuration') {
        json({
          issuer: address,
          token_endpoint: tokenEndpoint ?? `${address}/token`,
          authorization_endpoint: `${address}/auth`,
          jwks_uri: `${address}/keys`,
        });
      } else if (pathname === '/token') {
        let body = '';
        request.on('data', (chunk: Buffer) => {
          body += chunk.toString();
        });
        request.on('end', () => {
          clients.push(Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString());
          refreshes.push(new URLSearchParams(body).get('refresh_token') ?? '');
          if (answer === 'endless') {
            const write = (): void => {
              while (!response.destroyed && response.write(Buffer.alloc(1024 * 1024, ' ')));
            };
            response.writeHead(200, { 'content-type': 'application/json' }).on('drain', write);
            write();
          } else if (answer === 'refused') json({ error: 'invalid_grant', error_description: 'SENTINEL' }, 400);
          else json({ access_token: 'a', token_type: 'bearer', expires_in: 600, id_token: jwt(life, 'fresh'), refresh_token: 'second' });
        });
      } else {
        tokens.push(request.headers.authorization?.split('.').at(-1) ?? 'none');
        if (searchParams.get('watch') === 'true') response.flushHeaders();
        else json({ metadata: { resourceVersion: '1' }, items: [], status: { allowed: true } });
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const connect = async (idToken: string, more: object = {}) => {
    const provider = {
      name: 'oidc',
      config: {
        'client-id': 'kaudit',
        'id-token': idToken,
        'refresh-token': 'first',
        'idp-issuer-url': address,
        'idp-certificate-authority-data': ca,
        ...more,
      },
    };
    const config = {
      clusters: [{ name: 'c', cluster: { server: address, 'certificate-authority-data': ca } }],
      users: [{ name: 'u', user: { 'auth-provider': provider } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    const made = watching(await entryOf(join(folder, 'config'), 'x'));
    open.push(made);
    return made.connection.connect();
  };

  it('uses a token that is still valid, and asks no one', async () => {
    expect((await connect(jwt(600, 'given'))).state).toBe('online');
    expect([refreshes, new Set(tokens)]).toEqual([[], new Set(['given'])]);
  });

  it('refreshes an expired one once, however many requests follow', async () => {
    expect((await connect(jwt(-60, 'old'))).state).toBe('online');
    expect(tokens.length).toBeGreaterThan(2);
    expect([refreshes, new Set(tokens), clients]).toEqual([['first'], new Set(['fresh']), ['']]);
  });

  it('authenticates with the client’s secret if it has one', async () => {
    expect((await connect(jwt(-60, 'old'), { 'client-secret': 'shh' })).state).toBe('online');
    expect(clients).toEqual(['kaudit:shh']);
  });

  it('uses the provider’s latest refresh token', async () => {
    life = 5;
    expect((await connect(jwt(-60, 'old'))).state).toBe('online');
    expect(refreshes.slice(0, 2)).toEqual(['first', 'second']);
  });

  it('says so when it has no refresh token', async () => {
    const update = await connect(jwt(-60, 'old'), { 'refresh-token': undefined });
    expect(update).toMatchObject({ state: 'needs-sign-in', problem: { message: expect.stringContaining('no refresh token') } });
    expect([refreshes, tokens]).toEqual([[], []]);
  });

  it('trusts the authority in a file next to the kubeconfig, and says which file is missing', async () => {
    await writeFile(join(folder, 'idp.pem'), Buffer.from(ca, 'base64'));
    const file = { 'idp-certificate-authority-data': undefined, 'idp-certificate-authority': 'idp.pem' };
    expect((await connect(jwt(-60, 'old'), file)).state).toBe('online');
    expect(new Set(tokens)).toEqual(new Set(['fresh']));
    await rm(join(folder, 'idp.pem'));
    expect(await connect(jwt(-60, 'older'), file)).toMatchObject({
      state: 'misconfigured',
      problem: { step: 'file', message: expect.stringContaining(join(folder, 'idp.pem')) },
    });
  });

  it('doesn’t trust a provider whose authority is unknown', async () => {
    const update = await connect(jwt(-60, 'old'), { 'idp-certificate-authority-data': undefined });
    expect([update.state, refreshes, tokens]).toEqual(['needs-sign-in', [], []]);
  });

  it('sends nothing over plain http, and starts no request', async () => {
    let asked = 0;
    const plain = createPlainServer((_, response) => {
      asked += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(plain.address() as AddressInfo).port}`;
    const update = await connect(jwt(-60, 'old'), { 'idp-issuer-url': issuer, 'client-secret': 'shh' });
    expect(update).toMatchObject({
      state: 'needs-sign-in',
      problem: { message: expect.stringContaining('sends nothing over plain http') },
    });
    tokenEndpoint = `${issuer}/token`;
    expect(await connect(jwt(-60, 'older'))).toMatchObject({ state: 'needs-sign-in', problem: { step: 'plugin' } });
    plain.close();
    expect([asked, refreshes, tokens]).toEqual([0, [], []]);
  });

  it('disconnects from a provider whose response doesn’t end', async () => {
    answer = 'endless';
    expect(await connect(jwt(-60, 'old'))).toMatchObject({ state: 'needs-sign-in', problem: { step: 'plugin' } });
  });

  it('stops when the provider refuses, without quoting it', async () => {
    answer = 'refused';
    const update = await connect(jwt(-60, 'old'));
    expect(update).toMatchObject({ state: 'needs-sign-in', problem: { step: 'plugin' } });
    expect(JSON.stringify(update)).not.toContain('SENTINEL');
    expect(tokens).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(refreshes).toEqual(['first']);
  });
});
