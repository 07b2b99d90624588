import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { downloadElectron, mayDownload } from '../../scripts/electron-download.mjs';
import { createAuthority } from '../support/certificates.ts';
import type { Mirror } from '../support/electron-mirror.ts';
import { ARTIFACT, copyOfPackage, serveFile, sha256, smallElectron, startMirror, temporaryFolder } from '../support/electron-mirror.ts';
import { FULL, fullRunTest, inFullRun } from '../support/full-run.ts';
import { describeWith } from '../support/requirement.ts';

// The real installer of the electron package, against a mirror on loopback. Only the checksums in the package differ.

const scripts = resolve(import.meta.dirname, '../../scripts');
const { PATH, HOME } = process.env;

describe('Electron for a start from a clone', () => {
  let directory: string;
  let zip: string;
  let home: string;
  let mirror: Mirror | undefined;
  beforeEach(() => {
    directory = temporaryFolder();
    zip = smallElectron(directory);
    home = copyOfPackage(directory, zip);
  });
  afterEach(() => {
    mirror?.stop();
    mirror = undefined;
    rmSync(directory, { recursive: true, force: true });
  });

  const environment = (more = {}) => ({ PATH, HOME, ELECTRON_MIRROR: mirror?.url, ...more });
  const expectNothingLeft = () => {
    expect(readdirSync(join(home, '..')).sort()).toEqual(['@electron', '@electron-internal', 'electron']);
    expect(existsSync(join(home, 'dist'))).toBe(false);
    expect(existsSync(join(home, 'path.txt'))).toBe(false);
  };

  test('is downloaded, checked and unpacked, and nothing else remains', async () => {
    mirror = await startMirror(serveFile(zip));
    expect(await downloadElectron(environment(), { home })).toBeUndefined();
    expect(mirror.asked).toEqual([expect.stringContaining(ARTIFACT)]);
    const program = join(home, 'dist', readFileSync(join(home, 'path.txt'), 'utf8'));
    expect(spawnSync(program, { encoding: 'utf8', shell: true }).stdout).toBe('small\n');
    expect(readdirSync(join(home, '..')).sort()).toEqual(['@electron', '@electron-internal', 'electron']);
  });

  test('is refused if the package names another one', async () => {
    const other = join(directory, 'other.zip');
    writeFileSync(other, readFileSync(zip).fill(8, 1000, 2000));
    mirror = await startMirror(serveFile(other));
    expect(await downloadElectron(environment(), { home })).toMatch(/checksum/);
    expectNothingLeft();
  });

  test.each(['electron_use_remote_checksums', ...(FULL ? ['npm_config_electron_use_remote_checksums'] : [])])(
    'is never checked against checksums from the same mirror, whatever %s says',
    async (name) => {
      const other = join(directory, 'other.zip');
      writeFileSync(other, readFileSync(zip).fill(8, 1000, 2000));
      mirror = await startMirror((request, response) => {
        if (request.url?.endsWith('SHASUMS256.txt')) response.end(`${sha256(other)} *${ARTIFACT}\n`);
        else serveFile(other)(request, response);
      });
      expect(await downloadElectron(environment({ [name]: '1' }), { home })).toMatch(/checksum/);
      expect(mirror.asked.join()).not.toContain('SHASUMS256');
      expectNothingLeft();
    },
  );

  test('that is truncated leaves nothing, and the next start downloads it', async () => {
    const whole = readFileSync(zip);
    let cut = true;
    mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': whole.length });
      if (!cut) return response.end(whole);
      response.write(whole.subarray(0, 100_000), () => response.destroy());
    });
    expect(await downloadElectron(environment(), { home })).toMatch(/terminated|no connection/);
    expectNothingLeft();
    cut = false;
    expect(await downloadElectron(environment(), { home })).toBeUndefined();
  });

  test('that stalls is given up', async () => {
    mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write(Buffer.alloc(1000));
    });
    expect(await downloadElectron(environment(), { home, limits: { stalled: 1_000, total: 60_000 } })).toBe(
      'nothing arrived for 1 seconds',
    );
    expectNothingLeft();
  });

  fullRunTest('that trickles is given up after a time', async () => {
    mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      const drip = setInterval(() => response.write('x'), 100);
      response.on('close', () => clearInterval(drip));
    });
    expect(await downloadElectron(environment(), { home, limits: { stalled: 60_000, total: 1_000 } })).toMatch(/not there after/);
    expectNothingLeft();
  });

  test('that the mirror doesn’t have: the reason contains its response, and no password', async () => {
    mirror = await startMirror((_, response) => response.writeHead(404).end());
    const url = mirror.url.replace('//', '//someone:hunter2@');
    const reason = await downloadElectron({ ...environment(), ELECTRON_MIRROR: url }, { home });
    expect(reason).not.toContain('hunter2');
    expect(await downloadElectron(environment(), { home })).toMatch(/404.*127\.0\.0\.1/);
    expectNothingLeft();
  });

  test('without a network: one line', async () => {
    mirror = await startMirror(() => undefined);
    mirror.stop();
    expect(await downloadElectron(environment(), { home })).toBe('no connection (no network, or it is blocked)');
    expectNothingLeft();
  });

  fullRunTest('goes through HTTP_PROXY, or around it if NO_PROXY says so', async () => {
    mirror = await startMirror(serveFile(zip));
    const { port } = mirror;
    const asked: string[] = [];
    const proxy = createServer();
    proxy.on('connect', (request: IncomingMessage, client) => {
      asked.push(request.url ?? '');
      const upstream = connect(port, '127.0.0.1', () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(upstream).pipe(client);
      });
      upstream.on('error', () => client.destroy());
      client.on('error', () => upstream.destroy());
    });
    proxy.on('request', (request, response) => {
      asked.push(request.url ?? '');
      serveFile(zip)(request, response);
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    try {
      const reason = await downloadElectron(environment({ HTTP_PROXY, ELECTRON_MIRROR: 'http://mirror.invalid/' }), { home });
      expect(reason).toBeUndefined();
      expect(asked.join()).toContain('mirror.invalid');
      asked.length = 0;
      for (const past of [
        { HTTP_PROXY, NO_PROXY: '127.0.0.1' },
        { npm_config_proxy: HTTP_PROXY, npm_config_noproxy: '127.0.0.1' },
      ]) {
        rmSync(join(home, 'dist'), { recursive: true });
        expect(await downloadElectron(environment(past), { home })).toBeUndefined();
        expect(asked).toEqual([]);
      }
    } finally {
      proxy.close();
      proxy.closeAllConnections();
    }
  });

  test.each(['HTTPS_PROXY', ...(FULL ? ['https_proxy', 'npm_config_https_proxy', 'npm_config_proxy'] : [])])(
    'goes through the proxy of %s, with its password',
    async (name) => {
      const authority = await createAuthority();
      const { certificate, key } = await authority.issue({ commonName: 'mirror.invalid', names: ['mirror.invalid'] });
      writeFileSync(join(directory, 'ca.pem'), authority.certificate);
      const secure = createSecureServer({ cert: certificate, key }, serveFile(zip)).listen(0, '127.0.0.1');
      const asked: string[] = [];
      const proxy = createServer().listen(0, '127.0.0.1');
      proxy.on('connect', (request: IncomingMessage, client) => {
        asked.push(`${request.url} ${request.headers['proxy-authorization']}`);
        const upstream = connect((secure.address() as AddressInfo).port, '127.0.0.1', () => {
          client.write('HTTP/1.1 200 OK\r\n\r\n');
          client.pipe(upstream).pipe(client);
        });
        upstream.on('error', () => client.destroy());
        client.on('error', () => upstream.destroy());
      });
      await Promise.all([secure, proxy].map((server) => server.listening || once(server, 'listening')));
      try {
        const url = `http://someone:hunter2@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
        const more = { [name]: url, ELECTRON_MIRROR: 'https://mirror.invalid/', NODE_EXTRA_CA_CERTS: join(directory, 'ca.pem') };
        expect(await downloadElectron(environment(more), { home })).toBeUndefined();
        expect(asked).toEqual([`mirror.invalid:443 Basic ${Buffer.from('someone:hunter2').toString('base64')}`]);
      } finally {
        for (const server of [secure, proxy]) {
          server.close();
          server.closeAllConnections();
        }
      }
    },
  );

  test.runIf(process.platform !== 'win32')('that is stopped with Ctrl+C leaves nothing', async () => {
    let arrived: () => void = () => undefined;
    const asked = new Promise<void>((resolveAsked) => {
      arrived = resolveAsked;
    });
    mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write(Buffer.alloc(1000));
      arrived();
    });
    const script = `import { downloadElectron } from '${scripts}/electron-download.mjs'; await downloadElectron(process.env, { home: '${home}' });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, ...environment() } });
    await asked;
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expectNothingLeft();
  });

  /** The output of a process that downloads Electron and then reports the result. */
  async function printed(command: string, args: readonly string[], onOutput = (_output: string) => {}): Promise<string> {
    const script = join(directory, 'download.mjs');
    writeFileSync(
      script,
      `import { downloadElectron } from '${scripts}/electron-download.mjs';
      process.stderr.write(\`\${await downloadElectron(process.env, { home: '${home}' })}\\n\`);`,
    );
    const all = args.map((each) => each.replace('COMMAND', `${process.execPath} ${script}`));
    const child = spawn(command, all, { env: { ...process.env, ...environment() }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        onOutput(output);
      });
    await once(child, 'close');
    return output;
  }

  fullRunTest('shows whole lines in a log, at most one every five seconds', async () => {
    mirror = await startMirror((_, response) => {
      response.writeHead(200, { 'content-length': 9_000_000 });
      let left = 4;
      const send = setInterval(() => (left-- > 0 ? response.write(Buffer.alloc(1_000_000)) : response.destroy()), 300);
      response.on('close', () => clearInterval(send));
    });
    const started = performance.now();
    const output = await printed('sh', ['-c', 'COMMAND']);
    expect(output).toMatch(/^( {2}\d MB\n)*terminated\n$/);
    expect(output.split(' MB').length - 1).toBeLessThanOrEqual((performance.now() - started) / 5_000);
  });

  inFullRun(() => {
    describeWith([{ name: 'script', missing: whyNoTerminal }], 'on a terminal', () => {
      test('shows the downloaded megabytes in one line that disappears', async () => {
        let more: () => void = () => undefined;
        mirror = await startMirror((_, response) => {
          response.writeHead(200, { 'content-length': 9_000_000 });
          let left = 4;
          more = () => void (left-- > 0 ? response.write(Buffer.alloc(1_000_000)) : response.destroy());
          more();
        });
        const output = await printed('script', ['-qec', 'COMMAND', '/dev/null'], (shown) => {
          if (shown.endsWith(' MB')) more();
        });
        expect(output).toMatch(/^(\r {2}\d MB){4,}\r +\rterminated\r\n$/);
      });
    });
  });

  describeWith([{ name: 'unshare', missing: whyNoMounts }], 'on a full disk', () => {
    test('reports it in one line, and leaves nothing', async () => {
      mirror = await startMirror(serveFile(zip));
      const script = `
        import { downloadElectron } from '${scripts}/electron-download.mjs';
        import { copyOfPackage } from '${resolve(import.meta.dirname, '../support/electron-mirror.ts')}';
        import { readdirSync } from 'node:fs';
        const home = copyOfPackage('${directory}/full', '${zip}');
        console.log(await downloadElectron(process.env, { home }));
        console.log(readdirSync('${directory}/full/node_modules').sort().join());`;
      writeFileSync(join(directory, 'full.mjs'), script);
      const mount = `mkdir ${directory}/full && mount -t tmpfs -o size=1500k none ${directory}/full && "$0" ${directory}/full.mjs`;
      const child = spawn('unshare', ['--map-root-user', '--mount', 'sh', '-c', mount, process.execPath], {
        env: { ...process.env, ...environment() },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let output = '';
      child.stdout.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
      await once(child, 'close');
      expect(output).toMatch(/^ENOSPC: no space left on device.*\n@electron,@electron-internal,electron\n$/);
    });
  });
});

function whyNoTerminal(): string | null {
  return spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0 ? null : 'script (apt-get install bsdutils)';
}

function whyNoMounts(): string | null {
  const { status } = spawnSync('unshare', ['--map-root-user', '--mount', 'mount', '-t', 'tmpfs', 'none', '/mnt']);
  return status === 0 ? null : 'unshare with user namespaces (util-linux)';
}

test.each([
  [{}, true],
  [{ CI: 'false' }, true],
  [{ CI: 'true' }, false],
  [{ CI: '1' }, false],
  [{ CI: 'woodpecker' }, false],
  [{ CI: '' }, true],
  [{ KAUDIT_NO_DOWNLOAD: '1' }, false],
  [{ KAUDIT_NO_DOWNLOAD: 'true' }, false],
  [{ KAUDIT_NO_DOWNLOAD: '0' }, true],
])('with %j a start may download: %s', (environment, may) => {
  expect(mayDownload(environment)).toBe(may);
});
