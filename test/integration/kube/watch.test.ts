import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NAMESPACE } from '../../support/api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// Ends of a watch that a real API server gives only after hours, or under load, from a server that gives them at once.

describe('a watch', () => {
  let server: Server;
  let folder: string;
  let made: Watching;
  let watches: { readonly version: string | null; readonly response: ServerResponse }[];
  /** The watches that tell nothing of the ConfigMaps that are shown: of all namespaces, and of StatefulSets. */
  let others: { readonly path: string; readonly query: URLSearchParams; readonly response: ServerResponse }[];
  /** How often StatefulSets were asked for, which is the last thing that a connection does before it rests. */
  let workloads: number;
  /** How many were asked with bookmarks. */
  let marked: number;
  /** Whether the watch of all namespaces is cut off without an answer, a moment after it was asked for. */
  let mute: boolean;
  /** Whether all namespaces may be listed. */
  let everywhere: boolean;
  /** The only ConfigMap that may be read, where its namespace may not be listed; null: it is gone. Not set: the namespace may be listed. */
  let named: object | null | undefined;
  /** What is in all namespaces. */
  let labelled: object[];
  let items: object[];
  let lists: number;
  /** Until when a list is not answered. */
  let listable: Promise<void>;
  /** Kept when somebody asked what is permitted. */
  let reviewed: PromiseWithResolvers<void>;
  /** Whether the API server has forgotten every version. */
  let gone: boolean;

  const configMap = (name: string, version: string, text = '') => ({
    metadata: { name, namespace: NAMESPACE, uid: name, resourceVersion: version },
    data: { 'audit-integration': text },
  });

  beforeEach(async () => {
    watches = [];
    others = [];
    items = [];
    lists = 0;
    workloads = 0;
    gone = false;
    everywhere = false;
    mute = false;
    named = undefined;
    labelled = [];
    marked = 0;
    listable = Promise.resolve();
    reviewed = Promise.withResolvers();
    server = createServer(async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      if (url.pathname.endsWith('/selfsubjectaccessreviews')) reviewed.resolve();
      workloads += Number(url.pathname.startsWith('/apis/apps/'));
      const here = url.pathname === `/api/v1/namespaces/${NAMESPACE}/configmaps`;
      if (mute && url.pathname === '/api/v1/configmaps' && url.searchParams.get('watch') === 'true') {
        setTimeout(() => request.socket.destroy(), 1200);
      } else if (everywhere && !here && url.searchParams.get('watch') === 'true') {
        response.flushHeaders();
        others.push({ path: url.pathname, query: url.searchParams, response });
      } else if (everywhere && /^\/apis\/apps|^\/api\/v1\/configmaps/.test(url.pathname)) {
        const found = url.pathname.startsWith('/apis/') ? [] : labelled;
        response.end(JSON.stringify({ metadata: { resourceVersion: '7' }, items: found }));
      } else if (url.pathname.endsWith('/namespaces/half/configmaps')) {
        const { metadata, data } = configMap('kaudit-integration-h', '9');
        if (url.searchParams.get('watch') === 'true') response.flushHeaders();
        else
          response.end(
            JSON.stringify({ metadata: { resourceVersion: '9' }, items: [{ data, metadata: { ...metadata, namespace: 'half' } }] }),
          );
      } else if (url.pathname.endsWith(`/${NAMESPACE}/statefulsets`)) {
        if (url.searchParams.get('watch') === 'true') response.flushHeaders();
        else response.end('{"metadata":{"resourceVersion":"7"},"items":[]}');
      } else if (/^\/apis\/apps\/.*statefulsets$/.test(url.pathname)) {
        response.writeHead(403).end('{"reason":"Forbidden","message":"User \\"x\\" cannot list resource"}');
      } else if (named !== undefined && url.pathname.includes('/configmaps/')) {
        const found = url.pathname.endsWith('/kaudit-integration-a') ? named : null;
        response.writeHead(found === null ? 404 : 200).end(JSON.stringify(found ?? { reason: 'NotFound' }));
      } else if (url.pathname.startsWith('/apis/')) response.end('{"status":{"allowed":true}}');
      else if (url.pathname === '/api/v1/configmaps' || url.pathname.includes('/namespaces/closed/')) {
        response.writeHead(403).end('{"reason":"Forbidden","message":"User \\"x\\" cannot list resource"}');
      } else if (here && url.searchParams.get('watch') === 'true') {
        if (gone) return void response.writeHead(410).end('{"kind":"Status","code":410,"reason":"Expired"}');
        response.flushHeaders();
        marked += Number(url.searchParams.get('allowWatchBookmarks') === 'true');
        watches.push({ version: url.searchParams.get('resourceVersion'), response });
      } else if (here && named !== undefined) {
        response.writeHead(403).end('{"reason":"Forbidden","message":"User \\"x\\" cannot list resource"}');
      } else if (here) {
        lists += 1;
        await listable;
        response.end(JSON.stringify({ metadata: { resourceVersion: `${lists}00` }, items }));
      } else response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    folder = await mkdtemp(join(tmpdir(), 'kaudit-watch-'));
    const config = {
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
      contexts: [{ name: 'x', context: { cluster: 'c' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    made = watching(await entryOf(join(folder, 'config'), 'x'));
    await made.connection.connect();
  });
  afterEach(async () => {
    await made.connection.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const opened = async (count: number): Promise<(typeof watches)[number]> => {
    await expect.poll(() => watches.length, { timeout: 10_000 }).toBe(count);
    const watch = watches[count - 1];
    if (watch === undefined) throw new Error('No watch');
    return watch;
  };
  const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

  it('goes on where it was when the server ends it', async () => {
    const first = await opened(1);
    expect(first.version).toBe('100');
    first.response.write(line('ADDED', configMap('kaudit-integration-a', '101')));
    first.response.end(line('BOOKMARK', { metadata: { resourceVersion: '105' } }));
    expect((await opened(2)).version).toBe('105');
    expect([lists, made.names()]).toEqual([1, [`${NAMESPACE}/kaudit-integration-a`]]);
  });

  it('lists again when its version is gone, and drops what went meanwhile', async () => {
    const first = await opened(1);
    first.response.write(line('ADDED', configMap('kaudit-integration-a', '101')));
    await made.until(({ configMaps }) => expect(configMaps).toHaveLength(1));
    items = [configMap('kaudit-integration-b', '150')];
    first.response.write(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }));
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-b`]));
    expect((await opened(2)).version).toBe('200');
    expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('lists again when its version is gone before it begins', async () => {
    const first = await opened(1);
    gone = true;
    items = [configMap('kaudit-integration-b', '150')];
    first.response.end();
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-b`]));
    gone = false;
    expect((await opened(2)).version).toBe(`${lists}00`);
    expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  const again = async (silence?: number, places: readonly string[] = []): Promise<void> => {
    await made.connection.close();
    watches = [];
    marked = 0;
    made = watching(await entryOf(join(folder, 'config'), 'x'), places, silence === undefined ? {} : { silence });
    await made.connection.connect();
  };

  it('that is silent ends all of them: what is shown is listed again, over new connections', async () => {
    everywhere = true;
    await again(400);
    const first = await opened(1);
    await expect.poll(() => others.map(({ path }) => path)).toEqual(['/api/v1/configmaps', '/apis/apps/v1/statefulsets']);
    const old = [first.response, ...others.map(({ response }) => response)];
    const ended = old.map((response) => new Promise((resolve) => response.once('close', resolve)));
    const ports = old.map(({ socket }) => socket?.remotePort);
    items = [configMap('kaudit-integration-a', '150')];
    first.response.write(line('BOOKMARK', { metadata: { resourceVersion: '305' } }));
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-a`]));
    await Promise.all(ended);
    const second = await opened(2);
    expect(second.version).toBe(`${lists}00`);
    expect(ports).not.toContain(second.response.socket?.remotePort);
    expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('gives a sign of life only where it tells of what is shown', async () => {
    everywhere = true;
    await again();
    await opened(1);
    await expect.poll(() => others).toHaveLength(2);
    expect([marked, ...others.map(({ query }) => query.get('allowWatchBookmarks'))]).toEqual([1, null, null]);
  });

  it('of all namespaces begins anew with all that there is, and stops only for a namespace that nobody looked into', async () => {
    const inNamespace = (namespace: string) => {
      const { metadata, data } = configMap('kaudit-integration-a', '90');
      return { metadata: { ...metadata, namespace }, data };
    };
    everywhere = true;
    labelled = [inNamespace('closed')];
    await again();
    const first = await opened(1);
    const ofAll = () => others.filter(({ path }) => path === '/api/v1/configmaps');
    await expect.poll(ofAll).toHaveLength(1);
    const before = lists;
    ofAll()[0]?.response.end(line('ADDED', inNamespace(NAMESPACE)) + line('ADDED', inNamespace('closed')));
    await expect.poll(ofAll, { timeout: 10_000 }).toHaveLength(2);
    expect(ofAll().map(({ query }) => query.get('resourceVersion'))).toEqual(['0', '0']);
    first.response.write(line('ADDED', configMap('kaudit-integration-b', '101')));
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-b`]));
    expect([lists, watches.length]).toEqual([before, 1]);
    // A proxy ends what says nothing for a while.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    ofAll()[1]?.response.destroy();
    await expect.poll(ofAll, { timeout: 10_000 }).toHaveLength(3);
    expect([lists, watches.length]).toEqual([before, 1]);
    ofAll()[2]?.response.write(line('ADDED', inNamespace('elsewhere')));
    await expect.poll(() => lists, { timeout: 10_000 }).toBe(before + 1);
    // One that is never taken is a failure, and not asked for again and again: a login may hang on it.
    await expect.poll(ofAll, { timeout: 10_000 }).toHaveLength(4);
    mute = true;
    await new Promise((resolve) => setTimeout(resolve, 1200));
    ofAll()[3]?.response.destroy();
    await expect.poll(() => lists, { timeout: 10_000 }).toBe(before + 2);
  });

  it('tells of kAudit itself where only some namespaces may be looked into', async () => {
    items = [configMap('kaudit-integration-a', '150')];
    await again(undefined, ['closed', 'half']);
    await made.until(({ configMaps }) =>
      expect(configMaps.map(({ ref, workload }) => [ref.namespace, workload])).toEqual([
        [NAMESPACE, null],
        ['half', undefined],
      ]),
    );
  });

  it('of one ConfigMap by its name begins with what is there, and finds out when it went before that', async () => {
    named = configMap('kaudit-integration-a', '3');
    await again(undefined, [`${NAMESPACE}/kaudit-integration-a`]);
    const first = await opened(1);
    expect([first.version, made.names()]).toEqual(['0', [`${NAMESPACE}/kaudit-integration-a`]]);
    first.response.write(line('ADDED', named));
    first.response.write(line('BOOKMARK', { metadata: { resourceVersion: '305' } }));
    first.response.end();
    const second = await opened(2);
    expect(second.version).toBe('305');
    second.response.write(line('BOOKMARK', { metadata: { resourceVersion: '306' } }));
    await made.connection.refresh();
    const third = await opened(3);
    expect(third.version).toBe('0');
    named = null;
    third.response.write(line('BOOKMARK', { metadata: { resourceVersion: '310' } }));
    await made.until(() => expect(made.names()).toEqual([]));
  });

  it('begins after one round trip: what is permitted is asked together with the lists', async () => {
    reviewed = Promise.withResolvers();
    listable = reviewed.promise;
    await again();
    expect(made.latest().state).toBe('online');
  });

  it('lists again when the connection breaks', async () => {
    const first = await opened(1);
    items = [configMap('kaudit-integration-c', '150')];
    first.response.destroy();
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-c`]));
    expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('lists and watches again over a new connection after the machine slept', async () => {
    const before = (await opened(1)).response.socket?.remotePort;
    items = [configMap('kaudit-integration-d', '150')];
    made.connection.wake();
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-d`]));
    const after = (await opened(2)).response.socket?.remotePort;
    expect([typeof after, after === before]).toEqual(['number', false]);
    expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');
  });

  it('ends when the machine goes to sleep, and nothing is tried before it wakes, except for somebody who asks', async () => {
    const first = await opened(1);
    await expect.poll(() => workloads).toBe(3);
    let requests = 0;
    server.prependListener('request', () => (requests += 1));
    const closed = new Promise((resolve) => first.response.once('close', resolve));
    made.connection.suspend();
    await closed;
    // Longer than the pause before an attempt, and than the time over which clusters come back.
    await new Promise((resolve) => setTimeout(resolve, 3500));
    expect({ requests, state: made.latest().state }).toEqual({ requests: 0, state: 'online' });
    items = [configMap('kaudit-integration-e', '150')];
    await made.connection.refresh();
    expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-e`]);
    items = [configMap('kaudit-integration-f', '160')];
    made.connection.wake();
    await made.until(() => expect(made.names()).toEqual([`${NAMESPACE}/kaudit-integration-f`]));
  });

  it('a cluster that could not be reached is not tried during sleep, and is when it ends', async () => {
    await opened(1);
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await made.until(({ state }) => expect(state).toBe('unreachable'));
    made.connection.suspend();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await new Promise((resolve) => setTimeout(resolve, 3500));
    expect({ lists, state: made.latest().state }).toEqual({ lists: 1, state: 'unreachable' });
    made.connection.wake();
    await made.until(({ state }) => expect(state).toBe('online'));
  });

  it('puts events together however they are cut, and line separators in a text are no ends', async () => {
    const text = '# 🔑 \u2028 é\n';
    const bytes = Buffer.from(line('ADDED', configMap('kaudit-integration-a', '101', text)) + line('ADDED', configMap('own-name', '102')));
    const { response } = await opened(1);
    for (const byte of bytes) {
      response.write(Buffer.from([byte]));
      if (byte > 0x7f) await new Promise((resolve) => setImmediate(resolve));
    }
    await made.until(({ configMaps }) => expect(configMaps).toHaveLength(2));
    expect(made.text('kaudit-integration-a')).toBe(text);
  });
});
