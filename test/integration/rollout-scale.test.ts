import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { RolloutRecord } from '../../main/common/rollout/change.ts';
import { type ApiServer, apiServerRequirement, token } from '../support/api-server.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import { type Relay, startRelay } from '../support/relay.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// One change to 100 ConfigMaps over 20 contexts, with everything that can fail. Each context reaches a real API server
// through its own relay. kubectl shows the truth. safe-change.test.ts is its short form.

const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
const NEXT = 'cxtp_BBBBbbbbBBBBbbbbBBBBbbbbBBBBbb';
const CONTEXTS = 20;
const EACH = 5;

const contextOf = (index: number) => `cluster-${String(index).padStart(2, '0')}`;
const nameOf = (number: number) => `kaudit-integration-${number}`;
/** Texts of one length each, no two the same. */
const textOf = (index: number, number: number) => `# ours, ${index} ${number}
- type: detections
  name: n${number}
  target: {target-type: http-api, "http-api-uri": https://api.eu2.coralogix.com/logs/v1/bulk, http-api-token: '${KEY}'}   # keep
- type: selections
  target:
    target-type: syslog
    syslog-host: logs-${index}
    rate-limit: 1
`;

describeWith([apiServerRequirement], '100 ConfigMaps over 20 contexts', () => {
  let server: ApiServer;
  let directory: string;
  let kubeconfig: string;
  let host: Host;
  const relays: Relay[] = [];
  const refs: ConfigMapRef[] = [];

  const rights = (index: number, role: 'editor' | 'viewer') => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'rights', namespace: contextOf(index) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role === 'editor' ? 'edit-maps' : 'view-maps' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'editor' }],
  });
  const role = (name: string, verbs: readonly string[]) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules: [{ apiGroups: [''], resources: ['configmaps'], verbs }],
  });
  const apply = (items: readonly object[]) =>
    server.kubectl(['apply', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  /** A RoleBinding's role can't be changed. */
  const allow = async (index: number, role: 'editor' | 'viewer') => {
    await server.kubectl(['delete', 'rolebinding', 'rights', '-n', contextOf(index), '--ignore-not-found']);
    await apply([rights(index, role)]);
    await vi.waitFor(
      async () => {
        const asked = ['auth', 'can-i', 'patch', 'configmaps', '-n', contextOf(index)];
        const can = await server.kubectl(asked, { context: 'editor' }).catch(() => 'no');
        expect(can.trim()).toBe(role === 'editor' ? 'yes' : 'no');
      },
      { timeout: 30_000, interval: 200 },
    );
  };
  /** The texts in the clusters, from kubectl, by place. */
  const stored = async (): Promise<ReadonlyMap<string, string>> => {
    const { items } = JSON.parse(await server.kubectl(['get', 'configmaps', '-A', '-l', 'app=kaudit', '-o', 'json'])) as {
      items: { metadata: { namespace: string; name: string }; data: Record<string, string> }[];
    };
    return new Map(items.map(({ metadata, data }) => [`${metadata.namespace}/${metadata.name}`, data['audit-integration'] ?? '']));
  };
  const placeOf = ({ namespace, name }: ConfigMapRef) => `${namespace}/${name}`;
  const start = async () => {
    host = await startHost({ flags: ['--kubeconfig', kubeconfig], directory });
    await connect(Array.from({ length: CONTEXTS }, (_, index) => index));
  };
  const connect = async (indexes: readonly number[]) => {
    for (const index of indexes) await host.ask('cluster.connect', { context: contextOf(index) });
    await vi.waitFor(
      async () => {
        const { clusters } = await host.ask('fleet.get', {});
        const known = new Map(clusters.map(({ context, state, configMaps }) => [context, `${state} ${configMaps.length}`]));
        expect(indexes.map((index) => known.get(contextOf(index)))).toEqual(indexes.map(() => `online ${EACH}`));
      },
      { timeout: 120_000, interval: 500 },
    );
  };
  const recordOf = async (plan: string): Promise<RolloutRecord> => {
    const record = (await host.ask('rollout.list', {})).find((one) => one.plan === plan);
    if (record === undefined) throw new Error('The rollout is not listed.');
    return record;
  };
  const byOutcome = ({ rows }: RolloutRecord) =>
    Object.fromEntries([...Map.groupBy(rows, ({ outcome }) => outcome ?? 'left')].map(([outcome, some]) => [outcome, some.length]));

  beforeAll(async () => {
    server = await borrowApiServer();
    directory = await mkdtemp(join(tmpdir(), 'kaudit-rollout-scale-'));
    kubeconfig = join(directory, 'kubeconfig');
    const port = Number(new URL(server.server).port);
    for (let index = 0; index < CONTEXTS; index += 1) relays.push(await startRelay(port));
    const ca = Buffer.from(server.authority.certificate).toString('base64');
    const contexts = relays.map((_, index) => contextOf(index));
    await writeFile(
      kubeconfig,
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: relays.map((relay, index) => ({
          name: contextOf(index),
          cluster: { server: `https://127.0.0.1:${relay.port}`, 'certificate-authority-data': ca },
        })),
        users: [{ name: 'editor', user: { token: token('editor') } }],
        contexts: contexts.map((name) => ({ name, context: { cluster: name, user: 'editor', namespace: name } })),
      }),
      { mode: 0o600 },
    );
    await apply(contexts.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    await apply([
      role('edit-maps', ['get', 'list', 'watch', 'update', 'patch']),
      role('view-maps', ['get', 'list', 'watch']),
      ...contexts.map((_, index) => rights(index, 'editor')),
    ]);
    // Interleaved: each context has rows early and late.
    for (let number = 0; number < EACH; number += 1)
      for (let index = 0; index < CONTEXTS; index += 1)
        refs.push({ context: contextOf(index), namespace: contextOf(index), name: nameOf(number) });
    await apply(
      refs.map(({ namespace, name }, at) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: {
          namespace,
          name,
          // One of each of the first five clusters is Helm's.
          labels: { app: 'kaudit', ...(isManaged({ namespace, name }) ? { 'app.kubernetes.io/managed-by': 'Helm' } : {}) },
        },
        data: { 'audit-integration': textOf(at % CONTEXTS, Math.floor(at / CONTEXTS)) },
      })),
    );
    await start();
  });
  afterAll(async () => {
    await host?.stop();
    for (const relay of relays) await relay.close();
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  const isManaged = ({ namespace, name }: { readonly namespace: string; readonly name: string }) =>
    name === nameOf(4) && namespace < contextOf(5);
  const inContexts = (from: number, to: number) => refs.filter(({ context }) => context >= contextOf(from) && context < contextOf(to));

  test('the report is exact, another run finishes, and undo restores every byte', async () => {
    const before = await stored();
    expect(before.size).toBe(CONTEXTS * EACH);
    const set = { op: 'set' as const, field: 'rate-limit', value: 77 };
    const has = (text: string | undefined) => text?.includes('    rate-limit: 77\n') === true;

    // Five can't be changed when the plan is made, five more when it runs.
    await allow(19, 'viewer');
    const made = await host.ask('rollout.plan', { targets: refs.map((ref) => ({ ref, integration: 1 })), change: set });
    const planned = Object.fromEntries(
      [...Map.groupBy(made.rows, ({ outcome }) => outcome)].map(([outcome, rows]) => [outcome, rows.length]),
    );
    expect(planned).toEqual({ ready: 90, managed: 5, forbidden: 5 });
    expect(await stored()).toEqual(before);
    await allow(18, 'viewer');
    const theirs = inContexts(5, 10).filter(({ name }) => name === nameOf(2));
    for (const { namespace, name } of theirs) {
      const text = before.get(`${namespace}/${name}`)?.replace('rate-limit: 1', 'rate-limit: 5');
      await server.kubectl([
        'patch',
        'configmap',
        name,
        '-n',
        namespace,
        '--type=merge',
        '-p',
        JSON.stringify({ data: { 'audit-integration': text } }),
      ]);
    }

    const dying = [13, 14, 15, 16, 17];
    const running = host.ask('rollout.run', { plan: made.plan });
    await vi.waitFor(async () => expect((await host.ask('fleet.get', {})).rollout?.counts.saved).toBeGreaterThanOrEqual(25), {
      timeout: 60_000,
      interval: 5,
    });
    await Promise.all(dying.map((index) => relays[index]?.close()));
    const counts = await running;
    const first = await recordOf(made.plan);
    const after = await stored();
    // Each row agrees with kubectl.
    for (const { ref, outcome } of first.rows) {
      const stands = has(after.get(placeOf(ref)));
      if (outcome === 'saved') expect([placeOf(ref), stands]).toEqual([placeOf(ref), true]);
      else if (outcome !== 'unknown') expect([placeOf(ref), outcome, stands]).toEqual([placeOf(ref), outcome, false]);
    }
    const lost = first.rows.filter(({ ref, outcome }) => dying.some((index) => ref.context === contextOf(index)) && outcome !== 'saved');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every(({ outcome }) => outcome === 'failed' || outcome === 'unknown')).toBe(true);
    expect(counts).toMatchObject({ conflict: 5, forbidden: 5, unchanged: 0, left: 0, saved: 80 - lost.length });
    expect(counts.failed + counts.unknown).toBe(lost.length);
    expect(first.rows.every(({ outcome, reason }) => outcome === 'saved' || outcome === undefined || (reason ?? '') !== '')).toBe(true);

    // All faults are gone: the rest is done, and nothing else is written.
    for (const index of dying) relays[index] = await startRelay(Number(new URL(server.server).port), relays[index]?.port);
    await Promise.all([allow(18, 'editor'), allow(19, 'editor')]);
    await connect([...dying, 18, 19]);
    const again = await host.ask('rollout.run', { plan: made.plan });
    expect(again).toMatchObject({ conflict: 5, forbidden: 0, failed: 0, unknown: 0, left: 0 });
    expect(again.saved + again.unchanged).toBe(lost.length + 5);
    const conflicts = first.rows.filter(({ outcome }) => outcome === 'conflict').map(({ id }) => id);
    expect(await host.ask('rollout.run', { plan: made.plan, rows: conflicts })).toMatchObject({ saved: 5 });
    const managed = made.rows.filter(({ outcome }) => outcome === 'managed').map(({ id }) => id);
    expect(await host.ask('rollout.run', { plan: made.plan, override: managed })).toMatchObject({ saved: 5, left: 0 });
    expect(byOutcome(await recordOf(made.plan))).toEqual({ saved: 95 });
    // Refused rows of the plan are planned again.
    const rest = await host.ask('rollout.plan', { targets: inContexts(19, 20).map((ref) => ({ ref, integration: 1 })), change: set });
    expect(await host.ask('rollout.run', { plan: rest.plan })).toMatchObject({ saved: 5 });
    expect([...(await stored()).values()].filter(has)).toHaveLength(100);

    expect(await host.ask('rollout.undo', { plan: rest.plan })).toMatchObject({ saved: 5 });
    expect(await host.ask('rollout.undo', { plan: made.plan, override: managed })).toMatchObject({ saved: 95, conflict: 0, failed: 0 });
    const restored = new Map(before);
    for (const ref of theirs) restored.set(placeOf(ref), before.get(placeOf(ref))?.replace('rate-limit: 1', 'rate-limit: 5') ?? '');
    expect(await stored()).toEqual(restored);
  }, 500_000);

  describe('a key that is replaced everywhere', () => {
    let plan: string;
    let before: ReadonlyMap<string, string>;

    test('goes to every ConfigMap, and is undone to the last byte while this run knows it', async () => {
      const { preset } = await host.ask('preset.save', { preset: { name: 'rotated', domain: 'eu2.coralogix.com' }, key: NEXT });
      before = await stored();
      const targets = refs.filter((ref) => !isManaged(ref)).map((ref) => ({ ref, integration: 0 }));
      ({ plan } = await host.ask('rollout.plan', { targets, change: { op: 'preset', preset: preset.id } }));
      expect(await host.ask('rollout.run', { plan })).toMatchObject({ saved: targets.length });
      const rotated = await stored();
      for (const { ref } of targets) expect(rotated.get(placeOf(ref))).toBe(before.get(placeOf(ref))?.replace(KEY, NEXT));
      expect(await host.ask('rollout.undo', { plan })).toMatchObject({ saved: targets.length });
      expect(await stored()).toEqual(before);
      ({ plan } = await host.ask('rollout.plan', { targets, change: { op: 'preset', preset: preset.id } }));
      expect(await host.ask('rollout.run', { plan })).toMatchObject({ saved: targets.length });
    }, 500_000);

    test('asks for the old key when it is no longer known, writes nothing without it, and restores every byte with it', async () => {
      await host.stop();
      await start();
      const now = await stored();
      const refused = await host.ask('rollout.undo', { plan });
      expect(refused).toMatchObject({ saved: 0, conflict: 95 });
      expect(await stored()).toEqual(now);
      const { rollout } = await host.ask('fleet.get', {});
      expect(rollout?.problems).toHaveLength(95);
      for (const { reason } of rollout?.problems ?? [])
        expect(reason).toMatch(/^kAudit Tray no longer has the key for: .*Choose a preset for it, or enter it\.$/);
      const keys = [{ path: [0, 'target', 'http-api-token'], key: KEY }];
      expect(await host.ask('rollout.undo', { plan, keys })).toMatchObject({ saved: 95, conflict: 0 });
      expect(await stored()).toEqual(before);
    }, 500_000);
  });
});
