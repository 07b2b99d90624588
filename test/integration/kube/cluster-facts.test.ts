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
const RBAC = 'rbac.authorization.k8s.io';
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
  const principalsAs = async (user: User) => {
    const { connection } = watching(await entryOf(server.kubeconfig, user));
    open.push(connection);
    await connection.connect();
    return connection.writer.principals({ context: user, namespace: NAMESPACE, name: NAME });
  };
  const bind = (kind: 'RoleBinding' | 'ClusterRoleBinding', name: string, subjects: readonly object[]) =>
    put({
      apiVersion: `${RBAC}/v1`,
      kind,
      metadata: { name, ...(kind === 'RoleBinding' ? { namespace: NAMESPACE } : {}) },
      roleRef: {
        apiGroup: RBAC,
        kind: kind === 'RoleBinding' ? 'Role' : 'ClusterRole',
        name: kind === 'RoleBinding' ? 'principals' : 'view',
      },
      subjects,
    });
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

  it('is whom its role bindings name: users, groups and service accounts', async () => {
    await bind('ClusterRoleBinding', 'test-principals', [
      { kind: 'User', name: 'Ada Lovelace', apiGroup: RBAC },
      { kind: 'User', name: 'no\nname', apiGroup: RBAC },
      { kind: 'ServiceAccount', name: 'deployer', namespace: 'ci' },
    ]);
    try {
      const found = await principalsAs('admin');
      const names = found.outcome === 'principals' ? found.names : [];
      expect(found).toMatchObject({ more: false, partial: false });
      expect(names).toEqual([...new Set(names)].sort());
      for (const name of ['Ada Lovelace', 'system:serviceaccount:ci:deployer', 'system:masters', 'system:kube-scheduler', 'kaudit-editors'])
        expect(names).toContain(name);
      expect(names.join()).not.toContain('\n');
    } finally {
      await server.kubectl(['delete', 'clusterrolebinding', 'test-principals']);
    }
  });

  it('is whom the namespace’s role bindings name, if the rest is forbidden, and nothing without any permission', async () => {
    expect(await principalsAs('viewer')).toEqual({ outcome: 'not-permitted' });
    await put({
      apiVersion: `${RBAC}/v1`,
      kind: 'Role',
      metadata: { name: 'principals', namespace: NAMESPACE },
      rules: [{ apiGroups: [RBAC], resources: ['rolebindings'], verbs: ['list'] }],
    });
    await bind('RoleBinding', 'principals', [{ kind: 'User', name: 'editor', apiGroup: RBAC }]);
    // The API server reads new roles a moment later.
    await expect
      .poll(() => principalsAs('editor'))
      .toEqual({ outcome: 'principals', names: ['editor', 'kaudit-editors', 'kaudit-viewers'], more: false, partial: true });
  });

  it('lists 500 names of 2,000 bindings at most, and says that there are more', async () => {
    const subjects = Array.from({ length: 600 }, (_, index) => ({ kind: 'User', name: `user-${index}`, apiGroup: RBAC }));
    await bind('RoleBinding', 'many', subjects);
    const found = await principalsAs('admin');
    expect(found).toMatchObject({ outcome: 'principals', more: true });
    expect(found.outcome === 'principals' && found.names.length).toBe(500);
  });

  it('is what may be read; the rest is listed with the missing permission', async () => {
    expect(await factsAs('editor')).toEqual({
      instance: { name: 'kaudit-prod', ready: 0, wanted: 1, restarts: null },
      egress: null,
      problems: ['networkpolicies', 'pods'].map((what) => expect.stringContaining(`permission to list ${what}`)),
    });
  });
});
