import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Demo, startDemo } from '../../../main/demo/demo.ts';

interface Kubeconfig {
  readonly 'current-context': string;
  readonly clusters: {
    readonly name: string;
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string };
  }[];
  readonly contexts: { readonly name: string; readonly context: { readonly cluster: string; readonly user: string } }[];
  readonly users: { readonly name: string; readonly user: { readonly token?: string; readonly exec?: { readonly command: string } } }[];
}

let directory: string;
let demo: Demo;
let kubeconfig: Kubeconfig;

/** GET as a context of the kubeconfig. */
function ask(context: string, path: string): Promise<number | string> {
  const entry = kubeconfig.contexts.find(({ name }) => name === context)?.context;
  const cluster = kubeconfig.clusters.find(({ name }) => name === entry?.cluster)?.cluster;
  const token = kubeconfig.users.find(({ name }) => name === entry?.user)?.user.token;
  return new Promise((resolve) => {
    const ca = Buffer.from(cluster?.['certificate-authority-data'] ?? '', 'base64');
    const sent = request(`${cluster?.server}${path}`, { ca, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end();
  });
}

/** POSTs one entry the way a delivery test in the demo does. */
function deliver(url: string, key: string): Promise<number | string> {
  const { hostname, pathname } = new URL(url);
  const route = demo.route(hostname, 443);
  const agent = new Agent({ ca: demo.certificateAuthority, lookup: demo.lookup });
  return new Promise((resolve) => {
    const options = { agent, host: hostname, port: route?.port ?? 443, path: pathname, method: 'POST' };
    const headers = { host: hostname, 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const sent = request({ ...options, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(JSON.stringify({ applicationName: 'kaudit', subsystemName: 'test', logEntries: [{ severity: 3, text: 'hello' }] }));
  });
}

describe('the demo', () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kaudit-demo-'));
    await writeFile(join(directory, 'kubeconfig'), 'of an earlier run', { mode: 0o644 });
    demo = await startDemo({ directory });
    kubeconfig = parse(await readFile(demo.kubeconfig, 'utf8')) as Kubeconfig;
  });
  afterAll(async () => {
    await demo.close();
    await rm(directory, { recursive: true, force: true });
  });

  it.skipIf(process.platform === 'win32')('writes a kubeconfig that only its owner can read', async () => {
    expect((await stat(demo.kubeconfig)).mode & 0o777).toBe(0o600);
  });

  it('names only servers on loopback', () => {
    for (const { cluster } of kubeconfig.clusters) expect(cluster.server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(kubeconfig['current-context']).toBe('prod-eu');
  });

  it.each([
    ['prod-eu', '/api/v1/configmaps', 200],
    ['prod-us', '/api/v1/configmaps', 403],
    ['prod-us', '/api/v1/namespaces/alcide-kaudit/configmaps', 200],
    ['staging', '/api/v1/configmaps?labelSelector=app%3Dkaudit', 200],
    ['audit-readonly', '/apis/apps/v1/namespaces/alcide-kaudit/statefulsets', 200],
    ['edge-berlin', '/version', 'ECONNREFUSED'],
    ['prod-us-old-laptop', '/api/v1/namespaces/alcide-kaudit/configmaps', 401],
  ])('responds to %s at %s with %s', async (context, path, answer) => {
    expect(await ask(context, path)).toBe(answer);
  });

  it('has a context whose sign-in plugin doesn’t exist', () => {
    const plugins = kubeconfig.users.flatMap(({ user }) => (user.exec ? [user.exec.command] : []));
    expect(plugins).toEqual(['kaudit-demo-no-such-login']);
  });

  it('accepts what its presets send, and nothing with a key of another region', async () => {
    const [one, other] = demo.presets;
    expect(await deliver(`https://ingress.${one?.preset.domain}/logs/v1/bulk`, one?.key ?? '')).toBe(200);
    expect(await deliver(`https://ingress.${other?.preset.domain}/logs/v1/bulk`, one?.key ?? '')).toBe(401);
    expect(demo.ingest.received).toHaveLength(2);
  });

  it.each(['example.com', 'hooks.slack.com', 'coralogix.com.evil.example', 'evilcoralogix.com', 'localhost', ''])(
    'neither resolves %j nor routes to it',
    async (name) => {
      expect(demo.route(name, 443)).toBeNull();
      const found = await new Promise((resolve) => demo.lookup(name, {}, (error, address) => resolve(error?.code ?? address)));
      expect(found).toBe('ENOTFOUND');
    },
  );

  it('has no route to an IP address or another port', () => {
    expect(demo.route('203.0.113.1', 443)).toBeNull();
    expect(demo.route('127.0.0.1', demo.ingest.port)).toBeNull();
    expect(demo.route('api.eu2.coralogix.com', 80)).toBeNull();
  });

  it('resolves Coralogix to loopback, in both forms that Node asks for', async () => {
    const one = await new Promise((resolve) => demo.lookup('api.coralogix.us', {}, (_, address, family) => resolve([address, family])));
    const all = await new Promise((resolve) => demo.lookup('api.coralogix.us', { all: true }, (_, addresses) => resolve(addresses)));
    expect(one).toEqual(['127.0.0.1', 4]);
    expect(all).toEqual([{ address: '127.0.0.1', family: 4 }]);
  });

  it('frees everything when it closes, even a connection that sent nothing', async () => {
    const own = await mkdtemp(join(directory, 'second-'));
    const second = await startDemo({ directory: own });
    const { port } = second.ingest;
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const ended = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await second.close();
    await ended;
    const again = await new Promise((resolve) =>
      connect(port, '127.0.0.1').once('error', (error: NodeJS.ErrnoException) => resolve(error.code)),
    );
    expect(again).toBe('ECONNREFUSED');
  });
});
