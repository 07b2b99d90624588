import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { constants, createSecureServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import { NAMESPACE } from '../../support/api-server.ts';
import type { Authority } from '../../support/certificates.ts';
import { createAuthority } from '../../support/certificates.ts';
import type { OpenClusters } from '../../support/clusters.ts';
import { openClusters } from '../../support/clusters.ts';
import { FULL } from '../../support/full-run.ts';

// HTTP/2 gives a server more ways to stall a client than HTTP/1.1 does. Here are all of them together, next to a good
// cluster.

const MIB = 1024 * 1024;
const configMap = (version: number) => ({
  metadata: { name: 'kaudit-integration-a', namespace: NAMESPACE, uid: 'a', resourceVersion: `${version}` },
  data: { 'audit-integration': '# fine\n' },
});
const list = JSON.stringify({ metadata: { resourceVersion: '1' }, items: [configMap(1)] });

/** A frame of RFC 9113, section 4.1. */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
const SETTINGS = frame(4, 0, 0);
const PING = frame(6, 0, 0, Buffer.alloc(8));
/** `:status: 200`, and more headers to follow. */
const STATUS = Buffer.from([0x88]);
/** A header that isn't indexed: `x: ` and 16,000 letters. */
const LONG_HEADER = Buffer.concat([Buffer.from([0x00, 0x01, 0x78, 0x7f, 0x81, 0x7c]), Buffer.alloc(16_000, 'a')]);

function endlessly(socket: Socket, chunk: Buffer): void {
  const write = (): void => {
    // Lets others run: client and servers are one process here.
    for (let count = 0; count < 50 && !socket.destroyed; count += 1) if (!socket.write(chunk)) return void socket.once('drain', write);
    if (!socket.destroyed) setImmediate(write);
  };
  write();
}

type Answer = (stream: ServerHttp2Stream, path: URL, session: ServerHttp2Session) => void;
const ok = (stream: ServerHttp2Stream): void => stream.respond({ ':status': 200, 'content-type': 'application/json' });
const good: Answer = (stream, { pathname, searchParams }) => {
  if (stream.destroyed) return;
  ok(stream);
  if (pathname.includes('selfsubjectaccessreviews')) stream.end('{"status":{"allowed":true}}');
  else if (searchParams.get('watch') !== 'true') stream.end(list);
  else stream.write(' ');
};
const isWatch = (path: URL): boolean => path.searchParams.get('watch') === 'true';

/** What to do with each request. */
const answers: Readonly<Record<string, Answer>> = {
  'resets every stream': (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM),
  'cancels every stream': (stream) => stream.close(constants.NGHTTP2_CANCEL),
  'sends GOAWAY before each response': (_, __, session) => session.goaway(constants.NGHTTP2_NO_ERROR, 0),
  'sends GOAWAY partway': (stream, _, session) => {
    ok(stream);
    stream.write(list.slice(0, 20));
    session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
  },
  'never responds': () => undefined,
  'never ends its response': (stream) => {
    ok(stream);
    stream.write(list);
  },
  'sends an endless response': (stream) => {
    ok(stream);
    const write = (): void => {
      while (!stream.destroyed && stream.write(Buffer.alloc(MIB, ' ')));
    };
    stream.on('drain', write);
    write();
  },
  'sends byte by byte': (stream) => {
    ok(stream);
    const timer = setInterval(() => stream.write(' '), 500);
    stream.on('close', () => clearInterval(timer));
  },
  // A body can never be sent completely, unless it comes before these settings do.
  'opens no window': (stream, path, session) => {
    if (!path.pathname.includes('selfsubjectaccessreviews')) good(stream, path, session);
  },
  'allows no streams': good,
  // Healthy while it is listed.
  'resets every watch': (stream, path, session) =>
    isWatch(path) ? stream.close(constants.NGHTTP2_INTERNAL_ERROR) : good(stream, path, session),
  'sends GOAWAY to every watch': (stream, path, session) => {
    good(stream, path, session);
    if (isWatch(path)) setTimeout(() => session.destroy(), 20);
  },
};
const settings: Readonly<Record<string, object>> = {
  'opens no window': { initialWindowSize: 0 },
  'allows no streams': { maxConcurrentStreams: 0 },
};
/** What to send over a connection, whatever the request. */
const raw: Readonly<Record<string, (socket: Socket) => void>> = {
  'floods with settings': (socket) => endlessly(socket, SETTINGS),
  'floods with pings': (socket) => endlessly(socket, Buffer.concat([SETTINGS, PING])),
  'never ends its headers': (socket) => {
    socket.write(Buffer.concat([SETTINGS, frame(1, 0, 1, STATUS)]));
    endlessly(socket, frame(9, 0, 1, LONG_HEADER));
  },
  'speaks another protocol': (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}'),
  'sends a frame that is too long': (socket) => socket.write(Buffer.concat([SETTINGS, frame(0, 0, 1, Buffer.alloc(MIB))])),
};
const names = [...Object.keys(answers), ...Object.keys(raw)];
/** The usual times in the full run; a third of that in the gate. */
const times = FULL ? {} : { connect: 3_500, request: 4_000, whole: 10_000 };

describe('a cluster that abuses HTTP/2', () => {
  let folder: string;
  let open: OpenClusters;
  let grown: number;
  let seconds: number;
  const closing: (() => void)[] = [];
  const asked = new Map<string, number>();
  const shown = new Map<string, Cluster>();
  let goodAfter: unknown;
  const sockets = new Map<string, Set<Socket>>();

  const serve = async (name: string, authority: Authority): Promise<string> => {
    const { certificate: cert, key } = await authority.issue({ commonName: 'api', addresses: ['127.0.0.1'] });
    const send = raw[name];
    const count = (): void => void asked.set(name, (asked.get(name) ?? 0) + 1);
    const own = new Set<Socket>();
    sockets.set(name, own);
    const server =
      send === undefined
        ? createSecureServer({ cert, key, settings: settings[name] ?? {} })
        : createServer({ cert, key, ALPNProtocols: ['h2'] }, (socket) => {
            count();
            socket.on('error', () => undefined).resume();
            send(socket);
          });
    server.on('connection', (socket: Socket) => {
      own.add(socket);
      socket.on('close', () => own.delete(socket));
    });
    server.on('stream', (stream: ServerHttp2Stream, headers: { readonly ':path'?: string }) => {
      count();
      stream.on('error', () => undefined).resume();
      const { session } = stream;
      if (session !== undefined)
        (answers[name] ?? good)(stream, new URL(headers[':path'] ?? '/', 'http://x'), session as ServerHttp2Session);
    });
    server.on('sessionError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      for (const socket of own) socket.destroy();
      server.close();
    });
    return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-http2-'));
    const authority = await createAuthority();
    const contexts = [...names, 'good'];
    const clusters = await Promise.all(
      contexts.map(async (name) => ({
        name,
        cluster: {
          server: await serve(name, authority),
          'certificate-authority-data': Buffer.from(authority.certificate).toString('base64'),
        },
      })),
    );
    const config = {
      clusters,
      users: [{ name: 'u', user: { token: 'SENTINEL' } }],
      contexts: contexts.map((name) => ({ name, context: { cluster: name, user: 'u' } })),
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = openClusters({ directory: join(folder, 'data'), kubeconfig: [join(folder, 'config')], times });
    await open.clusters.start();
    const before = process.memoryUsage().rss;
    let most = before;
    const look = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 200);
    const started = performance.now();
    const connecting = names.map(async (name) => {
      await open.clusters.connect(name);
      shown.set(name, open.cluster(name));
    });
    // At the same time as they misbehave.
    await wait(500);
    await open.clusters.connect('good');
    goodAfter = open.cluster('good');
    await Promise.all(connecting);
    seconds = (performance.now() - started) / 1_000;
    clearInterval(look);
    grown = (most - before) / MIB;
  }, 120_000);
  afterAll(async () => {
    await open?.close();
    for (const close of closing) close();
    await rm(folder, { recursive: true, force: true });
  });

  const cut = {
    state: 'unreachable',
    configMaps: [],
    problem: { step: 'tcp', message: expect.stringMatching(/^The connection to https:.* was cut\.$/) },
  };
  const mute = {
    state: 'unreachable',
    configMaps: [],
    problem: { step: 'tcp', message: expect.stringContaining('didn’t respond within') },
  };
  const tooMuch = {
    state: 'misconfigured',
    configMaps: [],
    problem: { message: expect.stringContaining('more data than a Kubernetes API server') },
  };
  // A machine that can't read that much in time reports the other true reason.
  const endless = () => (String(shown.get('sends an endless response')?.problem?.message).includes('didn’t respond') ? mute : tooMuch);
  const online = { state: 'online', problem: null, configMaps: [{ instance: 'a' }] };

  it.each([
    ['resets every stream', cut],
    ['cancels every stream', cut],
    ['sends GOAWAY before each response', mute],
    ['sends GOAWAY partway', cut],
    ['never responds', mute],
    ['never ends its response', mute],
    ['sends an endless response', endless],
    ['sends byte by byte', mute],
    ['opens no window', mute],
    ['allows no streams', mute],
    ['resets every watch', online],
    ['sends GOAWAY to every watch', online],
    ['floods with settings', mute],
    ['floods with pings', mute],
    ['never ends its headers', cut],
    ['speaks another protocol', cut],
    ['sends a frame that is too long', cut],
  ])('%s: ends, with the right message', (name, expected) => {
    expect(shown.get(name)).toMatchObject(typeof expected === 'function' ? expected() : expected);
    expect(JSON.stringify(shown.get(name))).not.toContain('SENTINEL');
    // There is a pause between attempts: half a minute after the start it's in its fifth at most, of five requests that
    // are sent twice.
    expect(asked.get(name) ?? 0).toBeLessThan(100);
  });

  it('all cases were tried', () => {
    expect([...shown.keys()].sort()).toEqual([...names].sort());
  });

  it('stays within a request’s time and memory, next to a healthy cluster', () => {
    expect(goodAfter).toMatchObject(online);
    expect(seconds).toBeLessThan(60);
    expect(grown).toBeLessThan(700);
  });

  it('is disconnected between two attempts, and permanently when the user disconnects it', async () => {
    const flooding = ['floods with settings', 'floods with pings'];
    const all = (): number => [...sockets.values()].reduce((sum, { size }) => sum + size, 0);
    for (const name of flooding) await expect.poll(() => sockets.get(name)?.size, { timeout: 40_000, interval: 20 }).toBe(0);
    await Promise.all([...names, 'good'].map((name) => open.clusters.disconnect(name)));
    await expect.poll(all, { timeout: 10_000 }).toBe(0);
  }, 120_000);
});
