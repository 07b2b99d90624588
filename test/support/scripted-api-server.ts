import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';

// An API server with a script for its responses, for what a real one does only after hours or under load. Everyone
// may do everything with the ConfigMaps that the script lets them find.

/**
 * Objects by their path: a list's items, or one object. What isn't in the script is forbidden. `null`: there is no such
 * object.
 */
type Lists = Record<string, readonly object[] | object | null | Promise<readonly object[]>>;

/**
 * `open` (the default): it gets a response, and the test sends its events. `gone`: its version is forgotten. `cut`: it
 * never gets a response.
 */
type Watches = Record<string, 'open' | 'gone' | 'cut'>;

export interface OpenWatch {
  readonly query: URLSearchParams;
  readonly response: ServerResponse;
  /** The client's port: another one is another connection. */
  readonly port: number | undefined;
  tell(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR', object: object): void;
  /** Resolves when either side has ended it. */
  readonly closed: Promise<unknown>;
}

export interface ScriptedApiServer {
  /** What the test changes during the run. */
  readonly lists: Lists;
  readonly watches: Watches;
  /** A kubeconfig with the context `x`. */
  readonly kubeconfig: string;
  /** Paths of all requests so far. */
  readonly requests: readonly string[];
  /** How often that list was requested. Its version is this number with two zeros. */
  listed(path: string): number;
  /** All watches of that path so far. */
  watched(path: string): readonly OpenWatch[];
  /** Waits until there have been that many, and returns the last of them. */
  watch(path: string, count: number): Promise<OpenWatch>;
  /** Resolves when someone requests permissions. */
  readonly reviewed: Promise<void>;
  /** Ends its connections and stops listening until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds until a `cut` watch is cut. */
const CUT_AFTER = 1200;

const FORBIDDEN = '{"reason":"Forbidden","message":"User \\"x\\" cannot list resource"}';

export async function scriptedApiServer(script: { lists?: Lists; watches?: Watches } = {}): Promise<ScriptedApiServer> {
  const lists = { ...script.lists };
  const watches = { ...script.watches };
  const requests: string[] = [];
  const counts = new Map<string, number>();
  const opened = new Map<string, OpenWatch[]>();
  const reviewed = Promise.withResolvers<void>();

  const openWatch = (path: string, query: URLSearchParams, response: ServerResponse): void => {
    switch (watches[path] ?? 'open') {
      case 'gone':
        response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired"}');
        return;
      case 'cut':
        setTimeout(() => response.destroy(), CUT_AFTER);
        return;
      case 'open': {
        response.flushHeaders();
        const tell: OpenWatch['tell'] = (type, object) => void response.write(`${JSON.stringify({ type, object })}\n`);
        const closed = new Promise((resolve) => response.once('close', resolve));
        opened.set(path, [...(opened.get(path) ?? []), { query, response, port: response.socket?.remotePort, tell, closed }]);
      }
    }
  };
  const list = async (path: string, response: ServerResponse): Promise<void> => {
    const found = lists[path];
    const count = (counts.get(path) ?? 0) + 1;
    counts.set(path, count);
    const items = await found;
    if (items === undefined) response.writeHead(403).end(FORBIDDEN);
    else if (items === null) response.writeHead(404).end('{"reason":"NotFound"}');
    else response.end(JSON.stringify(Array.isArray(items) ? { metadata: { resourceVersion: `${count}00` }, items } : items));
  };
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    requests.push(pathname);
    response.on('error', () => undefined);
    if (pathname.endsWith('/selfsubjectaccessreviews')) {
      reviewed.resolve();
      response.end('{"status":{"allowed":true}}');
    } else if (searchParams.get('watch') === 'true') openWatch(pathname, searchParams, response);
    else void list(pathname, response);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;

  const folder = await mkdtemp(join(tmpdir(), 'kaudit-scripted-'));
  const kubeconfig = join(folder, 'config');
  const config = {
    clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }],
    contexts: [{ name: 'x', context: { cluster: 'c' } }],
  };
  await writeFile(kubeconfig, JSON.stringify(config));
  const stop = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  };
  const watched = (path: string): readonly OpenWatch[] => opened.get(path) ?? [];
  return {
    lists,
    watches,
    kubeconfig,
    requests,
    listed: (path) => counts.get(path) ?? 0,
    watched,
    watch: async (path, count) => {
      await expect.poll(() => watched(path).length, { timeout: 10_000 }).toBe(count);
      const found = watched(path)[count - 1];
      if (found === undefined) throw new Error(`No watch of ${path}`);
      return found;
    },
    reviewed: reviewed.promise,
    stop,
    start: () => listen(port),
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
