import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { describeContract } from './suite.ts';

describeContract('the browser host', () => startHost({ flags: ['--demo'] }));

describe('the browser host', () => {
  let host: Host;
  beforeAll(async () => {
    host = await startHost({ flags: ['--demo'] });
  });
  afterAll(async () => {
    await host.stop();
  });

  const send = (path: string, init: RequestInit) => fetch(`${host.origin}${path}`, init);
  const authorization = () => `Bearer ${host.token}`;

  test('prints one line on standard output, with a token of 32 bytes', () => {
    expect(Buffer.from(host.token, 'base64url')).toHaveLength(32);
  });

  test('without the token or with a wrong one: 401, for commands and events', async () => {
    const body = JSON.stringify({ name: 'fleet.get', args: {} });
    const headers = { 'content-type': 'application/json' };
    expect((await send('/api', { method: 'POST', headers, body })).status).toBe(401);
    expect((await send('/api', { method: 'POST', headers: { ...headers, authorization: 'Bearer wrong' }, body })).status).toBe(401);
    expect((await send('/events', {})).status).toBe(401);
    expect(await (await send('/events', {})).json()).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
  });

  test('from another origin: 403, even with the right token', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: authorization(), origin: 'https://evil.example' },
      body: '{}',
    };
    expect((await send('/api', init)).status).toBe(403);
    expect((await send('/events', { headers: { authorization: authorization(), origin: 'https://evil.example' } })).status).toBe(403);
  });

  test('under another host name: 403', async () => {
    const answer = await raw(
      host,
      `GET /events HTTP/1.1\r\nHost: evil.example\r\nAuthorization: ${authorization()}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('refuses another method, type or size', async () => {
    expect((await send('/api', { headers: { authorization: authorization() } })).status).toBe(405);
    expect(
      (await send('/api', { method: 'POST', headers: { authorization: authorization(), 'content-type': 'text/plain' }, body: '{}' }))
        .status,
    ).toBe(415);
    const large = {
      method: 'POST',
      headers: { authorization: authorization(), 'content-type': 'application/json' },
      body: ' '.repeat(9 * 1024 * 1024),
    };
    expect((await send('/api', large)).status).toBe(413);
    const broken = { method: 'POST', headers: { authorization: authorization(), 'content-type': 'application/json' }, body: '{' };
    expect((await send('/api', broken)).status).toBe(400);
  });

  test('reads a size that wasn’t announced up to its limit, and refuses a field besides name and arguments', async () => {
    const headers = { authorization: authorization(), 'content-type': 'application/json' };
    const post = (body: RequestInit['body']) => send('/api', { method: 'POST', headers, body, duplex: 'half' } as RequestInit);
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    let sent = 0;
    const endless = new ReadableStream({
      pull: (stream) => {
        sent += 1;
        // A normal request after so many spaces: only its size can be refused.
        if (sent <= 9) stream.enqueue(chunk);
        else {
          stream.enqueue(Buffer.from(JSON.stringify({ name: 'fleet.get', args: {} })));
          stream.close();
        }
      },
    });
    const large = await post(endless).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(large);
    expect((await post(JSON.stringify({ name: 'fleet.get', args: {} }))).status).toBe(200);
    expect((await post(JSON.stringify({ name: 'fleet.get', args: {}, token: 'x' }))).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
  });

  test('serves the page and its assets without a token, a 404 for missing files, and nothing outside the page', async () => {
    const page = await send('/', {});
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const html = await page.text();
    expect(html).not.toContain(host.token);
    const asset = /(?:src|href)="\.?\/?(assets\/[^"]+)"/.exec(html)?.[1];
    expect((await send(`/${asset}`, {})).status).toBe(200);
    expect((await send('/nothing.js', {})).status).toBe(404);
    expect(await raw(host, 'GET /../main/browser.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 404 /);
    expect(await raw(host, 'GET /%2e%2e/main/browser.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 404 /,
    );
  });

  test('listens on loopback only', async () => {
    const port = Number(new URL(host.origin).port);
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.internal === false && address.family === 'IPv4')
      .map((address) => address?.address ?? '');
    for (const address of others) {
      const outcome = await new Promise((resolve) => {
        const socket = connect({ host: address, port, timeout: 1000 });
        socket
          .on('connect', () => resolve('connected'))
          .on('error', () => resolve('refused'))
          .on('timeout', () => resolve('refused'));
      });
      expect(outcome, address).toBe('refused');
    }
    if (process.platform === 'linux') expect(listeners(port)).toEqual(['0100007F']);
  });

  test.runIf(process.platform === 'linux')('shows the token in no process’s arguments or environment', () => {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      for (const file of ['cmdline', 'environ']) {
        let text = '';
        try {
          text = readFileSync(`/proc/${pid}/${file}`, 'utf8');
        } catch {
          continue;
        }
        expect(text.includes(host.token), `${file} of ${pid}`).toBe(false);
      }
    }
  });
});

describe('start and exit', () => {
  const entry = join(fileURLToPath(new URL('../..', import.meta.url)), 'dist', 'main', 'browser.js');

  test('an unknown flag: a message, and exit code 2', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [entry, '--hots']);
    expect(status).toBe(2);
    expect(stderr.toString()).toContain('Unknown flag: --hots');
    expect(stdout.toString()).toBe('');
  });

  test('a port in use: a message that says what to do, and exit code 1', async () => {
    const first = await startHost({ flags: ['--demo'] });
    const { status, stderr } = spawnSync(process.execPath, [entry, '--demo', '--no-open', '--port', new URL(first.origin).port]);
    expect(status).toBe(1);
    expect(stderr.toString()).toContain('--port');
    await first.stop();
  });

  test('a data folder in use: a message with the other one’s address, without its token, and exit code 1; but not after a kill', async () => {
    const first = await startHost();
    const again = spawnSync(process.execPath, [entry, '--no-open', '--user-data', first.directory]);
    expect([again.status, again.stdout.toString()]).toEqual([1, '']);
    expect(again.stderr.toString()).toContain(`already running in the browser at ${first.origin}/ (process ${first.process.pid})`);
    expect(again.stderr.toString()).not.toContain(first.token);
    first.process.kill('SIGKILL');
    await new Promise((resolve) => first.process.once('exit', resolve));
    const second = await startHost({ directory: first.directory });
    await second.stop();
    rmSync(first.directory, { recursive: true });
  });

  test.runIf(process.platform === 'linux')(
    'a data folder that can’t be written: starts, says so on screen, and saves nothing',
    async () => {
      // Not even root can write there.
      const host = await startHost({ directory: '/proc' });
      const { warnings } = await host.ask('fleet.get', {});
      expect(warnings?.join()).toMatch(/settings in \/proc\/settings\.json can’t be read or saved: .*Check the folder/);
      expect(await host.request('settings.update', { settings: { theme: 'dark' } })).toMatchObject({
        ok: false,
        error: { code: 'settings' },
      });
      expect((await host.stop()).code).toBe(0);
    },
  );

  test.runIf(process.platform === 'linux')('a given port: each run has its own origin, on loopback', async () => {
    const origins: string[] = [];
    for (let run = 0; run < 2; run += 1) {
      const port = origins.length === 0 ? await freePort() : new URL(origins[0] ?? '').port;
      const host = await startHost({ flags: ['--demo', '--port', String(port)] });
      origins.push(host.origin);
      expect(await host.ask('fleet.get', {})).toMatchObject({ host: 'browser' });
      for (const address of listeners(Number(port))) expect(address).toMatch(/7F$/);
      await host.stop();
    }
    expect(origins[0]).not.toBe(origins[1]);
    for (const origin of origins) expect(origin).toMatch(/^http:\/\/127\.\d+\.\d+\.\d+:\d+$/);
  });

  test('event streams that no one reads make way for new ones', async () => {
    const host = await startHost({ flags: ['--demo'] });
    const open = (): Promise<Response> => fetch(`${host.origin}/events`, { headers: { authorization: `Bearer ${host.token}` } });
    const streams = await Promise.all(Array.from({ length: 40 }, open));
    const ended = streams.map(async ({ body }) => {
      const reader = body?.getReader();
      try {
        while (!(await reader?.read())?.done);
      } catch {
        // It was cut off.
      }
      return true;
    });
    const left = await Promise.all(ended.map((end) => Promise.race([end, new Promise<boolean>((r) => setTimeout(() => r(false), 1000))])));
    expect(left.filter((gone) => !gone)).toHaveLength(16);
    await host.stop();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s closes everything and exits 0 within 2 s, even while a page listens', async (signal) => {
    const host = await startHost({ flags: ['--demo'] });
    const events = await host.events();
    const started = Date.now();
    host.process.kill(signal);
    await new Promise((resolve) => host.process.once('exit', resolve));
    expect(host.process.exitCode).toBe(0);
    expect(Date.now() - started).toBeLessThan(2000);
    events.stop();
    await host.stop();
  });

  test.runIf(process.platform === 'linux')(
    'opens the system’s browser on a file with the address that only its user can read',
    async () => {
      const bin = mkdtempSync(join(tmpdir(), 'kaudit-tray-open-'));
      const seen = join(bin, 'seen');
      // The edge of the machine: the script in place of the user's browser records its arguments.
      const note = `#!/bin/sh\nfile=$(printf %s "$1" | sed 's#^file://##')\nstat -c %a "$file" > ${seen}.part\necho "$1" >> ${seen}.part\ncat "$file" >> ${seen}.part\nmv ${seen}.part ${seen}\n`;
      writeFileSync(join(bin, 'xdg-open'), note, { mode: 0o755 });
      const host = await startHost({ flags: ['--demo'], open: true, environment: { PATH: `${bin}:${process.env.PATH}` } });
      await vi.waitFor(() => expect(existsSync(seen)).toBe(true), { timeout: 10_000 });
      const [mode, argument, ...content] = readFileSync(seen, 'utf8').split('\n');
      expect(mode).toBe('600');
      expect(argument).not.toContain(host.token);
      expect(content.join('\n')).toContain(host.url);
      await host.stop();
      expect(existsSync(new URL(argument ?? ''))).toBe(false);
      rmSync(bin, { recursive: true });
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Local addresses (hex, as in /proc) that listen on a port. */
function listeners(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A' && columns[1]?.endsWith(`:${hex}`))
      .map((columns) => columns[1]?.split(':')[0] ?? ''),
  );
}

function raw(host: Host, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(host.origin).port) });
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.write(request);
  });
}
