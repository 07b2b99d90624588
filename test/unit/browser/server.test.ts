import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BrowserServer, startBrowserServer } from '../../../main/browser/server.ts';
import type { Event } from '../../../main/common/api.ts';

type Listener = (event: Event) => void;

const listeners = new Set<Listener>();
const dispatched: unknown[] = [];
let server: BrowserServer;
let port: number;

beforeEach(async () => {
  listeners.clear();
  dispatched.length = 0;
  server = await startBrowserServer({
    dispatch: async (name, args) => {
      dispatched.push([name, args]);
      return { ok: true, value: null };
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pageDirectory: tmpdir(),
    port: 0,
  });
  port = Number(new URL(server.origin).port);
});
afterEach(() => server.close());

/** An event stream whose reader takes nothing after the head of the response. */
async function unreadStream(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
  await once(socket, 'data');
  socket.pause();
  return socket;
}

describe('the server of the browser host', () => {
  test('ends an event stream once 2 MiB wait for its reader', async () => {
    const socket = await unreadStream();
    const send = [...listeners][0];
    const megabyte = { name: 'fleet.changed', value: 'x'.repeat(1024 * 1024) } as unknown as Event;
    let sent = 0;
    // The system's buffers take a few MiB of their own.
    while (listeners.size > 0 && sent < 64) {
      send?.(megabyte);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    await vi.waitFor(() => expect(listeners.size).toBe(0));
    expect(sent).toBeLessThan(32);
    socket.destroy();
  });

  // A server on all addresses would accept 127.0.0.2 as well.
  test.runIf(process.platform === 'linux')('listens on 127.0.0.1 only', async () => {
    const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
    const others = own.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address);
    for (const host of ['127.0.0.2', ...others]) {
      const socket = connect({ host, port });
      const [error] = await Promise.race([once(socket, 'error'), once(socket, 'connect')]);
      expect(error, `${host} accepts connections`).toMatchObject({ code: 'ECONNREFUSED' });
    }
    expect(server.origin).toBe(`http://127.0.0.1:${port}`);
  });

  test('runs no command of a body with other fields', async () => {
    const post = (body: object) =>
      fetch(`${server.origin}/api`, {
        method: 'POST',
        headers: { authorization: `Bearer ${server.token}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post({ name: 'fleet.get', args: {}, as: 'admin' })).status).toBe(400);
    expect(dispatched).toEqual([]);
    expect((await post({ name: 'fleet.get', args: {} })).status).toBe(200);
    expect(dispatched).toEqual([['fleet.get', {}]]);
  });
});
