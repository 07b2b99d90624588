import type { ReactNode } from 'react';
import { arrivalOf } from '../../../main/common/fleet/arrival.ts';
import type { IntegrationSummary, TargetSummary } from '../../../main/common/fleet/fleet.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { Arrival } from '../../components/arrival.tsx';
import { useFleetPart, useNow } from '../../state/app.tsx';

/** Empty if no preset of these targets is watched. */
export function RowArrival({
  configMap,
  integration,
  targets,
}: {
  readonly configMap: ConfigMapRef;
  readonly integration: IntegrationSummary;
  readonly targets: readonly TargetSummary[];
}): ReactNode {
  const presets = useFleetPart((fleet) => fleet.presets);
  const arrivals = useFleetPart((fleet) => fleet.arrivals);
  const server = useFleetPart(({ clusters }) => clusters.find(({ context }) => context === configMap.context)?.server);
  const now = useNow();
  if (presets === undefined || arrivals === undefined) return null;
  const shown = arrivalOf(
    { presets, arrivals },
    { cluster: { server: server ?? '', context: configMap.context }, ref: configMap },
    integration,
    targets,
    now,
  );
  return shown && <Arrival words={shown} of={shown.of} brief />;
}
