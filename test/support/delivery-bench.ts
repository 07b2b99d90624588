import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { type Authority, createAuthority } from './certificates.ts';

// A log ingest over TLS that misbehaves on command.

export interface BenchRequest {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Protocol, and whether it resumed an earlier session. */
  readonly connection: string;
}

export type Behaviour = (request: BenchRequest, response: ServerResponse) => void;

export interface Listening {
  readonly port: number;
  /** Connections that aren't closed. */
  open(): number;
  stop(): Promise<void>;
}

export interface Bench extends Listening {
  readonly received: readonly BenchRequest[];
  behave(behaviour: Behaviour): void;
  /** Resets every connection (RST). */
  reset(): void;
}

export interface BenchOptions {
  readonly authority: Authority;
  readonly names: readonly string[];
  /** Days that the certificate is still valid; negative: expired. */
  readonly days?: number;
  /** The newest protocol that it speaks. */
  readonly maxVersion?: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
}

export { createAuthority };

/** Accepts with 200 and `{}` until `behave` says otherwise. */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const { certificate, key } = await options.authority.issue({
    commonName: options.names[0] ?? 'bench',
    names: options.names,
    ...(options.days === undefined ? {} : { days: options.days }),
  });
  const received: BenchRequest[] = [];
  const accept: Behaviour = (_request, response) => void response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
  let behaviour = accept;
  const chain = `${certificate}\n${options.authority.certificate}\n`;
  const server = createSecureServer(
    {
      cert: chain,
      key,
      ...(options.maxVersion ? { maxVersion: options.maxVersion } : {}),
      // OpenSSL 3 speaks the old ones only at a lower security level.
      ...(options.maxVersion === 'TLSv1.1' ? { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
    },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const socket = request.socket as TLSSocket;
        const connection = `HTTP/${request.httpVersion} on ${socket.getProtocol()}, ${socket.isSessionReused() ? 'resumed' : 'new'}`;
        const seen = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString('utf8'), connection };
        received.push(seen);
        behaviour(seen, response);
      });
    },
  );
  return {
    ...(await listening(server)),
    received,
    behave: (next) => {
      behaviour = next;
    },
  };
}

/** A server without TLS that passes on each connection. */
export async function startRaw(onConnection: (socket: Socket) => void): Promise<Listening> {
  return await listening(
    createServer((socket) => {
      socket.on('error', () => {});
      onConnection(socket);
    }),
  );
}

async function listening(server: Server): Promise<Listening & { reset(): void }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}

/**
 * A port of that loopback address that no longer accepts connections, like a firewall that drops packets: its queue is
 * full, and nothing empties it.
 */
export async function startDropping(host: string, port = 0): Promise<Listening> {
  const worker = new Worker(
    `const { createServer } = require('node:net'), { parentPort, workerData } = require('node:worker_threads');
     const server = createServer().listen({ ...workerData.at, backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       Atomics.wait(new Int32Array(workerData.stopped), 0, 0);
     });`,
    { eval: true, workerData: { at: { host, port }, stopped: new SharedArrayBuffer(4) } },
  );
  const chosen = await new Promise<number>((done, fail) => worker.once('message', done).once('error', fail));
  const waiting = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const socket = connect({ host, port: chosen });
      socket.on('error', () => {});
      // The last ones never connect.
      await new Promise((done) => {
        setTimeout(done, 100);
        socket.once('connect', done);
      });
      return socket;
    }),
  );
  return {
    port: chosen,
    open: () => 0,
    stop: async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

/** Resolves only these names, to 127.0.0.1. */
export function namesOnLoopback(names: readonly string[]): LookupFunction {
  return (name, options, callback) => {
    if (!names.includes(name)) {
      callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }), '', 0);
    } else if (options.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
    else callback(null, '127.0.0.1', 4);
  };
}
