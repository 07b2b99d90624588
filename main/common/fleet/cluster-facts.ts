import type { Workload } from './fleet.ts';
import * as strings from './strings.ts';

// The cluster's view in addition to a delivery test: the test runs here, kAudit runs there.

export interface ClusterFacts {
  /** kAudit's StatefulSet; null: none for this ConfigMap; absent: it couldn't be read. */
  readonly instance?: (Workload & { readonly restarts: number | null }) | null;
  /** Policies that limit what kAudit may send; null: they couldn't be read. */
  readonly egress: readonly EgressPolicy[] | null;
  readonly problems: readonly string[];
}

export interface EgressPolicy {
  readonly name: string;
  readonly lets: string;
  readonly https: boolean;
}

export type Labels = Readonly<Record<string, string>>;

export interface LabelSelector {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
}

interface EgressRule {
  readonly to?:
    | readonly { readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] | undefined } | undefined }[]
    | undefined;
  readonly ports?:
    | readonly {
        readonly protocol?: string | undefined;
        readonly port?: number | string | undefined;
        readonly endPort?: number | undefined;
      }[]
    | undefined;
}

export interface NetworkPolicy {
  readonly metadata: { readonly name: string };
  readonly spec?:
    | {
        readonly podSelector?: LabelSelector | undefined;
        readonly policyTypes?: readonly string[] | undefined;
        readonly egress?: readonly EgressRule[] | undefined;
      }
    | undefined;
}

const MAX_WORDS = 500;

export function egressOf(policies: readonly NetworkPolicy[], labels: Labels): readonly EgressPolicy[] {
  return policies
    .filter(({ spec }) => spec?.policyTypes?.includes('Egress') ?? spec?.egress !== undefined)
    .filter(({ spec }) => selects(spec?.podSelector ?? {}, labels))
    .map(({ metadata, spec }) => {
      const rules = spec?.egress ?? [];
      const words = rules.length === 0 ? strings.allowsNothing : strings.allowsPeers(rules.map(ruleWords).join('; '));
      return {
        name: metadata.name,
        lets: words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words,
        https: rules.some(letsHttpsOut),
      };
    });
}

export function selects(selector: LabelSelector, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === 'NotIn' ? !listed : listed;
    })
  );
}

function ruleWords({ to = [], ports = [] }: EgressRule): string {
  const where =
    to.length === 0 ? 'anywhere' : to.map(({ ipBlock }) => (ipBlock === undefined ? strings.somePods : ipBlock.cidr)).join(', ');
  const which = ports.map(
    ({ protocol = 'TCP', port, endPort }) =>
      `${protocol}${port === undefined ? '' : ` ${port}`}${endPort === undefined ? '' : strings.toEndPort(endPort)}`,
  );
  return strings.wordsToWhere(which.length === 0 ? 'everything' : which.join(', '), where);
}

/** Only certain matches: Coralogix publishes no addresses, so a rule for some addresses may or may not cover it. */
function letsHttpsOut({ to = [], ports = [] }: EgressRule): boolean {
  const everywhere = to.length === 0 || to.some(({ ipBlock }) => ipBlock?.cidr === '0.0.0.0/0' && (ipBlock.except ?? []).length === 0);
  const https = ports.some(({ protocol = 'TCP', port, endPort }) => {
    if (protocol !== 'TCP') return false;
    if (port === undefined) return true;
    return typeof port === 'number' && (port === 443 || (endPort !== undefined && port <= 443 && 443 <= endPort));
  });
  return everywhere && (ports.length === 0 || https);
}
