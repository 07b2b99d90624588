import { useEffect, useRef } from 'react';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import { asAppError } from '../../client/client.ts';
import { showError, useApp } from '../../state/app.tsx';
import { carriedOf } from './carried.ts';
import type { Draft } from './use-draft.ts';

/** Milliseconds after the last edit. */
const KEEP_AFTER = 500;

/** Main keeps the edits so they survive the end of the page or program. Leaving them applies or discards them. */
export function useKeptDraft({ view, edits, settled }: Draft): void {
  const { client, router } = useApp();
  const { ref, resourceVersion } = view;
  const kept = useRef<ConfigMapRef | null>(edits.length > 0 ? ref : null);
  const isTold = useRef(false);

  useEffect(() => {
    if (edits.length === 0) {
      if (kept.current !== null) void client.request('draft.discard', { ref: kept.current }).catch(() => {});
      kept.current = null;
      return;
    }
    const keep = () => {
      clearTimeout(timer);
      window.removeEventListener('beforeunload', keep);
      kept.current = ref;
      client.request('draft.save', { ref, base: resourceVersion, edits }).catch((thrown) => {
        // Once: the next edits would fail the same way.
        if (!isTold.current) showError(asAppError(thrown));
        isTold.current = true;
      });
    };
    // Invalid edits can't be kept; the last valid ones are.
    const timer = settled ? setTimeout(keep, KEEP_AFTER) : undefined;
    // A page that closes before the edits are checked or the pause ends loses nothing: main checks them, too.
    window.addEventListener('beforeunload', keep);
    return () => {
      clearTimeout(timer);
      window.removeEventListener('beforeunload', keep);
    };
  }, [client, ref, resourceVersion, edits, settled]);

  useEffect(
    () => () => {
      const { current } = kept;
      const goesOn = current !== null && carriedOf(current) !== undefined && router.goesOnWith(current);
      if (current !== null && !goesOn) void client.request('draft.discard', { ref: current }).catch(() => {});
    },
    [client, router],
  );
}
