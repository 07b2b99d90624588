import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ClusterConnection } from '../../../main/kube/cluster/cluster-connection.ts';
import type { ApiServer } from '../../support/api-server.ts';
import { apiServerRequirement, NAMESPACE } from '../../support/api-server.ts';
import type { User } from '../../support/raw-kubernetes.ts';
import { apply, type KubernetesObject } from '../../support/raw-kubernetes.ts';
import { describeWith } from '../../support/requirement.ts';
import { borrowApiServer } from '../../support/shared-api-server.ts';
import { entryOf, watching } from './watching.ts';

const NAME = 'kaudit-integration-prod';
const labels = { app: 'kaudit', 'app-name': 'kaudit-prod' };

describeWith([apiServerRequirement], 'what a real API server says about kAudit', () => {
  let server: ApiServer;
  const open: ClusterConnection[] = [];

  const factsAs = async (user: User) => {
    const { connection } = watching(await entryOf(server.kubeconfig, user));
    open.push(connection);
    await connection.connect();
    return connection.writer.facts({ context: user, namespace: NAMESPACE, name: NAME });
  };
  const put = (object: KubernetesObject) => apply(server.endpoint, object);

  beforeAll(async () => {
    server = await borrowApiServer();
    const containers = [{ name: 'kaudit', image: 'kaudit' }];
    const volumes = [{ name: 'integration', configMap: { name: NAME } }];
    await put({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'kaudit-prod', namespace: NAMESPACE, labels },
      spec: {
        serviceName: 'kaudit-prod',
        selector: { matchLabels: { 'app-name': 'kaudit-prod' } },
        template: { metadata: { labels }, spec: { containers, volumes } },
      },
    });
    for (const [name, egress] of [
      ['only-dns', [{ ports: [{ protocol: 'UDP', port: 53 }] }]],
      ['https', [{ ports: [{ port: 443 }] }]],
    ] as const) {
      await put({
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name, namespace: NAMESPACE },
        spec: { podSelector: { matchLabels: { app: 'kaudit' } }, policyTypes: ['Egress'], egress },
      });
    }
  });
  afterAll(() => server?.stop());
  afterEach(() => Promise.all(open.splice(0).map((connection) => connection.close())));

  it('is its StatefulSet, found by the mounted ConfigMap, and the policies on what it sends', async () => {
    expect(await factsAs('admin')).toEqual({
      instance: { name: 'kaudit-prod', ready: 0, wanted: 1, restarts: 0 },
      egress: [
        { name: 'https', lets: 'allows TCP 443 to anywhere', https: true },
        { name: 'only-dns', lets: 'allows UDP 53 to anywhere', https: false },
      ],
      problems: [],
    });
  });

  it('is what may be read; the rest is listed with the missing permission', async () => {
    expect(await factsAs('editor')).toEqual({
      instance: { name: 'kaudit-prod', ready: 0, wanted: 1, restarts: null },
      egress: null,
      problems: ['networkpolicies', 'pods'].map((what) => expect.stringContaining(`permission to list ${what}`)),
    });
  });
});
