import type { ReactNode } from 'react';
import { ageWords } from '../../main/common/fleet/age.ts';
import { useTime } from '../state/app.tsx';

/** How long ago it was, kept true. `of`: ISO 8601. */
export function Age({ of }: { readonly of: string }): ReactNode {
  return useTime((now) => ageWords(of, now));
}
