import type { Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A relay between a client and a server on loopback, to count its traffic and to let it die silently. */
export interface Relay {
  readonly port: number;
  /** Open connections. */
  open(): number;
  /** All connections so far. */
  made(): number;
  /** Everything that the server has sent, as latin1: status lines, headers, bodies. */
  said(): string;
  /**
   * From now on nothing passes on open connections, and neither end notices, as with a firewall or a sleeping VPN. New
   * ones work.
   */
  freeze(): void;
  close(): Promise<void>;
}

/** `port`: of an earlier relay that was closed; 0: any free one. */
export async function startRelay(target: number, port = 0): Promise<Relay> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const said: Buffer[] = [];
  let count = 0;
  const server = createServer((near) => {
    count += 1;
    const far = connect(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on('error', () => undefined).on('close', end);
    near.pipe(far);
    far.pipe(near);
    far.on('data', (chunk: Buffer) => said.push(chunk));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port');
  return {
    port: address.port,
    open: () => pairs.size,
    made: () => count,
    said: () => Buffer.concat(said).toString('latin1'),
    freeze: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far);
        far.unpipe(near);
        near.resume();
        far.resume();
      }
    },
    close: async () => {
      for (const [near, far] of pairs) {
        near.destroy();
        far.destroy();
      }
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
