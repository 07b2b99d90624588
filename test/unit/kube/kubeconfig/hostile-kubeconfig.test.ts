import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeconfigReading } from '../../../../main/kube/kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../../../../main/kube/kubeconfig/kubeconfig.ts';

// Files that no one writes by accident, and some that people do write. Each is refused with a message, or read like any
// other.

describe('a kubeconfig that means harm', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-hostile-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Next to a good file, which is read anyway. */
  const read = async (text: string): Promise<KubeconfigReading> => {
    const [bad, good] = [join(folder, 'bad'), join(folder, 'good')];
    await writeFile(bad, text);
    await writeFile(good, 'clusters: [{name: g, cluster: {server: "https://g"}}]\ncontexts: [{name: good, context: {cluster: g}}]\n');
    const reading = await readKubeconfig([bad, good], { environment: {} });
    expect(reading.contexts.find(({ context }) => context === 'good')?.problem).toBeNull();
    return reading;
  };
  const names = ({ contexts }: KubeconfigReading): string[] => contexts.map(({ context }) => context).filter((name) => name !== 'good');
  const json = (contexts: readonly unknown[], more: object = {}) =>
    JSON.stringify({ clusters: [{ name: 'c', cluster: { server: 'https://x' } }], contexts, ...more });
  const lists = (levels: number): string =>
    Array.from(
      { length: levels },
      (_, level) =>
        `a${level}: &a${level} [${
          level === 0
            ? 'x'
            : Array(9)
                .fill(`*a${level - 1}`)
                .join(',')
        }]\n`,
    ).join('');

  it.each([
    ['lists inside each other', '['.repeat(100_000)],
    ['500 maps inside each other', `${'{a: '.repeat(500)}1${'}'.repeat(500)}`],
    ['another file altogether', '\u0000\u0001\ufffd'.repeat(100_000)],
    ['a tag that runs code elsewhere', 'clusters: !!js/function "function () { SENTINEL }"\n'],
    ['many aliases', `a: &a 1\nb: [${'*a,'.repeat(20_000)}]\n`],
  ])('is refused at its place, without its text: %s', async (_, text) => {
    const { files } = await read(text);
    expect(files[0]?.problem).toMatch(/^It isn’t valid YAML at line \d+, column \d+\./);
    expect(JSON.stringify(files)).not.toContain('SENTINEL');
  });

  it('with several documents is reported', async () => {
    expect((await read('clusters: []\n---\nclusters: []\n')).files[0]?.problem).toContain('several YAML documents');
  });

  it('can’t grow: lists of lists of aliases are refused if they are used, and cost nothing if not', async () => {
    const text = `${lists(12)}
clusters:
- name: bomb
  cluster: {server: "https://x", extensions: [{name: client.authentication.k8s.io/exec, extension: *a11}]}
- {name: fine, cluster: {server: "https://x"}}
users:
- {name: bomb, user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: x, args: *a11}}}
contexts:
- {name: a, context: {cluster: bomb}}
- {name: b, context: {cluster: fine, user: bomb}}
- {name: c, context: {cluster: fine}}
`;
    const { contexts } = await read(text);
    expect(contexts.map(({ context, problem }) => [context, problem?.message ?? null])).toEqual([
      ['a', expect.stringContaining('wrong extensions')],
      ['b', expect.stringContaining('wrong exec.args')],
      ['c', null],
      ['good', null],
    ]);
  });

  it('loses names with control or bidirectional characters, and keeps those of other languages', async () => {
    const bad = ['a\nb', 'a\u001b[31mb', 'a\u202eb', 'a\u2028b', 'a\u0000b', 'x'.repeat(2000)];
    const fine = ['продакшн', 'מבצעי', '本番', 'ü 🚀', 'arn:aws:eks:eu-west-1:1:cluster/a'];
    const reading = await read(json([...bad, ...fine].map((name) => ({ name, context: { cluster: 'c' } }))));
    expect(names(reading)).toEqual(fine);
    expect(reading.files[0]?.problem).toContain('contexts[0] has a name that is too long or has control characters');
  });

  it('gains nothing from names with a meaning in JavaScript', async () => {
    const special = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];
    const text = json(
      special.map((name) => ({ name, context: { cluster: name, user: name } })),
      {
        clusters: special.map((name) => ({ name, cluster: { server: `https://${name.replaceAll('_', '').toLowerCase()}` } })),
        users: special.map((name) => ({ name, user: { token: name } })),
      },
    ).replace('"contexts"', '"__proto__": {"polluted": true}, "contexts"');
    const { contexts } = await read(text);
    expect(contexts.slice(0, 4).map(({ context, credentials, problem }) => [context, credentials?.token, problem])).toEqual(
      special.map((name) => [name, name, null]),
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await read(json([{ name: 'x', context: { cluster: 'toString' } }]))).contexts[0]?.problem?.message).toContain(
      'which is in no kubeconfig file',
    );
  });

  it('has two equal keys: the last one counts, as in kubectl', async () => {
    const text =
      'clusters: [{name: c, cluster: {server: "https://one", server: "https://two"}}]\ncontexts: [{name: a, context: {cluster: c}}]\n';
    expect((await read(text)).contexts[0]?.server).toBe('https://two:443');
  });

  it('is read completely with 10,000 contexts', async () => {
    const data = 'QUJD'.repeat(300);
    const many = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
    const text = JSON.stringify({
      clusters: many.map((name) => ({ name, cluster: { server: `https://${name}.example`, 'certificate-authority-data': data } })),
      contexts: many.map((name) => ({ name, context: { cluster: name } })),
    });
    expect(names(await read(text))).toEqual(many);
  });

  it('with 10,000 bad entries is reported in a few sentences', async () => {
    const { files } = await read(json(Array.from({ length: 10_000 }, () => ({ name: '' }))));
    expect(files[0]?.problem).toMatch(/contexts\[9\] has no name\. And 9990 more\.$/);
  });

  it('isn’t read when it is larger than any kubeconfig, a device, or a pipe without a writer', async () => {
    const [huge, pipe] = [join(folder, 'huge'), join(folder, 'pipe')];
    await writeFile(huge, '');
    await truncate(huge, 40 * 1024 * 1024);
    if (process.platform !== 'win32') execFileSync('mkfifo', [pipe]);
    const paths = process.platform === 'win32' ? [huge] : [huge, pipe, '/dev/zero'];
    const { files } = await readKubeconfig(paths, { environment: {} });
    expect(files.map(({ problem }) => problem)).toEqual(
      ['It’s too large for a kubeconfig.', 'It isn’t a regular file.', 'It isn’t a regular file.'].slice(0, paths.length),
    );
  });

  it.each([
    ['a proxy of no kind', { 'proxy-url': 'SENTINEL' }, 'has a proxy-url that isn’t an http'],
    ['a proxy that is a file', { 'proxy-url': 'file:///SENTINEL' }, 'has a proxy-url that isn’t an http'],
    ['a server that is a file', { server: 'file:///SENTINEL' }, 'has a server that isn’t an http'],
    ['a server without an end', { server: `https://${'SENTINEL.'.repeat(1000)}x` }, 'has a server that isn’t an http'],
  ])('is reported at its context: %s', async (_, cluster, message) => {
    const text = JSON.stringify({
      clusters: [{ name: 'c', cluster: { server: 'https://x', ...cluster } }],
      contexts: [{ name: 'a', context: { cluster: 'c' } }],
    });
    const { contexts } = await read(text);
    expect(contexts[0]?.problem).toMatchObject({ step: 'context', message: expect.stringContaining(message) });
    expect(JSON.stringify(contexts[0]?.problem)).not.toContain('SENTINEL');
  });

  it('finds the file of an OIDC provider’s authority next to itself', async () => {
    const provider = (path: string) => ({ name: 'oidc', config: { 'idp-certificate-authority': path } });
    const users = ['idp.pem', '../pki/idp.pem', '/etc/idp.pem', ''].map((path, index) => ({
      name: `u${index}`,
      user: { 'auth-provider': provider(path) },
    }));
    const contexts = users.map(({ name }) => ({ name, context: { cluster: 'c', user: name } }));
    const reading = await read(json(contexts, { users }));
    expect(reading.contexts.slice(0, 4).map(({ credentials }) => credentials?.authProvider?.config['idp-certificate-authority'])).toEqual([
      join(folder, 'idp.pem'),
      join(folder, '..', 'pki', 'idp.pem'),
      '/etc/idp.pem',
      '',
    ]);
  });
});
