import type { ReactNode } from 'react';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import type { ClusterFacts } from '../../../main/common/fleet/cluster-facts.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { Banner } from '../../components/badge.tsx';
import { useClusterFacts } from '../../state/cluster-facts.ts';
import { KnownAdvice } from '../arrivals/silence-advice.tsx';
import * as strings from './strings.ts';

export function ClusterFactsView({ configMap, report }: { readonly configMap: ConfigMapRef; readonly report: DeliveryReport }): ReactNode {
  const { facts, problem } = useClusterFacts(configMap);
  const { authority } = report;
  const closed = facts?.egress?.length && !facts.egress.some((policy) => policy.https) ? facts.egress : [];
  return (
    <section className="cluster-facts" aria-label={strings.inTheCluster}>
      <h3>{strings.inTheCluster}</h3>
      <ul>
        {problem !== null && <li>{problem}</li>}
        {facts?.instance !== undefined && <li>{instanceWords(facts.instance)}</li>}
        {facts?.egress && <li>{egressWords(facts.egress)}</li>}
        {authority && (
          <li>
            {authority.isPrivate
              ? strings.computerPrivateAuthorityIssuedCertificate(authority.name)
              : strings.computerIssuedCertificateSoKAudit(authority.name)}
          </li>
        )}
        {facts?.problems.map((sentence) => (
          <li key={sentence} className="quiet">
            {sentence}
          </li>
        ))}
      </ul>
      {(facts !== null || problem !== null) && report.outcome === 'passed' && report.subject.kind === 'integration' && (
        <KnownAdvice configMap={configMap} index={report.subject.integration} facts={facts ?? undefined} />
      )}
      {closed.length > 0 && <Banner tone="warn" title={strings.noEgressRuleCertainLet(closed.map((policy) => policy.name).join(', '))} />}
    </section>
  );
}

function instanceWords(instance: NonNullable<ClusterFacts['instance']> | null): string {
  if (instance === null) return strings.noKAuditStatefulSetUsesConfigMap;
  const restarts = instance.restarts === null ? '' : `, ${plural(instance.restarts, 'restart')}`;
  return strings.statefulSetReady(instance.name, instance.ready, instance.wanted, restarts);
}

function egressWords(egress: NonNullable<ClusterFacts['egress']>): string {
  if (egress.length === 0) return strings.noNetworkPolicyLimitsKAuditsEgress;
  return strings.networkPoliciesLimitKAuditsEgress(egress.map(({ name, lets }) => `${name} ${lets}`).join('. '));
}
