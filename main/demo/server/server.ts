import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';

/** A server that listens on 127.0.0.1. */
export interface Server {
  readonly port: number;
  /** Ends every connection, also those in the middle of an answer. */
  close(): Promise<void>;
}

/** Starts listening on a free port. */
export async function listen(server: NetServer & { keepAliveTimeout?: number }): Promise<Server> {
  // A client that reuses a connection just as an idle server closes it sees a reset that means nothing.
  server.keepAliveTimeout = 65_000;
  // Node's own closeAllConnections leaves those that are still shaking hands, and then close waits for them.
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

/** undefined where the body is larger than `limit` bytes. Rejects where it does not arrive whole. */
export async function readBody(request: AsyncIterable<Buffer>, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Reads on to the end: an answer before that would meet a reset connection instead of its client.
  for await (const chunk of request) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString('utf8');
}

/**
 * A port of 127.0.0.1 that refuses connections for as long as it is held. It is the near end of a connection that leads nowhere: taken, so
 * that no other server can get it, and not listening.
 */
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
    // SECURITY: loopback only; the demo is no service for others.
    server.listen(0, '127.0.0.1', () => {
      server.removeListener('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('the server has no port'));
      else resolve(address.port);
    });
  });
}
