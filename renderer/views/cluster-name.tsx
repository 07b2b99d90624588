import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFleet } from '../state/app.tsx';
import * as strings from './strings.ts';

export function ProductionFlag(): ReactNode {
  return (
    <span className="flag flag-production">
      <ShieldAlert className="icon" aria-hidden="true" />
      {strings.production}
    </span>
  );
}

/** The user's name for a cluster, or the kubeconfig's. */
export function useShortClusterName(context: string): string {
  return useFleet().clusters.find((cluster) => cluster.context === context)?.marks?.alias ?? context;
}

export function ClusterName({ context }: { readonly context: string }): ReactNode {
  const { alias, production } = useFleet().clusters.find((cluster) => cluster.context === context)?.marks ?? {};
  return (
    <>
      <span>{alias === undefined ? context : `${alias} (${context})`}</span>
      {production === true && <ProductionFlag />}
    </>
  );
}
