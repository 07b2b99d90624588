import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ContextEntry } from '../../../../main/kube/kubeconfig/kubeconfig.ts';
import { readKubeconfig } from '../../../../main/kube/kubeconfig/kubeconfig.ts';
import { forgetCredentials, pluginCredentials } from '../../../../main/kube/sign-in/exec-plugin.ts';
import { processes } from '../../../../main/kube/sign-in/process-tree.ts';

describe.skipIf(process.platform === 'win32')('pluginCredentials', () => {
  let folder: string;
  const never = new AbortController().signal;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-plugin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const given = async (script: string, more: object = {}): Promise<ContextEntry> => {
    await writeFile(join(folder, 'plugin'), `#!/bin/sh\necho run >> ${folder}/runs\n${script}\n`);
    await chmod(join(folder, 'plugin'), 0o755);
    const config = {
      clusters: [{ name: 'c', cluster: { server: 'https://x' } }],
      users: [{ name: 'u', user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', ...more } } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    const [entry] = (await readKubeconfig([join(folder, 'config')])).contexts;
    if (entry === undefined) throw new Error('No context');
    return entry;
  };
  const answer = (status: object): string => `printf '%s' '${JSON.stringify({ kind: 'ExecCredential', status })}'`;
  const runs = async (): Promise<number> => (await readFile(join(folder, 'runs'), 'utf8').catch(() => '')).split('\n').length - 1;
  const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

  it('runs one process for all who ask at the same time, and keeps its response until it is forgotten', async () => {
    const entry = await given(`sleep 0.2\n${answer({ token: 't' })}`);
    const asked = await Promise.all([1, 2, 3].map(() => pluginCredentials(entry, never, 5000)));
    expect(asked.map(({ token }) => token)).toEqual(['t', 't', 't']);
    const kept = await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(1);
    forgetCredentials(entry, { ...kept });
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(1);
    forgetCredentials(entry, kept);
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(2);
  });

  it('asks again shortly before the response expires, but not at each request of a short-lived one', async () => {
    const entry = await given(answer({ token: 't', expirationTimestamp: inSeconds(4) }));
    await pluginCredentials(entry, never, 5000);
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 3200));
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(2);
  });

  it.each([
    [
      'null for what is absent',
      `echo '{"kind":"ExecCredential","spec":{"interactive":false},"status":{"token":"t","expirationTimestamp":null,"clientCertificateData":null,"clientKeyData":null}}'`,
    ],
    ['a byte order mark', `printf '\\357\\273\\277'; ${answer({ token: 't' })}`],
    ['YAML', "printf 'apiVersion: client.authentication.k8s.io/v1\\nkind: ExecCredential\\nstatus:\\n  token: t\\n'"],
  ])('reads what kubectl reads: %s', async (_, script) => {
    expect(await pluginCredentials(await given(script), never, 5000)).toMatchObject({ token: 't', certificate: undefined });
  });

  it('uses expired credentials for the requests of that moment, and asks again afterwards', async () => {
    const entry = await given(answer({ token: 't', expirationTimestamp: '2024-01-01T00:00:00Z' }));
    expect(await pluginCredentials(entry, never, 5000)).toMatchObject({ token: 't' });
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await pluginCredentials(entry, never, 5000);
    expect(await runs()).toBe(2);
  });

  it.each([
    ['exit code', 'echo SENTINEL >&2; exit 3', 'exit code 3'],
    ['no JSON', 'echo SENTINEL', 'isn’t an ExecCredential'],
    ['no credentials', answer({}), 'isn’t an ExecCredential'],
    ['a certificate without its key', answer({ clientCertificateData: 'SENTINEL' }), 'isn’t an ExecCredential'],
    ['an invalid time', answer({ token: 'SENTINEL', expirationTimestamp: 'soon' }), 'isn’t an ExecCredential'],
  ])('fails with a reason and none of the output: %s', async (_, script, reason) => {
    const failing = pluginCredentials(await given(script), never, 5000);
    await expect(failing).rejects.toMatchObject({ name: 'SignInError', kind: 'failed', message: expect.stringContaining(reason) });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('SENTINEL') });
  });

  it('reads what a plugin complains of, however much, and passes none of it on', async () => {
    const written = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockReturnValue(true));
    try {
      const entry = await given(`head -c 300000 /dev/zero | tr '\\0' 'x' >&2\necho SENTINEL >&2\n${answer({ token: 't' })}`);
      const credentials = await pluginCredentials(entry, never, 5000);
      expect(credentials).toMatchObject({ token: 't' });
      expect(JSON.stringify(credentials)).not.toContain('SENTINEL');
      expect(written.flatMap(({ mock }) => mock.calls.map(([chunk]) => String(chunk))).join('')).not.toMatch(/SENTINEL|xxxx/);
    } finally {
      for (const spy of written) spy.mockRestore();
    }
  });

  it('stops a plugin that takes too long, with all that it has started', async () => {
    const started = Date.now();
    const entry = await given(`sh -c 'sleep 60 & echo $! > ${folder}/child; wait' & wait`);
    await expect(pluginCredentials(entry, never, 1000)).rejects.toMatchObject({ name: 'SignInError', kind: 'failed' });
    expect(Date.now() - started).toBeLessThan(4000);
    const child = (await readFile(join(folder, 'child'), 'utf8')).trim();
    // A killed process without a parent to reap it stays as a zombie in some containers.
    const state = async () => /\) (\S)/.exec(await readFile(`/proc/${child}/stat`, 'utf8').catch(() => ''))?.[1] ?? 'gone';
    if (process.platform === 'linux') await expect.poll(state).toMatch(/^(gone|Z)$/);
  });

  it.runIf(process.platform === 'linux')(
    'leaves no process behind, not even in its own session',
    async () => {
      // Nested sessions whose parents wait; one whose parent is gone, in the plugin's group and in its own; and those
      // that never stop starting others.
      const entry = await given(
        `export LC_KAUDIT_TEST=${folder}
setsid sh -c 'setsid sh -c "setsid sleep 61 & wait" & wait' &
(sh -c 'sleep 62 & :' &)
(bash -c 'set -m; sleep 63 & :' &)
for one in 1 2 3 4; do setsid sh -c 'while :; do sleep 64 & sleep 0.01; done' & done
wait`,
      );
      const stop = new AbortController();
      const asked = pluginCredentials(entry, stop.signal, 120_000);
      const left = async (): Promise<readonly string[]> => {
        const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
        const files = await Promise.all(
          names.map(async (name) => {
            // A zombie has no environment.
            const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '');
            return environment.includes(`LC_KAUDIT_TEST=${folder}`)
              ? [await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')]
              : [];
          }),
        );
        return files.flat().map((line) => line.replaceAll('\0', ' ').trim());
      };
      // However long they take to start: it is stopped when all of them are there.
      const all = ['sleep 61', 'sleep 62', 'sleep 63', 'sleep 64'];
      await expect.poll(left, { timeout: 60_000 }).toEqual(expect.arrayContaining(all));
      stop.abort(new Error('closed'));
      await expect(asked).rejects.toThrow('closed');
      await expect.poll(left, { timeout: 60_000 }).toEqual([]);
    },
    150_000,
  );

  it('releases a plugin whose output an unreachable process holds open, and runs it again', async () => {
    // Leaves as a daemon does: without a parent, in its own session.
    const daemon = `(setsid sh -c 'echo $$ >> ${folder}/daemons; sleep 60' &)`;
    const entry = await given(`if [ -e ${folder}/again ]; then ${answer({ token: 't' })}; exit; fi\n${daemon}\nsleep 60`);
    const pipes = (): number => process.getActiveResourcesInfo().filter((name) => name === 'PipeWrap').length;
    const before = pipes();
    const stop = new AbortController();
    const first = pluginCredentials(entry, stop.signal, 60_000);
    const daemons = async (): Promise<number[]> =>
      (await readFile(join(folder, 'daemons'), 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
    await expect.poll(daemons).toHaveLength(1);
    await writeFile(join(folder, 'again'), '');
    stop.abort(new Error('closed'));
    await expect(first).rejects.toThrow('closed');
    try {
      expect(await pluginCredentials(entry, never, 5_000)).toMatchObject({ token: 't' });
      expect(pipes()).toBe(before);
    } finally {
      for (const pid of await daemons()) process.kill(-pid, 'SIGKILL');
    }
  });

  it('finds all processes without /proc, as it does with it', () => {
    // In the order of their numbers, which start again: a parent can have a higher one than its child.
    const mine = (platform: NodeJS.Platform) =>
      processes(platform)
        .filter(({ pid }) => pid === process.pid || pid === process.ppid)
        .map(({ session: _, ...rest }) => rest)
        .sort((one, other) => one.pid - other.pid);
    const byPs = mine('darwin');
    expect(byPs).toHaveLength(2);
    if (process.platform === 'linux') expect(byPs).toEqual(mine('linux'));
  });

  it('releases the plugin immediately when no one waits any longer', async () => {
    const entry = await given('sleep 60');
    const stop = new AbortController();
    const asked = pluginCredentials(entry, stop.signal, 60_000);
    setTimeout(() => stop.abort(new Error('closed')), 100);
    await expect(asked).rejects.toThrow('closed');
  });

  it('passes arguments and environment', async () => {
    const entry = await given(`printf '{"kind":"ExecCredential","status":{"token":"%s-%s"}}' "$1" "$PROFILE"`, {
      args: ['one'],
      env: [{ name: 'PROFILE', value: 'two' }],
    });
    expect(await pluginCredentials(entry, never, 5000)).toMatchObject({ token: 'one-two' });
  });

  it('gives a plugin the cluster with its authority from a file, as kubectl does', async () => {
    const tell = `printf '{"kind":"ExecCredential","status":{"token":"%s"}}' "$(printf '%s' "$KUBERNETES_EXEC_INFO" | base64 | tr -d '\\n')"`;
    const config = JSON.parse(await readFile((await given(tell, { provideClusterInfo: true })).file, 'utf8'));
    const extensions = [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'me' } }];
    const parts = {
      'certificate-authority': 'ca.pem',
      'tls-server-name': 'other',
      'proxy-url': 'http://proxy:3128',
      extensions,
    };
    Object.assign(config.clusters[0].cluster, parts);
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    const [entry] = (await readKubeconfig([join(folder, 'config')])).contexts;
    if (entry === undefined) throw new Error('No context');
    await expect(pluginCredentials(entry, never, 5000)).rejects.toMatchObject({ name: 'FileError', path: join(folder, 'ca.pem') });
    await writeFile(join(folder, 'ca.pem'), 'PEM');
    const { token } = await pluginCredentials(entry, never, 5000);
    expect(JSON.parse(Buffer.from(token ?? '', 'base64').toString())).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1',
      spec: {
        interactive: false,
        cluster: {
          server: 'https://x',
          'tls-server-name': 'other',
          'certificate-authority-data': Buffer.from('PEM').toString('base64'),
          'proxy-url': 'http://proxy:3128',
          config: { audience: 'me' },
        },
      },
    });
  });

  it('gives a plugin nothing about the cluster unless it asks, and keeps one response for all clusters', async () => {
    const entry = await given(`printf '{"kind":"ExecCredential","status":{"token":"%s"}}' "\${#KUBERNETES_EXEC_INFO}"`);
    const { token } = await pluginCredentials(entry, never, 5000);
    expect(Number(token)).toBeLessThan(120);
  });

  it.each([
    ['a NUL among its arguments', { args: ['SENTINEL\u0000'] }],
    ['more arguments than the system takes', { args: Array.from({ length: 100 }, () => 'SENTINEL'.repeat(30_000)) }],
    ['an invalid variable', { env: [{ name: 'SENTINEL\u0000', value: 'x' }] }],
  ])('fails with a message when it can’t be started for %s', async (_, more) => {
    const failing = pluginCredentials(await given('exit 0', more), never, 5000);
    await expect(failing).rejects.toMatchObject({
      name: 'SignInError',
      kind: 'failed',
      message: expect.stringContaining('can’t be started'),
    });
    await expect(failing).rejects.not.toMatchObject({ message: expect.stringContaining('SENTINEL') });
  });

  it('says which plugin is missing, with its hint', async () => {
    await given('exit 0');
    const entry = await given('exit 0', { command: 'a-plugin-that-is-not-there', installHint: 'Get it from example.com.' });
    await expect(pluginCredentials(entry, never, 5000)).rejects.toMatchObject({ kind: 'missing', installHint: 'Get it from example.com.' });
  });
});
