import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { Cluster } from '../../../main/common/fleet/fleet.ts';
import type { TestArguments } from '../../../main/common/fleet/rows.ts';
import { plural } from '../../../main/common/plain-text.ts';
import type { RolloutPlan, RolloutRecord } from '../../../main/common/rollout/change.ts';
import { isDone } from '../../../main/common/rollout/change.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { MANY_TARGETS, testEach } from '../test-each.ts';
import { candidatesOf } from './candidates.ts';
import * as strings from './strings.ts';

interface Target {
  readonly words: string;
  readonly test: TestArguments;
}

/** The steps after a key rotation: the new key works everywhere, and nothing uses the old one. */
export function Rotated({
  plan,
  record,
  preset,
}: {
  readonly plan: RolloutPlan;
  readonly record: RolloutRecord;
  readonly preset: string;
}): ReactNode {
  const { client } = useApp();
  const { clusters } = useFleet();
  const { run, busy } = useAction();
  const [tested, setTested] = useState<{ readonly passed: number; readonly others: readonly string[]; readonly left: number } | null>(null);
  const began = useRef(false);
  const still = candidatesOf(clusters).filter(({ formerOf }) => formerOf.includes(preset));
  const unseen = clusters.filter(({ watched, state }) => watched && state !== 'online');
  const done = plan.rows.filter(({ id, outcome }) => outcome === 'unchanged' || isDone(record.rows.find((row) => row.id === id)?.outcome));
  const found = done.map((row) => targetsOf(row, clusters, preset));
  const targets = found.flat();
  // What was just saved hasn't arrived here yet.
  const allSeen = found.every(({ length }) => length > 0);

  const test = () => {
    let now = { passed: 0, others: [] as readonly string[], left: targets.length };
    setTested(now);
    return testEach(
      client,
      targets.map((target) => target.test),
      (index, outcome) => {
        if (outcome === 'cancelled') return;
        const passed = outcome === 'passed';
        now = {
          passed: now.passed + (passed ? 1 : 0),
          others: passed ? now.others : [...now.others, targets[index]?.words ?? ''],
          left: now.left - 1,
        };
        setTested(now);
      },
    );
  };
  const start = () => void run(test);
  const startsItself = allSeen && targets.length > 0 && targets.length <= MANY_TARGETS;
  const latest = useRef(start);
  latest.current = start;
  useEffect(() => {
    if (!startsItself || began.current) return;
    began.current = true;
    latest.current();
  }, [startsItself]);

  // Until the new key works everywhere, the older one is the way back.
  const works = tested !== null && tested.left === 0 && tested.others.length === 0;
  const advice =
    still.length > 0
      ? strings.stillOlderKeyDontRevoke(still.length)
      : unseen.length > 0
        ? strings.connectedClustersNoLongerUse
        : tested !== null && tested.others.length > 0
          ? strings.newKeyDoesntWorkEverywhere
          : works
            ? strings.olderKeyNoLongerUsed
            : strings.olderKeyNoLongerUsedUntested;

  return (
    <Banner
      tone={still.length === 0 && unseen.length === 0 && works ? 'good' : 'warn'}
      live
      title={advice}
      actions={
        busy ? (
          <Button small onPress={() => void client.request('delivery.cancel', {})}>
            {strings.cancelTests}
          </Button>
        ) : (
          <Button small isDisabled={targets.length === 0} onPress={start}>
            {tested === null ? strings.testEach : strings.testEachAgain}
          </Button>
        )
      }
    >
      {still.length > 0 && <p>{still.map(({ words }) => words).join('; ')}</p>}
      {unseen.length > 0 && <p>{strings.connectTheseClustersCheckAgain(unseen.map(({ context }) => context).join(', '))}</p>}
      {tested !== null && (
        <p role="status">
          {[
            strings.deliveryTestsPassed(plural(tested.passed, 'deliveryTest')),
            ...(tested.others.length === 0 ? [] : [strings.notPassed(tested.others.join('; '))]),
            ...(tested.left === 0 ? [] : [strings.leftToTest(tested.left)]),
          ].join(' ')}
        </p>
      )}
    </Banner>
  );
}

/** The targets of a row that have the preset's current key. */
function targetsOf(
  { ref, integration, words }: Pick<RolloutPlan['rows'][number], 'ref' | 'integration' | 'words'>,
  clusters: readonly Cluster[],
  preset: string,
): readonly Target[] {
  const configMaps = clusters.find(({ context }) => context === ref.context)?.configMaps ?? [];
  const own = configMaps.find((one) => one.ref.namespace === ref.namespace && one.ref.name === ref.name);
  const targets = own?.integrations.find(({ index }) => index === integration)?.targets ?? [];
  if (own === undefined || integration === undefined) return [];
  return targets.flatMap(({ key }, target) =>
    key.owner?.preset !== preset || key.owner.former
      ? []
      : [
          {
            words: `${ref.context} · ${words}`,
            test: { ref, base: own.resourceVersion, integration, ...(targets.length === 1 ? {} : { target }) },
          },
        ],
  );
}
