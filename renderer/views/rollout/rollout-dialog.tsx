import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { plural } from '../../../main/common/plain-text.ts';
import type { PlanRow, RolloutChange, RolloutPlan, RolloutRecord, RowChoice } from '../../../main/common/rollout/change.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { TextInput } from '../../components/field.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { useCommandKey } from '../../state/keys.ts';
import { ExportDialog } from '../export-dialog.tsx';
import { candidatesOf, targetsOf } from './candidates.ts';
import { wantedFor } from './change-values.ts';
import { RolloutChoice } from './choice.tsx';
import { PlanRows } from './plan-rows.tsx';
import { RolloutBar } from './progress.tsx';
import { Rotated } from './rotated.tsx';
import * as strings from './strings.ts';

/** Failures that stop a run, unless the user chooses another number. */
const STOP_AFTER = '5';

/** `chosen`: the initially selected candidates. */
export function RolloutDialog({
  change: asked,
  chosen: from,
  onClose,
}: {
  readonly change?: RolloutChange;
  readonly chosen?: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const { client } = useApp();
  const { clusters, presets, rollout } = useFleet();
  const candidates = useMemo(() => candidatesOf(clusters), [clusters]);
  const [change, setChange] = useState<RolloutChange | null>(asked ?? null);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        from ?? (asked?.op === 'preset' ? candidates.filter(({ formerOf }) => formerOf.includes(asked.preset)).map(({ id }) => id) : []),
      ),
  );
  const [plan, setPlan] = useState<RolloutPlan | null>(null);
  const [recorded, setRecorded] = useState<{ readonly end: string; readonly record: RolloutRecord } | null>(null);
  const record = recorded?.record ?? null;
  const [override, setOverride] = useState<ReadonlySet<string>>(new Set());
  const [named, setNamed] = useState<Readonly<Record<string, string>>>({});
  const [stopAfter, setStopAfter] = useState(STOP_AFTER);
  const [exporting, setExporting] = useState<PlanRow | null>(null);
  const action = useAction();
  const progress = plan !== null && rollout?.plan === plan.plan ? rollout : null;
  const running = progress?.state === 'running' || progress?.state === 'paused';
  const ended = progress !== null && !running;
  const id = plan?.plan;
  const end = ended ? `${progress.doing} ${progress.startedAt} ${progress.state}` : null;
  useEffect(() => {
    if (end === null || id === undefined) return;
    client.request('rollout.list', {}).then(
      (records) => {
        const found = records.find((one) => one.plan === id);
        if (found !== undefined) setRecorded({ end, record: found });
      },
      () => undefined,
    );
  }, [client, end, id]);

  const targets =
    change === null
      ? []
      : targetsOf(
          candidates.filter((candidate) => chosen.has(candidate.id)),
          change,
        );
  const makePlan = async () => {
    if (change === null) return;
    setRecorded(null);
    setOverride(new Set());
    setPlan((await action.run(() => client.request('rollout.plan', { targets, change }))) ?? null);
  };
  const limit = Number(stopAfter);
  const hasLimit = stopAfter.trim() !== '' && Number.isInteger(limit) && limit > 0;
  const run = (rows?: readonly string[], chosen?: readonly RowChoice[]) => {
    if (plan === null) return;
    const args = {
      plan: plan.plan,
      override: [...override],
      ...(rows === undefined ? {} : { rows }),
      ...(chosen === undefined ? {} : { chosen }),
      ...(hasLimit ? { stopAfter: limit } : {}),
    };
    void action.run(() => client.request('rollout.run', args));
  };
  const undo = () => {
    if (plan !== null) void action.run(() => client.request('rollout.undo', { plan: plan.plan, override: [...override] }));
  };

  const open = plan?.rows.filter((row) => row.outcome === 'ready' || override.has(row.id)) ?? [];
  const production = clusters
    .filter(({ context, marks }) => marks?.production === true && open.some((row) => row.context === context))
    .map(({ context }) => context);
  const agreed = production.every((context) => named[context]?.trim() === context);
  const undone = progress?.doing === 'undo';
  const canPlan = change !== null && targets.length > 0 && !action.busy;
  const canRun = open.length > 0 && agreed && !running && !action.busy;
  useCommandKey('Enter', () => {
    if (exporting !== null) return;
    if (plan === null && canPlan) void makePlan();
    // Only the first run: further runs are chosen after its result.
    else if (plan !== null && progress === null && canRun) run();
  });

  return (
    <Dialog
      title={plan === null ? strings.changeMany : `${plan.title}: ${plural(open.length, 'integration')}`}
      size="large"
      onClose={onClose}
      footer={
        plan === null ? (
          <Button
            kind="primary"
            isPending={action.busy}
            isDisabled={change === null || targets.length === 0}
            onPress={() => void makePlan()}
          >
            {strings.planFor(change === null ? chosen.size : targets.length)}
          </Button>
        ) : (
          <>
            {progress !== null && <RolloutBar progress={progress} />}
            {!running && <Button onPress={() => setPlan(null)}>{strings.back}</Button>}
            {ended && <Button onPress={undo}>{undone ? strings.undoRest : strings.undoSavedChanges}</Button>}
            {!running && (
              <Button kind="primary" isDisabled={open.length === 0 || !agreed} onPress={() => run()}>
                {progress === null ? strings.applyTo(open.length) : undone ? strings.applyAgain : strings.runRestAgain}
              </Button>
            )}
          </>
        )
      }
    >
      {plan === null ? (
        <RolloutChoice
          {...{ candidates, presets, chosen, change }}
          initial={wantedFor(change ?? undefined)}
          onChoose={setChosen}
          onChange={setChange}
        />
      ) : (
        <>
          {progress === null && <p>{strings.eachChangePassedDryRun}</p>}
          {ended && !undone && change?.op === 'preset' && recorded?.end === end && (
            <Rotated key={end} plan={plan} record={recorded.record} preset={change.preset} />
          )}
          {progress === null && (
            <div className="short-field">
              <TextInput
                label={strings.stopAfterManyFailures}
                description={strings.leaveEmptyRunEnd}
                value={stopAfter}
                onChange={setStopAfter}
                inputMode="numeric"
              />
            </div>
          )}
          {!running &&
            production.map((context) => (
              <TextInput
                key={context}
                label={strings.markedProductionTypeNameChange(context)}
                value={named[context] ?? ''}
                onChange={(text) => setNamed({ ...named, [context]: text })}
                code
              />
            ))}
          <PlanRows
            {...{ plan, progress, record, override }}
            onOverride={setOverride}
            onAgain={(row, choice) => run([row], choice && [choice])}
            onExport={setExporting}
          />
        </>
      )}
      {exporting !== null && plan !== null && (
        <ExportDialog
          name={exporting.ref.name}
          ask={(form) => client.request('rollout.export', { plan: plan.plan, row: exporting.id, form })}
          onClose={() => setExporting(null)}
        />
      )}
    </Dialog>
  );
}
