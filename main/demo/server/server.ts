import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';

export interface Server {
  readonly port: number;
  close(): Promise<void>;
}

export async function listen(server: NetServer & { keepAliveTimeout?: number }): Promise<Server> {
  // A client that reuses a connection as an idle server closes it sees a reset.
  server.keepAliveTimeout = 65_000;
  // Node's closeAllConnections skips handshakes, and then close waits for them.
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listenOnLoopback(server);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** undefined: more than `limit` bytes. Rejects if the body is incomplete. */
export async function readBody(request: AsyncIterable<Buffer>, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Reads to the end: a client that still sends would see a reset, not the response.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString('utf8');
}

/** A loopback port that refuses connections while held: one end of an idle connection, taken but not listening. */
export async function holdRefusingPort(): Promise<Server> {
  const far = createServer();
  const port = await listenOnLoopback(far);
  const near = connect(port, '127.0.0.1');
  const [held, socket] = await Promise.all([
    new Promise<number>((resolve, reject) => {
      near.once('error', reject);
      near.once('connect', () => resolve(near.localPort ?? 0));
    }),
    new Promise<{ destroy(): void }>((resolve) => {
      far.once('connection', resolve);
    }),
  ]);
  return {
    port: held,
    close: () =>
      new Promise((resolve) => {
        near.destroy();
        socket.destroy();
        far.close(() => resolve());
      }),
  };
}

function listenOnLoopback(server: NetServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // SECURITY: loopback only; the demo serves no one else.
    server.listen(0, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}
