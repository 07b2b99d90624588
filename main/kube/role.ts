import { INTEGRATION_KEY } from '../common/integration/reading/integration.ts';

/** `watch` and `list` find the ConfigMaps, `get` reads one back, `patch` saves. */
const VERBS = ['get', 'list', 'watch', 'patch'] as const;
export type Verb = (typeof VERBS)[number];

/** No resourceNames: `list` and `watch` don't take them, and new instances have new names. */
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

// SECURITY: the name comes from the API server and goes into a command that someone will paste.
function quoted(user: string): string {
  return `'${user.replace(/[\r\n]/g, ' ').replaceAll("'", "'\\''")}'`;
}
