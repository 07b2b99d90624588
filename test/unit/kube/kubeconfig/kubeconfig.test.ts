import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import fc from 'fast-check';
import { load, loadAll } from 'js-yaml';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { indentFlow } from '../../../../main/kube/kubeconfig/flow-indentation.ts';
import type { KubeconfigMemory } from '../../../../main/kube/kubeconfig/kubeconfig.ts';
import { kubeconfigPaths, readKubeconfig } from '../../../../main/kube/kubeconfig/kubeconfig.ts';

import { kubeconfigs } from '../../../support/kubeconfig-arbitraries.ts';

const ENVIRONMENT = { environment: {} };

function config(parts: { clusters?: object; users?: object; contexts?: object }): string {
  const list = (field: object = {}, body: string) => Object.entries(field).map(([name, value]) => ({ name, [body]: value }));
  return JSON.stringify({
    clusters: list(parts.clusters, 'cluster'),
    users: list(parts.users, 'user'),
    contexts: list(parts.contexts, 'context'),
  });
}

describe('kubeconfigPaths', () => {
  const options = { flags: [], environment: {}, home: '/home/me', added: [] };

  it('prefers flags to KUBECONFIG to the default file, and puts added ones last', () => {
    const environment = { KUBECONFIG: ['/a', '', '/b', '/a'].join(delimiter) };
    expect(kubeconfigPaths(options)).toEqual([resolve('/home/me/.kube/config')]);
    expect(kubeconfigPaths({ ...options, environment, added: ['/c', '/b'] })).toEqual(['/a', '/b', '/c'].map((path) => resolve(path)));
    expect(kubeconfigPaths({ ...options, environment, flags: ['/f', 'relative'] })).toEqual([resolve('/f'), resolve('relative')]);
    expect(kubeconfigPaths({ ...options, environment: { KUBECONFIG: '' } })).toEqual([resolve('/home/me/.kube/config')]);
  });

  it('reads ~/ in an added path as the home folder', () => {
    expect(kubeconfigPaths({ flags: [], environment: {}, home: '/home/me', added: ['~/clusters', '/etc/k'] })).toEqual([
      join('/home/me', '.kube', 'config'),
      join('/home/me', 'clusters'),
      '/etc/k',
    ]);
  });
});

describe('readKubeconfig', () => {
  let folder: string;
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-kubeconfig-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('merges by kubectl’s rules: the first definition of a name wins completely, and entries refer across files', async () => {
    const one = await write(
      'one',
      config({ users: { u: { token: 'first' } }, contexts: { a: { cluster: 'c', user: 'u', namespace: 'n' } } }),
    );
    const two = await write(
      'two',
      config({
        clusters: { c: { server: 'https://api.example:6443' } },
        users: { u: { token: 'second', username: 'x' } },
        contexts: { a: { cluster: 'none' }, b: { cluster: 'c' } },
      }),
    );
    const { files, contexts } = await readKubeconfig([one, join(folder, 'missing'), two], ENVIRONMENT);
    expect(files).toEqual([{ path: one }, { path: two }]);
    expect(contexts).toMatchObject([
      { context: 'a', file: one, server: 'https://api.example:6443', user: 'u', namespace: 'n', auth: 'static', problem: null },
      { context: 'b', file: two, user: undefined, auth: 'none', problem: null },
    ]);
    expect(contexts[0]?.credentials).toMatchObject({ token: 'first', username: undefined });
  });

  it('says when a required file is missing, and when there is none', async () => {
    const missing = join(folder, 'missing');
    const there = await write('there', config({}));
    expect((await readKubeconfig([missing, there], { ...ENVIRONMENT, required: [missing] })).files).toMatchObject([
      { path: missing, problem: expect.stringContaining('doesn’t exist') },
      { path: there },
    ]);
    expect((await readKubeconfig([missing, join(folder, 'other')], ENVIRONMENT)).files).toMatchObject([
      { path: missing, problem: expect.stringContaining('--kubeconfig') },
    ]);
    expect(await readKubeconfig([], ENVIRONMENT)).toEqual({ files: [], contexts: [] });
  });

  it('reports a bad file at that file, without its text, and reads the others', async () => {
    const bad = await write('bad', 'users:\n- name: u\n  user: {token: SENTINEL\n');
    const list = await write('list', '- SENTINEL\n');
    const good = await write('good', config({ clusters: { c: { server: 'https://x' } }, contexts: { a: { cluster: 'c' } } }));
    const reading = await readKubeconfig([bad, list, good], ENVIRONMENT);
    expect(reading.files).toMatchObject([
      { problem: expect.stringMatching(/isn’t valid YAML at line \d+, column \d+/) },
      { problem: expect.stringContaining('isn’t a kubeconfig') },
      { path: good },
    ]);
    expect(reading.contexts.map(({ context }) => context)).toEqual(['a']);
    expect(JSON.stringify(reading.files)).not.toContain('SENTINEL');
  });

  it('keeps a context whose cluster, user or own entry is bad, with the reason', async () => {
    const path = await write(
      'config',
      config({
        clusters: { good: { server: 'https://x' }, empty: {}, odd: { server: 'ftp://x' } },
        users: { wrong: { token: 12345 }, gcp: { 'auth-provider': { name: 'gcp' } } },
        contexts: {
          'no-cluster': { cluster: 'none' },
          'bad-cluster': { cluster: 'empty' },
          'odd-server': { cluster: 'odd' },
          'no-user': { cluster: 'good', user: 'none' },
          'bad-user': { cluster: 'good', user: 'wrong' },
          'old-provider': { cluster: 'good', user: 'gcp' },
          'bad-context': {},
          fine: { cluster: 'good' },
        },
      }),
    );
    const { files, contexts } = await readKubeconfig([path], ENVIRONMENT);
    expect(contexts.map(({ context, problem }) => [context, problem?.step])).toEqual([
      ['no-cluster', 'context'],
      ['bad-cluster', 'context'],
      ['odd-server', 'context'],
      ['no-user', 'context'],
      ['bad-user', 'context'],
      ['old-provider', 'context'],
      ['bad-context', 'context'],
      ['fine', undefined],
    ]);
    expect(contexts.every(({ problem }) => problem === null || problem.fix.includes(path))).toBe(true);
    expect(files[0]?.problem).toContain('“wrong” has a missing or wrong token');
    expect(files[0]?.problem).not.toContain('12345');
  });

  it('classifies credentials before any contact', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'aws' };
    const users = {
      token: { token: 't' },
      file: { tokenFile: 'token' },
      basic: { username: 'u', password: 'p' },
      certificate: { 'client-certificate-data': 'QUJD', 'client-key-data': 'QUJD' },
      plugin: { exec },
      pluginAndToken: { exec, token: 't' },
      pluginAndCertificate: { exec, 'client-certificate-data': 'QUJD', 'client-key-data': 'QUJD' },
      pluginAndPassword: { exec, password: 'p' },
      oidc: { 'auth-provider': { name: 'oidc', config: { 'id-token': 'x' } } },
      oidcAndName: { username: 'u', 'auth-provider': { name: 'oidc', config: { 'id-token': 'x' } } },
      nothing: {},
      empty: null,
    };
    const contexts = Object.fromEntries(Object.keys(users).map((user) => [user, { cluster: 'c', user }]));
    const path = await write('config', config({ clusters: { c: { server: 'https://x' } }, users, contexts }));
    const reading = await readKubeconfig([path], ENVIRONMENT);
    expect(
      Object.fromEntries(reading.contexts.map(({ context, auth, problem }) => [context, problem === null ? auth : 'problem'])),
    ).toEqual({
      token: 'static',
      file: 'static',
      basic: 'static',
      certificate: 'static',
      plugin: 'exec',
      pluginAndToken: 'static',
      pluginAndCertificate: 'static',
      pluginAndPassword: 'exec',
      oidc: 'oidc',
      oidcAndName: 'static',
      nothing: 'none',
      empty: 'none',
    });
  });

  it('resolves each relative path against its own file', async () => {
    await mkdir(join(folder, 'sub'));
    const one = await write('sub/one', config({ clusters: { c: { server: 'https://x', 'certificate-authority': '../ca.pem' } } }));
    const apiVersion = 'client.authentication.k8s.io/v1';
    const exec = { apiVersion, command: './bin/login' };
    const user = { 'client-certificate': 'me.crt', 'client-key': '/abs/me.key', tokenFile: 'token', exec };
    const bare = { exec: { apiVersion, command: 'aws' } };
    const two = await write(
      'two',
      config({ users: { u: user, bare }, contexts: { a: { cluster: 'c', user: 'u' }, b: { cluster: 'c', user: 'bare' } } }),
    );
    const { contexts } = await readKubeconfig([one, two], ENVIRONMENT);
    expect(contexts[0]?.cluster?.caFile).toBe(join(folder, 'ca.pem'));
    expect(contexts[0]?.credentials).toMatchObject({
      certFile: join(folder, 'me.crt'),
      keyFile: resolve('/abs/me.key'),
      tokenFile: join(folder, 'token'),
    });
    expect(contexts[0]?.credentials?.exec?.command).toBe(join(folder, 'bin', 'login'));
    expect(contexts[1]?.credentials?.exec?.command).toBe('aws');
  });

  it('shows people a server without the credentials in its address, and adds a scheme as kubectl does', async () => {
    const clusters = {
      a: { server: 'https://me:SENTINEL@api.example/' },
      b: { server: 'http://localhost' },
      c: { server: 'https://rancher.example/k8s/clusters/c-1' },
      d: { server: 'localhost:8080' },
      e: { server: 'host.example:6443', 'certificate-authority-data': 'QUJD' },
      f: { server: 'HTTPS://host.example//k8s//c/?x=1#y' },
    };
    const contexts = Object.fromEntries(Object.keys(clusters).map((cluster) => [cluster, { cluster }]));
    const reading = await readKubeconfig([await write('config', config({ clusters, contexts }))], ENVIRONMENT);
    expect(reading.contexts.map(({ server }) => server)).toEqual([
      'https://api.example:443',
      'http://localhost:80',
      'https://rancher.example:443/k8s/clusters/c-1',
      'http://localhost:8080',
      'http://host.example:6443',
      'https://host.example:443/k8s/c',
    ]);
  });

  it('prefers proxy-url to HTTPS_PROXY', async () => {
    const clusters = { a: { server: 'https://x', 'proxy-url': 'socks5://own:1080' }, b: { server: 'https://x' } };
    const path = await write('config', config({ clusters, contexts: { a: { cluster: 'a' }, b: { cluster: 'b' } } }));
    const { contexts } = await readKubeconfig([path], { environment: { HTTPS_PROXY: 'http://proxy:3128' } });
    expect(contexts.map(({ proxy }) => proxy)).toEqual(['socks5://own:1080', 'http://proxy:3128']);
  });

  it('reads a folder’s kubeconfigs and ignores its other files', async () => {
    await write('a.yaml', config({ clusters: { c: { server: 'https://x' } }, contexts: { a: { cluster: 'c' } } }));
    await write('notes.txt', 'just: notes\n');
    await write('.a.yaml.swp', '\u0000');
    await write('b.yaml~', config({ contexts: { old: { cluster: 'c' } } }));
    await mkdir(join(folder, 'cache'));
    const { files, contexts } = await readKubeconfig([folder], ENVIRONMENT);
    expect(files).toEqual([{ path: join(folder, 'a.yaml') }]);
    expect(contexts.map(({ context }) => context)).toEqual(['a']);
  });

  it('reads YAML as people write it: anchors, comments, a byte order mark, an empty file', async () => {
    const path = await write(
      'config',
      '\ufeff# mine\nclusters:\n- name: c\n  cluster: &c {server: "https://x"}\n- {name: d, cluster: *c}\ncontexts:\n- {name: a, context: {cluster: d, user: ""}}\n',
    );
    const { files, contexts } = await readKubeconfig([await write('empty', ''), path], ENVIRONMENT);
    expect(files.map(({ problem }) => problem)).toEqual([undefined, undefined]);
    expect(contexts).toMatchObject([{ context: 'a', problem: null, user: undefined }]);
  });

  it('says that a file can’t be read', async () => {
    const path = join(folder, 'loop');
    await symlink('loop', path);
    expect((await readKubeconfig([path], ENVIRONMENT)).files).toEqual([{ path, problem: 'It can’t be read (ELOOP).' }]);
  });

  it('keeps a file’s last contents while it can’t be read, with the reason, until it can be read or is gone', async () => {
    const lastGood: KubeconfigMemory = new Map();
    const text = config({ contexts: { a: { cluster: 'c' } } });
    const path = await write('config', text);
    const other = await write('other', config({ contexts: { b: { cluster: 'c' } } }));
    const read = () => readKubeconfig([path, other], { ...ENVIRONMENT, lastGood });
    const good = await read();
    expect(good.contexts.map(({ context }) => context)).toEqual(['a', 'b']);
    for (const broken of [text.slice(0, text.length / 2), 'clusters: [', '- a list', '---\n{}\n---\n{}\n', 'contexts: nothing']) {
      await write('config', broken);
      const { files, contexts } = await read();
      expect([broken, contexts]).toEqual([broken, good.contexts]);
      expect(files).toEqual([{ path, problem: expect.stringMatching(/stay as they were until it can be read\.$/) }, { path: other }]);
    }
    await write('config', config({ contexts: { new: { cluster: 'c' } } }));
    expect((await read()).contexts.map(({ context }) => context)).toEqual(['new', 'b']);
    // An empty file has no contexts.
    await write('config', '');
    expect((await read()).contexts.map(({ context }) => context)).toEqual(['b']);
    await write('config', text);
    await read();
    await rm(path);
    expect((await read()).contexts.map(({ context }) => context)).toEqual(['b']);
    await write('config', 'clusters: [');
    expect((await read()).contexts.map(({ context }) => context)).toEqual(['b']);
  });

  it('reports two entries of one name and uses the first', async () => {
    const cluster = (server: string) => ({ name: 'c', cluster: { server } });
    const text = JSON.stringify({
      clusters: [cluster('https://one'), cluster('https://two')],
      contexts: [{ name: 'a', context: { cluster: 'c' } }],
    });
    const { files, contexts } = await readKubeconfig([await write('config', text)], ENVIRONMENT);
    expect(files[0]?.problem).toContain('two clusters named “c”');
    expect(contexts[0]?.server).toBe('https://one:443');
  });
});

describe('indentFlow', () => {
  // A reader that needs indentation accepts the text then, and reads nothing else in it than before.
  it('changes no value of a text that is readable without it', () => {
    fc.assert(
      fc.property(kubeconfigs, ({ texts: [text = ''] }) => {
        let before: unknown;
        try {
          before = loadAll(text);
        } catch {
          return;
        }
        expect(loadAll(indentFlow(text))).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['a: [\n1,\n2\n]\nb: {\nc: "d\n]",\ne: it\'s\n}\n', { a: [1, 2], b: { c: 'd ]', e: "it's" } }],
    ['a: |\n  [\n b\n\nc: [\n]\n', undefined],
    ['a: |\n  [\n  b\n\nc: [\n]\n', { a: '[\nb\n', c: [] }],
    ['- a: plain\n    [not] a list\n  b: "x\ny"\n', [{ a: 'plain [not] a list', b: 'x y' }]],
    ["? 'a\nb'\n: [ # ]\n]\n", { 'a b': [] }],
    ['a: >-\n  {\n  # x\nb: &x [\n]\nc: !!str {\n', undefined],
  ])('makes %j readable', (text, value) => {
    if (value === undefined) expect(() => load(indentFlow(text))).toThrow();
    else expect(load(indentFlow(text))).toEqual(value);
  });

  it('takes time in proportion to the text', () => {
    for (const piece of ['a: [\n]\n', '- "x\ny"\n', 'a: |\n  [\n', 'plain\n', '[\n', "'"]) {
      const started = performance.now();
      indentFlow(piece.repeat(100_000 / piece.length));
      expect([piece, performance.now() - started < 2_000]).toEqual([piece, true]);
    }
  });
});
