import { KeyRound, ListChecks, Pause, Play, RefreshCw, Send, X } from 'lucide-react';
import { memo, type ReactNode, useState } from 'react';
import { ProgressBar } from 'react-aria-components';
import type { Fleet } from '../../../main/common/fleet/fleet.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { RolloutChange } from '../../../main/common/rollout/change.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Question } from '../../components/dialog.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp } from '../../state/app.tsx';
import { MANY_TARGETS, type TestCounts } from '../test-each.ts';
import * as strings from './strings.ts';

export const HomeActions = memo(function HomeActions({
  fleet,
  targets,
  onChangeMany,
}: {
  readonly fleet: Fleet;
  /** The number of targets of “Test all”. */
  readonly targets: number;
  readonly onChangeMany: () => void;
}): ReactNode {
  const { client } = useApp();
  const refresh = useAction();
  const testing = useAction();
  const [asking, setAsking] = useState(false);
  const progress = fleet.testAll;

  const testAll = async () => {
    setAsking(false);
    const reply = await testing.run(() => client.request('delivery.testAll', {}));
    if (reply) tellResult(strings.testAll, reply);
  };

  return (
    <div className="view-actions" data-commands={strings.fleet}>
      <Button
        kind="quiet"
        icon={RefreshCw}
        isPending={refresh.busy}
        onPress={() => void refresh.run(() => client.request('fleet.refresh', {}))}
      >
        <span className="bar-word">{strings.refresh}</span>
      </Button>
      <Button kind="quiet" icon={ListChecks} onPress={onChangeMany}>
        <span className="bar-word">{strings.changeMany}</span>
      </Button>
      {progress ? (
        <>
          <ProgressBar className="progress" value={progress.done} maxValue={Math.max(progress.total, 1)} aria-label={strings.testAll}>
            {({ percentage }) => (
              <>
                <span className="progress-track">
                  <span className="progress-fill" style={{ width: `${percentage ?? 0}%` }} />
                </span>
                <span>
                  {strings.doneOfTotalText(progress.done, progress.total, progress.failed > 0 ? strings.failedFailed(progress.failed) : '')}
                </span>
              </>
            )}
          </ProgressBar>
          <Button icon={X} onPress={() => void testing.run(() => client.request('delivery.cancel', {}))}>
            {strings.cancelTests}
          </Button>
        </>
      ) : (
        <Button
          kind="primary"
          icon={Send}
          isPending={testing.busy}
          onPress={() => (targets > MANY_TARGETS ? setAsking(true) : void testAll())}
        >
          {strings.testAll}
        </Button>
      )}
      {asking && <AskMany count={targets} onConfirm={() => void testAll()} onClose={() => setAsking(false)} />}
    </div>
  );
});

export function AskMany({
  count,
  onConfirm,
  onClose,
}: {
  readonly count: number;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <Question title={strings.testTargets(count)} confirm={strings.testCountTargets(count)} onConfirm={onConfirm} onClose={onClose}>
      <p>{strings.eachTargetGetsOneMarked(count)}</p>
    </Question>
  );
}

export function tellResult(what: string, { passed, failed, skipped, cancelled }: TestCounts): void {
  notify({
    tone: cancelled ? 'info' : failed > 0 ? 'warn' : passed > 0 && skipped === 0 ? 'good' : 'info',
    title: cancelled
      ? strings.wasCancelled(what)
      : failed > 0
        ? strings.countWordsFailed(plural(failed, 'deliveryTest'))
        : passed > 0
          ? skipped > 0
            ? strings.passedSkipped(passed, skipped)
            : strings.everyDeliveryAccepted
          : strings.nothingTest,
    detail: strings.passedFailedSkipped(passed, failed, skipped),
  });
}

/** Actions for all selected rows together. */
export function SelectionBar({
  count,
  testable,
  onTest,
  onChange,
  onClear,
}: {
  readonly count: number;
  readonly testable: number;
  readonly onTest: () => void;
  /** null: the dialog asks which change. */
  readonly onChange: (change: RolloutChange | null) => void;
  readonly onClear: () => void;
}): ReactNode {
  return (
    <div className="selection-bar" role="toolbar" aria-label={strings.selectedRows} data-commands={strings.countSelected(count)}>
      <strong role="status">{strings.countSelected(count)}</strong>
      <Button kind="quiet" small icon={Send} isDisabled={testable === 0} onPress={onTest}>
        {strings.test}
      </Button>
      <Button kind="quiet" small icon={Play} onPress={() => onChange({ op: 'stopped', value: false })}>
        {strings.start}
      </Button>
      <Button kind="quiet" small icon={Pause} onPress={() => onChange({ op: 'stopped', value: true })}>
        {strings.stop}
      </Button>
      <Button kind="quiet" small icon={KeyRound} data-shortcut="c" onPress={() => onChange(null)}>
        {strings.usePresetChange}
      </Button>
      <IconButton icon={X} label={strings.clearSelection} onPress={onClear} />
    </div>
  );
}
