import { Fragment, type ReactNode } from 'react';
import { arrivalOf } from '../../../main/common/fleet/arrival.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { referenceKey } from '../../../main/common/reference.ts';
import { Arrival, ArrivalTable } from '../../components/arrival.tsx';
import { useFleet, useNow } from '../../state/app.tsx';
import { SilenceAdvice } from './silence-advice.tsx';
import * as strings from './strings.ts';

export function IntegrationArrival({ configMap: ref, index }: { readonly configMap: ConfigMapRef; readonly index: number }): ReactNode {
  const fleet = useFleet();
  const now = useNow();
  const key = referenceKey(ref);
  const cluster = fleet.clusters.find(({ context }) => context === ref.context);
  const integration = cluster?.configMaps.find((one) => referenceKey(one.ref) === key)?.integrations.find((one) => one.index === index);
  if (cluster === undefined || integration === undefined) return null;
  // Each preset once, with the same words as its targets' rows.
  const shown = new Map(
    integration.targets
      .flatMap((target) => arrivalOf(fleet, { cluster, ref }, integration, [target], now) ?? [])
      .map((arrival) => [arrival.preset, arrival]),
  );
  if (shown.size === 0) return null;
  return (
    <section className="form-section" aria-label={strings.arrivals}>
      <h3>{strings.arrivalsCoralogix}</h3>
      {[...shown.values()].map((arrival) => (
        <Fragment key={arrival.preset}>
          <p>
            <Arrival words={arrival} />
          </p>
          <p className="quiet">{strings.sentenceCountedOfText(arrival.sentence, arrival.of)}</p>
          {arrival.hours && <ArrivalTable hours={arrival.hours} label={strings.entriesPerHour(arrival.of)} />}
        </Fragment>
      ))}
      <SilenceAdvice configMap={ref} index={index} />
    </section>
  );
}
