import { connect, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { holdRefusingPort } from '../../../../main/demo/server/server.ts';

function attempt(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
  });
}

it('the demo holds a port that refuses connections and that no one else can listen on', async () => {
  const held = await holdRefusingPort();
  expect(await attempt(held.port)).toBe('ECONNREFUSED');
  const taken = await new Promise<string>((resolve) => {
    const other = createServer();
    other.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
    other.listen(held.port, '127.0.0.1', () => other.close(() => resolve('listening')));
  });
  expect(taken).toBe('EADDRINUSE');
  await held.close();
});
