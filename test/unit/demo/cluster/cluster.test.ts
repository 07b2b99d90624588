import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../../main/demo/cluster/access.ts';
import { type DemoCluster, startCluster } from '../../../../main/demo/cluster/cluster.ts';
import { NAMESPACES } from '../../../../main/demo/cluster/objects.ts';
import { createAuthority } from '../../../../main/demo/server/certificates.ts';
import { type Answer, call, type Endpoint, MERGE, watched } from '../../../support/raw-kubernetes.ts';

// What the comparison with a real API server (test/integration/conformance.test.ts) leaves out because it would take
// too long there.

const MAPS = '/api/v1/namespaces/here/configmaps';

let cluster: DemoCluster;
let endpoint: Endpoint;

function patch(value: string): Promise<Answer> {
  return call(endpoint, `${MAPS}/it`, { method: 'PATCH', type: MERGE, body: { data: { a: value } } });
}

const versionOf = (answer: Answer): number => Number(answer.json.metadata.resourceVersion);

describe('a demo cluster', () => {
  beforeAll(async () => {
    const authority = await createAuthority('test');
    const metadata = { name: 'here', uid: '1', resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' };
    cluster = await startCluster({
      credentials: await authority.issue(['127.0.0.1']),
      users: [{ name: 'admin', token: 'admin', grants: [EVERYTHING] }],
      objects: [{ resource: NAMESPACES, object: { apiVersion: 'v1', kind: 'Namespace', metadata } }],
    });
    endpoint = { url: cluster.url, certificate: authority.certificate, kubeconfig: '', token: (user) => user };
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'it' }, data: {} };
    await call(endpoint, MAPS, { method: 'POST', body });
  });
  afterAll(() => cluster.close());

  it('ends a watch with a bookmark of the newest version if the client asks for bookmarks', async () => {
    const version = versionOf(await patch('bookmark'));
    const path = `${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=${version}`;
    expect(await watched(endpoint, path)).toEqual([]);
    expect(await watched(endpoint, `${path}&allowWatchBookmarks=true`)).toEqual([
      {
        type: 'BOOKMARK',
        object: { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: String(version), creationTimestamp: null } },
      },
    ]);
  });

  it('forgets changes after a thousand more', async () => {
    const first = versionOf(await patch('first'));
    for (let count = 0; count < 1000; count += 1) await patch(String(count));
    const remembered = await watched(endpoint, `${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=${first}`);
    expect(remembered).toHaveLength(1000);
    const forgotten = await watched(endpoint, `${MAPS}?watch=1&timeoutSeconds=1&resourceVersion=${first - 1}`);
    expect(forgotten.map(({ type, object }) => [type, object.code, object.reason])).toEqual([['ERROR', 410, 'Expired']]);
  });

  it('refuses to continue a list whose snapshot has expired', async () => {
    await call(endpoint, MAPS, { method: 'POST', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'other' } } });
    const { json } = await call(endpoint, `${MAPS}?limit=1`);
    await patch('meanwhile');
    const next = await call(endpoint, `${MAPS}?limit=1&continue=${json.metadata.continue}`);
    expect([next.code, next.json.reason]).toEqual([410, 'Expired']);
  });

  it('says that a list from the future doesn’t exist yet', async () => {
    const answer = await call(endpoint, `${MAPS}?resourceVersion=999999999`);
    expect([answer.code, answer.json.reason, answer.json.details.retryAfterSeconds]).toEqual([504, 'Timeout', 1]);
  });

  it('refuses more than an object may contain, with a response', async () => {
    const answer = await call(endpoint, `${MAPS}/it`, { method: 'PATCH', type: MERGE, body: { data: { a: 'x'.repeat(3 * 1024 * 1024) } } });
    expect([answer.code, answer.json.reason]).toEqual([413, 'RequestEntityTooLarge']);
  });

  it('ends its watches when it closes', async () => {
    const authority = await createAuthority('test');
    const users = [{ name: 'admin', token: 'admin', grants: [EVERYTHING] }];
    const second = await startCluster({ credentials: await authority.issue(['127.0.0.1']), users, objects: [] });
    const watching = call({ ...endpoint, url: second.url, certificate: authority.certificate }, `${MAPS}?watch=1`).catch(() => 'ended');
    await new Promise((resolve) => setTimeout(resolve, 200));
    await second.close();
    expect(await watching).toBe('ended');
  });
});
