import { createServer } from 'node:http';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import type { Authority } from './certificates.ts';

// A company's TLS-inspecting proxy: it ends each connection with a certificate that it makes up, opens another one to
// the server, and reads everything in between.

export interface InspectingProxyOptions {
  /** Signs the certificates that the proxy makes up. */
  readonly authority: Authority;
  /** Host -> a port of 127.0.0.1. */
  readonly routes: Readonly<Record<string, number>>;
  /** PEM of the authority behind the real servers. */
  readonly upstream: string;
}

export async function startInspectingProxy(
  options: InspectingProxyOptions,
): Promise<{ url: string; seen(): string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  let seen = '';
  const keep = <Kept extends Socket>(socket: Kept): Kept => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer();
  server.on('connection', keep);
  server.on('connect', (request, stream) => {
    const [host = ''] = (request.url ?? '').split(':');
    const port = options.routes[host];
    if (port === undefined) return void stream.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    void options.authority.issue({ commonName: host, names: [host] }).then(({ certificate, key }) => {
      stream.write('HTTP/1.1 200 Connection established\r\n\r\n');
      const chain = `${certificate}\n${options.authority.certificate}`;
      const client = keep(new TLSSocket(stream as Socket, { isServer: true, secureContext: createSecureContext({ cert: chain, key }) }));
      const onward = keep(connectTls({ socket: keep(connect({ host: '127.0.0.1', port })), servername: host, ca: options.upstream }));
      client.on('data', (data: Buffer) => (seen += data.toString('utf8')));
      client.pipe(onward).pipe(client);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen: () => seen,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
