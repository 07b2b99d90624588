import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiServer, apiServerRequirement, NAMESPACE } from '../support/api-server.ts';
import { failure, startDemoCluster, withoutAge } from '../support/conformance.ts';
import { type Answer, call, type Endpoint, kubectl, kubectlWatch, MERGE, type USERS, watched } from '../support/raw-kubernetes.ts';
import { describeWith } from '../support/requirement.ts';
import { borrowApiServer } from '../support/shared-api-server.ts';

// The demo's clusters against a real API server: every check sends both the same, and a difference is a bug of the
// demo. The checks compare what clients act on (code, reason, details, order of events), and sentences that have been
// the same in all releases since 1.20.

const MAPS = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

let real: ApiServer;
let demo: Awaited<ReturnType<typeof startDemoCluster>>;
let directory: string;
let both: readonly [Endpoint, Endpoint];

/** Sends both the same request, and returns their equal result. */
async function same<Seen>(observe: (endpoint: Endpoint) => Promise<Seen>): Promise<Seen> {
  const [asReal, asDemo] = await Promise.all([observe(both[0]), observe(both[1])]);
  expect(asDemo).toEqual(asReal);
  return asReal;
}

async function create(endpoint: Endpoint, name: string, labels: object, data: object): Promise<Answer> {
  const answer = await call(endpoint, MAPS, {
    method: 'POST',
    body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels }, data },
  });
  if (answer.code !== 201) throw new Error(answer.text);
  return answer;
}

function patch(
  endpoint: Endpoint,
  name: string,
  body: unknown,
  query = '',
  user: 'admin' | 'editor' | 'viewer' = 'editor',
): Promise<Answer> {
  return call(endpoint, `${MAPS}/${name}${query}`, { method: 'PATCH', type: MERGE, body, user });
}

const names = (answer: Answer): string[] => answer.json.items.map((item: { metadata: { name: string } }) => item.metadata.name);

describeWith([apiServerRequirement], 'a demo cluster next to a real API server', () => {
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'kaudit-conformance-'));
    real = await borrowApiServer();
    demo = await startDemoCluster(directory);
    both = [{ url: real.server, certificate: real.authority.certificate, kubeconfig: real.kubeconfig, token: real.token }, demo];
    for (const endpoint of both) {
      await create(
        endpoint,
        'kaudit-integration-a',
        { app: 'kaudit', 'app-name': 'kaudit-a' },
        { 'audit-integration': '- type: detections\n' },
      );
      await create(endpoint, 'kaudit-integrations-b', { app: 'kaudit', tier: 'gold' }, { 'audit-integration': '' });
      await create(endpoint, 'unrelated', {}, { one: '1', two: '2' });
    }
  });

  afterAll(async () => {
    await Promise.all([real?.stop(), demo?.close()]);
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    ['an unknown token', MAPS, 'expired'],
    ['no credentials', MAPS, null],
    ['no credentials on discovery', '/api', null],
    ['a user without permission for a list', MAPS, 'stranger'],
    ['a user without permission for an object', `${MAPS}/kaudit-integration-a`, 'stranger'],
    ['a user of one namespace on all of them', '/api/v1/configmaps', 'editor'],
    ['a user of one namespace on another', '/api/v1/namespaces/default/configmaps', 'editor'],
    ['a user without permission for a namespace', `/api/v1/namespaces/${NAMESPACE}`, 'editor'],
    ['a user without permission for a watch', `${MAPS}?watch=1`, 'stranger'],
    ['a user without permission for a group', `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets`, 'viewer'],
    ['a user without permission for a path', '/nothing', 'editor'],
    ['a missing name', `${MAPS}/nothing`, 'editor'],
    ['a missing name in a group', `/apis/apps/v1/namespaces/${NAMESPACE}/statefulsets/nothing`, 'editor'],
    ['a missing namespace', '/api/v1/namespaces/nothing', 'admin'],
  ] as const)('both refuse %s', async (_, path, user) => {
    const seen = await same(async (endpoint) => failure(await call(endpoint, path, { user }), { message: true }));
    expect(seen).toMatchObject({ body: { kind: 'Status', status: 'Failure' } });
  });

  it('both return the same health, version and discovery', async () => {
    await same(async (endpoint) => {
      const answer = await call(endpoint, '/readyz', { user: null });
      return [answer.code, answer.type, answer.text];
    });
    await same(async (endpoint) => (await call(endpoint, '/api', { user: 'stranger' })).json.versions);
    await same(async (endpoint) => typeof (await call(endpoint, '/version', { user: null })).json.gitVersion);
    for (const group of ['apps', 'authorization.k8s.io']) {
      await same(async (endpoint) => {
        const { groups } = (await call(endpoint, '/apis')).json;
        return groups.find(({ name }: { name: string }) => name === group).preferredVersion;
      });
    }
    for (const path of ['/api/v1', '/apis/apps/v1']) {
      const [asReal, asDemo] = await Promise.all(both.map((endpoint) => call(endpoint, path)));
      for (const { name, verbs, namespaced, kind, shortNames } of asDemo?.json.resources ?? []) {
        const found = asReal?.json.resources.find((resource: { name: string }) => resource.name === name);
        expect(found).toMatchObject({ namespaced, kind, shortNames });
        expect(found.verbs).toEqual(expect.arrayContaining(verbs));
      }
    }
  });

  it.each([
    ['app=kaudit', 2],
    ['app==kaudit,tier!=gold', 1],
    ['app=kaudit,app-name in (kaudit-a, other)', 1],
    ['app notin (kaudit)', 1],
    ['tier', 1],
    ['!app', 1],
    ['app=kaudit,!tier,app-name', 1],
    ['app=', 0],
  ])('both select by label %s', async (selector, count) => {
    const seen = await same(async (endpoint) =>
      names(await call(endpoint, `${MAPS}?labelSelector=${encodeURIComponent(selector)}`)).filter(ours),
    );
    expect(seen).toHaveLength(count);
  });

  it('both select by field, and refuse other fields', async () => {
    expect(await same(async (endpoint) => names(await call(endpoint, `${MAPS}?fieldSelector=metadata.name%3Dunrelated`)))).toEqual([
      'unrelated',
    ]);
    expect(await same(async (endpoint) => names(await call(endpoint, `/api/v1/configmaps?labelSelector=app%3Dkaudit`)))).toHaveLength(2);
    await same(async (endpoint) => failure(await call(endpoint, `${MAPS}?fieldSelector=data.one%3D1`)));
    await same(async (endpoint) => failure(await call(endpoint, `${MAPS}?labelSelector=app%20like%20x`)));
  });

  it('both list in pages', async () => {
    const seen = await same(async (endpoint) => {
      const first = await call(endpoint, `${MAPS}?limit=1&labelSelector=app`);
      const rest = await call(endpoint, `${MAPS}?limit=5&labelSelector=app&continue=${first.json.metadata.continue}`);
      return [names(first), names(rest), rest.json.metadata.continue ?? '', Object.keys(first.json.items[0]).sort()];
    });
    expect(seen.slice(0, 3)).toEqual([['kaudit-integration-a'], ['kaudit-integrations-b'], '']);
    await same(async (endpoint) => failure(await call(endpoint, `${MAPS}?limit=1&continue=nonsense`)));
  });

  it('both merge a patch, remove with null, and record who made it', async () => {
    await same(async (endpoint) => {
      await create(endpoint, 'patched', { app: 'x' }, { keep: 'same\r\n', gone: 'x' });
      const before = await call(endpoint, `${MAPS}/patched`);
      const after = await patch(endpoint, 'patched', { data: { gone: null, added: '1' } }, '?fieldManager=kaudit-tray');
      const unchanged = await patch(endpoint, 'patched', { data: { added: '1' } });
      expect(after.json.data).toEqual({ keep: 'same\r\n', added: '1' });
      expect(Number(after.json.metadata.resourceVersion)).toBeGreaterThan(Number(before.json.metadata.resourceVersion));
      expect(unchanged.json.metadata.resourceVersion).toBe(after.json.metadata.resourceVersion);
      expect(after.json.metadata.uid).toBe(before.json.metadata.uid);
      const managers = after.json.metadata.managedFields.map(({ time: _, ...rest }: { time: string }) => rest);
      return [after.code, Object.keys(after.json).sort(), Object.keys(after.json.metadata).sort(), managers];
    });
  });

  it('both change nothing in a dry run', async () => {
    await same(async (endpoint) => {
      const before = await call(endpoint, `${MAPS}/unrelated`);
      const tried = await patch(endpoint, 'unrelated', { data: { one: null } }, '?dryRun=All');
      const after = await call(endpoint, `${MAPS}/unrelated`);
      expect(tried.json.metadata.resourceVersion).toBe(before.json.metadata.resourceVersion);
      expect(after.json).toEqual(before.json);
      return [tried.code, tried.json.data];
    });
    await same(async (endpoint) => failure(await patch(endpoint, 'unrelated', {}, '?dryRun=Some')));
  });

  it.each([
    ['a stale resourceVersion', { metadata: { resourceVersion: '1' }, data: { one: 'x' } }, 409],
    ['a stale resourceVersion and another uid', { metadata: { resourceVersion: '1', uid: 'other' } }, 409],
    ['another name', { metadata: { name: 'other' } }, 400],
    ['another namespace', { metadata: { namespace: 'other' } }, 400],
    ['a value that isn’t a string', { data: { one: 1 } }, 422],
    ['a key that isn’t a file name', { data: { 'a b': '1' } }, 422],
    ['more than a mebibyte', { data: { one: 'x'.repeat(1_048_577) } }, 422],
  ])('both refuse a patch with %s', async (_, body, code) => {
    expect(await same(async (endpoint) => failure(await patch(endpoint, 'unrelated', body)))).toMatchObject({ code });
    expect(await same(async (endpoint) => (await call(endpoint, `${MAPS}/unrelated`)).json.data)).toEqual({ one: '1', two: '2' });
  });

  it('both refuse a patch of another uid', async () => {
    const body = { metadata: { uid: '00000000-0000-4000-8000-000000000000' }, data: { one: 'x' } };
    // 422 (immutable field) on 1.20; newer releases may call it a conflict.
    for (const endpoint of both) expect([409, 422]).toContain((await patch(endpoint, 'unrelated', body)).code);
    const replaced = await same(async (endpoint) => {
      const { json } = await call(endpoint, `${MAPS}/unrelated`);
      const other = { ...json, metadata: { ...json.metadata, uid: body.metadata.uid } };
      return failure(await call(endpoint, `${MAPS}/unrelated`, { method: 'PUT', body: other }));
    });
    expect(replaced).toMatchObject({ code: 409, body: { reason: 'Conflict' } });
  });

  it('both refuse a patch without permission, of a missing object, or of another type', async () => {
    expect(await same(async (endpoint) => failure(await patch(endpoint, 'unrelated', {}, '', 'viewer'), { message: true }))).toMatchObject({
      code: 403,
    });
    expect(await same(async (endpoint) => failure(await patch(endpoint, 'nothing', {}), { message: true }))).toMatchObject({ code: 404 });
    const json = { method: 'PATCH', type: 'application/json', body: {}, user: 'editor' } as const;
    expect((await same(async (endpoint) => failure(await call(endpoint, `${MAPS}/unrelated`, json)))) as object).toMatchObject({
      code: 415,
    });
  });

  it('both create, replace and delete', async () => {
    const map = (metadata: object, data: object) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data });
    const post = (endpoint: Endpoint, body: unknown, path = MAPS) => call(endpoint, path, { method: 'POST', body });
    await same(async (endpoint) => {
      const created = await post(endpoint, map({ name: 'short-lived' }, { a: '1' }));
      const replaced = await call(endpoint, `${MAPS}/short-lived`, { method: 'PUT', body: map({ name: 'short-lived' }, { b: '2' }) });
      const { uid } = created.json.metadata;
      expect(replaced.json.metadata.uid).toBe(uid);
      const refused = [
        await post(endpoint, map({ name: 'short-lived' }, {})),
        await post(endpoint, map({ name: 'Not_A_Name' }, {})),
        await post(endpoint, map({}, {})),
        await post(endpoint, map({ name: 'x' }, {}), '/api/v1/namespaces/nothing/configmaps'),
        await post(endpoint, { ...map({ name: 'x' }, {}), kind: 'Secret' }),
        await post(endpoint, 'no json'),
        await call(endpoint, `${MAPS}/short-lived`, { method: 'PUT', body: map({ name: 'short-lived', resourceVersion: '1' }, {}) }),
        await call(endpoint, MAPS, { method: 'PUT', body: {} }),
        await call(endpoint, `${MAPS}/short-lived`, { method: 'DELETE', user: 'editor' }),
        await call(endpoint, `${MAPS}/short-lived`, { method: 'DELETE', body: { preconditions: { uid: 'other' } } }),
      ].map((answer) => failure(answer));
      const tried = await call(endpoint, `${MAPS}/short-lived?dryRun=All`, { method: 'DELETE' });
      const deleted = await call(endpoint, `${MAPS}/short-lived`, { method: 'DELETE' });
      const again = await call(endpoint, `${MAPS}/short-lived`, { method: 'DELETE' });
      expect(deleted.json.details.uid).toBe(uid);
      return [created.code, replaced.code, replaced.json.data, refused, tried.code, deleted.code, deleted.json.status, failure(again)];
    });
  });

  it('both keep an immutable ConfigMap unchanged', async () => {
    await same(async (endpoint) => {
      await create(endpoint, 'fixed', {}, { a: '1' });
      await patch(endpoint, 'fixed', { immutable: true });
      const changed = failure(await patch(endpoint, 'fixed', { data: { a: '2' } }), { message: true });
      const opened = failure(await patch(endpoint, 'fixed', { immutable: false }));
      return [changed, opened, (await patch(endpoint, 'fixed', { metadata: { labels: { still: 'works' } } })).code];
    });
  });

  it.each([
    ['editor', { verb: 'patch', resource: 'configmaps', namespace: NAMESPACE }, true],
    ['editor', { verb: 'patch', resource: 'configmaps' }, false],
    ['editor', { verb: 'delete', resource: 'configmaps', namespace: NAMESPACE }, false],
    ['viewer', { verb: 'patch', resource: 'configmaps', namespace: NAMESPACE, name: 'x' }, false],
    ['viewer', { verb: 'list', resource: 'configmaps', namespace: NAMESPACE }, true],
    ['stranger', { verb: 'list', resource: 'configmaps', namespace: NAMESPACE }, false],
    ['admin', { verb: '*', resource: '*' }, true],
  ] as const)('both tell the %s whether %o is allowed', async (user, resourceAttributes, allowed) => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
    const seen = await same(async (endpoint) => {
      const { code, json } = await call(endpoint, REVIEWS, { method: 'POST', user, body });
      return [code, json.kind, json.apiVersion, json.spec, json.status.allowed, typeof json.status.reason];
    });
    expect(seen[4]).toBe(allowed);
  });

  it('both refuse an access review without attributes, and one without a user', async () => {
    const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: {} };
    expect(await same(async (endpoint) => failure(await call(endpoint, REVIEWS, { method: 'POST', body })))).toMatchObject({ code: 422 });
    expect(await same(async (endpoint) => (await call(endpoint, REVIEWS, { method: 'POST', body, user: 'expired' })).code)).toBe(401);
    expect(await same(async (endpoint) => (await call(endpoint, REVIEWS)).code)).toBe(405);
  });

  it('both report to a watch what happened, in order', async () => {
    const seen = await same(async (endpoint) => {
      const start = (await call(endpoint, MAPS)).json.metadata.resourceVersion;
      await create(endpoint, 'seen', { app: 'seen' }, { a: '1' });
      await patch(endpoint, 'seen', { data: { a: '2' } });
      await patch(endpoint, 'seen', { metadata: { labels: { app: 'hidden' } } });
      await patch(endpoint, 'seen', { metadata: { labels: { app: 'seen' } } });
      await patch(endpoint, 'seen', { data: { a: '3' } }, '?dryRun=All');
      await call(endpoint, `${MAPS}/seen`, { method: 'DELETE' });
      const events = await watched(endpoint, `${MAPS}?watch=1&resourceVersion=${start}&timeoutSeconds=1&labelSelector=app%3Dseen`);
      const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
      expect(versions).toEqual([...versions].sort((one, other) => one - other));
      expect(new Set(versions).size).toBe(versions.length);
      const all = await watched(endpoint, `${MAPS}?watch=true&resourceVersion=${start}&timeoutSeconds=1`);
      return [events, all].map((list) => list.map(({ type, object }) => [type, object.kind, object.data.a, object.metadata.labels.app]));
    });
    expect(seen[0]?.map(([type]) => type)).toEqual(['ADDED', 'MODIFIED', 'DELETED', 'ADDED', 'DELETED']);
  });

  it.each(['', '&resourceVersion=0'])('both begin a watch without a version with the existing objects (%s)', async (version) => {
    await same(async (endpoint) => {
      const events = await watched(endpoint, `${MAPS}?watch=1&timeoutSeconds=1&labelSelector=app%3Dkaudit${version}`, 'viewer');
      return events.map(({ type, object }) => `${type} ${object.metadata.name}`).sort();
    });
  });

  it('both report a change during a watch, and end it on time', async () => {
    await same(async (endpoint) => {
      const { resourceVersion } = (await call(endpoint, MAPS)).json.metadata;
      const started = Date.now();
      const watching = watched(endpoint, `${MAPS}?watch=1&resourceVersion=${resourceVersion}&timeoutSeconds=2`);
      await patch(endpoint, 'kaudit-integrations-b', { data: { 'audit-integration': `# ${resourceVersion}\n` } });
      const events = await watching;
      expect(Date.now() - started).toBeGreaterThan(1000);
      expect(Date.now() - started).toBeLessThan(5000);
      return events.map(({ type, object }) => `${type} ${object.metadata.name}`);
    });
  });

  it('both refuse a version that isn’t a number', async () => {
    await same(async (endpoint) => (await call(endpoint, `${MAPS}?watch=1&resourceVersion=x`)).code >= 400);
    await same(async (endpoint) => (await call(endpoint, `${MAPS}?watch=1&timeoutSeconds=x`)).code);
  });

  it('kubectl prints the same', async () => {
    const print = (args: readonly string[], user: (typeof USERS)[number] = 'admin') =>
      same(async (endpoint) => {
        const { code, output, errors } = await kubectl(endpoint, args, user);
        return [
          code,
          output
            .split('\n')
            .filter((line) => !/^(kube-|default )/.test(line))
            .map(withoutAge),
          errors,
        ];
      });
    expect((await print(['get', 'cm', '-A', '-l', 'app=kaudit']))[1]).toHaveLength(4);
    await print(['get', 'cm', '-n', NAMESPACE, '-l', 'app=kaudit', '--show-labels']);
    await print(['get', 'cm', '-n', NAMESPACE, '-l', 'app=kaudit', '-o', 'name'], 'viewer');
    await print(['get', 'cm', '-n', NAMESPACE, 'unrelated', '-o', 'jsonpath={.data}']);
    await print(['get', 'cm', '-n', NAMESPACE, 'nothing']);
    await print(['get', 'cm', '-n', 'nothing']);
    await print(['get', 'sts', '-n', NAMESPACE]);
    await print(['get', 'ns', NAMESPACE]);
    await print(['get', 'cm', '-A'], 'stranger');
    await print(['get', 'cm', '-A'], 'expired');
    await print(['auth', 'can-i', 'patch', 'configmaps', '-n', NAMESPACE], 'editor');
    await print(['auth', 'can-i', 'patch', 'configmaps', '-n', NAMESPACE], 'viewer');
    const objects = await same(async (endpoint) => {
      const { output } = await kubectl(endpoint, ['get', 'cm', '-n', NAMESPACE, '-l', 'app=kaudit', '-o', 'json']);
      return JSON.parse(output).items.map(({ apiVersion, kind, metadata }: Record<string, { name?: string }>) => [
        apiVersion,
        kind,
        metadata?.name,
      ]);
    });
    expect(objects).toHaveLength(2);
  });

  it('kubectl can write', async () => {
    const manifest = (value: string) =>
      JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'theirs' }, data: { a: value } });
    await same(async (endpoint) => {
      const inside = (args: readonly string[], input?: string) => kubectl(endpoint, ['-n', NAMESPACE, ...args], 'admin', input);
      const printed = [
        await inside(['apply', '-f', '-'], manifest('1')),
        await inside(['apply', '-f', '-'], manifest('2')),
        await inside(['apply', '-f', '-'], manifest('2')),
        await inside(['patch', 'cm', 'theirs', '-p', '{"data":{"b":"3"}}']),
        await inside(['label', 'cm', 'theirs', 'app=theirs']),
        await inside(['get', 'cm', 'theirs', '-o', 'jsonpath={.data}{.metadata.labels}']),
        await inside(['replace', '-f', '-'], manifest('4')),
        await inside(['get', 'cm', 'theirs', '-o', 'jsonpath={.data}']),
        await inside(['delete', 'cm', 'theirs']),
        await inside(['create', 'cm', 'theirs', '--from-literal=a=1', '--dry-run=server']),
        await inside(['get', 'cm', 'theirs']),
      ];
      return printed.map(({ code, output, errors }) => [code, output, errors]);
    });
  });

  it('kubectl sees a change while it watches', async () => {
    await same(async (endpoint) => {
      const act = () => patch(endpoint, 'unrelated', { data: { three: '3' } }, '', 'admin');
      const lines = await kubectlWatch(endpoint, ['cm', 'unrelated', '-n', NAMESPACE], 3, act);
      return lines.map(withoutAge);
    });
  });

  it('both end a watch from a forgotten version with 410', async () => {
    // The restarted server remembers no earlier event.
    await real.restart();
    const seen = await same(async (endpoint) => {
      const events = await watched(endpoint, `${MAPS}?watch=1&resourceVersion=1&timeoutSeconds=2`);
      return events.map(({ type, object: { kind, status, reason, code, message } }) => [
        type,
        kind,
        status,
        reason,
        code,
        message.replace(/\(\d+\)/, '(N)'),
      ]);
    });
    expect(seen).toEqual([['ERROR', 'Status', 'Failure', 'Expired', 410, 'too old resource version: 1 (N)']]);
  });
});

const ours = (name: string): boolean => !name.startsWith('kube-');
