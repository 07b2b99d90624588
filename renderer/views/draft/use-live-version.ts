import { useEffect, useRef } from 'react';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { showError, useApp, useFleet } from '../../state/app.tsx';

/** How the ConfigMap in the cluster relates to the one that is edited. */
export type LiveVersion = 'same' | 'changed' | 'replaced' | 'gone';

/** Follows the cluster: while nothing is edited, a change is taken over at once; otherwise it is told. */
export function useLiveVersion(view: ConfigMapView, edited: boolean, take: (view: ConfigMapView) => void): LiveVersion {
  const { client } = useApp();
  const { clusters } = useFleet();
  const { ref, uid, resourceVersion } = view;
  const cluster = clusters.find(({ context }) => context === ref.context);
  const summary = cluster?.configMaps.find((candidate) => candidate.ref.namespace === ref.namespace && candidate.ref.name === ref.name);

  // Right after a save the state may still tell the version before it: versions that this editor has had are no news.
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
        // What was announced meanwhile is at most as new as what was just fetched.
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
