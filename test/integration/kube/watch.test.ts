import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionTimes } from '../../../main/kube/cluster/cluster-connection.ts';
import { NAMESPACE } from '../../support/api-server.ts';
import type { ScriptedApiServer } from '../../support/scripted-api-server.ts';
import { scriptedApiServer } from '../../support/scripted-api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// Ends of a watch that a real API server causes only after hours or under load, from a server that causes them now.

const HERE = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const SETS_HERE = `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`;
const EVERYWHERE = '/api/v1/configmaps';
const SETS_EVERYWHERE = '/apis/apps/v1/statefulsets';

const A = `${NAMESPACE}/kaudit-integration-a`;
const B = `${NAMESPACE}/kaudit-integration-b`;

const configMap = (name: string, version: string, text = '', namespace: string = NAMESPACE) => ({
  metadata: { name: `kaudit-integration-${name}`, namespace, uid: name, resourceVersion: version },
  data: { 'audit-integration': text },
});
const bookmark = (version: string) => ({ metadata: { resourceVersion: version } });

/** A user of kAudit's namespace only. */
const ofNamespace = () => ({ [HERE]: [], [SETS_HERE]: [] });
/** One who may list everything. */
const ofCluster = () => ({ ...ofNamespace(), [EVERYWHERE]: [], [SETS_EVERYWHERE]: [] });

describe('a watch', () => {
  const servers: ScriptedApiServer[] = [];
  const connections: Watching[] = [];

  const script = async (...parts: Parameters<typeof scriptedApiServer>): Promise<ScriptedApiServer> => {
    const server = await scriptedApiServer(...parts);
    servers.push(server);
    return server;
  };
  const connect = async (server: ScriptedApiServer, places: readonly string[] = [], times: ConnectionTimes = {}): Promise<Watching> => {
    const made = watching(await entryOf(server.kubeconfig, 'x'), places, times);
    connections.push(made);
    await made.connection.connect();
    return made;
  };
  afterEach(async () => {
    await Promise.all(connections.splice(0).map(({ connection }) => connection.close()));
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  /** The state showed none of it. */
  const unnoticed = (made: Watching) => expect(made.updates.map(({ state }) => state)).not.toContain('unreachable');

  it('continues at its version when the server ends it', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    expect(first.query.get('resourceVersion')).toBe('100');
    first.tell('ADDED', configMap('a', '101'));
    first.tell('BOOKMARK', bookmark('105'));
    first.response.end();
    expect((await server.watch(HERE, 2)).query.get('resourceVersion')).toBe('105');
    expect([server.listed(HERE), made.names()]).toEqual([1, [A]]);
  });

  it('lists again when its version is gone, and drops what was deleted', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    first.tell('ADDED', configMap('a', '101'));
    await made.until(() => expect(made.names()).toEqual([A]));
    server.lists[HERE] = [configMap('b', '150')];
    first.tell('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' });
    await made.until(() => expect(made.names()).toEqual([B]));
    expect((await server.watch(HERE, 2)).query.get('resourceVersion')).toBe('200');
    unnoticed(made);
  });

  it('lists again when its version is gone before it starts', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    server.lists[HERE] = [configMap('b', '150')];
    server.watches[HERE] = 'gone';
    first.response.end();
    await made.until(() => expect(made.names()).toEqual([B]));
    server.watches[HERE] = 'open';
    expect((await server.watch(HERE, 2)).query.get('resourceVersion')).toBe(`${server.listed(HERE)}00`);
    unnoticed(made);
  });

  it('that is silent ends all of them: everything is listed again, over new connections', async () => {
    const server = await script({ lists: ofCluster() });
    const made = await connect(server, [], { silence: 400 });
    const old = await Promise.all([HERE, EVERYWHERE, SETS_EVERYWHERE].map((path) => server.watch(path, 1)));
    server.lists[HERE] = [configMap('a', '150')];
    old[0]?.tell('BOOKMARK', bookmark('305'));
    await made.until(() => expect(made.names()).toEqual([A]));
    await Promise.all(old.map(({ closed }) => closed));
    const second = await server.watch(HERE, 2);
    expect(second.query.get('resourceVersion')).toBe(`${server.listed(HERE)}00`);
    expect(old.map(({ port }) => port)).not.toContain(second.port);
    unnoticed(made);
  });

  it('requests bookmarks only for what is shown', async () => {
    const server = await script({ lists: ofCluster() });
    await connect(server);
    const all = await Promise.all([HERE, EVERYWHERE, SETS_EVERYWHERE].map((path) => server.watch(path, 1)));
    expect(all.map(({ query }) => query.get('allowWatchBookmarks'))).toEqual(['true', null, null]);
  });

  it('of all namespaces starts again with a full list, and stops only for a namespace that wasn’t searched', async () => {
    const elsewhere = (namespace: string) => configMap('a', '90', '', namespace);
    const server = await script({ lists: { ...ofCluster(), [EVERYWHERE]: [elsewhere('closed')] } });
    const made = await connect(server);
    const here = await server.watch(HERE, 1);
    const first = await server.watch(EVERYWHERE, 1);
    const before = server.listed(HERE);
    first.tell('ADDED', elsewhere(NAMESPACE));
    first.tell('ADDED', elsewhere('closed'));
    first.response.end();
    const second = await server.watch(EVERYWHERE, 2);
    expect([first, second].map(({ query }) => query.get('resourceVersion'))).toEqual(['0', '0']);
    here.tell('ADDED', configMap('b', '101'));
    await made.until(() => expect(made.names()).toEqual([B]));
    const untouched = () => expect([server.listed(HERE), server.watched(HERE).length]).toEqual([before, 1]);
    untouched();
    // A proxy ends connections that are silent for a while.
    await wait(1200);
    second.response.destroy();
    const third = await server.watch(EVERYWHERE, 3);
    untouched();
    third.tell('ADDED', elsewhere('elsewhere'));
    await expect.poll(() => server.listed(HERE)).toBe(before + 1);
    // A watch that is never accepted is a failure, and isn't requested again and again: it may start a login.
    const fourth = await server.watch(EVERYWHERE, 4);
    server.watches[EVERYWHERE] = 'cut';
    await wait(1200);
    fourth.response.destroy();
    await expect.poll(() => server.listed(HERE)).toBe(before + 2);
  });

  it('reports on kAudit itself if only some namespaces may be searched', async () => {
    const half = { '/api/v1/namespaces/half/configmaps': [configMap('h', '9', '', 'half')] };
    const made = await connect(await script({ lists: { ...ofNamespace(), [HERE]: [configMap('a', '150')], ...half } }), ['closed', 'half']);
    await made.until(({ configMaps }) =>
      expect(configMaps.map(({ ref, workload }) => [ref.namespace, workload])).toEqual([
        [NAMESPACE, null],
        ['half', undefined],
      ]),
    );
  });

  it('of one ConfigMap by its name starts with the existing one, and notices when it was deleted before', async () => {
    const named = configMap('a', '3');
    const server = await script({ lists: { [SETS_HERE]: [], [`${HERE}/kaudit-integration-a`]: named } });
    const made = await connect(server, [A]);
    const first = await server.watch(HERE, 1);
    expect([first.query.get('resourceVersion'), made.names()]).toEqual(['0', [A]]);
    first.tell('ADDED', named);
    first.tell('BOOKMARK', bookmark('305'));
    first.response.end();
    const second = await server.watch(HERE, 2);
    expect(second.query.get('resourceVersion')).toBe('305');
    second.tell('BOOKMARK', bookmark('306'));
    await made.connection.refresh();
    const third = await server.watch(HERE, 3);
    expect(third.query.get('resourceVersion')).toBe('0');
    server.lists[`${HERE}/kaudit-integration-a`] = null;
    third.tell('BOOKMARK', bookmark('310'));
    await made.until(() => expect(made.names()).toEqual([]));
  });

  it('starts after one round trip: permissions are requested together with the lists', async () => {
    const server = await script({ lists: ofNamespace() });
    server.lists[HERE] = server.reviewed.then(() => []);
    expect((await connect(server)).latest().state).toBe('online');
  });

  it('lists again when the connection breaks', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    server.lists[HERE] = [configMap('b', '150')];
    first.response.destroy();
    await made.until(() => expect(made.names()).toEqual([B]));
    unnoticed(made);
  });

  it('lists and watches again over a new connection after sleep', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    server.lists[HERE] = [configMap('b', '150')];
    made.connection.wake();
    await made.until(() => expect(made.names()).toEqual([B]));
    const { port } = await server.watch(HERE, 2);
    expect([typeof port, port === first.port]).toEqual(['number', false]);
    unnoticed(made);
  });

  it('ends when the machine goes to sleep, and nothing is tried before it wakes, except when someone asks', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const first = await server.watch(HERE, 1);
    // The last request before a connection rests.
    await server.watch(SETS_HERE, 1);
    const before = server.requests.length;
    made.connection.suspend();
    await first.closed;
    // Longer than the pause before an attempt, and than the time over which clusters return.
    await wait(3500);
    expect([server.requests.length, made.latest().state]).toEqual([before, 'online']);
    server.lists[HERE] = [configMap('a', '150')];
    await made.connection.refresh();
    expect(made.names()).toEqual([A]);
    server.lists[HERE] = [configMap('b', '160')];
    made.connection.wake();
    await made.until(() => expect(made.names()).toEqual([B]));
  });

  it('doesn’t retry an unreachable cluster during sleep, but afterwards', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    await server.watch(HERE, 1);
    await server.stop();
    await made.until(({ state }) => expect(state).toBe('unreachable'));
    made.connection.suspend();
    await server.start();
    await wait(3500);
    expect([server.listed(HERE), made.latest().state]).toEqual([1, 'unreachable']);
    made.connection.wake();
    await made.until(({ state }) => expect(state).toBe('online'));
  });

  it('joins events however they are split, and line separators in a text don’t end one', async () => {
    const server = await script({ lists: ofNamespace() });
    const made = await connect(server);
    const text = '# 🔑 \u2028 é\n';
    const event = (object: object) => `${JSON.stringify({ type: 'ADDED', object })}\n`;
    const bytes = Buffer.from(event(configMap('a', '101', text)) + event(configMap('b', '102')));
    const { response } = await server.watch(HERE, 1);
    for (const byte of bytes) {
      response.write(Buffer.from([byte]));
      if (byte > 0x7f) await new Promise((resolve) => setImmediate(resolve));
    }
    await made.until(() => expect(made.names()).toEqual([A, B]));
    expect(made.text('kaudit-integration-a')).toBe(text);
  });
});
