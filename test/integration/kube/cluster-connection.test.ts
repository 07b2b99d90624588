import { execFileSync } from 'node:child_process';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ContextEntry } from '../../../main/kube/kubeconfig/kubeconfig.ts';
import { ClusterClient } from '../../../main/kube/transport/client.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import { FULL } from '../../support/full-run.ts';
import type { Endpoint, User } from '../../support/raw-kubernetes.ts';
import { apply, remove } from '../../support/raw-kubernetes.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

/** Edits in a row. */
const EDITS = FULL ? 200 : 60;
const TEXT = '- type: detections\n  target: {target-type: http-api}\n';

interface Given {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly data?: Record<string, string>;
}

const configMap = ({ name, namespace = NAMESPACE, labels = { app: 'kaudit' }, data = { 'audit-integration': TEXT } }: Given) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels },
  data,
});

function manifest(...configMaps: readonly Given[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: configMaps.map(configMap) });
}

describeWith([apiServerRequirement], 'a connection to a real API server', () => {
  let server: ApiServer;
  let endpoint: Endpoint;
  const open: Watching[] = [];
  const users = FULL ? (['admin', 'editor', 'viewer'] as const) : (['editor'] as const);

  const as = async (user: User, namespaces: readonly string[] = []): Promise<Watching> =>
    given(await entryOf(server.kubeconfig, user), namespaces);
  const given = (entry: ContextEntry, namespaces: readonly string[] = []): Watching => {
    const made = watching(entry, namespaces);
    open.push(made);
    return made;
  };
  const kubectl = (args: string, input?: string) => server.kubectl(args.split(' '), input === undefined ? {} : { input });
  const create = (...configMaps: readonly Given[]) => kubectl('apply -f -', manifest(...configMaps));
  /** The same without kubectl, if it doesn’t matter who writes. */
  const put = (...configMaps: readonly Given[]) => Promise.all(configMaps.map((given) => apply(endpoint, configMap(given))));

  beforeAll(async () => {
    server = await borrowApiServer();
    ({ endpoint } = server);
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await remove(endpoint, `/api/v1/namespaces/${NAMESPACE}/configmaps`);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ connection }) => connection.close()));
  });

  it('finds all three naming schemes, one with the key only and one without its label, and none of their siblings', async () => {
    await put(
      { name: 'kaudit-integration-prod' },
      { name: 'kaudit-integration-kaudit-stage' },
      { name: 'kaudit-integrations-dev' },
      { name: 'own-name' },
      { name: 'kaudit-integration-unlabelled', labels: {} },
      { name: 'kaudit-integration-fresh', data: {} },
      { name: 'kaudit-prod', data: { 'audit-source': 'x' } },
      { name: 'kaudit-policy-prod', data: { 'audit-policy': 'x' } },
      { name: 'kaudit-data-filter-prod', data: { filter: 'x' } },
    );
    const { connection, names, text } = await as('admin');
    const update = await connection.connect();
    expect(update).toMatchObject({ state: 'online', problem: null });
    expect(update.seenAt).not.toBeNull();
    expect(names()).toEqual([
      'alcide-kaudit/kaudit-integration-fresh',
      'alcide-kaudit/kaudit-integration-kaudit-stage',
      'alcide-kaudit/kaudit-integration-prod',
      'alcide-kaudit/kaudit-integration-unlabelled',
      'alcide-kaudit/kaudit-integrations-dev',
      'alcide-kaudit/own-name',
    ]);
    expect(text('kaudit-integration-prod')).toBe(TEXT);
    expect(text('kaudit-integration-fresh')).toBeNull();
  });

  it('finds kAudit in a namespace that no one named, even when it appears there later', async () => {
    const admin = await as('admin');
    await admin.connection.connect();
    expect(admin.names()).toEqual([]);
    await kubectl('create namespace security');
    await create({ name: 'kaudit-integration-hidden', namespace: 'security' });
    await admin.until(() => expect(admin.names()).toEqual(['security/kaudit-integration-hidden']));
    await kubectl('label configmap kaudit-integration-hidden app- -n security');
    await create({ name: 'kaudit-integration-second', namespace: 'security' });
    await admin.until(() => expect(admin.names()).toEqual(['security/kaudit-integration-hidden', 'security/kaudit-integration-second']));
    await kubectl('delete configmaps --all -n security');
    await admin.until(({ problem }) => expect([admin.names(), problem?.step]).toEqual([[], 'configmap']));
  });

  it.each([
    ['admin', false],
    ['editor', false],
    ['viewer', true],
  ] as const)('shows %s what it may see, read-only: %s', async (user, readOnly) => {
    await put({ name: 'kaudit-integration-prod' });
    const { connection } = await as(user);
    const update = await connection.connect();
    expect(update.state).toBe('online');
    expect(update.configMaps).toMatchObject([{ ref: { context: user, namespace: NAMESPACE, name: 'kaudit-integration-prod' }, readOnly }]);
    const permissions = await connection.writer.permissions({ context: user, namespace: NAMESPACE, name: 'kaudit-integration-prod' });
    expect(permissions.update).toBe(!readOnly);
    expect(permissions.missing?.verb).toBe(readOnly ? 'patch' : undefined);
  });

  it('tells a stranger the missing verb and a Role that really grants it', async () => {
    await put({ name: 'kaudit-integration-prod' });
    const stranger = await as('stranger');
    const update = await stranger.connection.connect();
    expect(update).toMatchObject({ state: 'forbidden', configMaps: [], problem: { step: 'permission' } });
    expect(update.problem?.message).toBe('User "stranger" doesn’t have permission to list ConfigMaps in alcide-kaudit.');
    const fix = update.problem?.fix ?? '';
    await kubectl('apply -f -', fix.slice(fix.indexOf('\n')));
    const command = /# Then: (kubectl .*)/.exec(fix)?.[1] ?? '';
    execFileSync('sh', ['-c', command], { env: { ...process.env, KUBECONFIG: server.kubeconfig } });
    expect(await stranger.connection.refresh()).toMatchObject({ state: 'online', configMaps: [{ readOnly: false }] });
    await kubectl(`delete rolebinding kaudit-tray -n ${NAMESPACE}`);
  });

  it.each(users)('shows %s what kubectl creates, edits, relabels and deletes', async (user) => {
    const editor = await as(user);
    expect(await editor.connection.connect()).toMatchObject({ state: 'online', problem: { step: 'configmap' } });
    await create({ name: 'kaudit-integration-prod' }, { name: 'own-name' });
    await editor.until(() => expect(editor.names()).toEqual(['alcide-kaudit/kaudit-integration-prod', 'alcide-kaudit/own-name']));
    expect(editor.latest().problem).toBeNull();
    await create({ name: 'kaudit-integration-prod', data: { 'audit-integration': '# other\n' } });
    await editor.until(() => expect(editor.text('kaudit-integration-prod')).toBe('# other\n'));
    await kubectl(`label configmap kaudit-integration-prod app- -n ${NAMESPACE}`);
    await kubectl(`patch configmap own-name -n ${NAMESPACE} --type=json -p [{"op":"remove","path":"/data/audit-integration"}]`);
    await editor.until(() => expect(editor.names()).toEqual(['alcide-kaudit/kaudit-integration-prod']));
    await kubectl(`delete configmap kaudit-integration-prod -n ${NAMESPACE}`);
    await editor.until(({ configMaps, problem }) => expect([configMaps.length, problem?.step]).toEqual([0, 'configmap']));
  });

  it.each(users)(`shows %s what kubectl has after ${EDITS} edits in a row`, async (user) => {
    await create({ name: 'kaudit-integration-prod' });
    const editor = await as(user);
    await editor.connection.connect();
    const edits = Array.from({ length: EDITS }, (_, edit) => ({
      name: `kaudit-integration-${edit % 5}`,
      data: { 'audit-integration': `# ${edit}\n` },
    }));
    await create(...edits);
    const list = JSON.parse(await kubectl(`get configmaps -n ${NAMESPACE} -o json`)) as {
      items: { metadata: { name: string; uid: string; resourceVersion: string }; data: Record<string, string> }[];
    };
    const expected = list.items
      .filter(({ metadata }) => metadata.name.startsWith('kaudit-integration'))
      .map(({ metadata, data }) => [metadata.name, metadata.uid, metadata.resourceVersion, data['audit-integration']]);
    await editor.until(({ configMaps }) =>
      expect(configMaps.map((configMap) => [configMap.ref.name, configMap.uid, configMap.resourceVersion, configMap.text])).toEqual(
        expected,
      ),
    );
  });

  it('says when kAudit’s namespace is missing, and asks for other namespaces', async () => {
    const { kubectl } = server;
    try {
      await kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
      await kubectl(['replace', '--raw', `/api/v1/namespaces/${NAMESPACE}/finalize`, '-f', '-'], {
        input: JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE }, spec: { finalizers: [] } }),
      });
      const made = await as('admin');
      expect(await made.connection.connect()).toMatchObject({ state: 'online', problem: { step: 'namespace' } });
    } finally {
      await server.reset();
    }
  });

  it.each([
    ['stranger', 'forbidden'],
    ['expired', 'needs-sign-in'],
  ] as const)('shows %s nothing of it, whatever kubectl writes', async (user, state) => {
    const nobody = await as(user);
    await nobody.connection.connect();
    await create({ name: 'kaudit-integration-prod' });
    await kubectl(`delete configmap kaudit-integration-prod -n ${NAMESPACE}`);
    expect(await nobody.connection.refresh()).toMatchObject({ state, configMaps: [] });
    expect(nobody.updates.flatMap(({ configMaps }) => configMaps)).toEqual([]);
  });

  it('stops at refused credentials and asks for new ones', async () => {
    const expired = await as('expired');
    const update = await expired.connection.connect();
    expect(update).toMatchObject({ state: 'needs-sign-in', problem: { step: 'authentication' } });
    const count = expired.updates.length;
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(expired.updates.length).toBe(count);
  });

  it('distinguishes a missing object from a refused one', async () => {
    const viewer = await as('viewer');
    await viewer.connection.connect();
    expect(await viewer.connection.writer.get({ context: 'viewer', namespace: NAMESPACE, name: 'none' })).toBeNull();
    await expect(viewer.connection.writer.get({ context: 'viewer', namespace: 'kube-system', name: 'none' })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await expect(viewer.connection.writer.get({ context: 'admin', namespace: NAMESPACE, name: 'none' })).rejects.toThrow('another cluster');
  });

  it('reconnects on its own after the API server was killed and started again', async () => {
    await put({ name: 'kaudit-integration-prod' });
    const editor = await as('editor');
    await editor.connection.connect();
    await server.kill();
    await editor.until(({ state }) => expect(state).toBe('unreachable'));
    // Known data stays on the screen, with its age.
    expect(editor.latest()).toMatchObject({ problem: { step: 'tcp' }, configMaps: [{ text: TEXT }] });
    await server.restart();
    await put({ name: 'kaudit-integration-prod', data: { 'audit-integration': '# after\n' } });
    await editor.until(({ state }) => expect([state, editor.text('kaudit-integration-prod')]).toEqual(['online', '# after\n']), 60_000);
    // A restarted server doesn't know the old versions, so a connection lists again.
    const client = new ClusterClient(await entryOf(server.kubeconfig, 'admin'));
    const ignore = { bookmarks: true, opened: () => undefined, onEvent: () => true };
    const watch = client.watch(
      `/api/v1/namespaces/${NAMESPACE}/configmaps`,
      { resourceVersion: '1' },
      new AbortController().signal,
      ignore,
    );
    await expect(watch.finally(() => client.close())).rejects.toMatchObject({ status: 410 });
  });

  it('leaves nothing open and reports nothing after it was closed', async () => {
    const admin = await as('admin');
    await admin.connection.connect();
    await admin.connection.close();
    const count = admin.updates.length;
    await put({ name: 'kaudit-integration-late' });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(admin.updates.length).toBe(count);
    await expect(admin.connection.writer.get({ context: 'admin', namespace: NAMESPACE, name: 'x' })).rejects.toMatchObject({
      code: 'not-connected',
    });
  });
});
