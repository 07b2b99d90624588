import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pLimit from 'p-limit';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import type { ApiServer } from '../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { FULL, fullRunTest } from '../support/full-run.ts';
import type { Host } from '../support/host.ts';
import { startHost } from '../support/host.ts';
import type { Endpoint } from '../support/raw-kubernetes.ts';
import { call } from '../support/raw-kubernetes.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';
import { startWebhook, type Webhook } from '../support/webhook.ts';

// Changes on a real API server with other writers, refusals and exits partway. The full run has the full numbers.

const KEY = 'cxtp_AAAAaaaaAAAAaaaaAAAAaaaaAAAAaa';
/** A connection that the host closes after a while without requests says nothing about the next request. */
async function again<Value>(ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof TypeError && /fetch failed/.test(error.message))) throw error;
    }
  }
}

const BASE = `/api/v1/namespaces/${NAMESPACE}/configmaps`;

function entry(name: string): string {
  return `- type: detections   # ${name}
  name: ${name}
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: ${KEY}
    rate-limit: 1
`;
}

describeWith([apiServerRequirement], 'safe change on a real API server', () => {
  let server: ApiServer;
  let endpoint: Endpoint;
  let directory: string;
  let host: Host;

  const put = (name: string, text: string, metadata: object = {}) =>
    call(endpoint, BASE, {
      method: 'POST',
      body: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace: NAMESPACE, labels: { app: 'kaudit' }, ...metadata },
        data: { 'audit-integration': text },
      },
    });
  const object = async (name: string) => (await call(endpoint, `${BASE}/${name}`)).json;
  const stored = async (name: string): Promise<string> => (await object(name)).data['audit-integration'];
  const ref = (name: string, context = 'admin'): ConfigMapRef => ({ context, namespace: NAMESPACE, name });
  const start = async (contexts: readonly string[] = ['admin']) => {
    host = await startHost({ flags: ['--kubeconfig', server.kubeconfig], directory });
    for (const context of contexts) await host.ask('cluster.connect', { context });
  };
  const known = (name: string, context = 'admin') =>
    vi.waitFor(
      async () => {
        const { clusters } = await host.ask('fleet.get', {});
        const found = clusters.find((cluster) => cluster.context === context)?.configMaps.some((one) => one.ref.name === name);
        expect(found).toBe(true);
      },
      { timeout: 60_000 },
    );

  beforeAll(async () => {
    server = await borrowApiServer();
    const certificate = server.authority.certificate;
    endpoint = { url: server.server, certificate, kubeconfig: server.kubeconfig, token: server.token };
    directory = await mkdtemp(join(tmpdir(), 'kaudit-safe-change-'));
    await start(['admin', 'viewer']);
  });
  afterAll(async () => {
    await host?.stop();
    await server?.stop();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await call(endpoint, BASE, { method: 'DELETE' });
  });

  test('edits of many writers in one ConfigMap are all kept: the program’s, kubectl’s, and rollouts’', { timeout: 560_000 }, async () => {
    const [writers, each] = FULL ? [20, 25] : [6, 4];
    const names = Array.from({ length: writers }, (_, index) => `w${index}`);
    const name = 'kaudit-integration-busy';
    await put(name, names.map(entry).join(''));
    await known(name);

    /** Like `kubectl replace`, and with it in the full run, without the schema. */
    const replaced = async (live: object): Promise<boolean> => {
      if (!FULL) {
        const reply = await call(endpoint, `${BASE}/${name}?fieldManager=kubectl-replace`, { method: 'PUT', body: live });
        if (reply.code !== 200) expect(reply.code).toBe(409);
        return reply.code === 200;
      }
      return server.kubectl(['replace', '--validate=false', '-f', '-'], { input: JSON.stringify(live) }).then(
        () => true,
        (error: Error) => {
          expect(error.message).toContain('(Conflict)');
          return false;
        },
      );
    };
    // Ten processes on two processors would mostly wait for each other.
    const turns = pLimit(2);
    const byKubectl = async (writer: number): Promise<void> => {
      const once = async (edit: number): Promise<boolean> => {
        const live = FULL ? JSON.parse(await server.kubectl(['get', '--raw', `${BASE}/${name}`])) : await object(name);
        const text: string = live.data['audit-integration'];
        const line = `  name: w${writer}\n`;
        live.data['audit-integration'] = text.replace(line, `${line}  x${edit}: ${edit}\n`);
        return replaced(live);
      };
      for (let edit = 0; edit < each; ) if (await (FULL ? turns(() => once(edit)) : once(edit))) edit += 1;
    };
    /** The program says when others were faster, and its user tries again. Nothing is dropped silently. */
    const byProgram = async (writer: number): Promise<void> => {
      for (let edit = 0; edit < each; ) {
        const { resourceVersion: base } = await again(() => host.ask('configMap.get', { ref: ref(name) }));
        const edits = [{ op: 'set' as const, path: [writer, `x${edit}`], value: edit }];
        const reply = await again(() => host.request('configMap.apply', { ref: ref(name), base, edits }));
        if (reply.ok && reply.value.outcome === 'saved') edit += 1;
        else if (reply.ok) expect(['conflict', 'unknown']).toContain(reply.value.outcome);
        else expect(reply.error.message).toMatch(/changed it again/);
      }
    };
    /** Each value replaces the one before it, so nothing between them was lost. */
    const byRollouts = async (own: readonly number[]): Promise<void> => {
      const targets = own.map((integration) => ({ ref: ref(name), integration }));
      for (let value = 2; value < each + 2; ) {
        const change = { op: 'set' as const, field: 'rate-limit', value };
        const { plan, rows } = await again(() => host.ask('rollout.plan', { targets, change }));
        const open = rows.filter(({ outcome }) => outcome !== 'unchanged');
        for (const { outcome, changes } of open)
          expect([outcome, ...changes]).toEqual(['ready', expect.stringContaining(`rate-limit ${value - 1} → ${value}`)]);
        const counts = open.length === 0 ? undefined : await again(() => host.ask('rollout.run', { plan }));
        if (counts === undefined || counts.saved + counts.unchanged === open.length) value += 1;
      }
    };
    const half = writers / 2;
    const rollers = [half, half + 1];
    const others = names.map((_, writer) => writer).filter((writer) => !rollers.includes(writer));
    await Promise.all([byRollouts(rollers), ...others.map((writer) => (writer < half ? byKubectl(writer) : byProgram(writer)))]);
    const text = await stored(name);
    for (const [writer, own] of names.entries()) {
      expect(text).toContain(`# ${own}`);
      const part = text.slice(
        text.indexOf(`# ${own}\n`),
        text.indexOf(`# w${writer + 1}\n`) < 0 ? undefined : text.indexOf(`# w${writer + 1}\n`),
      );
      if (rollers.includes(writer)) expect(part).toContain(`rate-limit: ${each + 1}\n`);
      else for (let edit = 0; edit < each; edit += 1) expect(part).toContain(`x${edit}: ${edit}\n`);
    }
    expect(text.match(new RegExp(KEY, 'g'))).toHaveLength(writers);
  });

  test('of many who change the same field of the same version one is saved, and the others get a conflict', async () => {
    const writers = FULL ? 20 : 6;
    const name = 'kaudit-integration-same';
    await put(name, entry('same'));
    await known(name);
    const { resourceVersion: base } = await host.ask('configMap.get', { ref: ref(name) });
    const targets = [{ ref: ref(name), integration: 0 }];
    const plan = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 1000 } });
    const live = await object(name);
    const write = async (writer: number): Promise<number | null> => {
      const value = 100 + writer;
      if (writer === 0) return (await host.ask('rollout.run', { plan: plan.plan })).saved === 1 ? 1000 : null;
      if (writer % 2 === 0) {
        const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value }];
        const reply = await host.ask('configMap.apply', { ref: ref(name), base, edits });
        if (reply.outcome === 'saved') return value;
        expect(reply).toMatchObject({ outcome: 'conflict', conflicts: [{ path: [0, 'target', 'rate-limit'], base: 1, mine: value }] });
        return null;
      }
      const data = { 'audit-integration': live.data['audit-integration'].replace('rate-limit: 1', `rate-limit: ${value}`) };
      return server.kubectl(['replace', '-f', '-'], { input: JSON.stringify({ ...live, data }) }).then(
        () => value,
        (error: Error) => {
          expect(error.message).toContain('(Conflict)');
          return null;
        },
      );
    };
    const saved = (await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))).filter((value) => value !== null);
    expect(saved).toHaveLength(1);
    expect(await stored(name)).toBe(entry('same').replace('rate-limit: 1', `rate-limit: ${saved[0]}`));
  });

  test('the report of a rollout is exact, another run finishes it, and undo restores every byte', async () => {
    const count = FULL ? 40 : 10;
    const names = Array.from({ length: count }, (_, index) => `kaudit-integration-c${String(index).padStart(2, '0')}`);
    await Promise.all(
      names.map((name, index) =>
        put(name, entry(name), index === 0 ? { labels: { app: 'kaudit', 'app.kubernetes.io/managed-by': 'Helm' } } : {}),
      ),
    );
    for (const name of names) await known(name);
    await known(names[1] ?? '', 'viewer');
    const texts = () => Promise.all(names.map(stored));
    const before = await texts();
    const targets = names.map((name, index) => ({ ref: ref(name, index === 1 ? 'viewer' : 'admin'), integration: 0 }));
    const plan = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 77 } });
    expect(plan.rows.map(({ outcome }) => outcome)).toEqual(['managed', 'forbidden', ...names.slice(2).map(() => 'ready')]);
    expect(await texts()).toEqual(before);

    // One changes the same field, one is deleted.
    const other = await object(names[2] ?? '');
    other.data['audit-integration'] = other.data['audit-integration'].replace('rate-limit: 1', 'rate-limit: 5');
    await call(endpoint, `${BASE}/${names[2]}`, { method: 'PUT', body: other });
    await call(endpoint, `${BASE}/${names[3]}`, { method: 'DELETE' });
    const counts = await host.ask('rollout.run', { plan: plan.plan });
    expect(counts).toEqual({ saved: count - 4, unchanged: 0, conflict: 1, forbidden: 0, failed: 1, unknown: 0, left: 0 });
    await put(names[3] ?? '', before[3] ?? '');
    const [record] = await host.ask('rollout.list', {});
    const saved = new Set(record?.rows.filter(({ outcome }) => outcome === 'saved').map((row) => row.ref.name));
    for (const name of names) expect((await stored(name)).includes('rate-limit: 77')).toBe(saved.has(name));
    expect(record?.rows.find((row) => row.ref.name === names[2])?.reason).toMatch(/same fields/);
    expect(record?.rows.find((row) => row.ref.name === names[3])?.reason).toMatch(/deleted|no longer exists/);

    expect(await host.ask('rollout.run', { plan: plan.plan, rows: ['3'] })).toMatchObject({ saved: 1 });
    expect(await host.ask('rollout.undo', { plan: plan.plan })).toMatchObject({ saved: count - 3, conflict: 0 });
    const after = await texts();
    for (const [index, text] of after.entries())
      expect(text).toBe(index === 2 ? before[2]?.replace('rate-limit: 1', 'rate-limit: 5') : before[index]);
  });

  test('a server that dies partway: failures say so, and another run finishes', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `kaudit-integration-d${index}`);
    await Promise.all(names.map((name) => put(name, entry(name))));
    for (const name of names) await known(name);
    const targets = names.map((name) => ({ ref: ref(name), integration: 0 }));
    const plan = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 88 } });
    await server.kill();
    const counts = await host.ask('rollout.run', { plan: plan.plan });
    expect(counts.saved + counts.unchanged).toBe(0);
    expect(counts.failed + counts.unknown).toBe(names.length);
    await server.restart();
    await host.ask('cluster.connect', { context: 'admin' });
    await vi.waitFor(
      async () => {
        await host.ask('rollout.run', { plan: plan.plan });
        for (const name of names) expect(await stored(name)).toContain('rate-limit: 88');
      },
      { timeout: 60_000, interval: 500 },
    );
    const [record] = await host.ask('rollout.list', {});
    expect(record?.counts).toMatchObject({ failed: 0, unknown: 0, left: 0 });
  });

  test('killed during a run or an undo: the next start tells the truth about each row, finishes, and undoes', async () => {
    const rounds = FULL ? 12 : 2;
    const count = 12;
    for (let round = 0; round < rounds; round += 1) {
      await call(endpoint, BASE, { method: 'DELETE' });
      const names = Array.from({ length: count }, (_, index) => `kaudit-integration-k${round}-${index}`);
      await Promise.all(names.map((name) => put(name, entry(name))));
      for (const name of names) await known(name);
      const before = await Promise.all(names.map(stored));
      const targets = names.map((name) => ({ ref: ref(name), integration: 0 }));
      const plan = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 99 } });
      // Every other kill is partway through the undo.
      const undoing = round % 2 === 1;
      if (undoing) await host.ask('rollout.run', { plan: plan.plan });
      host.request(undoing ? 'rollout.undo' : 'rollout.run', { plan: plan.plan }).catch(() => undefined);
      // Until some of it is done, and a random moment: between any two requests.
      const some = Math.floor(Math.random() * (count - 4));
      await vi.waitFor(
        async () => {
          const { rollout } = await host.ask('fleet.get', {});
          expect(rollout?.plan === plan.plan && rollout.doing === (undoing ? 'undo' : 'run') && rollout.counts.saved >= some).toBe(true);
        },
        { interval: 1 },
      );
      await wait(Math.random() * 40);
      host.process.kill('SIGKILL');
      await vi.waitFor(() => expect(host.process.signalCode).toBe('SIGKILL'));
      await start();
      for (const name of names) await known(name);
      const told = await vi.waitFor(
        async () => {
          const [record] = await host.ask('rollout.list', {});
          expect(record?.plan).toBe(plan.plan);
          expect(record?.rows.filter(({ outcome, undone }) => outcome === 'unknown' || undone === 'unknown')).toEqual([]);
          return record;
        },
        { timeout: 20_000 },
      );
      expect(told?.rows).toHaveLength(count);
      for (const { ref: at, outcome, undone } of told?.rows ?? [])
        expect([at.name, outcome === 'saved' && undone !== 'saved']).toEqual([at.name, (await stored(at.name)).includes('rate-limit: 99')]);
      if (!undoing) {
        await host.ask('rollout.run', { plan: plan.plan });
        for (const name of names) expect(await stored(name)).toContain('rate-limit: 99');
      }
      const undone = await host.ask('rollout.undo', { plan: plan.plan });
      expect(undone).toMatchObject({ conflict: 0, failed: 0, unknown: 0 });
      expect(await Promise.all(names.map(stored))).toEqual(before);
    }
  });

  describe('refusals', () => {
    const name = 'kaudit-integration-r';
    const apply = async (value: number | string) => {
      const { resourceVersion: base } = await host.ask('configMap.get', { ref: ref(name) });
      return { base, edits: [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value }] };
    };

    test('a ConfigMap that was deleted during an edit: says so, and recreates nothing', async () => {
      await put(name, entry('a'));
      const edit = await apply(3);
      await call(endpoint, `${BASE}/${name}`, { method: 'DELETE' });
      const reply = await host.ask('configMap.apply', { ref: ref(name), ...edit });
      expect(reply).toMatchObject({ outcome: 'gone', reason: expect.stringMatching(/was deleted/) });
      expect((await call(endpoint, `${BASE}/${name}`)).code).toBe(404);
    });

    test('a namespace that is being deleted: says so, and keeps the edit', async () => {
      const namespace = 'ending';
      const path = `/api/v1/namespaces/${namespace}`;
      const meta = { name, labels: { app: 'kaudit' }, namespace };
      await call(endpoint, '/api/v1/namespaces', { method: 'POST', body: { metadata: { name: namespace } } });
      const body = { metadata: meta, data: { 'audit-integration': entry('a') } };
      await call(endpoint, `${path}/configmaps`, { method: 'POST', body });
      const at = { ...ref(name), namespace };
      const { resourceVersion: base } = await host.ask('configMap.get', { ref: at });
      const edits = [{ op: 'set' as const, path: [0, 'target', 'rate-limit'], value: 3 }];
      await host.ask('draft.save', { ref: at, base, edits });
      await server.kubectl(['delete', 'namespace', namespace, '--wait=false']);
      // Like the namespace's controller, which doesn't run here.
      await call(endpoint, `${path}/configmaps/${name}`, { method: 'DELETE' });
      const reply = await host.ask('configMap.apply', { ref: at, base, edits });
      expect(reply).toEqual({
        outcome: 'gone',
        reason: `The namespace ${namespace} is being deleted, along with ${name}. Copy your text, then deploy kAudit again.`,
      });
      const made = await call(endpoint, `${path}/configmaps`, { method: 'POST', body });
      expect(made.code).toBe(403);
      const end = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace }, spec: { finalizers: [] } };
      await call(endpoint, `${path}/finalize`, { method: 'PUT', body: end });
      await vi.waitFor(async () => expect((await call(endpoint, path)).code).toBe(404));
      const after = await host.ask('configMap.apply', { ref: at, base, edits });
      expect(after).toEqual(reply);
      // It is recreated: the edit is still there.
      await call(endpoint, '/api/v1/namespaces', { method: 'POST', body: { metadata: { name: namespace } } });
      await call(endpoint, `${path}/configmaps`, { method: 'POST', body });
      expect(await host.ask('draft.get', { ref: at })).toMatchObject({
        outcome: 'conflict',
        reason: expect.stringMatching(/deleted and recreated/),
        mine: expect.stringContaining('rate-limit: 3'),
      });
    });

    describe('a validating webhook', () => {
      let webhook: Webhook;
      beforeAll(async () => {
        webhook = await startWebhook(server);
      });
      afterAll(() => webhook?.stop());

      test('refuses: shows its sentence without the key that it quotes, writes nothing, and keeps the edit', async () => {
        await put(name, entry('a'));
        const { base, edits } = await apply(13);
        await host.ask('draft.save', { ref: ref(name), base, edits });
        webhook.refuse('rate-limit: 13');
        const reply = await host.request('configMap.apply', { ref: ref(name), base, edits });
        if (reply.ok) throw new Error(JSON.stringify(reply));
        expect(reply.error.message).toMatch(
          new RegExp(`^The cluster refused the new text of ${name}: .*policy.kaudit.example.* denied the request: 13 is unlucky`),
        );
        expect(webhook.said()).toContain(KEY);
        expect(JSON.stringify(reply)).not.toContain('AAAAaaaa');
        expect(await stored(name)).toBe(entry('a'));
        expect(webhook.asked()).toEqual(['dry run']);
        expect(await host.ask('draft.get', { ref: ref(name) })).toMatchObject({ outcome: 'draft', edits });

        await known(name);
        const targets = [{ ref: ref(name), integration: 0 }];
        const refused = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 13 } });
        expect(refused.rows).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining('13 is unlucky') }]);
        const plan = await host.ask('rollout.plan', { targets, change: { op: 'set', field: 'rate-limit', value: 14 } });
        webhook.refuse('rate-limit: 14');
        expect(await host.ask('rollout.run', { plan: plan.plan })).toMatchObject({ failed: 1, saved: 0 });
        const [record] = await host.ask('rollout.list', {});
        expect(record?.rows[0]?.reason).toMatch(/denied the request/);
        expect(JSON.stringify([refused, record])).not.toContain('AAAAaaaa');
        webhook.refuse(null);
        expect(await host.ask('rollout.run', { plan: plan.plan })).toMatchObject({ saved: 1 });
      });
    });

    fullRunTest('a ConfigMap of 1 MiB: a text that fits is saved and undone, and a larger one is refused with a sentence', async () => {
      const big = `${entry('a')}# ${'x'.repeat(100)}\n`.padEnd(1024 * 1024 - 200, '# filler of a long comment\n');
      await put(name, big);
      const reply = await host.ask('configMap.apply', { ref: ref(name), ...(await apply(3)) });
      if (reply.outcome !== 'saved') throw new Error(JSON.stringify(reply).slice(0, 500));
      const { resourceVersion: base } = reply.configMap;
      const undo = { op: 'undo' as const, revision: reply.revision ?? '' };
      expect((await host.ask('configMap.apply', { ref: ref(name), base, edits: [undo] })).outcome).toBe('saved');
      expect(await stored(name)).toBe(big);
      const long = await host.request('configMap.apply', { ref: ref(name), ...(await apply('y'.repeat(2000))) });
      expect(JSON.stringify(long)).toMatch(/refused the new text|too long|exceed/i);
      expect(await stored(name)).toBe(big);
    });
  });

  test('no file of the data folder contains a key', async () => {
    const { readdirSync, statSync } = await import('node:fs');
    const all = (readdirSync(directory, { recursive: true }) as string[])
      .map((path) => join(directory, path))
      .filter((path) => statSync(path).isFile());
    expect(all.some((path) => path.includes('history'))).toBe(true);
    expect(all.some((path) => path.includes('rollouts'))).toBe(true);
    for (const path of all) expect(await readFile(path, 'utf8')).not.toContain('AAAAaaaa');
  });
});
