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
import * as strings from './strings.ts';

export function EditorNotices({
  draft,
  live,
  applied,
  kept,
  dropKept,
  takeView,
  takeBack,
  test,
}: {
  readonly draft: Draft;
  readonly live: LiveVersion;
  readonly applied: Applied | null;
  readonly kept: Kept | null;
  readonly dropKept: () => void;
  readonly takeView: (view: ConfigMapView) => void;
  readonly takeBack: (edit: Edit) => void;
  /** Tests the form's state; undefined: it has no target that can be tested. */
  readonly test: (() => void) | undefined;
}): ReactNode {
  const { view } = draft;
  const { missing, marked } = view.permissions;
  return (
    <>
      {applied && (
        <Banner
          tone="good"
          live
          title={strings.savedReadBack}
          actions={
            <>
              {test && (
                <Button small onPress={test}>
                  {strings.test}
                </Button>
              )}
              {applied.revision !== undefined && (
                <Button small data-shortcut="u" onPress={() => takeBack({ op: 'undo', revision: applied.revision ?? '' })}>
                  {strings.undo}
                </Button>
              )}
            </>
          }
        >
          {applied.merged.length > 0 && (
            <>
              <p>{strings.otherPeoplesChangesKept}</p>
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
        <Banner tone="warn" title={strings.managedBy(view.managedBy.by, view.managedBy.name)}>
          <p>{view.managedBy.advice}</p>
        </Banner>
      )}
      {!view.permissions.update && (
        <Banner
          tone="info"
          title={
            marked
              ? strings.markedClusterReadOnly(view.ref.context)
              : strings.canReadConfigMapButNot(missing ? strings.verbMissing(missing.verb) : '')
          }
          actions={missing && <CopyButton text={missing.role} label={strings.copyRoleGrants} />}
        >
          <p>{marked ? strings.canTryEditsRemoveMark : strings.canTryEditsNeedPermission}</p>
        </Banner>
      )}
      <LiveNotice live={live} draft={draft} takeView={takeView} />
      {kept && (
        <Banner
          tone="info"
          title={strings.changesWerentSaved}
          actions={
            <>
              <CopyButton text={kept.text} label={strings.copyMyText} />
              <Button small onPress={dropKept}>
                {strings.dismissThem}
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
          title={strings.lastChangeCantMade}
          actions={
            <Button small onPress={draft.undo}>
              {strings.undoLastChange}
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
              {strings.tryAgain}
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
      <Banner tone="warn" live title={strings.configMapNoLongerCluster}>
        <p>{strings.someoneDeletedNoLongerPermission}</p>
      </Banner>
    );
  }
  if (draft.steps.length === 0) return null;
  return (
    <>
      <Banner
        tone="warn"
        live
        title={live === 'replaced' ? strings.someoneDeletedRecreatedConfigMap : strings.configMapChangedClusterSinceOpened}
        actions={
          <Button small isPending={action.busy} onPress={() => setAsking(true)}>
            {strings.loadCurrentVersion}
          </Button>
        }
      >
        <p>{live === 'replaced' ? strings.editsBasedDeletedOneCheck : strings.applyingMergesEditsDifferentFields}</p>
      </Banner>
      {asking && (
        <Question
          title={strings.discardEdits}
          confirm={strings.discardLoad}
          danger
          onConfirm={() => void load()}
          onClose={() => setAsking(false)}
        >
          <p>{strings.loadingCurrentVersionDiscardsChanges}</p>
        </Question>
      )}
    </>
  );
}
