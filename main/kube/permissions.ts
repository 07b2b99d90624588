import type { Permissions } from '../common/api.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import type { ClusterClient } from './client.ts';
import { INTEGRATION_KEY } from './config-map.ts';

// What the API server lets us do, asked of itself (SelfSubjectAccessReview), and the Role that grants the rest.

/** What this program needs in a namespace. `watch` and `list` find the ConfigMaps, `get` reads one back, `patch` saves. */
const VERBS = ['get', 'list', 'watch', 'patch'] as const;
type Verb = (typeof VERBS)[number];

/** Throws as `ClusterClient.request` does. */
export async function allowed(
  client: ClusterClient,
  question: { readonly namespace: string; readonly verb: Verb; readonly name?: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { resource: 'configmaps', ...question } },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const reply = await client.request<{ readonly status?: { readonly allowed?: boolean } }>('POST', path, { body, signal });
  return reply.status?.allowed === true;
}

/** Whether this one ConfigMap can be saved: patched, and read back. */
export async function permissionsFor(client: ClusterClient, ref: ConfigMapRef): Promise<Permissions> {
  const { namespace, name } = ref;
  const needed = ['patch', 'get'] as const;
  const answers = await Promise.all(needed.map((verb) => allowed(client, { namespace, name, verb })));
  const verb = needed.find((_, index) => answers[index] !== true);
  return verb === undefined ? { update: true, missing: null } : { update: false, missing: { verb, role: roleFor(namespace) } };
}

/** A Role for kubectl. Without resourceNames: `list` and `watch` cannot be granted by name, and new kAudit instances bring new names. */
export function roleFor(namespace: string, user?: string): string {
  return [
    `# Lets kAudit Tray find and change ${INTEGRATION_KEY} in ${namespace}.`,
    'apiVersion: rbac.authorization.k8s.io/v1',
    'kind: Role',
    'metadata:',
    '  name: kaudit-tray',
    `  namespace: ${namespace}`,
    'rules:',
    '  - apiGroups: [""]',
    '    resources: [configmaps]',
    `    verbs: [${VERBS.join(', ')}]`,
    `# Then: kubectl create rolebinding kaudit-tray -n ${namespace} --role=kaudit-tray --user=${quoted(user ?? '<user>')}`,
    '',
  ].join('\n');
}

// SECURITY: a user's name comes from the API server and goes into a command that somebody will paste.
function quoted(user: string): string {
  return `'${user.replace(/[\r\n]/g, ' ').replaceAll("'", "'\\''")}'`;
}
