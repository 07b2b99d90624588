import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';

// An HTTP proxy on loopback that accepts only CONNECT, as companies run them. It resolves names with its own table, so
// that no test leaves the machine.

export interface ProxyOptions {
  /**
   * `api.eu2.coralogix.com:443` -> a port of 127.0.0.1. Everything else gets 502, as from a proxy that can't resolve
   * it.
   */
  readonly routes: Readonly<Record<string, number>>;
  /** `user:password`; without them 407. */
  readonly credentials?: string;
  /** Hosts with port that get 403. */
  readonly forbidden?: readonly string[];
  /** The connection to the proxy itself is TLS, with this certificate for 127.0.0.1. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

export interface TestProxy {
  /** For HTTPS_PROXY, without credentials. */
  readonly url: string;
  /** Requests in order, with the status of each response. */
  readonly connections: readonly { readonly authority: string; readonly status: number }[];
  stop(): Promise<void>;
}

export async function startProxy(options: ProxyOptions): Promise<TestProxy> {
  const connections: { authority: string; status: number }[] = [];
  const sockets = new Set<Socket>();
  const expected = options.credentials === undefined ? undefined : `Basic ${Buffer.from(options.credentials).toString('base64')}`;

  const { tls } = options;
  const server = tls === undefined ? createServer() : createSecureServer({ cert: tls.certificate, key: tls.key });
  server.on('request', (_request, response) => void response.writeHead(405).end());
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, stream, head) => {
    const socket = stream as Socket;
    socket.on('error', () => socket.destroy());
    const authority = request.url ?? '';
    const port = options.routes[authority];
    const answer = (status: number, more = '') => {
      connections.push({ authority, status });
      socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n${more}\r\n`);
    };
    if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
      return answer(407, 'Proxy-Authenticate: Basic realm="test"\r\n');
    }
    if (options.forbidden?.includes(authority)) return answer(403);
    if (port === undefined) return answer(502);
    const onward = connect({ host: '127.0.0.1', port });
    sockets.add(onward);
    onward.on('close', () => sockets.delete(onward));
    onward.on('error', () => socket.destroy());
    onward.on('connect', () => {
      connections.push({ authority, status: 200 });
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
  });

  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(0, '127.0.0.1', done);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`,
    connections,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
