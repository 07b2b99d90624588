import type { ReactNode } from 'react';
import type { ClusterFacts } from '../../../main/common/fleet/cluster-facts.ts';
import { adviceFor } from '../../../main/common/fleet/silence-advice.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { Banner } from '../../components/badge.tsx';
import { useFleet, useNow } from '../../state/app.tsx';
import { useClusterFacts } from '../../state/cluster-facts.ts';

interface Place {
  readonly configMap: ConfigMapRef;
  readonly index: number;
}

/** The likely cause of silence after a passed test; empty without either. Asks the cluster only if there is one. */
export function SilenceAdvice(place: Place): ReactNode {
  const isDue = adviceFor(useFleet(), place.configMap, place.index, undefined, useNow()) !== undefined;
  return isDue && <AskedAdvice {...place} />;
}

function AskedAdvice(place: Place): ReactNode {
  const { facts, problem } = useClusterFacts(place.configMap);
  return (facts !== null || problem !== null) && <KnownAdvice {...place} facts={facts ?? undefined} />;
}

/** The same with known facts; undefined: the cluster couldn't be queried. */
export function KnownAdvice({ configMap, index, facts }: Place & { readonly facts: ClusterFacts | undefined }): ReactNode {
  const advice = adviceFor(useFleet(), configMap, index, facts, useNow());
  return advice && <Banner tone="info" title={advice} />;
}
