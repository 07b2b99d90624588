import { type ReactNode, useEffect, useState } from 'react';
import { type AppError, assertNever } from '../../../main/common/errors.ts';
import type { ApplyReply, ConfigMapView, Preview } from '../../../main/common/replies.ts';
import { asAppError } from '../../client/client.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { CopyButton } from '../../components/link.tsx';
import { useApp } from '../../state/app.tsx';
import { COMMAND_KEY, useCommandKey } from '../../state/keys.ts';
import { ClusterName } from '../cluster-name.tsx';
import { ProblemList } from '../draft/problem-list.tsx';
import type { Draft } from '../draft/use-draft.ts';
import { ExportDialog } from '../export-dialog.tsx';
import { countWords } from '../words.ts';
import { type Choices, ConflictView } from './conflict-view.tsx';
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
  /** The cluster has another version than the one that the edits were made on. */
  readonly stale: boolean;
  readonly onClose: () => void;
  readonly onApplied: (result: Applied) => void;
  readonly onTakeTheirs: (view: ConfigMapView, mine: Kept) => void;
}): ReactNode {
  const { client, router } = useApp();
  const { view } = draft;
  const [busy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<NotApplied | null>(null);
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
  const conflict = answer?.outcome === 'conflict' ? answer : null;
  const decided = conflict !== null && conflict.conflicts.length > 0 && choices.length === conflict.conflicts.length;
  const apply = (override: boolean) =>
    attempt(async () => {
      const chosen = conflict !== null && decided ? { chosen: { on: conflict.resourceVersion, fields: choices } } : {};
      const args = { ref: view.ref, base: view.resourceVersion, edits: draft.edits, ...(override ? { override } : {}), ...chosen };
      const reply = await client.request('configMap.apply', args);
      if (reply.outcome === 'saved') onApplied(reply);
      else {
        setAnswer(reply);
        setChoices([]);
      }
    });
  const takeTheirs = () =>
    attempt(async () => {
      const next = await client.request('configMap.get', { ref: view.ref });
      const mine = answer?.outcome === 'conflict' ? answer.mine : null;
      onTakeTheirs(next, { changes: preview.diff.changes, text: mine ?? preview.text });
    });

  useCommandKey('Enter', () => {
    if (!busy && writable && answer?.outcome !== 'managed') void apply(false);
  });

  const writable = view.permissions.update && !nothing && answer?.outcome !== 'gone' && answer?.outcome !== 'conflict';
  return (
    <Dialog
      title={answer?.outcome === 'conflict' ? strings.someoneElseChangedSameFields : strings.reviewApply}
      size="large"
      onClose={onClose}
      footer={
        <>
          <Button onPress={onClose}>{strings.backEditing}</Button>
          {answer?.outcome === 'conflict' && (
            <>
              <Button isPending={busy} onPress={() => void takeTheirs()}>
                {strings.useTheirsRedoMyEdits}
              </Button>
              {answer.conflicts.length > 0 && (
                <Button kind="primary" isPending={busy} isDisabled={!decided} onPress={() => void apply(false)}>
                  {strings.applyTheseValues}
                </Button>
              )}
            </>
          )}
          {view.managedBy && !nothing && <Button onPress={() => setExporting(true)}>{strings.exportInstead}</Button>}
          {answer?.outcome === 'managed' && (
            <Button kind="danger" isPending={busy} onPress={() => void apply(true)}>
              {strings.applyAnyway}
            </Button>
          )}
          {answer?.outcome !== 'managed' && answer?.outcome !== 'conflict' && (
            <Button kind="primary" isPending={busy} isDisabled={!writable} onPress={() => void apply(false)}>
              {strings.apply}
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
      {answer && answer.outcome !== 'conflict' && <Answer answer={answer} />}
      {answer?.outcome !== 'conflict' && (
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
          {!view.permissions.update && <Banner tone="info" title={strings.dontPermissionChangeConfigMapSo} />}
          {errors.length > 0 && (
            <Banner tone="warn" title={strings.resultCanApplyButKAudit(countWords(errors.length, 'error'))}>
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

function Answer({ answer }: { readonly answer: Exclude<NotApplied, { outcome: 'conflict' }> }): ReactNode {
  switch (answer.outcome) {
    case 'forbidden':
      return (
        <Banner
          tone="bad"
          live
          title={strings.notApplied(answer.reason)}
          actions={<CopyButton text={answer.role} label={strings.copyRole} />}
        >
          <p>{strings.verbMissingClusterAdministratorCan(answer.verb)}</p>
          <pre className="code-block">{answer.role}</pre>
        </Banner>
      );
    case 'invalid':
      return (
        <Banner tone="bad" live title={strings.notApplied(answer.reason)}>
          <ProblemList problems={answer.problems} />
        </Banner>
      );
    case 'managed':
      return (
        <Banner tone="warn" live title={strings.notAppliedYetManagesConfigMap(answer.managedBy.by, answer.managedBy.name)}>
          <p>{answer.managedBy.advice}</p>
        </Banner>
      );
    case 'refused':
      return <Banner tone="bad" live title={strings.notApplied(answer.reason)} />;
    case 'unknown':
      return (
        <Banner tone="warn" live title={strings.maySaved(answer.reason)}>
          <p>{strings.editsStillHereApplyThem}</p>
        </Banner>
      );
    case 'gone':
      return (
        <Banner tone="bad" live title={strings.notApplied(answer.reason)}>
          <p>{strings.editsStillHere}</p>
        </Banner>
      );
    default:
      return assertNever(answer);
  }
}
