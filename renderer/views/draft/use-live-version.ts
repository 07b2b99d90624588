import { useEffect, useRef } from 'react';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { showError, useApp, useFleet } from '../../state/app.tsx';

export type LiveVersion = 'same' | 'changed' | 'replaced' | 'gone';

/** Takes over changes immediately while there are no edits; otherwise reports them. */
export function useLiveVersion(view: ConfigMapView, edited: boolean, take: (view: ConfigMapView) => void): LiveVersion {
  const { client } = useApp();
  const { clusters } = useFleet();
  const { ref, uid, resourceVersion } = view;
  const cluster = clusters.find(({ context }) => context === ref.context);
  const summary = cluster?.configMaps.find((candidate) => candidate.ref.namespace === ref.namespace && candidate.ref.name === ref.name);

  // After a save the state may briefly show an earlier version, which isn't news.
  const had = useRef(new Set<string>());
  had.current.add(resourceVersion);
  const live: LiveVersion =
    cluster?.state !== 'online'
      ? 'same'
      : summary === undefined
        ? 'gone'
        : summary.uid !== uid
          ? 'replaced'
          : had.current.has(summary.resourceVersion)
            ? 'same'
            : 'changed';

  const newest = summary?.resourceVersion;
  const takeNow = useRef(take);
  takeNow.current = take;
  useEffect(() => {
    if (edited || newest === undefined || (live !== 'changed' && live !== 'replaced')) return;
    let outdated = false;
    client.request('configMap.get', { ref }).then(
      (next) => {
        if (outdated) return;
        // Events during the fetch are at most as new as its result.
        had.current.add(newest);
        takeNow.current(next);
      },
      (thrown) => showError(asAppError(thrown)),
    );
    return () => {
      outdated = true;
    };
  }, [client, ref, edited, live, newest]);
  return live;
}
