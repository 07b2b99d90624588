import type { ConfigMapRef } from '../reference.ts';
import { referenceKey } from '../reference.ts';
import { ageWords } from './age.ts';
import { type ArrivalsOf, arrivalOf } from './arrival.ts';
import type { ClusterFacts } from './cluster-facts.ts';
import type { Cluster, ConfigMapSummary, Fleet, IntegrationSummary, Workload } from './fleet.ts';
import { reportFor } from './fleet.ts';
import { notRunning } from './rows.ts';

// Explains silence after a passed delivery test as far as the facts allow. The panel and the report ask here.

type AdviceFleet = Pick<Fleet, 'clusters' | 'reports'> & ArrivalsOf;

/** Absent or null: not known. */
export interface SilenceFacts {
  readonly tested: string;
  readonly stopped: boolean;
  /** null: no kAudit uses the ConfigMap. */
  readonly workload: Workload | null | undefined;
  readonly egress: ClusterFacts['egress'] | undefined;
  readonly filtered: boolean | undefined;
}

/**
 * undefined: not silent, or no test with the silent preset passed. `cluster`: undefined where it couldn't be asked.
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
  if (stopped) return 'It’s stopped, so it sends nothing: start it if you expect entries.';
  if (workload === null) return 'No kAudit StatefulSet uses this ConfigMap, so nothing sends to it: check that kAudit is installed for it.';
  const fault = notRunning(workload);
  if (fault !== undefined)
    return workload?.wanted === 0 ? `${fault}: scale it to 1 if you expect entries.` : `${fault}: check its Pod’s events and log.`;
  const here = `The URL and key work from this computer (tested ${tested})`;
  const open = egress && (egress.length === 0 || egress.some(({ https }) => https));
  if (open === false) {
    const names = egress?.map(({ name }) => name).join(', ');
    return `${here}, but no egress rule in its cluster is certain to allow HTTPS (${names}): allow port 443 to Coralogix there.`;
  }
  const passable = open === true ? ' and no NetworkPolicy blocks kAudit' : '';
  const away = open === true ? 'a firewall may block kAudit' : 'kAudit may be cut off';
  if (filtered === false) return `${here}${passable}. Nothing is filtered, so ${away}, or it found nothing: check its log for send errors.`;
  const filter = filtered === true ? 'its filter' : 'its filter, if it has one,';
  return `${here}${passable}, so ${filter} may match nothing, or ${away}: try the filter with fewer conditions first.`;
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
