import type { ConfigMapSummary, Fleet, IntegrationSummary, TargetSummary } from '../../../main/common/fleet/fleet.ts';
import { typeTitle } from '../../../main/common/fleet/rows.ts';
import * as strings from './strings.ts';

export interface KeyUse {
  readonly id: string;
  readonly configMap: ConfigMapSummary;
  readonly integration: IntegrationSummary;
  readonly target: TargetSummary;
  readonly words: string;
}

export function keyUses(clusters: Fleet['clusters']): readonly KeyUse[] {
  return clusters
    .flatMap((cluster) => cluster.configMaps)
    .flatMap((configMap) =>
      configMap.integrations.flatMap((integration) =>
        integration.targets
          .filter((target) => target.type === 'http-api' && target.key.fingerprint !== undefined)
          .map((target): KeyUse => {
            const { context, namespace, name } = configMap.ref;
            return {
              id: [context, namespace, name, integration.index, target.index].join('/'),
              configMap,
              integration,
              target,
              words: strings.nameTextOnContext(integration.name ?? typeTitle(integration.type), context, configMap.instance),
            };
          }),
      ),
    );
}
