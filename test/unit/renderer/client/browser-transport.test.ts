import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { Event } from '../../../../main/common/api.ts';
import { browserTransport, takeToken } from '../../../../renderer/client/browser-transport.ts';

const servers: Server[] = [];

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

/** A host on loopback for the page's relative addresses. */
async function host(answer: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<void> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => answer(request, body, response));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const realFetch = globalThis.fetch;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => realFetch(origin + path, init));
}

function storage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => items.set(name, value),
  } as unknown as Storage;
}

test('removes the token from the address, and finds it again after a reload', () => {
  const replaceState = vi.fn();
  const kept = storage();
  const location = { hash: '#token=abc123', pathname: '/', search: '' } as Location;
  expect(takeToken(location, { replaceState } as unknown as History, kept)).toBe('abc123');
  expect(replaceState).toHaveBeenCalledWith(null, '', '/');
  expect(takeToken({ hash: '#/presets' } as Location, { replaceState } as unknown as History, kept)).toBe('abc123');
  expect(replaceState).toHaveBeenCalledTimes(1);
});

test('sends name and arguments with the token and returns the envelope', async () => {
  const seen: unknown[] = [];
  await host((request, body, response) => {
    seen.push([request.method, request.url, request.headers.authorization, request.headers['content-type'], JSON.parse(body)]);
    response.setHeader('content-type', 'application/json');
    response.end('{"ok":true,"value":7}');
  });
  expect(await browserTransport('abc').request('fleet.get', {})).toEqual({ ok: true, value: 7 });
  expect(seen).toEqual([['POST', '/api', 'Bearer abc', 'application/json', { name: 'fleet.get', args: {} }]]);
});

test('distinguishes a refused token from a missing host', async () => {
  await host((_, __, response) => {
    response.statusCode = 401;
    response.end();
  });
  expect(await browserTransport('old').request('fleet.get', {})).toMatchObject({
    ok: false,
    error: { code: 'unauthorized', retry: false },
  });
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
  expect(await browserTransport('old').request('fleet.get', {})).toMatchObject({
    ok: false,
    error: { code: 'connection-lost', retry: true },
  });
});

test('receives events, reports a broken connection, and listens again', async () => {
  let connections = 0;
  await host((_, __, response) => {
    connections += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: {"name":"view.show","value":{"view":"${connections === 1 ? 'about' : 'presets'}"}}\n\n`);
    if (connections === 1) response.end();
  });
  const events: Event[] = [];
  const states: boolean[] = [];
  const stop = browserTransport('abc').subscribe(
    (event) => events.push(event),
    (connected) => states.push(connected),
  );
  await vi.waitFor(() => expect(events).toHaveLength(2), 5000);
  stop();
  expect(events.map((event) => event.name === 'view.show' && event.value.view)).toEqual(['about', 'presets']);
  expect(states).toEqual([true, false, true]);
});

test('stops listening when the token is refused', async () => {
  let connections = 0;
  await host((_, __, response) => {
    connections += 1;
    response.statusCode = 401;
    response.end();
  });
  const states: boolean[] = [];
  browserTransport('old').subscribe(
    () => {},
    (connected) => states.push(connected),
  );
  await vi.waitFor(() => expect(states).toEqual([false]));
  await new Promise((resolve) => setTimeout(resolve, 900));
  expect(connections).toBe(1);
});
