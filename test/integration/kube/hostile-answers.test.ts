import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyText } from '../../../main/kube/cluster/apply.ts';
import { NAMESPACE } from '../../support/api-server.ts';
import type { Watching } from './watching.ts';
import { entryOf, watching } from './watching.ts';

// A healthy cluster that returns anything to one kind of request.

const NAME = 'kaudit-integration-a';
const ref = { context: 'x', namespace: NAMESPACE, name: NAME };
const metadata = { name: NAME, namespace: NAMESPACE, uid: 'a', resourceVersion: '1' };
const configMap = { metadata, data: { 'audit-integration': '# fine\n' } };
const list = (...items: unknown[]) => ({ metadata: { resourceVersion: '1' }, items });
const set = { metadata: { name: 'kaudit-a', namespace: NAMESPACE }, spec: { replicas: 1 }, status: { readyReplicas: 1 } };
const pod = { metadata: { labels: { app: 'kaudit' } }, status: { containerStatuses: [{ restartCount: 2 }] } };
const policy = { metadata: { name: 'p' }, spec: { podSelector: {}, egress: [{ ports: [{ port: 443 }] }] } };
/** Values of every type, for places where an object, a list, a text or a number is expected. */
const anything: readonly unknown[] = [null, 0, 'SENTINEL', [], [null], ['SENTINEL'], { SENTINEL: 1 }, [[{}]]];

/** Anything in place of the object, or of one of its parts. */
function* broken(good: unknown): Generator<unknown> {
  yield* anything;
  if (typeof good !== 'object' || good === null) return;
  for (const [key, part] of Object.entries(good)) {
    for (const other of broken(part)) yield Array.isArray(good) ? [other] : { ...good, [key]: other };
  }
}

type Answers = Partial<Record<'configmap' | 'review' | 'statefulsets' | 'pods' | 'networkpolicies' | 'patch' | 'setsWatch', () => unknown>>;

describe('a cluster with one arbitrary response', () => {
  let folder: string;
  let server: Server;
  let open: Watching;
  let answers: Answers;
  let patches: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kaudit-answers-'));
    answers = {};
    patches = 0;
    server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://x');
      const kind = url.pathname.split('/').at(-1) ?? '';
      const say = (given: (() => unknown) | undefined, otherwise: unknown) =>
        response.end(JSON.stringify(given === undefined ? otherwise : given()));
      if (url.searchParams.get('watch') === 'true') {
        response.flushHeaders();
        if (kind === 'statefulsets' && answers.setsWatch !== undefined)
          response.write(`${JSON.stringify({ type: 'MODIFIED', object: answers.setsWatch() })}\n`);
      } else if (kind === 'selfsubjectaccessreviews') say(answers.review, { status: { allowed: true } });
      else if (request.method === 'PATCH') {
        patches += 1;
        say(answers.patch, configMap);
      } else if (kind === NAME) say(answers.configmap, configMap);
      else if (kind === 'statefulsets') say(answers.statefulsets, list(set));
      else if (kind === 'pods') say(answers.pods, list(pod));
      else if (kind === 'networkpolicies') say(answers.networkpolicies, list(policy));
      else response.end(JSON.stringify(list(configMap)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const config = {
      clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } }],
      users: [{ name: 'u', user: { token: 't' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    };
    await writeFile(join(folder, 'config'), JSON.stringify(config));
    open = watching(await entryOf(join(folder, 'config'), 'x'));
  });
  afterEach(async () => {
    await open.connection.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const instance = { name: 'kaudit-a', ready: 1, wanted: 1, restarts: 2 };
  const egress = [{ name: 'p', lets: 'allows TCP 443 to anywhere', https: true }];

  it.each([
    ['statefulsets', set, { egress }],
    ['pods', pod, { instance: { ...instance, restarts: null }, egress }],
    ['networkpolicies', policy, { instance, egress: null }],
  ] as const)('returns the other facts, and an error for these: %s', async (kind, good, others) => {
    await open.connection.connect();
    expect(await open.connection.writer.facts(ref)).toEqual({ instance, egress, problems: [] });
    const all = [...broken(list(good))];
    expect(all.length).toBeGreaterThan(50);
    let refused = 0;
    for (const answer of all) {
      answers = { [kind]: () => answer };
      const facts = await open.connection.writer.facts(ref);
      expect([answer, JSON.stringify(facts)]).toEqual([answer, expect.not.stringContaining('SENTINEL')]);
      if (facts.problems.length === 0) continue;
      refused += 1;
      const problem = `The ${kind} in ${NAMESPACE} can’t be read: the response didn’t come from a Kubernetes API server.`;
      expect([answer, facts]).toEqual([answer, { ...others, problems: [problem] }]);
    }
    // The rest may be missing or empty.
    expect(refused).toBeGreaterThan(all.length / 2);
  });

  it('shortens a policy with many rules, and ignores a long name', async () => {
    await open.connection.connect();
    answers.networkpolicies = () => list({ ...policy, spec: { egress: Array.from({ length: 900 }, () => ({ to: [{}] })) } });
    expect((await open.connection.writer.facts(ref)).egress?.[0]?.lets).toHaveLength(501);
    for (const metadata of [{ name: 'p'.repeat(300) }, { name: '<script>' }, { name: 'a\u202eb' }]) {
      answers.networkpolicies = () => list({ ...policy, metadata });
      expect(await open.connection.writer.facts(ref)).toMatchObject({ egress: null, problems: [expect.any(String)] });
    }
    answers.pods = () => ({ items: Array.from({ length: 100_000 }, () => pod) });
    expect(await open.connection.writer.facts(ref)).toMatchObject({ instance: { restarts: null } });
  });

  it('shows no invalid instance, and continues', async () => {
    for (const answer of [...anything, list({}), list({ ...set, metadata: { name: {}, namespace: NAMESPACE } })]) {
      answers.statefulsets = () => answer;
      await open.connection.refresh();
      await open.until(({ state, configMaps }) => expect([state, configMaps.length]).toEqual(['online', 1]));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(open.updates.flatMap(({ configMaps }) => configMaps.map(({ workload }) => workload ?? null))).not.toContainEqual(
      expect.objectContaining({ name: expect.anything() }),
    );
    // A watch that reports something else, or more and more of them, only makes the state unknown.
    let told = 0;
    for (const event of [null, { metadata: null }, { ...set, spec: { replicas: 'SENTINEL' } }]) {
      answers = { setsWatch: () => event };
      told = open.updates.length;
      await open.connection.refresh();
      await open.until(({ configMaps }) => expect([open.updates.length > told, configMaps[0]?.workload]).toEqual([true, undefined]));
      expect(open.latest()).toMatchObject({ state: 'online', configMaps: [{ text: '# fine\n' }] });
    }
  });

  it.each([...anything, { status: { allowed: 'SENTINEL' } }].map((answer) => [answer]))(
    'permits nothing that wasn’t explicitly allowed: %j',
    async (answer) => {
      answers.review = () => answer;
      expect(await open.connection.connect()).toMatchObject({ state: 'online', configMaps: [{ readOnly: true }] });
      expect(await open.connection.writer.permissions(ref)).toMatchObject({ update: false, missing: { verb: 'patch' } });
    },
  );

  it('accepts only the requested ConfigMap', async () => {
    await open.connection.connect();
    expect(await open.connection.writer.get(ref)).toMatchObject({ ref, text: '# fine\n' });
    for (const other of [{ name: 'kaudit-integration-b' }, { namespace: 'other' }]) {
      answers.configmap = () => ({ ...configMap, metadata: { ...metadata, ...other } });
      await expect(open.connection.writer.get(ref)).rejects.toMatchObject({ code: 'kubernetes' });
    }
    for (const answer of anything) {
      answers.configmap = () => answer;
      await expect(open.connection.writer.get(ref)).rejects.toMatchObject({ code: 'kubernetes' });
    }
  });

  it('has written nothing when the dry run returns something else', async () => {
    await open.connection.connect();
    const plan = () => ({ outcome: 'write' as const, text: '# new\n' });
    for (const answer of [...anything, { ...configMap, metadata: { ...metadata, name: 'kaudit-integration-b' } }]) {
      answers.patch = () => answer;
      const before = patches;
      const applied = applyText(open.connection.writer, ref, plan);
      await expect(applied).rejects.toMatchObject({ code: 'kubernetes' });
      await expect(applied).rejects.not.toMatchObject({ message: expect.stringContaining('SENTINEL') });
      // Dry runs, and nothing after them.
      expect(patches - before).toBe(3);
    }
  });

  it('may have written something when the write returns something else: reading back decides', async () => {
    await open.connection.connect();
    const plan = () => ({ outcome: 'write' as const, text: '# new\n' });
    let calls = 0;
    answers.patch = () => {
      calls += 1;
      return calls === 1 ? configMap : null;
    };
    const sent: (string | null)[] = [];
    const options = { patience: 300, onSend: ({ text }: { text: string | null }, mine: string) => void sent.push(text, mine) };
    expect(await applyText(open.connection.writer, ref, plan, options)).toMatchObject({ outcome: 'unknown', others: false });
    expect(sent).toEqual(['# fine\n', '# new\n']);
    calls = 0;
    const written = { metadata: { ...metadata, resourceVersion: '2' }, data: { 'audit-integration': '# new\n' } };
    answers.configmap = () => (calls < 2 ? configMap : written);
    expect(await applyText(open.connection.writer, ref, plan, options)).toMatchObject({ outcome: 'saved', configMap: { text: '# new\n' } });
  });
});
