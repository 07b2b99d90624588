import { apiVersionOf, CONFIG_MAPS, RESOURCES, type Resource } from './objects.ts';

// Enough discovery for kubectl to find resources and to check what it sends.

const VERSION = {
  major: '1',
  minor: '31',
  gitVersion: 'v1.31.4+demo',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '2024-12-11T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'demo/demo',
};

export function documentAt(path: string, host: string): object | string | undefined {
  switch (path.replace(/\/$/, '')) {
    case '/version':
      return VERSION;
    case '/healthz':
    case '/livez':
    case '/readyz':
      return 'ok';
    case '/api':
      return {
        kind: 'APIVersions',
        versions: ['v1'],
        serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
      };
    case '/apis':
      return {
        kind: 'APIGroupList',
        apiVersion: 'v1',
        groups: ['apps', 'networking.k8s.io', 'rbac.authorization.k8s.io', 'authorization.k8s.io'].map(groupOf),
      };
    case '/apis/apps':
    case '/apis/networking.k8s.io':
    case '/apis/rbac.authorization.k8s.io':
    case '/apis/authorization.k8s.io':
      return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(path.split('/')[2] ?? '') };
    case '/api/v1':
      return resourceList('v1', RESOURCES.filter(({ group }) => group === '').map(described));
    case '/apis/apps/v1':
    case '/apis/networking.k8s.io/v1':
    case '/apis/rbac.authorization.k8s.io/v1': {
      const [, , own = ''] = path.split('/');
      return resourceList(`${own}/v1`, RESOURCES.filter(({ group }) => group === own).map(described));
    }
    case '/apis/authorization.k8s.io/v1':
      return resourceList('authorization.k8s.io/v1', [
        { name: 'selfsubjectaccessreviews', singularName: '', namespaced: false, kind: 'SelfSubjectAccessReview', verbs: ['create'] },
      ]);
    case '/openapi/v3':
      return { paths: { 'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' } } };
    case '/openapi/v3/api/v1':
      return OPENAPI;
    default:
      return undefined;
  }
}

function groupOf(name: string): object {
  const version = { groupVersion: `${name}/v1`, version: 'v1' };
  return { name, versions: [version], preferredVersion: version };
}

function resourceList(groupVersion: string, resources: readonly object[]): object {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources };
}

function described({ name, namespaced, kind, verbs, shortNames }: Resource): object {
  return { name, singularName: kind.toLowerCase(), namespaced, kind, verbs, shortNames };
}

/** `kubectl apply` sends nothing unless `patch` takes `fieldValidation` here. */
const OPENAPI = {
  openapi: '3.0.0',
  info: { title: 'Kubernetes', version: VERSION.gitVersion },
  paths: {
    '/api/v1/namespaces/{namespace}/configmaps/{name}': {
      patch: {
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': { group: CONFIG_MAPS.group, kind: CONFIG_MAPS.kind, version: apiVersionOf(CONFIG_MAPS) },
        parameters: ['dryRun', 'fieldManager', 'fieldValidation'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
        responses: {},
      },
    },
  },
};
