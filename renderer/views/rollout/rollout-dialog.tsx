import type { ReactNode } from 'react';
import { useMemo, useState } from 'react';
import type { RolloutChange, RolloutPlan } from '../../../main/common/rollout/change.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Diff } from '../../components/diff.tsx';
import { CheckboxInput } from '../../components/field.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { countWords } from '../words.ts';
import { candidatesOf, RolloutChoice } from './choice.tsx';
import { PLAN_WORDS, progressWords, RESULT_WORDS } from './words.ts';

/** Failures that stop a run: a common failure needn't repeat everywhere. */
const STOP_AFTER = 5;

/** One change to many integrations: chosen, planned, run, taken back. */
export function RolloutDialog({
  change: asked,
  chosen: given,
  onClose,
}: {
  readonly change?: RolloutChange;
  /** Ids of the candidates that are chosen from the start. */
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
        given ?? (asked?.op === 'preset' ? candidates.filter(({ formerOf }) => formerOf.includes(asked.preset)).map(({ id }) => id) : []),
      ),
  );
  const [plan, setPlan] = useState<RolloutPlan | null>(null);
  const [override, setOverride] = useState<ReadonlySet<string>>(new Set());
  const [sure, setSure] = useState<ReadonlySet<string>>(new Set());
  const action = useAction();
  const progress = plan !== null && rollout?.plan === plan.plan ? rollout : null;
  const running = progress?.state === 'running' || progress?.state === 'paused';

  const makePlan = async () => {
    if (change === null) return;
    const targets = candidates.filter(({ id }) => chosen.has(id)).map(({ target }) => target);
    setPlan((await action.run(() => client.request('rollout.plan', { targets, change }))) ?? null);
  };
  const run = () => {
    if (plan === null) return;
    void action.run(() => client.request('rollout.run', { plan: plan.plan, override: [...override], stopAfter: STOP_AFTER }));
  };
  const undo = () => {
    if (plan !== null) void action.run(() => client.request('rollout.undo', { plan: plan.plan, override: [...override] }));
  };

  const open = plan?.rows.filter(({ id, outcome }) => outcome === 'ready' || override.has(id)) ?? [];
  const production = new Set(
    clusters
      .filter(({ context, marks }) => marks?.production === true && open.some((row) => row.context === context))
      .map(({ context }) => context),
  );
  const agreed = [...production].every((context) => sure.has(context));

  return (
    <Dialog
      title={plan === null ? 'Change many' : `${plan.title}: ${countWords(open.length, 'integration')}`}
      size="large"
      onClose={onClose}
      footer={
        plan === null ? (
          <Button kind="primary" isPending={action.busy} isDisabled={change === null || chosen.size === 0} onPress={() => void makePlan()}>
            {`Plan for ${chosen.size}`}
          </Button>
        ) : (
          <>
            {progress !== null && <p role="status">{progressWords(progress)}</p>}
            {progress === null && <Button onPress={() => setPlan(null)}>Back</Button>}
            {progress?.state === 'running' && <Button onPress={() => void client.request('rollout.pause', {})}>Pause</Button>}
            {progress?.state === 'paused' && <Button onPress={() => void client.request('rollout.resume', {})}>Go on</Button>}
            {running && <Button onPress={() => void client.request('rollout.cancel', {})}>Cancel</Button>}
            {progress !== null && !running && <Button onPress={undo}>Undo what was saved</Button>}
            {!running && (
              <Button kind="primary" isDisabled={open.length === 0 || !agreed} onPress={run}>
                {progress === null ? `Apply to ${open.length}` : 'Run again what is left'}
              </Button>
            )}
          </>
        )
      }
    >
      {plan === null ? (
        <RolloutChoice {...{ candidates, presets, chosen, change }} onChoose={setChosen} onChange={setChange} />
      ) : (
        <>
          <p>Each change was tried on its server. Nothing is written before you apply it.</p>
          {progress !== null && !running && change?.op === 'preset' && <Rotated plan={plan} preset={change.preset} />}
          {[...production].map((context) => (
            <CheckboxInput
              key={context}
              label={`Yes, change the production cluster “${context}”`}
              isSelected={sure.has(context)}
              onChange={(on) => setSure(new Set(on ? [...sure, context] : [...sure].filter((other) => other !== context)))}
            />
          ))}
          <ul className="plain" aria-label="What would change">
            {plan.rows.map((row) => {
              const problem = progress?.problems.find(({ id }) => id === row.id);
              return (
                <li key={row.id}>
                  <p>
                    {`${row.context} · ${row.words}: `}
                    <strong>{problem === undefined ? PLAN_WORDS[row.outcome] : RESULT_WORDS[problem.outcome]}</strong>
                    {` ${problem?.reason ?? row.reason ?? ''}`}
                  </p>
                  {row.outcome === 'managed' && progress === null && (
                    <CheckboxInput
                      label="Change it all the same"
                      isSelected={override.has(row.id)}
                      onChange={(on) => setOverride(new Set(on ? [...override, row.id] : [...override].filter((id) => id !== row.id)))}
                    />
                  )}
                  {row.changes.length > 0 && (
                    <details>
                      <summary>{row.changes.join('; ')}</summary>
                      <Diff lines={row.diff.lines} label={`Changes of ${row.words}`} />
                    </details>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </Dialog>
  );
}

/** The steps after a key rotation: the new key works, and nothing uses the old one. */
function Rotated({ plan, preset }: { readonly plan: RolloutPlan; readonly preset: string }): ReactNode {
  const { client } = useApp();
  const { clusters } = useFleet();
  const action = useAction();
  const [tested, setTested] = useState<string | null>(null);
  const still = candidatesOf(clusters).filter(({ formerOf }) => formerOf.includes(preset));
  const unseen = clusters.filter(({ watched, state }) => watched && state !== 'online');

  const test = async () => {
    let passed = 0;
    const failed: string[] = [];
    for (const { ref, integration, words } of plan.rows) {
      const configMaps = clusters.find(({ context }) => context === ref.context)?.configMaps ?? [];
      const base = configMaps.find((one) => one.ref.namespace === ref.namespace && one.ref.name === ref.name)?.resourceVersion;
      if (base === undefined || integration === undefined) continue;
      const reply = await client.request('delivery.test', { ref, base, integration });
      if (reply.outcome === 'passed') passed += 1;
      else failed.push(`${ref.context} · ${words}`);
    }
    setTested(`${countWords(passed, 'delivery test')} passed. ${failed.length === 0 ? '' : `Not passed: ${failed.join('; ')}.`}`);
  };

  return (
    <Banner
      tone={still.length === 0 && unseen.length === 0 ? 'good' : 'warn'}
      live
      title={
        still.length > 0
          ? `${countWords(still.length, 'integration')} still ${still.length === 1 ? 'has' : 'have'} an older key: do not revoke it yet`
          : unseen.length > 0
            ? 'On the clusters that are connected nobody uses the older key any more'
            : 'Nobody uses the older key any more: you can revoke it'
      }
      actions={
        <Button small isPending={action.busy} onPress={() => void action.run(test)}>
          Test each
        </Button>
      }
    >
      {still.length > 0 && <p>{still.map(({ words }) => words).join('; ')}</p>}
      {unseen.length > 0 && <p>{`Connect these first, and look again: ${unseen.map(({ context }) => context).join(', ')}.`}</p>}
      {tested !== null && <p>{tested}</p>}
    </Banner>
  );
}
