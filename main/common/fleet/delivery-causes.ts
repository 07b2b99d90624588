import type { DeliveryReport } from '../delivery/delivery.ts';
import type { Fleet } from './fleet.ts';
import { reportFor } from './fleet.ts';
import { objectIdentity } from './identity.ts';
import * as strings from './strings.ts';

// Many failures with one cause are one problem, such as a revoked key.

export interface FailureCause {
  readonly id: string;
  readonly sentence: string;
  readonly fix: string | undefined;
  readonly reports: readonly DeliveryReport[];
}

/** Causes that several active integrations share, most common first. */
export function failureCauses(fleet: Pick<Fleet, 'clusters' | 'reports'>): readonly FailureCause[] {
  const byHash = Map.groupBy(fleet.reports, ({ subject }) => subject.hash);
  const failed = fleet.clusters
    .flatMap((cluster) => cluster.configMaps.map((configMap) => ({ ...configMap, identity: objectIdentity(cluster, configMap) })))
    .flatMap(({ ref, identity, integrations }) =>
      integrations
        .flatMap(({ targets }) => targets)
        .filter(({ stopped }) => !stopped)
        .flatMap((target) => {
          const report = reportFor({ reports: byHash.get(target.hash) ?? [] }, ref, target);
          // Through another context it is the same target.
          return report?.outcome === 'failed' ? [[`${identity} ${target.hash}`, report] as const] : [];
        }),
    );
  const groups = Map.groupBy(new Map(failed).values(), causeOf);
  return [...groups]
    .map(([id, reports]) => ({ id, reports }))
    .filter(({ reports }) => reports.length > 1)
    .sort((one, other) => other.reports.length - one.reports.length)
    .map(({ id, reports: [first, ...more] }) => ({
      id,
      sentence: strings.valueIntegrationsWords(more.length + 1, first === undefined ? '' : causeWords(first, [first, ...more])),
      fix: first?.stages.find(({ state }) => state === 'failed')?.fix,
      reports: first === undefined ? [] : [first, ...more],
    }));
}

function causeOf(report: DeliveryReport): string {
  const stage = report.stages.find(({ state }) => state === 'failed');
  const host = hostOf(report.url);
  switch (stage?.name) {
    // These come before any host, so hosts don't matter.
    case 'proxy':
      return `proxy ${report.vantage}`;
    case 'key':
      return `key ${report.key ?? report.id} ${host}`;
    case 'http':
    case 'accepted':
      return `${stage.name} ${report.status ?? stage.evidence} ${host}`;
    default:
      return `${stage?.name ?? 'unknown'} ${host}`;
  }
}

function causeWords(report: DeliveryReport, reports: readonly DeliveryReport[]): string {
  const stage = report.stages.find(({ state }) => state === 'failed');
  const host = hostOf(report.url);
  switch (stage?.name) {
    case 'proxy':
      return strings.proxyBlocksThem(stage.evidence);
    case 'dns':
    case 'tcp':
    case 'tls':
      return strings.cantReached(host, stage.evidence);
    case 'key':
      return strings.refusesTheirKey(host, report.key === undefined ? '' : ` (${report.key})`);
    default: {
      const statuses = new Set(reports.map(({ status }) => status));
      return strings.doesntAcceptThem(host, statuses.size === 1 && report.status !== undefined ? strings.httpStatus(report.status) : '');
    }
  }
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
