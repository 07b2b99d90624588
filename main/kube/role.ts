import { INTEGRATION_KEY } from '../common/integration/reading/integration.ts';
import * as strings from './strings.ts';

/** `watch` and `list` find the ConfigMaps, `get` reads one back, `patch` saves. */
const VERBS = ['get', 'list', 'watch', 'patch'] as const;
export type Verb = (typeof VERBS)[number];

/** No resourceNames: `list` and `watch` don't take them, and new instances have new names. */
export function roleFor(namespace: string, user?: string): string {
  return [
    strings.letsKAuditTrayFindChange(INTEGRATION_KEY, namespace),
    strings.apiVersionRbacAuthorizationK8sIo,
    strings.kindRole,
    'metadata:',
    strings.nameKauditTray,
    strings.namespaceNamespace(namespace),
    'rules:',
    strings.apiGroups,
    strings.resourcesConfigmaps,
    strings.verbsVerbs(VERBS.join(', ')),
    strings.thenKubectlCreateRolebindingKaudit(namespace, quoted(user ?? '<user>')),
    '',
  ].join('\n');
}

// SECURITY: the name comes from the API server and goes into a command that someone will paste.
function quoted(user: string): string {
  return `'${user.replace(/[\r\n]/g, ' ').replaceAll("'", "'\\''")}'`;
}
