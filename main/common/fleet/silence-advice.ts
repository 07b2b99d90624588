import type { ConfigMapRef } from '../reference.ts';
import { referenceKey } from '../reference.ts';
import { ageWords } from './age.ts';
import { type ArrivalsOf, arrivalOf } from './arrival.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary, Workload } from './fleet.ts';
import { reportFor } from './fleet.ts';
import { notRunning } from './rows.ts';
import * as strings from './strings.ts';

// Explains silence after a passed delivery test as far as the facts allow, for the panel and the report.

type AdviceFleet = Pick<Fleet, 'clusters' | 'reports'> & ArrivalsOf;

/** Absent or null: unknown. */
export interface SilenceFacts {
  readonly tested: string;
  readonly stopped: boolean;
  /** null: no kAudit uses the ConfigMap. */
  readonly workload: Workload | null | undefined;
  readonly egress: ClusterFacts['egress'] | undefined;
  readonly filtered: boolean | undefined;
}

/**
 * undefined: not silent, or no test with the silent preset passed. `cluster`: undefined if it couldn't be queried.
 * `now`: milliseconds since 1970.
 */
export function adviceFor(
  fleet: AdviceFleet,
  ref: ConfigMapRef,
  index: number,
  cluster: ClusterFacts | undefined,
  now: number,
): string | undefined {
  const place = placeOf(fleet, ref, index);
  if (place === undefined) return undefined;
  const { configMap, integration } = place;
  const shown = arrivalOf(fleet, { cluster: place.cluster, ref }, integration, integration.targets, now);
  // Only what was sent with that preset says anything about its silence.
  const sent = integration.targets.filter(({ key }) => key.owner?.preset === shown?.preset);
  const passed = sent.map((target) => reportFor(fleet, ref, target)).find((report) => report?.outcome === 'passed');
  if (passed === undefined || shown?.state !== 'silent') return undefined;
  return silenceAdvice({
    tested: ageWords(passed.startedAt, now),
    stopped: integration.state === 'stopped' || sent.every(({ stopped }) => stopped),
    workload: cluster?.instance === undefined ? configMap.workload : cluster.instance,
    egress: cluster?.egress,
    filtered: integration.filtered,
  });
}

export function silenceAdvice({ tested, stopped, workload, egress, filtered }: SilenceFacts): string {
  if (stopped) return strings.stoppedSoSendsNothingStart;
  if (workload === null) return strings.noKAuditStatefulSetUsesConfigMap;
  const fault = notRunning(workload);
  if (fault !== undefined) return workload?.wanted === 0 ? strings.scale1IfExpectEntries(fault) : strings.checkPodsEventsLog(fault);
  const here = strings.urlKeyWorkComputerTested(tested);
  const open = egress && (egress.length === 0 || egress.some(({ https }) => https));
  if (open === false) {
    const names = egress?.map(({ name }) => name).join(', ');
    return strings.butNoEgressRuleCluster(here, names);
  }
  const passable = open === true ? strings.noNetworkPolicyBlocksKAudit : '';
  const away = open === true ? strings.firewallMayBlockKAudit : strings.kAuditMayCutOff;
  if (filtered === false) return strings.nothingFilteredSoFoundNothing(here, passable, away);
  const filter = filtered === true ? strings.itsFilter : strings.filterIfOne;
  return strings.soMayMatchNothingTry(here, passable, filter, away);
}

function placeOf(
  { clusters }: Pick<Fleet, 'clusters'>,
  ref: ConfigMapRef,
  index: number,
): { readonly cluster: Cluster; readonly configMap: ConfigMapSummary; readonly integration: IntegrationSummary } | undefined {
  const key = referenceKey(ref);
  const cluster = clusters.find(({ context }) => context === ref.context);
  const configMap = cluster?.configMaps.find((one) => referenceKey(one.ref) === key);
  const integration = configMap?.integrations.find((one) => one.index === index);
  return cluster && configMap && integration && { cluster, configMap, integration };
}
