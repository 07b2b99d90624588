import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Authority, createAuthority } from '../../../../main/demo/server/certificates.ts';
import { listen, type Server } from '../../../../main/demo/server/server.ts';

let authority: Authority;
let server: Server;

function handshake(servername: string, ca: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: server.port, servername, ca }, () => {
      socket.destroy();
      resolve('trusted');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

describe('a certificate of an authority in memory', () => {
  beforeAll(async () => {
    authority = await createAuthority('test');
    const { certificate, key } = await authority.issue(['api.eu2.coralogix.com', 'localhost', '127.0.0.1']);
    server = await listen(createServer({ cert: certificate, key }));
  });
  afterAll(() => server.close());

  it('is trusted for its names by those who trust the authority', async () => {
    expect(await handshake('api.eu2.coralogix.com', authority.certificate)).toBe('trusted');
    expect(await handshake('localhost', authority.certificate)).toBe('trusted');
  });

  it('is refused for another name, and under another authority of the same name', async () => {
    expect(await handshake('api.eu1.coralogix.com', authority.certificate)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    const stranger = await createAuthority('test');
    expect(await handshake('localhost', stranger.certificate)).not.toBe('trusted');
  });

  it('is short-lived and isn’t an authority', async () => {
    const leaf = new X509Certificate((await authority.issue(['localhost'])).certificate);
    const days = (Date.parse(leaf.validTo) - Date.now()) / 86_400_000;
    expect(leaf.ca).toBe(false);
    expect(days).toBeGreaterThan(6);
    expect(days).toBeLessThan(8);
  });
});
