import type { ReactNode } from 'react';
import { ageWords } from '../../main/common/fleet/age.ts';
import { useTime } from '../state/app.tsx';

export function Age({ of }: { readonly of: string }): ReactNode {
  return useTime((now) => ageWords(of, now));
}
