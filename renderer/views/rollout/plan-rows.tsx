import { type ReactNode, useState } from 'react';
import type { RolloutProgress } from '../../../main/common/fleet/rollout-progress.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { PlanRow, RolloutPlan, RolloutRecord, RowChoice } from '../../../main/common/rollout/change.ts';
import { Badge, type BadgeLook } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Diff } from '../../components/diff.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { useApp } from '../../state/app.tsx';
import { RowChoiceForm } from './row-choice.tsx';
import { sharedChange } from './shared-change.ts';
import * as strings from './strings.ts';
import { PLAN_LOOK, RESULT_LOOK, UNDO_LOOK } from './words.ts';

export interface PlanRowsProps {
  readonly plan: RolloutPlan;
  /** null: nothing has run yet. */
  readonly progress: RolloutProgress | null;
  /** The outcome of the rows; null: unknown yet. */
  readonly record: RolloutRecord | null;
  readonly override: ReadonlySet<string>;
  readonly onOverride: (override: ReadonlySet<string>) => void;
  /** Runs only this row again. */
  readonly onAgain: (row: string, choice?: RowChoice) => void;
  readonly onExport: (row: PlanRow) => void;
}

/** The change once, then each row with its differences. */
export function PlanRows(props: PlanRowsProps): ReactNode {
  const { plan } = props;
  const shared = sharedChange(plan.rows);
  const others = plan.rows.filter(({ id, outcome }) => shared?.rows.has(id) !== true || outcome !== 'ready').length;
  return (
    <>
      {shared !== null && (
        <figure className="plan-change">
          <figcaption>
            {others === 0
              ? strings.eachRowChanges(plural(shared.lines.length, 'line'))
              : strings.haveSameChange(plural(shared.rows.size, 'row'))}
          </figcaption>
          <Diff lines={shared.lines.map((line) => ({ ...line, text: withoutMasks(line.text) }))} label={strings.theChange} />
        </figure>
      )}
      <ul className="plan-rows" aria-label={strings.whatWouldChange}>
        {plan.rows.map((row) => (
          <Row key={row.id} {...props} row={row} alike={shared?.rows.has(row.id) === true} />
        ))}
      </ul>
    </>
  );
}

function Row({
  row,
  alike,
  progress,
  record,
  override,
  onOverride,
  onAgain,
  onExport,
}: Omit<PlanRowsProps, 'plan'> & { readonly row: PlanRow; readonly alike: boolean }): ReactNode {
  const { router } = useApp();
  const [open, setOpen] = useState(false);
  const [choosing, setChoosing] = useState(false);
  const own = record?.rows.find(({ id }) => id === row.id);
  const running = progress?.state === 'running' || progress?.state === 'paused';
  const problem = progress?.problems.find(({ id }) => id === row.id);
  const undoing = progress?.doing === 'undo' && own?.outcome === 'saved';
  const look = lookOf(row, { progress, record, override });
  const reason = problem?.reason ?? (own === undefined ? row.reason : undoing ? undefined : own.reason);
  const isConflict = problem?.outcome === 'conflict' || (progress === null ? false : own?.outcome === 'conflict');
  const { revision, met } = own ?? {};
  const canChoose = !running && isConflict && !undoing && met !== undefined;
  return (
    <li>
      <p className="facts">
        <Badge plain look={look} />
        <span>{`${row.context} · ${row.words}`}</span>
        {reason !== undefined && <span className="quiet">{reason}</span>}
        {!running && isConflict && !undoing && (
          <Button small onPress={() => onAgain(row.id)}>
            {strings.changeAnyway}
          </Button>
        )}
        {canChoose && (
          <Button small aria-expanded={choosing} onPress={() => setChoosing(!choosing)}>
            {strings.chooseValues}
          </Button>
        )}
        {!running && isConflict && undoing && revision !== undefined && (
          <Button small onPress={() => router.navigate({ view: 'configMap', ref: row.ref, edits: [{ op: 'undo', revision }] })}>
            {strings.chooseValues}
          </Button>
        )}
        {row.outcome === 'managed' && (
          <Button small onPress={() => onExport(row)}>
            {strings.exportLabel}
          </Button>
        )}
        {!alike && row.diff.lines.length > 0 && (
          <Button small kind="quiet" aria-expanded={open} onPress={() => setOpen(!open)}>
            {open ? strings.hideChange : strings.showChange}
          </Button>
        )}
      </p>
      {!alike && row.changes.length > 0 && <p className="quiet">{row.changes.join('; ')}</p>}
      {row.outcome === 'managed' && progress === null && (
        <CheckboxInput
          label={strings.changeAnyway}
          isSelected={override.has(row.id)}
          onChange={(on) => onOverride(new Set(on ? [...override, row.id] : [...override].filter((id) => id !== row.id)))}
        />
      )}
      {canChoose && choosing && <RowChoiceForm key={met.on} row={row.id} met={met} onApply={(choice) => onAgain(row.id, choice)} />}
      {open && <Diff lines={row.diff.lines} label={strings.changesOf(row.words)} />}
    </li>
  );
}

function lookOf(row: PlanRow, { progress, record, override }: Pick<PlanRowsProps, 'progress' | 'record' | 'override'>): BadgeLook {
  const chosen = row.outcome === 'ready' || override.has(row.id);
  if (progress === null || !chosen) return PLAN_LOOK[row.outcome];
  const problem = progress.problems.find(({ id }) => id === row.id);
  const looks = progress.doing === 'run' ? RESULT_LOOK : UNDO_LOOK;
  if (problem !== undefined) return looks[problem.outcome];
  const own = record?.rows.find(({ id }) => id === row.id);
  if (own?.outcome !== undefined && (progress.doing === 'run' || own.outcome !== 'saved')) return RESULT_LOOK[own.outcome];
  if (own?.undone !== undefined) return looks[own.undone];
  const running = progress.state === 'running' || progress.state === 'paused';
  return { tone: 'quiet', icon: 'dashed', word: running ? strings.waitingRunning : strings.remaining };
}

/** Masks differ in each ConfigMap and mean nothing to the user. */
function withoutMasks(text: string): string {
  return text.replaceAll(/masked-key-\w+/g, '‹key›');
}
