import type { ReactNode } from 'react';
import { ProgressBar } from 'react-aria-components';
import type { RolloutProgress } from '../../../main/common/fleet/rollout-progress.ts';
import { Button } from '../../components/button.tsx';
import { useApp } from '../../state/app.tsx';
import * as strings from './strings.ts';
import { progressWords } from './words.ts';

/** Its progress, the remaining time, and the ways to stop it. */
export function RolloutBar({ progress }: { readonly progress: RolloutProgress }): ReactNode {
  const { client } = useApp();
  const { state, total, counts } = progress;
  return (
    <>
      <ProgressBar className="progress" value={total - counts.left} maxValue={Math.max(total, 1)} aria-label={progress.title}>
        {({ percentage }) => (
          <>
            <span className="progress-track">
              <span className="progress-fill" style={{ width: `${percentage ?? 0}%` }} />
            </span>
            <span role="status">{progressWords(progress)}</span>
          </>
        )}
      </ProgressBar>
      {state === 'running' && <Button onPress={() => void client.request('rollout.pause', {})}>{strings.pause}</Button>}
      {state === 'paused' && <Button onPress={() => void client.request('rollout.resume', {})}>{strings.resume}</Button>}
      {(state === 'running' || state === 'paused') && (
        <Button onPress={() => void client.request('rollout.cancel', {})}>{strings.cancel}</Button>
      )}
    </>
  );
}
