import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureServer, type Http2SecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';

// In its own process: if the fault is back, that process exits, or hangs and takes memory until it is killed.

const root = fileURLToPath(new URL('../../..', import.meta.url));

let directory: string;
let server: Http2SecureServer;
let onlyHttp2: Http2SecureServer;
let withoutStreams: Http2SecureServer;
const seen: string[] = [];
let open = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-aborted-'));
  const authority = await createAuthority('Cluster CA');
  writeFileSync(join(directory, 'ca.pem'), authority.certificate);
  const { certificate, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'] });
  [server, onlyHttp2] = [true, false].map((allowHTTP1) =>
    createSecureServer({ cert: certificate, key, allowHTTP1 }, (request, response) => {
      seen.push(`${request.method} ${request.httpVersion}`);
      request.on('error', () => {}).resume();
      open += 1;
      response
        .on('error', () => {})
        .on('close', () => {
          open -= 1;
        });
      if (request.url === '/open') response.write('{}');
      else response.end(request.url === '/count' ? String(open - 1) : '{}');
    }).on('sessionError', () => {}),
  ) as [Http2SecureServer, Http2SecureServer];
  withoutStreams = createSecureServer({ cert: certificate, key, settings: { maxConcurrentStreams: 0 } });
  for (const each of [server, onlyHttp2, withoutStreams]) await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server?.close();
  onlyHttp2?.close();
  withoutStreams?.close();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => void seen.splice(0));

/** Standard output of a process that runs the lines, with `dispatcher`, `send` and `sendAborted`. */
async function outputOf(lines: string, of = server): Promise<string> {
  const { port } = of.address() as AddressInfo;
  const script = `
    import { readFileSync } from 'node:fs';
    import { buildConnections } from './main/kube/transport/pool.ts';
    const ca = readFileSync(${JSON.stringify(join(directory, 'ca.pem'))});
    const dispatcher = buildConnections({ type: 'agent', connect: { ca, allowH2: true, timeout: 2_000 } });
    const send = async (options) => (await dispatcher.request({ origin: 'https://127.0.0.1:${port}', path: '/', ...options })).body.text();
    const sendAborted = (options, when) => {
      const stop = new AbortController();
      const sent = send({ ...options, signal: stop.signal }).catch(() => 'aborted');
      when(() => stop.abort());
      return sent;
    };
    await sendAborted({ method: 'GET' }, (abort) => setTimeout(abort, 500));
    ${lines}
    process.exit();
  `;
  const args = ['--input-type=module', '--eval', script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 15_000, killSignal: 'SIGKILL' });
  return stdout;
}

const ABORT_BODIES = `
  for (let i = 0; i < 60; i += 1) {
    const sent = sendAborted({ method: 'POST', body: 'x'.repeat(i % 7 ? 300 : 40_000) }, i % 3 ? setImmediate : (abort) => abort());
    if (i % 5 === 0) await sent;
  }
  console.log(await send({ method: 'PATCH', body: '{}' }), await send({ method: 'GET' }));
`;

test('a request that is aborted before its body is sent neither hangs the program nor disturbs the next ones', async () => {
  expect(await outputOf(ABORT_BODIES)).toBe('{} {}\n');
  expect(seen[0]).toBe('GET 2.0');
  expect(seen.slice(-2)).toEqual(['PATCH 1.1', 'GET 2.0']);
});

test('nor does it on a server that speaks only HTTP/2', async () => {
  const output = await outputOf(
    `await send({ method: 'POST', body: '{}' }).catch(() => 'the protocol is known now');${ABORT_BODIES}`,
    onlyHttp2,
  );
  expect(output).toBe('{} {}\n');
  expect(seen.slice(-2)).toEqual(['PATCH 2.0', 'GET 2.0']);
});

test('requests that are aborted immediately end on the server, and the program outlives their connection', async () => {
  const output = await outputOf(`
    const aborted = [];
    for (let i = 0; i < 20; i += 1) aborted.push(await sendAborted({ method: 'GET', path: '/open' }, (abort) => abort()));
    console.log(new Set(aborted));
    while ((await send({ method: 'GET', path: '/count' })) !== '0') await new Promise((resolve) => setTimeout(resolve, 20));
    await dispatcher.destroy(new Error('gone'));
    setTimeout(() => { console.log('alive'); process.exit(); }, 100);
    await new Promise(() => {});
  `);
  expect(output).toBe("Set(1) { 'aborted' }\nalive\n");
  expect(seen.filter((one) => one === 'GET 2.0').length).toBeGreaterThan(20);
});

test('a request that was given up before the server allowed a stream doesn’t keep its connection open', async () => {
  const output = await outputOf(
    `
      const given = await sendAborted({ method: 'GET' }, (abort) => setTimeout(abort, 500));
      await dispatcher.close();
      console.log(given, 'closed');
    `,
    withoutStreams,
  );
  expect(output).toBe('aborted closed\n');
  await expect.poll(() => new Promise((resolve) => withoutStreams.getConnections((_, count) => resolve(count)))).toBe(0);
});
