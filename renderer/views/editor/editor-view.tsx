import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { AppError } from '../../../main/common/errors.ts';
import { stopEdits } from '../../../main/common/integration/document.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import { type ConfigMapRef, referenceKey } from '../../../main/common/reference.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import type { EditorRoute } from '../../state/router.ts';
import type { Earlier } from '../review/earlier-notice.tsx';
import { Editor } from './editor.tsx';
import * as strings from './strings.ts';

/** A recreated ConfigMap of the same name gets a new editor. */
export function EditorView({ route }: { readonly route: EditorRoute }): ReactNode {
  return <Loader key={keyOf(route)} route={route} />;
}

const beginnings = new WeakMap<EditorRoute, number>();
let lastBeginning = 0;

/** Initial edits need a new editor; the router has already asked about unsaved ones. */
function keyOf(route: EditorRoute): string {
  const key = referenceKey(route.ref);
  if (route.edits === undefined && route.stopped === undefined) return key;
  const beginning = beginnings.get(route) ?? ++lastBeginning;
  beginnings.set(route, beginning);
  return `${key} ${beginning}`;
}

function beginningOf({ edits = [], integration, stopped }: EditorRoute, view: ConfigMapView): readonly Edit[] {
  const target = view.integrations.find(({ index }) => index === integration);
  return target === undefined || stopped === undefined ? edits : [...edits, ...stopEdits(target, stopped)];
}

function Loader({ route }: { readonly route: EditorRoute }): ReactNode {
  const { client, router } = useApp();
  const { ref } = route;
  const [view, setView] = useState<ConfigMapView | null>(null);
  const [earlier, setEarlier] = useState<Earlier | null>(null);
  const [error, setError] = useState<AppError | null>(null);

  const load = useCallback(async () => {
    setError(null);
    try {
      for (;;) {
        const kept = await client.request('draft.get', { ref });
        const next = await client.request('configMap.get', { ref });
        // Changed in between: the kept edits need the newest version.
        if (kept.outcome !== 'none' && kept.base !== next.resourceVersion) continue;
        setEarlier(kept.outcome === 'none' ? null : kept);
        setView(next);
        return;
      }
    } catch (thrown) {
      setError(asAppError(thrown));
    }
  }, [client, ref]);
  useEffect(() => void load(), [load]);

  if (view) {
    return (
      <Editor
        key={view.uid}
        initial={view}
        initialEdits={earlier?.outcome === 'draft' ? earlier.edits : beginningOf(route, view)}
        earlier={earlier}
        route={route}
        onReplaced={(next) => {
          setEarlier(null);
          setView(next);
        }}
      />
    );
  }
  return (
    <div className="view">
      <Button kind="quiet" icon={ArrowLeft} onPress={() => router.navigate({ view: 'home' })}>
        {strings.fleet}
      </Button>
      {error ? (
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
      )}
    </div>
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
