import { memo, type ReactNode } from 'react';
import { failureCauses } from '../../../main/common/fleet/delivery-causes.ts';
import type { Fleet } from '../../../main/common/fleet/fleet.ts';
import { Banner } from '../../components/badge.tsx';

/** Drawn again with a new state only. */
export const FailureCauses = memo(function FailureCauses({ fleet }: { readonly fleet: Fleet }): ReactNode {
  if (fleet.testAll !== null) return null;
  return failureCauses(fleet).map(({ id, sentence, fix }) => (
    <Banner key={id} tone="bad" title={sentence}>
      {fix !== undefined && <p>{fix}</p>}
    </Banner>
  ));
});
