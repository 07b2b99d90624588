import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { textOf } from '../support/raw-kubernetes.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// The whole program, as a process, against a real API server, with kubectl as the other writer.

const KEY = 'cxtp_Hh0Ii1Jj2Kk3Ll4Mm5Nn6Oo7Pp8Qq9';
const OTHER_KEY = '8f0d1c9e-5a7b-4c3d-9e2f-1a2b3c4d5e6f';

const TEXT = `# Who sends what to Coralogix. Ask the security team before you change it.
- type: detections          # what kAudit found
  name: findings
  target:
    target-type: http-api
    http-api-uri: 'https://api.eu2.coralogix.com/logs/v1/bulk'
    http-api-token: "${KEY}"
    rate-limit: 10   # a minute
  data-filter:
    confidence: [0, 1]

# old key: http-api-token: ${OTHER_KEY}
- type: selections
  target:
    target-type: http-api
    http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}
    stopped: true`;

describeWith([apiServerRequirement], 'the program on a real cluster', () => {
  let api: ApiServer;
  let host: Host;
  const ref: ConfigMapRef = { context: 'editor', namespace: NAMESPACE, name: 'kaudit-integration-one' };

  beforeAll(async () => {
    api = await borrowApiServer();
    host = await startHost({ flags: ['--kubeconfig', api.kubeconfig] });
  });
  afterAll(async () => {
    await host?.stop();
    await api?.stop();
  });

  async function put(name: string, text: string, metadata = ''): Promise<void> {
    const indented = text.replaceAll('\n', '\\n').replaceAll('"', '\\"');
    const yaml = `apiVersion: v1
kind: ConfigMap
metadata:
  name: ${name}
  namespace: ${NAMESPACE}
  labels: {app: kaudit${metadata}}
data:
  audit-integration: "${indented}"
`;
    await api.kubectl(['apply', '-f', '-'], { input: yaml });
  }

  /** The bytes in the cluster. */
  async function stored(name: string): Promise<string> {
    return textOf(api.endpoint, NAMESPACE, name);
  }

  const fresh = async (name: string) => {
    await put(name, TEXT);
    await host.ask('cluster.connect', { context: 'editor' });
    return host.ask('configMap.get', { ref: { ...ref, name } });
  };

  test('lists every context, and contacts none automatically', async () => {
    const { clusters } = await host.ask('fleet.get', {});
    expect(clusters.map((cluster) => [cluster.context, cluster.state])).toEqual([
      ['admin', 'idle'],
      ['editor', 'idle'],
      ['viewer', 'idle'],
      ['stranger', 'idle'],
      ['expired', 'idle'],
    ]);
  });

  test('saves an edit without changing any other byte, including comments and the missing last newline', async () => {
    const view = await fresh('kaudit-integration-one');
    const edits = [
      { op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 25 },
      { op: 'set' as const, path: [1, 'target', 'stopped'], value: false },
      { op: 'set' as const, path: [0, 'target', 'http-api-uri'], value: 'https://ingress.eu2.coralogix.com/logs/v1/bulk' },
    ];
    const reply = await host.ask('configMap.apply', { ref, base: view.resourceVersion, edits });
    expect(reply.outcome).toBe('saved');
    expect(await stored('kaudit-integration-one')).toBe(
      TEXT.replace('rate-limit: 10 ', 'rate-limit: 25 ').replace('stopped: true', 'stopped: false').replace('//api.', '//ingress.'),
    );
  });

  test('a typed key reaches the cluster, and returns as a mask only', async () => {
    const name = 'kaudit-integration-key';
    const view = await fresh(name);
    const edits = [{ op: 'set' as const, path: [0, 'target', 'http-api-token'], value: 'cxtp_NewNewNewNewNewNewNewNewNewNew' }];
    const reply = await host.ask('configMap.apply', { ref: { ...ref, name }, base: view.resourceVersion, edits });
    expect(JSON.stringify(reply)).not.toContain('cxtp_New');
    expect(await stored(name)).toBe(TEXT.replace(`"${KEY}"`, '"cxtp_NewNewNewNewNewNewNewNewNewNew"'));
  });

  test('the masked text sent back through the text editor changes nothing, and an added comment changes nothing else', async () => {
    const name = 'kaudit-integration-text';
    const view = await fresh(name);
    expect(view.text).not.toContain(KEY);
    expect(view.text).not.toContain(OTHER_KEY);
    const same = await host.ask('configMap.apply', {
      ref: { ...ref, name },
      base: view.resourceVersion,
      edits: [{ op: 'text', text: view.text }],
    });
    expect(same.outcome).toBe('saved');
    expect(await stored(name)).toBe(TEXT);
    const edited = await host.ask('configMap.apply', {
      ref: { ...ref, name },
      base: view.resourceVersion,
      edits: [{ op: 'text', text: `# mine\n${view.text}` }],
    });
    expect(edited.outcome).toBe('saved');
    expect(await stored(name)).toBe(`# mine\n${TEXT}`);
  });

  test('what someone else changed elsewhere is kept, and reported', async () => {
    const name = 'kaudit-integration-merge';
    const view = await fresh(name);
    await put(name, TEXT.replace('stopped: true', 'stopped: false   # back on'));
    const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 99 }];
    const reply = await host.ask('configMap.apply', { ref: { ...ref, name }, base: view.resourceVersion, edits });
    if (reply.outcome !== 'saved') throw new Error(JSON.stringify(reply));
    expect(reply.merged).toHaveLength(1);
    expect(await stored(name)).toBe(
      TEXT.replace('stopped: true', 'stopped: false   # back on').replace('rate-limit: 10', 'rate-limit: 99'),
    );
  });

  test('what someone else changed in the same place is a conflict with three values, and nothing is written', async () => {
    const name = 'kaudit-integration-conflict';
    const view = await fresh(name);
    const theirs = TEXT.replace('rate-limit: 10', 'rate-limit: 11').replace(`"${KEY}"`, '"cxtp_TheirsTheirsTheirsTheirsTheirs"');
    await put(name, theirs);
    const edits = [
      { op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 99 },
      { op: 'set' as const, path: [0, 'target', 'http-api-token'], value: 'cxtp_MineMineMineMineMineMineMineMi' },
    ];
    const reply = await host.ask('configMap.apply', { ref: { ...ref, name }, base: view.resourceVersion, edits });
    if (reply.outcome !== 'conflict') throw new Error(JSON.stringify(reply));
    expect(reply.conflicts).toContainEqual(expect.objectContaining({ path: [0, 'target', 'rate-limit'], base: 10, mine: 99, theirs: 11 }));
    expect(reply.conflicts).toHaveLength(2);
    expect(JSON.stringify(reply)).not.toMatch(/cxtp_/);
    expect(await stored(name)).toBe(theirs);
  });

  test('a base that main never served is a conflict', async () => {
    const name = 'kaudit-integration-unknown';
    await fresh(name);
    const reply = await host.ask('configMap.apply', {
      ref: { ...ref, name },
      base: '1',
      edits: [{ op: 'set', path: [0, 'name'], value: 'x' }],
    });
    expect(reply).toMatchObject({ outcome: 'conflict', base: null, mine: null });
    expect(await stored(name)).toBe(TEXT);
  });

  test('a recreated ConfigMap is a conflict, and a deleted one is reported as gone', async () => {
    const name = 'kaudit-integration-again';
    const view = await fresh(name);
    const edits = [{ op: 'set' as const, path: [0, 'name'], value: 'x' }];
    await api.kubectl(['delete', 'configmap', name, '-n', NAMESPACE]);
    const gone = await host.ask('configMap.apply', { ref: { ...ref, name }, base: view.resourceVersion, edits });
    expect(gone.outcome).toBe('gone');
    await put(name, TEXT);
    const again = await host.ask('configMap.apply', { ref: { ...ref, name }, base: view.resourceVersion, edits });
    expect(again.outcome).toBe('conflict');
    expect(await stored(name)).toBe(TEXT);
  });

  test('a ConfigMap that Helm manages is saved only after a second yes', async () => {
    const name = 'kaudit-integrations-helm';
    await put(name, TEXT, ', app.kubernetes.io/managed-by: Helm');
    const where = { ...ref, name };
    const view = await host.ask('configMap.get', { ref: where });
    expect(view.managedBy).toMatchObject({ by: 'Helm' });
    const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 5 }];
    expect(await host.ask('configMap.apply', { ref: where, base: view.resourceVersion, edits })).toMatchObject({ outcome: 'managed' });
    expect(await stored(name)).toBe(TEXT);
    expect(await host.ask('configMap.apply', { ref: where, base: view.resourceVersion, edits, override: true })).toMatchObject({
      outcome: 'saved',
    });
    expect(await stored(name)).toBe(TEXT.replace('rate-limit: 10', 'rate-limit: 5'));
  });

  test('invalid YAML opens masked with the problem’s place; text that is still invalid is refused, and fixed text is saved', async () => {
    const name = 'kaudit-integration-invalid';
    const broken = TEXT.replace('  data-filter:', ' data-filter:\n   : [');
    await put(name, broken);
    const where = { ...ref, name };
    const view = await host.ask('configMap.get', { ref: where });
    expect(view.state).toBe('invalid');
    expect(view.problems[0]).toMatchObject({ severity: 'error', line: expect.any(Number) });
    expect(view.text).not.toContain(KEY);
    expect(view.text).not.toContain(OTHER_KEY);
    const still = [{ op: 'text' as const, text: `${view.text}\n# more` }];
    expect(await host.ask('configMap.apply', { ref: where, base: view.resourceVersion, edits: still })).toMatchObject({
      outcome: 'invalid',
    });
    expect(await stored(name)).toBe(broken);
    const mended = [{ op: 'text' as const, text: view.text.replace(' data-filter:\n   : [', '  data-filter:') }];
    expect(await host.ask('configMap.apply', { ref: where, base: view.resourceVersion, edits: mended })).toMatchObject({
      outcome: 'saved',
    });
    expect(await stored(name)).toBe(TEXT);
  });

  test('a viewer sees everything and which Role is missing', async () => {
    const name = 'kaudit-integration-viewed';
    await put(name, TEXT);
    await host.ask('cluster.connect', { context: 'viewer' });
    const where = { context: 'viewer', namespace: NAMESPACE, name };
    const view = await host.ask('configMap.get', { ref: where });
    expect(view.permissions.missing?.role).toContain('patch');
    const edits = [{ op: 'set' as const, path: [0, 'name'], value: 'x' }];
    const reply = await host.ask('configMap.apply', { ref: where, base: view.resourceVersion, edits });
    expect(reply).toMatchObject({ outcome: 'forbidden', role: expect.stringContaining('kind: Role') });
    expect(await stored(name)).toBe(TEXT);
  });

  test('a stranger is forbidden, and an unknown token needs a new sign-in, each with its fix', async () => {
    expect(await host.ask('cluster.connect', { context: 'stranger' })).toEqual({ state: 'forbidden' });
    expect(await host.ask('cluster.connect', { context: 'expired' })).toEqual({ state: 'needs-sign-in' });
    const { clusters } = await host.ask('fleet.get', {});
    const problems = Object.fromEntries(clusters.map((cluster) => [cluster.context, cluster.problem]));
    expect(problems.stranger).toMatchObject({ step: 'permission', fix: expect.stringMatching(/\S/) });
    expect(problems.expired).toMatchObject({ step: 'authentication', fix: expect.stringMatching(/\S/) });
  });

  test('a change by kubectl is shown within moments', async () => {
    await host.ask('cluster.connect', { context: 'editor' });
    await put('kaudit-integration-kaudit-live', TEXT);
    const shown = async () => {
      const { clusters } = await host.ask('fleet.get', {});
      return clusters
        .find((cluster) => cluster.context === 'editor')
        ?.configMaps.find(({ ref: { name } }) => name === 'kaudit-integration-kaudit-live');
    };
    await vi.waitFor(async () => expect((await shown())?.integrations.map(({ state }) => state)).toEqual(['active', 'stopped']), {
      timeout: 5000,
    });
    await api.kubectl(['delete', 'configmap', 'kaudit-integration-kaudit-live', '-n', NAMESPACE]);
    await vi.waitFor(async () => expect(await shown()).toBeUndefined(), { timeout: 5000 });
  });

  test('no key is in any reply, event, log or file of the data folder', async () => {
    const events = await host.events();
    await fresh('kaudit-integration-quiet');
    const everything = [JSON.stringify(await host.ask('fleet.get', {})), host.errors(), JSON.stringify(events.list)].join('\n');
    events.stop();
    const files = await filesOf(host.directory);
    for (const secret of [KEY, OTHER_KEY]) {
      expect(everything.includes(secret)).toBe(false);
      expect(files.includes(secret)).toBe(false);
    }
  });

  test('a watched cluster is connected again at the next start', async () => {
    await host.ask('cluster.connect', { context: 'editor' });
    // Two programs don't share a folder: the next start finds a copy of it.
    const directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-again-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    cpSync(host.directory, directory, { recursive: true, filter: (source) => !source.includes('instance.sock') });
    const second = await startHost({ flags: ['--kubeconfig', api.kubeconfig], directory });
    await vi.waitFor(
      async () => {
        const { clusters } = await second.ask('fleet.get', {});
        expect(clusters.find((cluster) => cluster.context === 'editor')?.state).toBe('online');
        expect(clusters.find((cluster) => cluster.context === 'admin')?.state).toBe('idle');
      },
      { timeout: 10_000 },
    );
    await second.stop();
  });
});

describeWith([], 'kubeconfig files with problems', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-kubeconfig-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const context = (name: string, server: string) => `apiVersion: v1
kind: Config
clusters: [{name: ${name}, cluster: {server: '${server}'}}]
users: [{name: ${name}, user: {token: t}}]
contexts: [{name: ${name}, context: {cluster: ${name}, user: ${name}}}]
`;

  test('none at all: shows the default path, and what to do', async () => {
    const host = await startHost();
    const { files, clusters } = await host.ask('fleet.get', {});
    expect(clusters).toEqual([]);
    expect(files).toEqual([{ path: join(host.directory, '.kube', 'config'), problem: expect.stringContaining('KUBECONFIG') }]);
    await host.stop();
  });

  test('a broken one is reported at that file, and the others still count', async () => {
    writeFileSync(join(directory, 'broken'), 'clusters: [\n');
    writeFileSync(join(directory, 'good'), context('good', 'https://127.0.0.1:1'));
    const host = await startHost({
      environment: { KUBECONFIG: `${join(directory, 'broken')}:${join(directory, 'missing')}:${join(directory, 'good')}` },
    });
    const { files, clusters } = await host.ask('fleet.get', {});
    expect(files.find(({ path }) => path.endsWith('broken'))?.problem).toMatch(/\S/);
    expect(files.find(({ path }) => path.endsWith('good'))?.problem).toBeUndefined();
    expect(clusters.map((cluster) => cluster.context)).toEqual(['good']);
    await host.stop();
  });

  test('a dead server and a name that doesn’t resolve are distinguished', async () => {
    writeFileSync(join(directory, 'dead'), context('dead', 'https://127.0.0.1:1'));
    writeFileSync(join(directory, 'lost'), context('lost', 'https://no-such-host.invalid:6443'));
    const host = await startHost({ flags: ['--kubeconfig', join(directory, 'dead'), '--kubeconfig', join(directory, 'lost')] });
    expect(await host.ask('cluster.connect', { context: 'dead' })).toEqual({ state: 'unreachable' });
    expect(await host.ask('cluster.connect', { context: 'lost' })).toEqual({ state: 'unreachable' });
    const { clusters } = await host.ask('fleet.get', {});
    expect(clusters.map((cluster) => cluster.problem?.step)).toEqual(['tcp', 'dns']);
    await host.stop();
  });
});

async function filesOf(directory: string): Promise<string> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const texts = names.filter((entry) => entry.isFile()).map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8'));
  return (await Promise.all(texts)).join('\n');
}
