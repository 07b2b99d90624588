import type { ReactNode } from 'react';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import * as strings from './strings.ts';
import { progressWords } from './words.ts';

/** Finishes or undoes a rollout that the program's end interrupted. */
export function InterruptedRollout(): ReactNode {
  const { rollout } = useFleet();
  if (rollout?.state !== 'interrupted') return null;
  return (
    <Banner
      tone="warn"
      title={strings.wasInterrupted(rollout.title, progressWords(rollout))}
      actions={<FinishOrUndo plan={rollout.plan} left saved={rollout.counts.saved > 0 || rollout.doing === 'undo'} />}
    >
      <p>{strings.firstConnectClustersKAuditTray}</p>
    </Banner>
  );
}

export function FinishOrUndo({ plan, left, saved }: { readonly plan: string; readonly left: boolean; readonly saved: boolean }): ReactNode {
  const { client } = useApp();
  const action = useAction();
  return (
    <>
      {left && (
        <Button small isPending={action.busy} onPress={() => void action.run(() => client.request('rollout.run', { plan }))}>
          {strings.finishRollout}
        </Button>
      )}
      {saved && (
        <Button small isPending={action.busy} onPress={() => void action.run(() => client.request('rollout.undo', { plan }))}>
          {strings.undoRollout}
        </Button>
      )}
    </>
  );
}
