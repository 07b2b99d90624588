import { ShieldAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useFleet } from '../state/app.tsx';

export function ProductionFlag(): ReactNode {
  return (
    <span className="flag flag-production">
      <ShieldAlert className="icon" aria-hidden="true" />
      Production
    </span>
  );
}

/** A cluster where something is written to it: by the user's own name for it and the context's, and whether it is production. */
export function ClusterName({ context }: { readonly context: string }): ReactNode {
  const { alias, production } = useFleet().clusters.find((cluster) => cluster.context === context)?.marks ?? {};
  return (
    <>
      <span>{alias === undefined ? context : `${alias} (${context})`}</span>
      {production === true && <ProductionFlag />}
    </>
  );
}
