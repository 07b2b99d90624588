import { randomBytes, randomUUID } from 'node:crypto';
import type { EntryName } from '../../common/arrivals/arrivals.ts';
import type { PresetInput } from '../../common/coralogix/preset.ts';
import { EVERYTHING, type Grant, type User } from '../cluster/access.ts';
import { managersAfter } from '../cluster/managed-fields.ts';
import {
  apiVersionOf,
  CLUSTER_ROLE_BINDINGS,
  CONFIG_MAPS,
  type KubernetesObject,
  NAMESPACES,
  NETWORK_POLICIES,
  PODS,
  type Resource,
  ROLE_BINDINGS,
  STATEFUL_SETS,
  type StringMap,
  timestamp,
} from '../cluster/objects.ts';
import type { IngestKeys } from '../ingest/ingest.ts';
import type { Traffic } from '../ingest/traffic.ts';
import {
  AUDIT_POLICY,
  AUDIT_SOURCE,
  CHECKOUT,
  CORE,
  INVOICES,
  KEYS,
  ORDERS,
  PAYMENTS,
  PREVIEW,
  READING_KEYS,
  SANDBOX,
} from './documents.ts';
import type { DemoContext } from './kubeconfig.ts';

export interface DemoPreset {
  readonly preset: PresetInput;
  readonly key: string;
  readonly readBackKey: string;
}

const NAMESPACE = 'alcide-kaudit';
const DAY = 86_400_000;
const HOUR = 3_600_000;

interface Placed {
  readonly resource: Resource;
  readonly object: KubernetesObject;
}

export interface StoryCluster {
  readonly name: string;
  readonly users: readonly User[];
  readonly objects: readonly Placed[];
}

export interface Story {
  readonly clusters: readonly StoryCluster[];
  readonly contexts: readonly DemoContext[];
  readonly presets: readonly DemoPreset[];
  readonly keys: IngestKeys;
  readonly readingKeys: IngestKeys;
  readonly traffic: readonly Traffic[];
}

interface Instance {
  readonly cluster: string;
  readonly configMap: string;
  readonly text: string;
  readonly ageInDays: number;
  readonly ready: boolean;
  readonly release?: string;
}

/** Tokens and uids are new for each run. Ages count back from `now`. */
export function tellStory(now: Date): Story {
  const token = (): string => randomBytes(24).toString('base64url');
  const editor: Grant = {
    namespaces: [NAMESPACE],
    resources: [CONFIG_MAPS.name, STATEFUL_SETS.name, NETWORK_POLICIES.name, PODS.name],
    verbs: ['get', 'list', 'watch', 'update', 'patch'],
    role: 'kaudit-editor',
  };
  const reader: Grant = { namespaces: '*', resources: '*', verbs: ['get', 'list', 'watch'], role: 'view' };

  const ada: User = { name: 'ada@acme.example', token: token(), grants: [EVERYTHING] };
  // Has one namespace, so a cluster-wide list is refused.
  const onCall: User = { name: 'oncall@acme.example', token: token(), grants: [editor] };
  const developer: User = { name: 'dev@acme.example', token: token(), grants: [reader, editor] };
  const auditor: User = { name: 'auditor@acme.example', token: token(), grants: [reader] };

  return {
    clusters: [
      cluster('prod-eu', ada, now, [
        { cluster: 'payments', configMap: 'kaudit-integration-payments', text: PAYMENTS, ageInDays: 412, ready: true },
        { cluster: 'checkout', configMap: 'kaudit-integrations-checkout', text: CHECKOUT, ageInDays: 96, ready: true },
      ]),
      cluster('prod-us', onCall, now, [
        { cluster: 'orders', configMap: 'kaudit-integration-orders', text: ORDERS, ageInDays: 1630, ready: true },
        { cluster: 'invoices', configMap: 'kaudit-integration-invoices', text: INVOICES, ageInDays: 31, ready: true },
      ]),
      cluster('staging', developer, now, [
        { cluster: 'sandbox', configMap: 'kaudit-integration-sandbox', text: SANDBOX, ageInDays: 9, ready: false },
        { cluster: 'preview', configMap: 'kaudit-integration-preview', text: PREVIEW, ageInDays: 2, ready: true },
      ]),
      cluster('audit-readonly', auditor, now, [
        { cluster: 'core', configMap: 'kaudit-integration-kaudit-core', text: CORE, ageInDays: 700, ready: true, release: 'kaudit-core' },
      ]),
    ],
    contexts: [
      { name: 'prod-eu', cluster: 'prod-eu', user: 'prod-eu-ada', signIn: { token: ada.token }, namespace: NAMESPACE },
      { name: 'prod-us', cluster: 'prod-us', user: 'prod-us-oncall', signIn: { token: onCall.token }, namespace: NAMESPACE },
      { name: 'staging', cluster: 'staging', user: 'staging-dev', signIn: { token: developer.token }, namespace: NAMESPACE },
      { name: 'audit-readonly', cluster: 'audit-readonly', user: 'auditor', signIn: { token: auditor.token }, namespace: NAMESPACE },
      { name: 'edge-berlin', cluster: 'edge-berlin', user: 'edge-berlin-admin', signIn: { token: token() } },
      // An expired token.
      { name: 'prod-us-old-laptop', cluster: 'prod-us', user: 'prod-us-expired', signIn: { token: token() }, namespace: NAMESPACE },
      {
        name: 'sso-lab',
        cluster: 'staging',
        user: 'sso-lab',
        signIn: {
          exec: {
            command: 'kaudit-demo-no-such-login',
            installHint: 'This sign-in plugin doesn’t exist. The demo shows that kAudit Tray runs no plugin unless you allow it.',
          },
        },
        namespace: NAMESPACE,
      },
    ],
    presets: [
      preset('Coralogix EU2, production', 'eu2.coralogix.com', 'prod-eu', [
        { application: 'kaudit', subsystem: 'payments' },
        { application: 'kaudit', subsystem: 'checkout' },
      ]),
      preset('Coralogix US1, production', 'us1.coralogix.com', 'prod-us', [{ application: 'kaudit', subsystem: 'orders' }]),
      preset('Coralogix EU1, audit', 'eu1.coralogix.com', 'audit', [{ application: 'kaudit', subsystem: 'core' }]),
    ],
    keys: Object.fromEntries(Object.entries(KEYS).map(([domain, key]) => [key, domain])),
    readingKeys: Object.fromEntries(Object.entries(READING_KEYS).map(([domain, key]) => [key, domain])),
    traffic: [
      { domain: 'eu2.coralogix.com', application: 'kaudit', subsystem: 'payments', hourly: 90 },
      { domain: 'eu2.coralogix.com', application: 'kaudit', subsystem: 'checkout', hourly: 25 },
      { domain: 'eu2.coralogix.com', application: 'shop', subsystem: 'nginx', hourly: 400 },
      // Someone stopped it yesterday without noticing.
      { domain: 'us1.coralogix.com', application: 'kaudit', subsystem: 'orders', hourly: 40, until: now.getTime() - 20 * HOUR },
      { domain: 'us1.coralogix.com', application: 'shop', subsystem: 'nginx', hourly: 300 },
      // kAudit never sent anything there.
      { domain: 'eu1.coralogix.com', application: 'intranet', subsystem: 'web', hourly: 12 },
    ],
  };
}

function preset(name: string, domain: keyof typeof KEYS, subsystemName: string, names: EntryName[]): DemoPreset {
  const input: PresetInput = {
    name,
    domain,
    endpoint: 'ingress',
    applicationName: 'kaudit',
    subsystemName,
    arrivals: { watched: true, names },
  };
  return { preset: input, key: KEYS[domain], readBackKey: READING_KEYS[domain] };
}

function cluster(name: string, user: User, now: Date, instances: readonly Instance[]): StoryCluster {
  const oldest = Math.max(...instances.map(({ ageInDays }) => ageInDays)) + 30;
  const born = daysBefore(now, oldest);
  return {
    name,
    users: [user],
    objects: [
      ...['default', 'kube-system', NAMESPACE].map((namespace) => namespaceObject(namespace, born)),
      configMap('kube-system', 'kube-root-ca.crt', { 'ca.crt': '(left out)\n' }, born, 'kube-controller-manager', {}),
      ...bindings(user, born),
      ...instances.flatMap((instance) => installation(instance, now)),
    ],
  };
}

function bindings({ name: user }: User, born: string): Placed[] {
  const account = (namespace: string, name: string) => ({ kind: 'ServiceAccount', name, namespace });
  const named = (kind: 'User' | 'Group', name: string) => ({ apiGroup: ROLE_BINDINGS.group, kind, name });
  const bind = (resource: Resource, role: string, subjects: readonly object[]): Placed => {
    const name = role.replaceAll(':', '-');
    const namespace = resource.namespaced ? { namespace: NAMESPACE } : {};
    const metadata = { name, ...namespace, uid: randomUUID(), resourceVersion: '', creationTimestamp: born };
    const roleRef = { apiGroup: ROLE_BINDINGS.group, kind: 'ClusterRole', name: role };
    return { resource, object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, subjects, roleRef } };
  };
  return [
    bind(CLUSTER_ROLE_BINDINGS, 'cluster-admin', [named('Group', 'system:masters'), named('User', 'ada@acme.example')]),
    bind(CLUSTER_ROLE_BINDINGS, 'system:kube-scheduler', [named('User', 'system:kube-scheduler')]),
    bind(CLUSTER_ROLE_BINDINGS, 'system:kube-controller-manager', [named('User', 'system:kube-controller-manager')]),
    bind(CLUSTER_ROLE_BINDINGS, 'view', [named('Group', 'acme:auditors'), account('kube-system', 'dashboard')]),
    bind(ROLE_BINDINGS, 'edit', [named('User', user), account(NAMESPACE, 'kaudit'), account('ci', 'deployer')]),
  ];
}

function installation({ cluster: monitored, configMap: name, text, ageInDays, ready, release }: Instance, now: Date): Placed[] {
  const born = daysBefore(now, ageInDays);
  const labels = {
    app: 'kaudit',
    'app-name': `kaudit-${monitored}`,
    ...(release === undefined ? {} : { 'app.kubernetes.io/managed-by': 'Helm' }),
  };
  const annotations =
    release === undefined ? undefined : { 'meta.helm.sh/release-name': release, 'meta.helm.sh/release-namespace': NAMESPACE };
  const manager = release === undefined ? 'kubectl-client-side-apply' : 'helm';
  const place = (mapName: string, data: StringMap): Placed => configMap(NAMESPACE, mapName, data, born, manager, labels, annotations);
  return [
    place(name, { 'audit-integration': text }),
    place(`kaudit-${monitored}`, { 'audit-source': AUDIT_SOURCE }),
    place(`kaudit-policy-${monitored}`, { 'audit-policy': AUDIT_POLICY }),
    statefulSet(`kaudit-${monitored}`, born, labels, ready),
  ];
}

function daysBefore(now: Date, days: number): string {
  return timestamp(new Date(now.getTime() - days * DAY));
}

function placed(resource: Resource, metadata: Omit<KubernetesObject['metadata'], 'uid' | 'resourceVersion'>, rest: object): Placed {
  const identity = { uid: randomUUID(), resourceVersion: '' };
  return {
    resource,
    object: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { ...metadata, ...identity }, ...rest },
  };
}

function namespaceObject(name: string, creationTimestamp: string): Placed {
  const labels = { 'kubernetes.io/metadata.name': name };
  return placed(NAMESPACES, { name, creationTimestamp, labels }, { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } });
}

function configMap(
  namespace: string,
  name: string,
  data: StringMap,
  creationTimestamp: string,
  manager: string,
  labels: StringMap,
  annotations?: StringMap,
): Placed {
  const metadata = { name, namespace, creationTimestamp, labels, ...(annotations === undefined ? {} : { annotations }) };
  const { resource, object } = placed(CONFIG_MAPS, metadata, { data });
  const managedFields = managersAfter(undefined, object, manager, creationTimestamp);
  return { resource, object: { ...object, metadata: { ...object.metadata, managedFields } } };
}

function statefulSet(name: string, creationTimestamp: string, labels: StringMap, ready: boolean): Placed {
  const metadata = { name, namespace: NAMESPACE, creationTimestamp, labels };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'kaudit', image: 'kaudit:demo' }] } };
  const count = ready ? 1 : 0;
  return placed(STATEFUL_SETS, metadata, {
    spec: { replicas: 1, serviceName: name, selector: { matchLabels: labels }, template },
    status: { observedGeneration: 1, replicas: 1, readyReplicas: count, currentReplicas: 1, updatedReplicas: 1 },
  });
}
