import type { ReactNode } from 'react';
import { silenceAdvice } from '../../../main/common/arrivals/advice.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import { arrivalOf } from '../../../main/common/fleet/arrival.ts';
import { reportFor } from '../../../main/common/fleet/fleet.ts';
import { notRunning } from '../../../main/common/fleet/rows.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { referenceKey } from '../../../main/common/reference.ts';
import { Banner } from '../../components/badge.tsx';
import { useFleet, useNow } from '../../state/app.tsx';

/** The likely cause of silence after a passed test; empty without either. */
export function SilenceAdvice({
  configMap: ref,
  index,
  filtered,
  closedBy,
}: {
  readonly configMap: ConfigMapRef;
  readonly index: number;
  readonly filtered?: boolean;
  /** Policies, if none certainly lets HTTPS out; undefined: none known. */
  readonly closedBy?: string | undefined;
}): ReactNode {
  const fleet = useFleet();
  const now = useNow();
  const key = referenceKey(ref);
  const cluster = fleet.clusters.find(({ context }) => context === ref.context);
  const configMap = cluster?.configMaps.find((one) => referenceKey(one.ref) === key);
  const integration = configMap?.integrations.find((one) => one.index === index);
  if (cluster === undefined || configMap === undefined || integration === undefined) return null;
  const shown = arrivalOf(fleet, { cluster, ref }, integration, integration.targets, now);
  // Only what was sent with that preset says anything about its silence.
  const sent = integration.targets.filter(({ key }) => key.owner?.preset === shown?.preset);
  const passed = sent.map((target) => reportFor(fleet, ref, target)).find((report) => report?.outcome === 'passed');
  if (passed === undefined || shown?.state !== 'silent') return null;
  const advice = silenceAdvice({
    tested: ageWords(passed.startedAt, now),
    stopped: integration.state === 'stopped',
    notRunning: notRunning(configMap.workload),
    scaledToZero: configMap.workload?.wanted === 0,
    closedBy,
    filtered,
  });
  return <Banner tone="info" title={advice} />;
}
