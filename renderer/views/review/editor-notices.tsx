import type { ReactNode } from 'react';
import { useState } from 'react';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { CopyButton } from '../../components/link.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import type { Draft } from '../draft/use-draft.ts';
import type { LiveVersion } from '../draft/use-live-version.ts';
import type { Applied, Kept } from './outcome.ts';

export function EditorNotices({
  draft,
  live,
  applied,
  kept,
  dropKept,
  takeView,
  takeBack,
}: {
  readonly draft: Draft;
  readonly live: LiveVersion;
  readonly applied: Applied | null;
  readonly kept: Kept | null;
  readonly dropKept: () => void;
  readonly takeView: (view: ConfigMapView) => void;
  readonly takeBack: (edit: Edit) => void;
}): ReactNode {
  const { view } = draft;
  const { missing, marked } = view.permissions;
  return (
    <>
      {applied && (
        <Banner
          tone="good"
          live
          title="Saved and read back"
          actions={
            applied.revision !== undefined && (
              <Button small data-shortcut="u" onPress={() => takeBack({ op: 'undo', revision: applied.revision ?? '' })}>
                Undo
              </Button>
            )
          }
        >
          {applied.merged.length > 0 && (
            <>
              <p>Other people’s changes were kept:</p>
              <ul>
                {applied.merged.map((change) => (
                  <li key={change}>{change}</li>
                ))}
              </ul>
            </>
          )}
        </Banner>
      )}
      {view.managedBy && (
        <Banner tone="warn" title={`Managed by ${view.managedBy.by}: ${view.managedBy.name}`}>
          <p>{view.managedBy.advice}</p>
        </Banner>
      )}
      {!view.permissions.update && (
        <Banner
          tone="info"
          title={
            marked
              ? `You marked the cluster “${view.ref.context}” as read-only.`
              : `You can read this ConfigMap but not change it${missing ? `: the verb “${missing.verb}” is missing` : ''}.`
          }
          actions={missing && <CopyButton text={missing.role} label="Copy the Role that grants it" />}
        >
          <p>
            {marked
              ? 'You can try and test edits here. To apply them, remove the mark in the fleet.'
              : 'You can try and test edits here. To apply them, you need the permission.'}
          </p>
        </Banner>
      )}
      <LiveNotice live={live} draft={draft} takeView={takeView} />
      {kept && (
        <Banner
          tone="info"
          title="Your changes that weren’t saved"
          actions={
            <>
              <CopyButton text={kept.text} label="Copy my text" />
              <Button small onPress={dropKept}>
                Dismiss them
              </Button>
            </>
          }
        >
          <ul>
            {kept.changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        </Banner>
      )}
      {draft.refused !== null && (
        <Banner
          tone="bad"
          live
          title="The last change can’t be made"
          actions={
            <Button small onPress={draft.undo}>
              Undo last change
            </Button>
          }
        >
          <p>{draft.refused}</p>
        </Banner>
      )}
      {draft.error && (
        <Banner
          tone="bad"
          live
          title={draft.error.message}
          actions={
            <Button small onPress={draft.retry}>
              Try again
            </Button>
          }
        />
      )}
    </>
  );
}

function LiveNotice({
  live,
  draft,
  takeView,
}: {
  readonly live: LiveVersion;
  readonly draft: Draft;
  readonly takeView: (view: ConfigMapView) => void;
}): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const [asking, setAsking] = useState(false);
  const load = async () => {
    setAsking(false);
    const next = await action.run(() => client.request('configMap.get', { ref: draft.view.ref }));
    if (next) takeView(next);
  };
  if (live === 'same') return null;
  if (live === 'gone') {
    return (
      <Banner tone="warn" live title="This ConfigMap is no longer in the cluster">
        <p>Someone deleted it, or you no longer have permission to see it. Your edits are still here, but you can’t apply them.</p>
      </Banner>
    );
  }
  if (draft.steps.length === 0) return null;
  return (
    <>
      <Banner
        tone="warn"
        live
        title={
          live === 'replaced' ? 'Someone deleted and recreated this ConfigMap' : 'This ConfigMap changed in the cluster since you opened it'
        }
        actions={
          <Button small isPending={action.busy} onPress={() => setAsking(true)}>
            Load the current version
          </Button>
        }
      >
        <p>
          {live === 'replaced'
            ? 'Your edits are based on the deleted one. Check the new one first.'
            : 'Applying merges edits to different fields, and asks about edits to the same field.'}
        </p>
      </Banner>
      {asking && (
        <Question
          title="Discard your edits?"
          confirm="Discard and load"
          danger
          onConfirm={() => void load()}
          onClose={() => setAsking(false)}
        >
          <p>Loading the current version discards your changes here.</p>
        </Question>
      )}
    </>
  );
}
