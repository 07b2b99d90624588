import { isCoralogixHost } from '../../main/common/coralogix/coralogix.ts';
import type { DeliveryOutcome, StageName, StageState } from '../../main/common/delivery/delivery.ts';
import type { AuthKind, ClusterState, ClusterStep } from '../../main/common/fleet/fleet.ts';
import type { IntegrationState, Problem, Severity } from '../../main/common/integration/reading/integration.ts';
import { plural } from '../../main/common/plain-text.ts';
import type { BadgeLook } from '../components/badge.tsx';
import * as strings from './strings.ts';

// Each state has a word and a shape; the tone only adds to them.

export const CLUSTER_LOOK: Readonly<Record<ClusterState, BadgeLook>> = {
  idle: { tone: 'quiet', icon: 'circle', word: strings.notConnected },
  connecting: { tone: 'info', icon: 'running', word: strings.connecting },
  online: { tone: 'good', icon: 'check', word: strings.online },
  'needs-sign-in': { tone: 'warn', icon: 'lock', word: strings.needsSignIn },
  forbidden: { tone: 'bad', icon: 'ban', word: strings.forbidden },
  unreachable: { tone: 'bad', icon: 'cross', word: strings.unreachable },
  misconfigured: { tone: 'bad', icon: 'alert', word: strings.misconfigured },
};

export const INTEGRATION_LOOK: Readonly<Record<IntegrationState, BadgeLook>> = {
  active: { tone: 'good', icon: 'check', word: strings.active },
  stopped: { tone: 'quiet', icon: 'pause', word: strings.stopped },
  incomplete: { tone: 'warn', icon: 'dashed', word: strings.incomplete },
};

export const DELIVERY_LOOK: Readonly<Record<DeliveryOutcome, BadgeLook>> = {
  running: { tone: 'info', icon: 'running', word: strings.testing },
  passed: { tone: 'good', icon: 'check', word: strings.passed },
  failed: { tone: 'bad', icon: 'cross', word: strings.failed },
  cancelled: { tone: 'quiet', icon: 'ban', word: strings.cancelled },
};

export const UNTESTED_LOOK: BadgeLook = { tone: 'quiet', icon: 'circle', word: strings.untested };

export const STAGE_LOOK: Readonly<Record<StageState, BadgeLook>> = {
  running: { tone: 'info', icon: 'running', word: strings.running },
  passed: { tone: 'good', icon: 'check', word: strings.passed },
  warning: { tone: 'warn', icon: 'warning', word: strings.warning },
  failed: { tone: 'bad', icon: 'cross', word: strings.failed },
  'not-reached': { tone: 'quiet', icon: 'dashed', word: strings.notReached },
};

export const SEVERITY_LOOK: Readonly<Record<Severity, BadgeLook>> = {
  error: { tone: 'bad', icon: 'alert', word: strings.error },
  warning: { tone: 'warn', icon: 'warning', word: strings.warning },
  note: { tone: 'info', icon: 'info', word: strings.note },
};

export const AUTH_WORDS: Readonly<Record<AuthKind, string>> = {
  static: strings.tokenCertificate,
  exec: strings.loginPlugin,
  oidc: strings.oidcLogin,
  none: strings.noCredentials,
};

export const STEP_WORDS: Readonly<Record<ClusterStep, string>> = {
  file: strings.kubeconfigFile,
  context: strings.context,
  plugin: strings.loginPluginLabel,
  proxy: strings.proxy,
  dns: strings.hostName,
  tcp: strings.connection,
  tls: 'TLS',
  authentication: 'Sign-in',
  permission: strings.permission,
  namespace: strings.namespace,
  configmap: 'ConfigMap',
  parse: strings.document,
};

export const STAGE_WORDS: Readonly<Record<StageName, string>> = {
  proxy: strings.proxy,
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  http: 'HTTP',
  key: strings.key,
  accepted: strings.accepted,
  seen: strings.seenCoralogix,
};

export function targetTitle(type: string | undefined, host?: string): string {
  switch (type) {
    case undefined:
      return strings.noTarget;
    case 'http-api':
      return host !== undefined && isCoralogixHost(host) ? strings.coralogix : strings.httpApi;
    case 'slack':
      return strings.slack;
    case 'syslog':
      return strings.syslog;
    case 'kafka':
      return strings.kafka;
    case 'azure':
      return strings.azureSentinel;
    case 'aws-security-hub':
      return strings.awsSecurityHub;
    case 'aws-s3':
      return strings.awsS3;
    default:
      return type;
  }
}

/** Each preset is Coralogix's: where a heading says so, its name needn't. */
export function presetTitle(name: string): string {
  return name.replace(/^coralogix[\s:,–-]+(?=\S)/i, '');
}

/** A long name without its middle: in an ARN or a host both ends say more. */
export function middle(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = Math.floor((max - 1) / 2);
  return `${text.slice(0, max - 1 - end)}…${text.slice(text.length - end)}`;
}

/** How many problems a text has. */
export function problemLooks(problems: readonly Pick<Problem, 'severity'>[]): readonly (BadgeLook & { readonly severity?: Severity })[] {
  const looks = (['error', 'warning'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [{ ...SEVERITY_LOOK[severity], word: plural(count, severity), severity }];
  });
  // Not green: it covers only the text, whatever the last delivery test found.
  return looks.length > 0 ? looks : [{ tone: 'quiet', icon: 'check', word: strings.noProblemsText }];
}
