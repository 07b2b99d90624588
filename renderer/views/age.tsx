import type { ReactNode } from 'react';
import { ageWords, briefAge } from '../../main/common/fleet/age.ts';
import { useTime } from '../state/app.tsx';

export function Age({ of, brief = false }: { readonly of: string; readonly brief?: boolean }): ReactNode {
  return useTime((now) => (brief ? briefAge(of, now) : ageWords(of, now)));
}
