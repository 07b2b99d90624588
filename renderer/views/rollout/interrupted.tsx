import type { ReactNode } from 'react';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { progressWords } from './words.ts';

/** A rollout that the end of the program cut short: finish it, or take it back. */
export function InterruptedRollout(): ReactNode {
  const { client } = useApp();
  const { rollout } = useFleet();
  const action = useAction();
  if (rollout?.state !== 'interrupted') return null;
  const { plan } = rollout;
  return (
    <Banner
      tone="warn"
      title={`“${rollout.title}” was interrupted: ${progressWords(rollout)}`}
      actions={
        <>
          <Button small isPending={action.busy} onPress={() => void action.run(() => client.request('rollout.run', { plan }))}>
            Finish it
          </Button>
          <Button small isPending={action.busy} onPress={() => void action.run(() => client.request('rollout.undo', { plan }))}>
            Take it back
          </Button>
        </>
      }
    >
      <p>Connect the clusters that it goes to first. Each integration is looked at again before it is written.</p>
    </Banner>
  );
}
