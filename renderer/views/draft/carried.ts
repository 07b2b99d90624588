import { useEffect } from 'react';
import { type ConfigMapRef, referenceKey } from '../../../main/common/reference.ts';
import type { ConfigMapView, Preview } from '../../../main/common/replies.ts';
import { useApp } from '../../state/app.tsx';
import type { Steps } from './draft.ts';

/** Unsaved edits that continue when the panel becomes the page of the same ConfigMap, or the reverse. */
export interface Carried {
  readonly view: ConfigMapView;
  readonly steps: Steps;
  readonly preview: Preview | null;
  readonly settled: boolean;
}

// The next view reads it before the previous one has left the page, so it is always up to date.
const carried = new Map<string, Carried>();

export function carriedOf(ref: ConfigMapRef): Carried | undefined {
  return carried.get(referenceKey(ref));
}

/** For a ConfigMap that was replaced: its edits end here. */
export function dropCarried(ref: ConfigMapRef): void {
  carried.delete(referenceKey(ref));
}

export function useCarried({ view, steps, preview, settled }: Carried): void {
  const { router } = useApp();
  const { ref } = view;
  useEffect(() => {
    if (steps.length === 0) dropCarried(ref);
    else carried.set(referenceKey(ref), { view, steps, preview, settled });
  }, [ref, view, steps, preview, settled]);
  useEffect(
    () => () => {
      if (!router.goesOnWith(ref)) dropCarried(ref);
    },
    [router, ref],
  );
}
