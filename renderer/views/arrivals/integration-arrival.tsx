import type { ReactNode } from 'react';
import { arrivalOf } from '../../../main/common/fleet/arrival.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { referenceKey } from '../../../main/common/reference.ts';
import { Arrival, ArrivalTable } from '../../components/arrival.tsx';
import { useFleet, useNow } from '../../state/app.tsx';
import { SilenceAdvice } from './silence-advice.tsx';

export function IntegrationArrival({
  configMap: ref,
  index,
  filtered,
}: {
  readonly configMap: ConfigMapRef;
  readonly index: number;
  readonly filtered: boolean;
}): ReactNode {
  const fleet = useFleet();
  const now = useNow();
  const key = referenceKey(ref);
  const cluster = fleet.clusters.find(({ context }) => context === ref.context);
  const integration = cluster?.configMaps.find((one) => referenceKey(one.ref) === key)?.integrations.find((one) => one.index === index);
  const shown = cluster && integration && arrivalOf(fleet, { cluster, ref }, integration, integration.targets, now);
  if (shown === undefined) return null;
  return (
    <section className="form-section" aria-label="Arrivals">
      <h3>Arrivals in Coralogix</h3>
      <p>
        <Arrival words={shown} />
      </p>
      <p className="quiet">{`${shown.sentence} Counted: ${shown.of}.`}</p>
      {shown.hours && <ArrivalTable hours={shown.hours} label={`Entries by the hour, ${shown.of}`} />}
      <SilenceAdvice configMap={ref} index={index} filtered={filtered} />
    </section>
  );
}
