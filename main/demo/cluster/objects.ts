export type StringMap = Readonly<Record<string, string>>;

export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Update' | 'Apply';
  readonly apiVersion: string;
  /** ISO 8601, whole seconds. */
  readonly time: string;
  readonly fieldsType: 'FieldsV1';
  readonly fieldsV1: object;
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  /** ISO 8601, whole seconds. */
  readonly creationTimestamp: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly managedFields?: readonly ManagedFields[];
}

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly immutable?: boolean;
  readonly data?: StringMap;
  readonly binaryData?: StringMap;
  readonly subjects?: unknown;
  readonly roleRef?: unknown;
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface Resource {
  readonly group: '' | 'apps' | 'networking.k8s.io' | 'rbac.authorization.k8s.io';
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly verbs: readonly string[];
}

const READ = ['get', 'list', 'watch'];

export const CONFIG_MAPS: Resource = {
  group: '',
  name: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
  shortNames: ['cm'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
};

export const NAMESPACES: Resource = {
  group: '',
  name: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
  shortNames: ['ns'],
  verbs: READ,
};

export const STATEFUL_SETS: Resource = {
  group: 'apps',
  name: 'statefulsets',
  kind: 'StatefulSet',
  namespaced: true,
  shortNames: ['sts'],
  verbs: READ,
};

/** Always empty; `kubectl describe` fails without them. */
const EVENTS: Resource = { group: '', name: 'events', kind: 'Event', namespaced: true, shortNames: ['ev'], verbs: READ };

/** Always empty: nothing limits what kAudit sends. */
export const NETWORK_POLICIES: Resource = {
  group: 'networking.k8s.io',
  name: 'networkpolicies',
  kind: 'NetworkPolicy',
  namespaced: true,
  shortNames: ['netpol'],
  verbs: READ,
};

/** Always empty: none has restarted. */
export const PODS: Resource = { group: '', name: 'pods', kind: 'Pod', namespaced: true, shortNames: ['po'], verbs: READ };

export const ROLE_BINDINGS: Resource = {
  group: 'rbac.authorization.k8s.io',
  name: 'rolebindings',
  kind: 'RoleBinding',
  namespaced: true,
  shortNames: [],
  verbs: READ,
};

export const CLUSTER_ROLE_BINDINGS: Resource = {
  ...ROLE_BINDINGS,
  name: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
};

export const RESOURCES: readonly Resource[] = [
  CONFIG_MAPS,
  NAMESPACES,
  STATEFUL_SETS,
  EVENTS,
  NETWORK_POLICIES,
  PODS,
  ROLE_BINDINGS,
  CLUSTER_ROLE_BINDINGS,
];

export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? 'v1' : `${resource.group}/v1`;
}

export function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
