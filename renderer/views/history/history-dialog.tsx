import { type ReactNode, useEffect, useState } from 'react';
import type { Reply } from '../../../main/common/api.ts';
import type { Refusal } from '../../../main/common/history/refusal.ts';
import type { Revision } from '../../../main/common/history/revision.ts';
import type { Edit, GivenKey } from '../../../main/common/integration/reading/integration.ts';
import type { ConfigMapView } from '../../../main/common/replies.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { SelectInput } from '../../components/select.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { Age } from '../age.tsx';

/** A choice becomes an edit, reviewed like any other. */
export function HistoryDialog({
  view,
  onEdit,
  onClose,
}: {
  readonly view: ConfigMapView;
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
    setShown((await run(() => client.request('configMap.revision', { ref, id: revision.id }))) ?? null);
  };
  const take = async (op: 'restore' | 'undo', revision: Revision) => {
    const edit: Edit = { op, revision: revision.id, ...(keys.length === 0 ? {} : { keys }) };
    const reply = await run(() => client.request('configMap.preview', { ref, base: view.resourceVersion, edits: [edit] }));
    if (reply?.outcome === 'preview') onEdit(edit);
    else if (reply) setRefusal({ op, why: reply });
  };

  return (
    <Dialog
      title={`History of ${ref.name}`}
      size="large"
      onClose={onClose}
      footer={
        chosen && (
          <>
            <Button isPending={action.busy} onPress={() => void take('undo', chosen)}>
              Undo this change only
            </Button>
            <Button kind="primary" isPending={action.busy} onPress={() => void take('restore', chosen)}>
              Restore this text
            </Button>
          </>
        )
      }
    >
      {history?.problem !== undefined && <Banner tone="warn" title={history.problem} />}
      {refusal && (
        <Banner tone="bad" live title={refusal.why.reason}>
          {refusal.why.missing && <MissingKeys missing={refusal.why.missing} keys={keys} onChange={setKeys} />}
        </Banner>
      )}
      {history === null ? (
        <p role="status">Loading the history …</p>
      ) : (
        <ul className="plain" aria-label="Versions, newest first">
          {history.revisions.map((revision) => (
            <li key={revision.id}>
              <Button kind="quiet" aria-pressed={revision.id === chosen?.id} onPress={() => void open(revision)}>
                <Age of={revision.at} />
                {` · ${revision.by.ours ? 'You' : revision.by.manager}: ${revision.changes.join('; ') || 'Nothing that changes its meaning'}`}
                {revision.restored !== undefined && ' · restored'}
                {revision.rewrites !== undefined && ` · ${revision.rewrites} rewrites`}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {chosen && shown && (
        <>
          <h3>From this version to what is there now</h3>
          {shown.diff.lines.every(({ kind }) => kind === 'same') ? (
            <p>Nothing differs.</p>
          ) : (
            <Diff lines={shown.diff.lines} label="From this version to now" />
          )}
        </>
      )}
    </Dialog>
  );
}

function MissingKeys({
  missing,
  keys,
  onChange,
}: {
  readonly missing: NonNullable<Refusal['missing']>;
  readonly keys: readonly GivenKey[];
  readonly onChange: (keys: readonly GivenKey[]) => void;
}): ReactNode {
  const { presets } = useFleet();
  return missing.flatMap(({ path, words }) => {
    if (path === null) return [];
    const at = JSON.stringify(path);
    const given = keys.find((key) => JSON.stringify(key.path) === at);
    return [
      <SelectInput
        key={at}
        label={`Key of ${words}`}
        placeholder="Choose a preset"
        options={presets.map(({ id, name, domain }) => ({ id, label: name, description: domain }))}
        value={given !== undefined && 'preset' in given ? given.preset : null}
        onChange={(preset) => onChange([...keys.filter((key) => key !== given), { path, preset }])}
      />,
    ];
  });
}
