import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';

// In a process of its own: where the fault is back, that process hangs and takes memory until it is killed.

const root = fileURLToPath(new URL('../../..', import.meta.url));

let directory: string;
let server: Http2SecureServer;
const seen: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-aborted-'));
  const authority = await createAuthority('Cluster CA');
  writeFileSync(join(directory, 'ca.pem'), authority.certificate);
  const { certificate, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'] });
  server = createSecureServer({ cert: certificate, key, allowHTTP1: true }, (request, response) => {
    seen.push(`${request.method} ${request.httpVersion}`);
    request.on('error', () => {}).resume();
    response.on('error', () => {}).end('{}');
  });
  server.on('sessionError', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server?.close();
  rmSync(directory, { recursive: true, force: true });
});

test('a request whose body is aborted before it is sent neither hangs the program nor disturbs the next ones', async () => {
  const { port } = server.address() as AddressInfo;
  const script = `
    import { readFileSync } from 'node:fs';
    import { buildConnections } from './main/kube/transport/pool.ts';
    const ca = readFileSync(${JSON.stringify(join(directory, 'ca.pem'))});
    const dispatcher = buildConnections({ type: 'agent', connect: { ca, allowH2: true } });
    const origin = 'https://127.0.0.1:${port}';
    const send = async (options) => (await dispatcher.request({ origin, path: '/', ...options })).body.text();
    await send({ method: 'GET' });
    for (let i = 0; i < 300; i += 1) {
      const stop = new AbortController();
      const sent = send({ method: 'POST', body: 'x'.repeat(i % 7 ? 300 : 40_000), signal: stop.signal }).catch(() => 'aborted');
      setImmediate(() => stop.abort());
      if (i % 5 === 0) await sent;
    }
    console.log(await send({ method: 'PATCH', body: '{}' }), await send({ method: 'GET' }));
    process.exit();
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 15_000, killSignal: 'SIGKILL' });
  expect(stdout).toBe('{} {}\n');
  expect(seen[0]).toBe('GET 2.0');
  expect(seen.slice(-2)).toEqual(['PATCH 1.1', 'GET 2.0']);
});
