import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { connect, createServer as createSocketServer } from 'node:net';
import type { Issued } from './certificates.ts';

// An HTTP proxy, an HTTPS proxy and a SOCKS proxy that let everything on this machine through, and record each request.

export interface RecordingProxies {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly socksPort: number;
  /** The requests since the last call, each kind once: `https CONNECT Basic bWU6`. */
  take(): string[];
  stop(): Promise<void>;
}

/** `chain`: as for the recording server. */
export async function startRecordingProxies({ certificate, key }: Issued, chain = certificate): Promise<RecordingProxies> {
  let ways = new Set<string>();
  const sockets = new Set<Socket>();
  const plain = createServer();
  const secure = createSecureServer({ cert: chain, key });
  for (const [scheme, server] of [
    ['http', plain],
    ['https', secure],
  ] as const) {
    const record = (method: string, authorization = 'nobody'): void => void ways.add(`${scheme} ${method} ${authorization}`);
    server.on('connect', (request, near) => {
      record('CONNECT', request.headers['proxy-authorization']);
      join(near as Socket, request.url ?? '', 'HTTP/1.1 200 OK\r\n\r\n');
    });
    server.on('request', (request, response) => {
      record('GET', request.headers['proxy-authorization']);
      if (!URL.canParse(request.url ?? '')) return void response.writeHead(400).end();
      const { host, pathname, search } = new URL(request.url ?? '');
      const { 'proxy-authorization': _, ...headers } = request.headers;
      const far = connect(Number(host.split(':')[1] ?? 80), '127.0.0.1');
      far.on('error', () => response.destroy());
      const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}`);
      far.write(`GET ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      // The whole response, as the server wrote it.
      if (response.socket !== null) far.pipe(response.socket);
    });
    server.on('tlsClientError', () => undefined);
  }
  const socks = createSocketServer((near) => {
    near.once('data', (greeting: Buffer) => {
      const methods = greeting.subarray(2, 2 + (greeting[1] ?? 0));
      const asks = methods.includes(2);
      near.write(Buffer.from([5, asks ? 2 : 0]));
      const whereTo = (who: string): void => {
        near.once('data', (request: Buffer) => {
          ways.add(`socks ${who}`);
          join(near, `:${request.readUInt16BE(request.length - 2)}`, Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        });
      };
      if (!asks) return whereTo('nobody');
      near.once('data', (given: Buffer) => {
        const name = given.subarray(2, 2 + (given[1] ?? 0));
        near.write(Buffer.from([1, 0]));
        whereTo(`${name}:${given.subarray(3 + name.length)}`);
      });
    });
  });
  function join(near: Socket, target: string, yes: string | Buffer): void {
    const far = connect(Number(target.split(':').at(-1)), '127.0.0.1', () => {
      near.write(yes);
      near.pipe(far).pipe(near);
    });
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
  }
  for (const server of [plain, secure, socks]) {
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    });
  }
  const [httpPort = 0, httpsPort = 0, socksPort = 0] = await Promise.all([plain, secure, socks].map(listen));
  return {
    httpPort,
    httpsPort,
    socksPort,
    take: () => {
      const taken = [...ways].sort();
      ways = new Set();
      return taken;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([plain, secure, socks].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
