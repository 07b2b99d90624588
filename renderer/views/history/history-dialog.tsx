import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Reply } from '../../../main/common/api.ts';
import type { Refusal } from '../../../main/common/history/refusal.ts';
import type { Revision } from '../../../main/common/history/revision.ts';
import type { Edit, GivenKey } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { type Choices, ConflictPlaces } from '../conflict-places.tsx';
import { MissingKeys } from './missing-keys.tsx';
import * as strings from './strings.ts';

/** A choice becomes an edit, reviewed like any other. */
export function HistoryDialog({
  view,
  undo,
  onEdit,
  onClose,
}: {
  readonly view: ConfigMapView;
  /** The revision to undo when the dialog opens. */
  readonly undo?: string | undefined;
  readonly onEdit: (edit: Edit) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useApp();
  const action = useAction();
  const [history, setHistory] = useState<Reply<'configMap.history'> | null>(null);
  const [chosen, setChosen] = useState<Revision | null>(null);
  const [shown, setShown] = useState<Reply<'configMap.revision'> | null>(null);
  const [refusal, setRefusal] = useState<{ readonly op: 'restore' | 'undo'; readonly why: Refusal } | null>(null);
  const [keys, setKeys] = useState<readonly GivenKey[]>([]);
  const [choices, setChoices] = useState<Choices>([]);
  const { run } = action;
  const { ref } = view;
  useEffect(() => {
    void run(() => client.request('configMap.history', { ref })).then((reply) => setHistory(reply ?? null));
  }, [client, run, ref]);

  const open = async (revision: Revision) => {
    setChosen(revision);
    setShown(null);
    setRefusal(null);
    setKeys([]);
    setChoices([]);
    setShown((await run(() => client.request('configMap.revision', { ref, id: revision.id }))) ?? null);
  };
  const take = async (op: 'restore' | 'undo', revision: string) => {
    const given = keys.length === 0 ? {} : { keys };
    const edit: Edit =
      op === 'restore' ? { op, revision, ...given } : { op, revision, ...given, ...(choices.length === 0 ? {} : { choices }) };
    const reply = await run(() => client.request('configMap.preview', { ref, base: view.resourceVersion, edits: [edit] }));
    if (reply?.outcome === 'preview') onEdit(edit);
    else if (reply) setRefusal({ op, why: reply });
  };
  const first = useRef(undo);
  useEffect(() => {
    const revision = history?.revisions.find(({ id }) => id === first.current);
    if (revision === undefined) return;
    first.current = undefined;
    void open(revision).then(() => take('undo', revision.id));
  });
  const conflicts = refusal?.why.conflicts;

  return (
    <Dialog
      title={strings.historyOf(ref.name)}
      size="large"
      onClose={onClose}
      footer={
        chosen && (
          <>
            <Button
              isPending={action.busy}
              isDisabled={(conflicts?.length ?? 0) > choices.length}
              onPress={() => void take('undo', chosen.id)}
            >
              {strings.undoChangeOnly}
            </Button>
            <Button kind="primary" isPending={action.busy} onPress={() => void take('restore', chosen.id)}>
              {strings.restoreText}
            </Button>
          </>
        )
      }
    >
      {history?.problem !== undefined && <Banner tone="warn" title={history.problem} />}
      {refusal && (
        <Banner tone="bad" live title={refusal.why.reason}>
          {refusal.why.writer && (
            <p>
              {strings.wroteCurrentVersion(refusal.why.writer.manager)}
              <Age of={refusal.why.writer.at} />.
            </p>
          )}
          {refusal.why.missing && <MissingKeys missing={refusal.why.missing} keys={keys} onChange={setKeys} />}
          {conflicts && (
            <>
              <p>{strings.chooseValueEachPlaceThen}</p>
              <ConflictPlaces
                {...{ conflicts, choices }}
                onChoose={setChoices}
                mine={strings.beforeChange}
                theirs={strings.now}
                before={strings.afterChange}
              />
            </>
          )}
        </Banner>
      )}
      {history === null ? (
        <p role="status">{strings.loadingHistory}</p>
      ) : (
        <ul className="versions" aria-label={strings.versionsNewestFirst}>
          {history.revisions.map((revision) => (
            <li key={revision.id}>
              <Button kind="quiet" aria-pressed={revision.id === chosen?.id} onPress={() => void open(revision)}>
                <Age of={revision.at} />
                {` · ${revision.by.ours ? strings.you : revision.by.manager}: ${revision.changes.join('; ') || strings.noChangeInMeaning}`}
                {revision.restored !== undefined && strings.restored}
                {revision.rewrites !== undefined && strings.rewritesRewrites(revision.rewrites)}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {chosen && shown && (
        <>
          <h3>{strings.fromThisVersionToCurrentOne}</h3>
          {shown.diff.lines.every(({ kind }) => kind === 'same') ? (
            <p>{strings.nothingDiffers}</p>
          ) : (
            <Diff lines={shown.diff.lines} label={strings.fromThisVersionToCurrentOne} />
          )}
        </>
      )}
    </Dialog>
  );
}
