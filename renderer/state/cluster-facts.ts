import { useEffect, useState } from 'react';
import type { ClusterFacts } from '../../main/common/fleet/cluster-facts.ts';
import type { ConfigMapRef } from '../../main/common/reference.ts';
import { useApp } from './app.tsx';

/** Asks the ConfigMap's cluster once. Both null: no response yet. */
export function useClusterFacts({ context, namespace, name }: ConfigMapRef): {
  readonly facts: ClusterFacts | null;
  readonly problem: string | null;
} {
  const { client } = useApp();
  const [facts, setFacts] = useState<ClusterFacts | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let shown = true;
    client
      .request('delivery.clusterFacts', { ref: { context, namespace, name } })
      .then((found) => shown && setFacts(found))
      .catch((thrown: unknown) => shown && setProblem(thrown instanceof Error ? thrown.message : String(thrown)));
    return () => {
      shown = false;
    };
  }, [client, context, namespace, name]);
  return { facts, problem };
}
