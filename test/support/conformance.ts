import { EVERYTHING, type Grant } from '../../main/demo/cluster/access.ts';
import { startCluster } from '../../main/demo/cluster/cluster.ts';
import { NAMESPACES } from '../../main/demo/cluster/objects.ts';
import { createAuthority } from '../../main/demo/server/certificates.ts';
import { writeKubeconfig } from '../../main/demo/story/kubeconfig.ts';
import { NAMESPACE } from './api-server.ts';
import type { Answer, Endpoint } from './raw-kubernetes.ts';
import { USERS } from './raw-kubernetes.ts';

// Compares a demo cluster with a real API server.

/** A demo cluster with the users and rights of the real one, and its kubeconfig in `directory`. */
export async function startDemoCluster(directory: string): Promise<Endpoint & { close(): Promise<void> }> {
  const reading = ['get', 'list', 'watch'];
  const editor: Grant = {
    namespaces: [NAMESPACE],
    resources: ['configmaps'],
    verbs: [...reading, 'update', 'patch'],
    role: 'kaudit-editor',
  };
  const instances: Grant = { namespaces: [NAMESPACE], resources: ['statefulsets'], verbs: reading, role: 'kaudit-editor' };
  const viewer: Grant = { namespaces: [NAMESPACE], resources: ['configmaps'], verbs: reading, role: 'kaudit-viewer' };
  const token = (user: string): string => `${user}-token`;
  const authority = await createAuthority('conformance');
  const cluster = await startCluster({
    credentials: await authority.issue(['127.0.0.1']),
    users: [
      { name: 'admin', token: token('admin'), grants: [EVERYTHING] },
      { name: 'editor', token: token('editor'), grants: [editor, instances] },
      { name: 'viewer', token: token('viewer'), grants: [viewer] },
      { name: 'stranger', token: token('stranger'), grants: [] },
    ],
    objects: [NAMESPACE, 'default'].map((name) => ({
      resource: NAMESPACES,
      object: {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name, uid: name, resourceVersion: '', creationTimestamp: '2026-01-01T00:00:00Z' },
        status: { phase: 'Active' },
      },
    })),
  });
  const kubeconfig = await writeKubeconfig({
    directory,
    certificateAuthority: authority.certificate,
    contexts: USERS.map((name) => ({ name, cluster: 'demo', user: name, signIn: { token: token(name) } })),
    serverOf: () => cluster.url,
  });
  return { url: cluster.url, certificate: authority.certificate, kubeconfig, token, close: cluster.close };
}

/** The parts of a failure that a client can act on. */
export function failure({ code, type, json }: Answer, parts: { readonly message?: boolean } = {}): object {
  const { name, group, kind, causes = [] } = json.details ?? {};
  const fields = [...new Set(causes.map((cause: { reason: string; field: string }) => `${cause.reason} ${cause.field}`))];
  return {
    code,
    type,
    body: { kind: json.kind, apiVersion: json.apiVersion, status: json.status, reason: json.reason, code: json.code },
    details: { name, group, kind, fields },
    ...(parts.message ? { message: json.message } : {}),
  };
}

/** A line from kubectl without the age and the width of its columns. */
export function withoutAge(line: string): string {
  return line.replace(/\s+\d+[smhdy]\d*[smhdy]?(?=\s|$)/, ' AGE').replace(/\s+/g, ' ');
}
