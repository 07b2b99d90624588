import type { ReactNode } from 'react';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import type { ClusterFacts } from '../../../main/common/fleet/cluster-facts.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { Banner } from '../../components/badge.tsx';
import { useClusterFacts } from '../../state/cluster-facts.ts';
import { KnownAdvice } from '../arrivals/silence-advice.tsx';
import { countWords } from '../words.ts';

export function ClusterFactsView({ configMap, report }: { readonly configMap: ConfigMapRef; readonly report: DeliveryReport }): ReactNode {
  const { facts, problem } = useClusterFacts(configMap);
  const { authority } = report;
  const closed = facts?.egress?.length && !facts.egress.some((policy) => policy.https) ? facts.egress : [];
  return (
    <section className="cluster-facts" aria-label="In the cluster">
      <h3>In the cluster</h3>
      <ul>
        {problem !== null && <li>{problem}</li>}
        {facts?.instance !== undefined && <li>{instanceWords(facts.instance)}</li>}
        {facts?.egress && <li>{egressWords(facts.egress)}</li>}
        {authority && (
          <li>
            {authority.isPrivate
              ? `For this computer, the private authority ${authority.name} issued the certificate. If the cluster’s connection goes the same way, kAudit has to trust this authority too.`
              : `For this computer, ${authority.name} issued the certificate, so kAudit needs no certificate authority of its own.`}
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
      {closed.length > 0 && (
        <Banner
          tone="warn"
          title={`No egress rule is certain to let kAudit reach port 443: ${closed.map((policy) => policy.name).join(', ')}.`}
        />
      )}
    </section>
  );
}

function instanceWords(instance: NonNullable<ClusterFacts['instance']> | null): string {
  if (instance === null) return 'No kAudit StatefulSet uses this ConfigMap.';
  const restarts = instance.restarts === null ? '' : `, ${countWords(instance.restarts, 'restart')}`;
  return `StatefulSet ${instance.name}: ${instance.ready} of ${instance.wanted} ready${restarts}.`;
}

function egressWords(egress: NonNullable<ClusterFacts['egress']>): string {
  if (egress.length === 0) return 'No NetworkPolicy limits kAudit’s egress.';
  return `NetworkPolicies limit kAudit’s egress: ${egress.map(({ name, lets }) => `${name} ${lets}`).join('. ')}.`;
}
