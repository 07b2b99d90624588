import { type ReactNode, useEffect, useState } from 'react';
import { type AppError, assertNever } from '../../../main/common/errors.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { ApplyReply, ConfigMapView, Preview } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { CopyButton } from '../../components/link.tsx';
import { useApp } from '../../state/app.tsx';
import { COMMAND_KEY, useCommandKey } from '../../state/keys.ts';
import { ClusterName, useShortClusterName } from '../cluster-name.tsx';
import type { Choices } from '../conflict-places.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import type { Draft } from '../draft/use-draft.ts';
import { ExportDialog } from '../export-dialog.tsx';
import { middle } from '../words.ts';
import { ConflictView } from './conflict-view.tsx';
import type { Applied, Kept } from './outcome.ts';
import * as strings from './strings.ts';

type NotApplied = Exclude<ApplyReply, { outcome: 'saved' }>;

export function ReviewDialog({
  draft,
  preview,
  stale,
  onClose,
  onApplied,
  onTakeTheirs,
}: {
  readonly draft: Draft;
  readonly preview: Preview;
  /** The cluster has another version than the one that was edited. */
  readonly stale: boolean;
  readonly onClose: () => void;
  readonly onApplied: (result: Applied) => void;
  readonly onTakeTheirs: (view: ConfigMapView, mine: Kept) => void;
}): ReactNode {
  const { client, router } = useApp();
  const { view } = draft;
  const cluster = useShortClusterName(view.ref.context);
  const [busy, setBusy] = useState(false);
  const [notApplied, setNotApplied] = useState<NotApplied | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [choices, setChoices] = useState<Choices>([]);
  const [exporting, setExporting] = useState(false);
  // An equal text can still move from binaryData.
  const nothing = preview.diff.changes.length === 0 && preview.diff.lines.every((line) => line.kind === 'same');
  const errors = preview.problems.filter((problem) => problem.severity === 'error');

  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (thrown) {
      setError(asAppError(thrown));
    } finally {
      setBusy(false);
    }
  };
  useEffect(() => {
    router.applies(busy);
    return () => router.applies(false);
  }, [router, busy]);
  const conflict = notApplied?.outcome === 'conflict' ? notApplied : null;
  const decided = conflict !== null && conflict.conflicts.length > 0 && choices.length === conflict.conflicts.length;
  const apply = (override: boolean) =>
    attempt(async () => {
      const chosen = conflict !== null && decided ? { chosen: { on: conflict.resourceVersion, fields: choices } } : {};
      const args = { ref: view.ref, base: view.resourceVersion, edits: draft.edits, ...(override ? { override } : {}), ...chosen };
      const reply = await client.request('configMap.apply', args);
      if (reply.outcome === 'saved') onApplied(reply);
      else {
        setNotApplied(reply);
        setChoices([]);
      }
    });
  const takeTheirs = () =>
    attempt(async () => {
      const next = await client.request('configMap.get', { ref: view.ref });
      const mine = notApplied?.outcome === 'conflict' ? notApplied.mine : null;
      onTakeTheirs(next, { changes: preview.diff.changes, text: mine ?? preview.text });
    });

  useCommandKey('Enter', () => {
    if (!busy && writable && notApplied?.outcome !== 'managed') void apply(false);
  });

  const writable = view.permissions.update && !nothing && notApplied?.outcome !== 'gone' && notApplied?.outcome !== 'conflict';
  return (
    <Dialog
      title={notApplied?.outcome === 'conflict' ? strings.someoneElseChangedSameFields : strings.reviewApply}
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{strings.backEditing}</Button>
          {notApplied?.outcome === 'conflict' && (
            <>
              <Button isPending={busy} onPress={() => void takeTheirs()}>
                {strings.useTheirsRedoMyEdits}
              </Button>
              {notApplied.conflicts.length > 0 && (
                <Button kind="primary" isPending={busy} isDisabled={!decided} onPress={() => void apply(false)}>
                  {strings.applyTheseValues}
                </Button>
              )}
            </>
          )}
          {view.managedBy && !nothing && <Button onPress={() => setExporting(true)}>{strings.exportInstead}</Button>}
          {notApplied?.outcome === 'managed' && (
            <Button kind="danger" isPending={busy} onPress={() => void apply(true)}>
              {strings.applyAnyway}
            </Button>
          )}
          {notApplied?.outcome !== 'managed' && notApplied?.outcome !== 'conflict' && (
            <Button kind="primary" isPending={busy} isDisabled={!writable} onPress={() => void apply(false)}>
              {strings.applyTo(middle(cluster, 40))}
              <span className="key-cap" aria-hidden="true">
                {strings.commandKeyEnter(COMMAND_KEY)}
              </span>
            </Button>
          )}
        </>
      }
    >
      {error && <Banner tone="bad" live title={error.message} />}
      {exporting && (
        <ExportDialog
          name={view.ref.name}
          ask={(form) => client.request('configMap.export', { ref: view.ref, base: view.resourceVersion, edits: draft.edits, form })}
          onClose={() => setExporting(false)}
        />
      )}
      {conflict && <ConflictView conflict={conflict} choices={choices} onChoose={setChoices} />}
      {notApplied && notApplied.outcome !== 'conflict' && <NotAppliedNotice reply={notApplied} />}
      {notApplied?.outcome !== 'conflict' && (
        <>
          <p className="quiet facts">
            <ClusterName context={view.ref.context} />
            <span>{`${view.ref.namespace} / ${view.ref.name}`}</span>
          </p>
          {stale && (
            <Banner tone="info" live title={strings.someoneChangedConfigMapAfterOpened}>
              <p>{strings.showsChangeVersionOpenedApplying}</p>
            </Banner>
          )}
          {!view.permissions.update && <Banner tone="info" title={strings.dontHavePermissionChangeConfigMap} />}
          {errors.length > 0 && (
            <Banner tone="warn" title={strings.resultCanApplyButKAudit(plural(errors.length, 'error'))}>
              <ul>
                {errors.map((problem) => (
                  <li key={`${problem.rule}:${problem.line}:${problem.column}`}>{problem.message}</li>
                ))}
              </ul>
            </Banner>
          )}
          {preview.notes !== undefined && (
            <Banner tone="warn" title={strings.sideEffects}>
              <ul>
                {preview.notes.map((note) => (
                  <li key={note}>{note}</li>
                ))}
              </ul>
            </Banner>
          )}
          {preview.diff.changes.length > 0 && (
            <ul className="change-list" aria-label={strings.whatChanges}>
              {preview.diff.changes.map((change) => (
                <li key={change}>{change}</li>
              ))}
            </ul>
          )}
          {nothing ? <p>{strings.textSameBeforeSoTheres}</p> : <Diff lines={preview.diff.lines} label={strings.textChanges} />}
        </>
      )}
    </Dialog>
  );
}

function NotAppliedNotice({ reply }: { readonly reply: Exclude<NotApplied, { outcome: 'conflict' }> }): ReactNode {
  switch (reply.outcome) {
    case 'forbidden':
      return (
        <Banner
          tone="bad"
          live
          title={strings.notApplied(reply.reason)}
          actions={<CopyButton text={reply.role} label={strings.copyRole} />}
        >
          <p>{strings.verbMissingClusterAdministratorCan(reply.verb)}</p>
          <pre className="code-block">{reply.role}</pre>
        </Banner>
      );
    case 'invalid':
      return (
        <Banner tone="bad" live title={strings.notApplied(reply.reason)}>
          <ProblemList problems={reply.problems} />
        </Banner>
      );
    case 'managed':
      return (
        <Banner tone="warn" live title={strings.notAppliedYetManagesConfigMap(reply.managedBy.by, reply.managedBy.name)}>
          <p>{reply.managedBy.advice}</p>
        </Banner>
      );
    case 'refused':
      return <Banner tone="bad" live title={strings.notApplied(reply.reason)} />;
    case 'unknown':
      return (
        <Banner tone="warn" live title={strings.maySaved(reply.reason)}>
          <p>{strings.editsStillHereApplyThem}</p>
        </Banner>
      );
    case 'gone':
      return (
        <Banner tone="bad" live title={strings.notApplied(reply.reason)}>
          <p>{strings.editsStillHere}</p>
        </Banner>
      );
    default:
      return assertNever(reply);
  }
}
