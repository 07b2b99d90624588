import { createServer as createPlainServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Issued } from './certificates.ts';

// An API server that only records who requests what, over https and over plain http. Tests compare what kubectl and the
// program send here.

export interface Arrival {
  readonly scheme: 'http' | 'https';
  readonly path: string;
  readonly authorization: string | undefined;
  /** Each impersonation header: its lines. */
  readonly impersonate: Readonly<Record<string, readonly string[]>>;
  /** Common name of the client's certificate. */
  readonly certificate: string | undefined;
  readonly serverName: string | undefined;
}

export interface RecordingServer {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** What has arrived since the last call. */
  take(): Arrival[];
  stop(): Promise<void>;
}

const VERSION = {
  major: '1',
  minor: '32',
  gitVersion: 'v1.32.0',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '',
  goVersion: '',
  compiler: '',
  platform: '',
};

/** `chain`: PEM of what the server sends: its certificate, and those between it and the root. */
export async function startRecordingServer({ certificate, key }: Issued, chain = certificate): Promise<RecordingServer> {
  let arrivals: Arrival[] = [];
  const sockets = new Set<Socket>();
  const secure = createSecureServer({ cert: chain, key, requestCert: true, rejectUnauthorized: false });
  const plain = createPlainServer();
  for (const [scheme, server] of [
    ['https', secure],
    ['http', plain],
  ] as const) {
    server.on('request', (request, response) => {
      const impersonate: Record<string, string[]> = {};
      for (let index = 0; index < request.rawHeaders.length; index += 2) {
        const name = (request.rawHeaders[index] ?? '').toLowerCase();
        if (name.startsWith('impersonate-')) impersonate[name] = [...(impersonate[name] ?? []), request.rawHeaders[index + 1] ?? ''];
      }
      const socket = request.socket as TLSSocket;
      const subject = scheme === 'https' ? socket.getPeerCertificate().subject?.CN : undefined;
      const certificateName = typeof subject === 'string' ? subject : undefined;
      const serverName = scheme === 'https' && typeof socket.servername === 'string' ? socket.servername : undefined;
      arrivals.push({
        scheme,
        path: request.url ?? '',
        authorization: request.headers.authorization,
        impersonate,
        certificate: certificateName,
        serverName,
      });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(VERSION));
    });
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
    });
    server.on('tlsClientError', () => undefined);
  }
  const [httpsPort, httpPort] = await Promise.all([listen(secure), listen(plain)]);
  return {
    httpPort,
    httpsPort,
    take: () => {
      const taken = arrivals;
      arrivals = [];
      return taken;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([secure, plain].map((server) => new Promise((done) => server.close(done))));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}
