import { type ReactNode, useEffect, useState } from 'react';
import type { RolloutRecord } from '../../../main/common/rollout/change.ts';
import { Badge } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import { FinishOrUndo } from './interrupted.tsx';
import { RolloutDialog } from './lazy-dialog.tsx';
import { RolloutBar } from './progress.tsx';
import * as strings from './strings.ts';
import { progressWords, RESULT_LOOK, STATE_WORDS, UNDO_LOOK } from './words.ts';

/** The newest 20, also from earlier runs of the program. */
export function RolloutsView({ preset }: { readonly preset?: string }): ReactNode {
  const { client, router } = useApp();
  const { rollout } = useFleet();
  const { run } = useAction();
  const [records, setRecords] = useState<readonly RolloutRecord[] | null>(null);
  const { plan, state, counts } = rollout ?? {};
  // Each step of a running rollout changes the list.
  const version = JSON.stringify([plan, state, counts]);
  useEffect(() => {
    if (version !== '') void run(() => client.request('rollout.list', {})).then((list) => setRecords(list ?? []));
  }, [client, run, version]);
  const isRunning = state === 'running' || state === 'paused';
  return (
    <div className="view">
      <header className="view-header">
        <h1>{strings.rollouts}</h1>
      </header>
      {rollout && isRunning && (
        <div className="view-actions" data-commands="">
          <RolloutBar progress={rollout} />
        </div>
      )}
      {preset !== undefined && <RolloutDialog change={{ op: 'preset', preset }} onClose={() => router.navigate({ view: 'rollouts' })} />}
      {records === null && <p role="status">{strings.loading}</p>}
      {records?.length === 0 && (
        <div className="empty">
          <h2>{strings.noRolloutsYet}</h2>
          <p>{strings.changeManyIntegrationsTogetherSelect}</p>
        </div>
      )}
      {records?.map((record) => (
        <Rollout key={record.plan} record={record} isRunning={isRunning} />
      ))}
    </div>
  );
}

function Rollout({ record, isRunning }: { readonly record: RolloutRecord; readonly isRunning: boolean }): ReactNode {
  const [open, setOpen] = useState(false);
  const { router } = useApp();
  const { plan, title, at, state, counts, rows } = record;
  const left = counts.left + counts.failed + counts.forbidden + counts.unknown > 0;
  const saved = rows.some(({ outcome, undone }) => outcome === 'saved' && undone !== 'saved' && undone !== 'unchanged');
  return (
    <article className="card" aria-label={title}>
      <header className="card-header">
        <h2>{title}</h2>
        <span className="quiet">
          <Age of={at} />
          {`, ${STATE_WORDS[state]}: ${progressWords({ doing: 'run', total: rows.length, counts })}`}
        </span>
        <span className="row-actions push">
          {!isRunning && <FinishOrUndo plan={plan} left={left} saved={saved} />}
          <Button small kind="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>
            {open ? strings.hideRows : strings.showRows}
          </Button>
        </span>
      </header>
      {open && (
        <ul className="plain" aria-label={strings.rowsOf(title)}>
          {rows.map(({ id, ref, words, outcome, reason, revision, undone }) => (
            <li key={id} className="facts">
              {outcome === undefined ? (
                <Badge plain look={{ tone: 'quiet', icon: 'dashed', word: strings.remaining }} />
              ) : (
                <Badge plain look={undone === undefined ? RESULT_LOOK[outcome] : UNDO_LOOK[undone]} />
              )}
              <span>{`${ref.context} · ${words}`}</span>
              {reason !== undefined && <span className="quiet">{reason}</span>}
              {undone === 'conflict' && revision !== undefined && (
                <Button small onPress={() => router.navigate({ view: 'configMap', ref, edits: [{ op: 'undo', revision }] })}>
                  {strings.chooseValues}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}
