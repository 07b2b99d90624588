import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { AppError } from '../../../main/common/errors.ts';
import type { ConfigMapRef } from '../../../main/common/reference.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import { type Carried, carriedOf } from '../draft/carried.ts';
import type { Earlier } from '../review/earlier-notice.tsx';
import * as strings from './strings.ts';

/** What the editing of a ConfigMap begins with. */
export interface Opened {
  readonly view: ConfigMapView;
  /** Edits that main kept. */
  readonly earlier: Earlier | null;
  readonly carried?: Carried;
  readonly onReplaced: (next: ConfigMapView) => void;
}

/** Gets a ConfigMap with its unsaved edits. Until then, or if that fails, it shows `frame`. Its key: the ConfigMap. */
export function Opening({
  configMap,
  carry,
  frame,
  children,
}: {
  readonly configMap: ConfigMapRef;
  /** Whether edits of its panel or page continue here. */
  readonly carry: boolean;
  readonly frame: (state: ReactNode) => ReactNode;
  readonly children: (opened: Opened) => ReactNode;
}): ReactNode {
  const { client } = useApp();
  // Equal to later ones, which are other objects.
  const [ref] = useState(configMap);
  const [opened, setOpened] = useState<Omit<Opened, 'onReplaced'> | null>(() => {
    const carried = carry ? carriedOf(ref) : undefined;
    return carried ? { view: carried.view, earlier: null, carried } : null;
  });
  const [error, setError] = useState<AppError | null>(null);
  const [begun] = useState(opened !== null);

  const load = useCallback(async () => {
    setError(null);
    try {
      for (;;) {
        const kept = await client.request('draft.get', { ref });
        const view = await client.request('configMap.get', { ref });
        // Changed in between: the kept edits need the newest version.
        if (kept.outcome !== 'none' && kept.base !== view.resourceVersion) continue;
        setOpened({ view, earlier: kept.outcome === 'none' ? null : kept });
        return;
      }
    } catch (thrown) {
      setError(asAppError(thrown));
    }
  }, [client, ref]);
  useEffect(() => {
    if (!begun) void load();
  }, [begun, load]);

  if (opened) return children({ ...opened, onReplaced: (view) => setOpened({ view, earlier: null }) });
  return frame(
    error ? (
      <Banner
        tone="bad"
        live
        title={error.message}
        actions={
          <>
            {(error.code === 'not-connected' || error.code === 'needs-sign-in') && <ConnectFirst configMap={ref} then={load} />}
            <Button onPress={() => void load()}>{strings.tryAgain}</Button>
          </>
        }
      />
    ) : (
      <p role="status">{strings.openingOf(ref.namespace, ref.name, ref.context)}</p>
    ),
  );
}

function ConnectFirst({ configMap, then }: { readonly configMap: ConfigMapRef; readonly then: () => Promise<void> }): ReactNode {
  const { client } = useApp();
  const [busy, setBusy] = useState(false);
  const connect = async () => {
    setBusy(true);
    // The retry below shows the failure.
    await client.request('cluster.connect', { context: configMap.context }).catch(() => {});
    await then();
    setBusy(false);
  };
  return (
    <Button kind="primary" isPending={busy} onPress={() => void connect()}>
      {strings.connectContext(configMap.context)}
    </Button>
  );
}
