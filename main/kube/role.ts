import { INTEGRATION_KEY } from '../common/integration/reading/integration.ts';

// The Role that grants what this program needs.

/** What this program needs in a namespace. `watch` and `list` find the ConfigMaps, `get` reads one back, `patch` saves. */
const VERBS = ['get', 'list', 'watch', 'patch'] as const;
export type Verb = (typeof VERBS)[number];

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
