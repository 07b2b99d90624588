import type { DeliveryOutcome, DeliveryReport } from '../../main/common/delivery/delivery.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary } from '../../main/common/fleet/fleet.ts';
import { cluster, fleet } from './fleet.ts';

// States with integrations and test results, for tests of what is shown.

export function fleetOf(clusters: readonly Cluster[], parts: Partial<Fleet> = {}): Fleet {
  return fleet({ clusters, ...parts });
}

/** Watched and online, with its own server. */
export function clusterOf(context: string, configMaps: readonly ConfigMapSummary[], parts: Partial<Cluster> = {}): Cluster {
  return cluster(context, {
    server: `https://${context}:6443`,
    state: 'online',
    watched: true,
    seenAt: '2026-11-22T12:00:00.000Z',
    configMaps,
    ...parts,
  });
}

export function configMapOf(
  context: string,
  integrations: readonly IntegrationSummary[],
  rest: Partial<ConfigMapSummary> = {},
): ConfigMapSummary {
  return {
    ref: { context, namespace: 'alcide-kaudit', name: `kaudit-integration-${context}` },
    uid: `uid-${context}`,
    resourceVersion: '7',
    instance: context,
    state: 'ready',
    readOnly: false,
    managed: null,
    integrations,
    ...rest,
  };
}

export function integrationOf(index: number, rest: Partial<IntegrationSummary> = {}): IntegrationSummary {
  return {
    index,
    name: undefined,
    type: 'detections',
    state: 'active',
    content: `content-${index}`,
    targets: [
      {
        index: null,
        type: 'http-api',
        host: 'ingress.eu2.coralogix.com',
        stopped: rest.state === 'stopped',
        key: { kind: 'inline', fingerprint: '0badcafe' },
        hash: `hash-${index}`,
      },
    ],
    ...rest,
  };
}

export function reportOf(configMap: ConfigMapSummary, integration: number, outcome: DeliveryOutcome, startedAt: string): DeliveryReport {
  return {
    id: `test-${integration}`,
    subject: { kind: 'integration', ref: configMap.ref, integration, hash: `hash-${integration}`, unsaved: false },
    outcome,
    summary: outcome === 'failed' ? 'Key refused (401) by ingress.eu2.coralogix.com' : 'Accepted by ingress.eu2.coralogix.com in 12 ms',
    startedAt,
    url: 'https://ingress.eu2.coralogix.com/logs/v1/bulk',
    method: 'POST',
    vantage: 'From this computer',
    stages: [],
    payload: '{}',
    warnings: [],
    notProven: '',
    curl: 'curl --header \'Authorization: Bearer \'"$CORALOGIX_KEY"',
    attempts: 1,
  };
}
