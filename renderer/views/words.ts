import { isCoralogixHost } from '../../main/common/coralogix/coralogix.ts';
import type { DeliveryOutcome, StageName, StageState } from '../../main/common/delivery/delivery.ts';
import type { AuthKind, ClusterState, ClusterStep } from '../../main/common/fleet/fleet.ts';
import type { IntegrationState, Problem, Severity } from '../../main/common/integration/reading/integration.ts';
import type { BadgeLook } from '../components/badge.tsx';

// Each state has a word and a shape; the tone only adds to them.

export const CLUSTER_LOOK: Readonly<Record<ClusterState, BadgeLook>> = {
  idle: { tone: 'quiet', icon: 'circle', word: 'Not connected' },
  connecting: { tone: 'info', icon: 'running', word: 'Connecting …' },
  online: { tone: 'good', icon: 'check', word: 'Online' },
  'needs-sign-in': { tone: 'warn', icon: 'lock', word: 'Needs sign-in' },
  forbidden: { tone: 'bad', icon: 'ban', word: 'Forbidden' },
  unreachable: { tone: 'bad', icon: 'cross', word: 'Unreachable' },
  misconfigured: { tone: 'bad', icon: 'alert', word: 'Misconfigured' },
};

export const INTEGRATION_LOOK: Readonly<Record<IntegrationState, BadgeLook>> = {
  active: { tone: 'good', icon: 'check', word: 'Active' },
  stopped: { tone: 'quiet', icon: 'pause', word: 'Stopped' },
  incomplete: { tone: 'warn', icon: 'dashed', word: 'Incomplete' },
};

export const DELIVERY_LOOK: Readonly<Record<DeliveryOutcome, BadgeLook>> = {
  running: { tone: 'info', icon: 'running', word: 'Testing …' },
  passed: { tone: 'good', icon: 'check', word: 'Passed' },
  failed: { tone: 'bad', icon: 'cross', word: 'Failed' },
  cancelled: { tone: 'quiet', icon: 'ban', word: 'Cancelled' },
};

export const UNTESTED_LOOK: BadgeLook = { tone: 'quiet', icon: 'circle', word: 'Untested' };

export const STAGE_LOOK: Readonly<Record<StageState, BadgeLook>> = {
  running: { tone: 'info', icon: 'running', word: 'Running' },
  passed: { tone: 'good', icon: 'check', word: 'Passed' },
  warning: { tone: 'warn', icon: 'warning', word: 'Warning' },
  failed: { tone: 'bad', icon: 'cross', word: 'Failed' },
  'not-reached': { tone: 'quiet', icon: 'dashed', word: 'Not reached' },
};

export const SEVERITY_LOOK: Readonly<Record<Severity, BadgeLook>> = {
  error: { tone: 'bad', icon: 'alert', word: 'Error' },
  warning: { tone: 'warn', icon: 'warning', word: 'Warning' },
  note: { tone: 'info', icon: 'info', word: 'Note' },
};

export const AUTH_WORDS: Readonly<Record<AuthKind, string>> = {
  static: 'token or certificate',
  exec: 'login plugin',
  oidc: 'OIDC login',
  none: 'no credentials',
};

export const STEP_WORDS: Readonly<Record<ClusterStep, string>> = {
  file: 'Kubeconfig file',
  context: 'Context',
  plugin: 'Login plugin',
  proxy: 'Proxy',
  dns: 'Host name',
  tcp: 'Connection',
  tls: 'TLS',
  authentication: 'Sign-in',
  permission: 'Permission',
  namespace: 'Namespace',
  configmap: 'ConfigMap',
  parse: 'Document',
};

export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  proxy: 'Proxy',
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  http: 'HTTP',
  key: 'Key',
  accepted: 'Accepted',
  seen: 'Seen in Coralogix',
};

export function targetTitle(type: string | undefined, host?: string): string {
  switch (type) {
    case undefined:
      return 'No target';
    case 'http-api':
      return host !== undefined && isCoralogixHost(host) ? 'Coralogix' : 'HTTP API';
    case 'slack':
      return 'Slack';
    case 'syslog':
      return 'Syslog';
    case 'kafka':
      return 'Kafka';
    case 'azure':
      return 'Azure Sentinel';
    case 'aws-security-hub':
      return 'AWS Security Hub';
    case 'aws-s3':
      return 'AWS S3';
    default:
      return type;
  }
}

export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** A long name without its middle: in an ARN or a host both ends tell more. */
export function middle(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = Math.floor((max - 1) / 2);
  return `${text.slice(0, max - 1 - end)}…${text.slice(text.length - end)}`;
}

/** How many problems a text has. */
export function problemLooks(problems: readonly Pick<Problem, 'severity'>[]): readonly (BadgeLook & { readonly severity?: Severity })[] {
  const looks = (['error', 'warning'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [{ ...SEVERITY_LOOK[severity], word: countWords(count, severity), severity }];
  });
  // Not green: it covers only the text, whatever the last delivery test found.
  return looks.length > 0 ? looks : [{ tone: 'quiet', icon: 'check', word: 'No problems in the text' }];
}
