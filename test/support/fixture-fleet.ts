import type { ConfigMapView, Envelope, Event, SecretInfo } from '../../main/common/api.ts';
import { presetUrl } from '../../main/common/coralogix/preset.ts';
import type { DeliveryReport } from '../../main/common/delivery/delivery.ts';
import { type Cluster, type ConfigMapSummary, changeBetween, type Fleet } from '../../main/common/fleet/fleet.ts';
import { diffDocuments, editDocument, readDocument } from '../../main/common/integration/document.ts';
import { destinationOf } from '../../main/common/integration/reading/destination.ts';
import type { Edit } from '../../main/common/integration/reading/integration.ts';
import { editTargets } from '../../main/common/integration/targets.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { defaultSettings } from '../../main/common/settings.ts';
import type { DocumentEdit } from '../../main/common/yaml/value.ts';
import type { Bridge } from '../../renderer/client/desktop-transport.ts';

// A scripted main for the page alone: a bridge with clusters in every state. For looking at the page and for tests of it, never shipped.

const DOCUMENT = `# detections go to Coralogix
- type: detections
  name: to Coralogix
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk   # the region of team audit
    http-api-token: masked-key-1
    rate-limit: 10
    x-team: audit
  data-filter:
    etype: [principal, resource]
    confidence:
      - 0
      - 1
    entity-no-match: ^system:|^admin$
- type: selections
  target:
    - target-type: slack
      slack-uri: masked-key-2
    - target-type: http-api
      http-api-uri: https://api.coralogix.com/api/v1/logs
      http-api-token: masked-key-3
      stopped: true
  data-filter:
    rules-match: ^exec|unsafe$
    report: details
- val-cx-key: masked-key-4
- type: activity
  target:
    target-type: http-api
    http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk
    ref/http-api-token: val-cx-key
  data-filter: {}
`;
const INVALID = '- type: detections\n  target:\n    target-type: http-api\n   http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk\n';
const SECRET_FIELDS = new Set(['http-api-token', 'slack-uri', 'shared-key', 'aws-secret-access-key']);

const START = new Date(Date.now() - 7 * 60_000).toISOString();
const OLD = new Date(Date.now() - 3 * 24 * 3_600_000).toISOString();

interface Held {
  readonly ref: ConfigMapRef;
  text: string;
  version: number;
  readonly readOnly: boolean;
  readonly managed: boolean;
}

export interface FixtureOptions {
  readonly empty?: boolean;
  readonly theme?: 'system' | 'light' | 'dark';
}

export function fixtureBridge(options: FixtureOptions = {}): Bridge & { readonly requests: { name: string; args: unknown }[] } {
  const held: Held[] = [
    configMap('prod-eu', 'kaudit-integration-payments', DOCUMENT),
    configMap('prod-eu', 'kaudit-integrations-web', '', { managed: true }),
    configMap('prod-us', 'kaudit-integration-kaudit-core', DOCUMENT, { readOnly: true }),
    configMap('staging', 'kaudit-integration-staging', INVALID),
  ];
  const listeners = new Set<(event: Event) => void>();
  const requests: { name: string; args: unknown }[] = [];
  let fleet: Fleet = {
    revision: 1,
    host: 'browser',
    version: '0.1.0',
    demo: true,
    files: options.empty ? [] : [{ path: '/home/me/.kube/config' }, { path: '/home/me/old.yaml', problem: 'The file is no YAML: line 3.' }],
    clusters: options.empty
      ? []
      : [
          { ...cluster('prod-eu'), configMaps: held.filter(({ ref }) => ref.context === 'prod-eu').map(summary) },
          { ...cluster('prod-us'), configMaps: held.filter(({ ref }) => ref.context === 'prod-us').map(summary) },
          { ...cluster('staging'), configMaps: held.filter(({ ref }) => ref.context === 'staging').map(summary) },
          {
            ...cluster('office'),
            state: 'unreachable',
            seenAt: OLD,
            problem: {
              step: 'tcp',
              message: 'Nothing answers at 10.1.2.3:6443 (time-out after 5 s).',
              fix: 'Connect the VPN, then try again.',
            },
          },
          {
            ...cluster('azure-dev'),
            auth: 'exec',
            state: 'needs-sign-in',
            seenAt: null,
            problem: { step: 'plugin', message: 'The login plugin kubelogin wants to sign you in.', fix: 'Sign in: a browser opens.' },
          },
          { ...cluster('lab'), state: 'idle', watched: false, seenAt: null },
          { ...cluster('sandbox'), auth: 'oidc', state: 'idle', watched: false, seenAt: null },
        ],
    presets: [
      {
        id: 'p1',
        name: 'EU2 audit',
        domain: 'eu2.coralogix.com',
        endpoint: 'ingress',
        applicationName: 'kaudit',
        subsystemName: 'delivery-test',
        key: { state: 'keychain', setAt: OLD, fingerprint: '0badcafe' },
      },
      {
        id: 'p2',
        name: 'US1 without key',
        domain: 'us1.coralogix.com',
        endpoint: 'api',
        applicationName: 'kaudit',
        subsystemName: 'delivery-test',
        key: { state: 'missing' },
      },
    ],
    keychain: { state: 'memory', message: 'This computer has no keychain: keys are kept in memory and gone when the program ends.' },
    settings: {
      ...defaultSettings,
      theme: options.theme ?? 'system',
      kubeconfigFiles: ['/home/me/old.yaml'],
      namespaces: ['security-audit'],
    },
    reports: [],
    testAll: null,
    desktop: null,
  };
  if (!options.empty) fleet = { ...fleet, reports: [report(fleet, 0, 'passed', START), report(fleet, 1, 'failed', OLD)] };

  const update = (part: Partial<Fleet>) => {
    const before = fleet;
    fleet = { ...fleet, ...part, revision: fleet.revision + 1 };
    for (const listener of listeners) listener({ name: 'fleet.changed', value: changeBetween(before, fleet) });
  };
  const find = (ref: ConfigMapRef) => held.find((one) => JSON.stringify(one.ref) === JSON.stringify(ref));

  // biome-ignore lint/suspicious/noExplicitAny: the arguments of every command
  const answer = async (name: string, args: any): Promise<unknown> => {
    const target = args.ref ? find(args.ref) : undefined;
    switch (name) {
      case 'fleet.get':
      case 'fleet.refresh':
        return fleet;
      case 'settings.update':
        update({ settings: { ...fleet.settings, ...args.settings } });
        return fleet.settings;
      case 'cluster.connect':
        update({
          clusters: fleet.clusters.map((one) => (one.context === args.context ? { ...one, state: 'online', problem: null } : one)),
        });
        return { state: 'online' };
      case 'configMap.get':
        if (!target) throw { code: 'not-found', message: 'There is no such ConfigMap any more.', retry: false };
        return view(target);
      case 'configMap.preview': {
        if (!target) throw { code: 'not-found', message: 'There is no such ConfigMap any more.', retry: false };
        const result = applied(target.text, args.edits, fleet);
        if (!result.ok) return { outcome: 'refused', reason: result.reason };
        return { outcome: 'preview', ...reading(result.text), diff: diffDocuments(target.text, result.text) };
      }
      case 'configMap.apply': {
        if (!target) return { outcome: 'gone', reason: 'The ConfigMap was deleted meanwhile.' };
        if (target.managed && !args.override) return { outcome: 'managed', managedBy: view(target).managedBy };
        const result = applied(target.text, args.edits, fleet);
        if (!result.ok) return { outcome: 'invalid', reason: result.reason, problems: [] };
        target.text = result.text;
        target.version += 1;
        update({
          clusters: fleet.clusters.map((one) => ({
            ...one,
            configMaps: held.filter(({ ref }) => ref.context === one.context).map(summary),
          })),
        });
        return { outcome: 'saved', resourceVersion: String(target.version), merged: [], configMap: view(target) };
      }
      case 'delivery.test':
      case 'delivery.testPreset':
        await new Promise((resolve) => setTimeout(resolve, 300));
        return { outcome: 'failed', report: report(fleet, 1, 'failed', new Date().toISOString()) };
      case 'delivery.testAll':
        return { passed: 2, failed: 1, skipped: 1, cancelled: false };
      case 'preset.save':
        return { preset: { ...fleet.presets[0], ...args.preset }, stored: 'memory' };
      default:
        return null;
    }
  };
  return {
    requests,
    async request(name, args): Promise<Envelope<unknown>> {
      requests.push({ name, args });
      try {
        return { ok: true, value: await answer(name, args) };
      } catch (error) {
        return { ok: false, error: error as never };
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function configMap(context: string, name: string, text: string, flags: { readOnly?: boolean; managed?: boolean } = {}): Held {
  const ref = { context, namespace: 'alcide-kaudit', name };
  return { ref, text, version: 41, readOnly: flags.readOnly ?? false, managed: flags.managed ?? false };
}

function cluster(context: string): Cluster {
  return {
    context,
    server: `https://${context}.example.net:6443`,
    user: 'auditor',
    file: '/home/me/.kube/config',
    auth: 'static',
    state: 'online',
    watched: true,
    problem: null,
    configMaps: [],
    seenAt: START,
  };
}

function managedBy(one: Held) {
  return one.managed
    ? ({
        by: 'Helm',
        name: 'kaudit-web',
        advice: 'The next helm upgrade overwrites what is saved here: change kauditIntegrationsFile in the chart’s values instead.',
      } as const)
    : null;
}

function reading(text: string) {
  const found = readDocument(text);
  return {
    text,
    state: found.state,
    integrations: found.integrations,
    values: found.values,
    others: found.others,
    problems: found.problems,
    secrets: secretsOf(text),
  };
}

function secretsOf(text: string): SecretInfo[] {
  const found = readDocument(text);
  const fields = found.integrations.flatMap(({ targets }) => targets.flatMap((target) => target.fields));
  return [...fields.filter(({ name }) => SECRET_FIELDS.has(name)), ...found.values].map(({ path, value }) => ({
    path,
    mask: String(value),
    fingerprint: [...String(value)]
      .reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 0xffffffff, 7)
      .toString(16)
      .padStart(8, '0'),
  }));
}

function view(one: Held): ConfigMapView {
  return {
    ref: one.ref,
    uid: `uid-${one.ref.name}`,
    resourceVersion: String(one.version),
    ...reading(one.text),
    permissions: one.readOnly
      ? {
          update: false,
          missing: { verb: 'patch', role: 'kind: Role\nrules:\n- apiGroups: [""]\n  resources: [configmaps]\n  verbs: [get, patch]\n' },
        }
      : { update: true, missing: null },
    managedBy: managedBy(one),
  };
}

function summary(one: Held): ConfigMapSummary {
  const found = readDocument(one.text);
  const first = found.problems[0];
  return {
    ref: one.ref,
    uid: `uid-${one.ref.name}`,
    resourceVersion: String(one.version),
    instance: one.ref.name.replace(/^kaudit-integrations?-(kaudit-)?/, ''),
    state: found.state,
    readOnly: one.readOnly,
    managed: managedBy(one),
    integrations: found.integrations.map((integration) => ({
      index: integration.index,
      name: integration.name,
      type: integration.type,
      state: integration.state,
      content: JSON.stringify(integration),
      targets: integration.targets.map((target) => {
        const destination = destinationOf(found, target);
        const kind = destination.key.kind;
        return {
          index: target.index,
          type: target.type,
          host: destination.host,
          stopped: target.stopped,
          key: { kind, ...(kind === 'none' ? {} : { fingerprint: '0badcafe' }) },
          hash: `${one.ref.name}:${target.path.join('/')}`,
        };
      }),
    })),
    ...(found.state === 'invalid' && first ? { problem: { severity: 'error' as const, message: first.message } } : {}),
  };
}

function applied(text: string, edits: readonly Edit[], fleet: Fleet): { ok: true; text: string } | { ok: false; reason: string } {
  let current = text;
  for (const edit of edits) {
    if (edit.op === 'text') {
      current = edit.text;
      continue;
    }
    if (edit.op === 'duplicate' || edit.op === 'addTarget' || edit.op === 'moveTarget') {
      const copied = editTargets(current, edit);
      if (!copied.ok) return copied;
      current = copied.text;
      continue;
    }
    const plain: readonly DocumentEdit[] = edit.op === 'preset' ? presetEdits(edit, fleet, current) : [edit];
    const result = editDocument(current, plain);
    if (!result.ok) return result;
    current = result.text;
  }
  return { ok: true, text: current };
}

function presetEdits(edit: Extract<Edit, { op: 'preset' }>, fleet: Fleet, text: string): readonly DocumentEdit[] {
  const preset = fleet.presets.find(({ id }) => id === edit.preset);
  const target = readDocument(text)
    .integrations.find(({ index }) => index === edit.integration)
    ?.targets.find(({ index }) => index === (edit.target ?? null));
  if (!preset || !target) return [];
  return [
    { op: 'set', path: [...target.path, 'http-api-uri'], value: presetUrl(preset) },
    { op: 'set', path: [...target.path, 'http-api-token'], value: 'masked-key-of-preset' },
  ];
}

function report(fleet: Fleet, position: number, outcome: 'passed' | 'failed', startedAt: string): DeliveryReport {
  const configMap = fleet.clusters[0]?.configMaps[0];
  const integration = configMap?.integrations[position];
  const target = integration?.targets.at(-1);
  if (!configMap || !integration || !target) throw new Error('The fixture has such a target');
  const failed = outcome === 'failed';
  const url = failed ? 'https://api.coralogix.com/api/v1/logs' : 'https://api.eu2.coralogix.com/logs/v1/bulk';
  return {
    id: `test-${outcome}`,
    subject: {
      kind: 'integration',
      ref: configMap.ref,
      integration: integration.index,
      ...(target.index === null ? {} : { target: target.index }),
      hash: target.hash,
      unsaved: false,
    },
    outcome,
    summary: failed ? 'api.coralogix.com does not serve this path (404)' : 'Accepted by api.eu2.coralogix.com in 214 ms',
    startedAt,
    milliseconds: 214,
    url,
    method: 'POST',
    vantage: 'From this computer (laptop), without a proxy',
    stages: [
      { name: 'proxy', state: 'passed', evidence: 'No proxy for this host' },
      { name: 'dns', state: 'passed', milliseconds: 12, evidence: '203.0.113.7, 203.0.113.8' },
      { name: 'tcp', state: 'passed', milliseconds: 31, evidence: 'Connected to 203.0.113.7:443' },
      {
        name: 'tls',
        state: 'warning',
        milliseconds: 44,
        evidence: 'TLSv1.3, issuer Example Private CA',
        fix: 'Ask whether a proxy inspects TLS on the way.',
      },
      {
        name: 'http',
        state: failed ? 'failed' : 'passed',
        milliseconds: 127,
        evidence: failed ? 'HTTP 404' : 'HTTP 200',
        ...(failed ? { fix: 'Use Coralogix’s current address.' } : {}),
      },
      { name: 'key', state: failed ? 'not-reached' : 'passed', evidence: '' },
      { name: 'accepted', state: failed ? 'not-reached' : 'passed', evidence: '' },
    ],
    status: failed ? 404 : 200,
    body: failed ? '{"message":"no Route matched with those values"}' : '{}',
    payload: '{"applicationName":"kaudit","subsystemName":"delivery-test","logEntries":[{"severity":3,"text":"…"}]}',
    warnings: failed ? ['This address is on Coralogix’s list of retired ones.'] : [],
    ...(failed
      ? {
          twin: {
            url: 'https://ingress.coralogix.com/logs/v1/bulk',
            outcome: 'passed' as const,
            summary: 'Accepted in 180 ms',
            edits: [
              {
                op: 'set' as const,
                path: [integration.index, 'target', target.index ?? 0, 'http-api-uri'],
                value: 'https://ingress.coralogix.com/logs/v1/bulk',
              },
            ],
          },
        }
      : {}),
    notProven: 'Not proven: that kAudit’s own request carries the key the same way, and that the cluster’s network lets it out.',
    curl: 'curl --header \'Authorization: Bearer \'"$CORALOGIX_KEY"',
    attempts: 1,
  };
}
