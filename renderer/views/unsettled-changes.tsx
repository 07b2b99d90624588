import type { ReactNode } from 'react';
import type { UnsettledChange } from '../../main/common/fleet/fleet.ts';
import { unsettledWords } from '../../main/common/fleet/unsettled.ts';
import { referenceKey } from '../../main/common/reference.ts';
import { Banner, type Tone } from '../components/badge.tsx';
import { Button } from '../components/button.tsx';
import { useAction, useApp, useFleet } from '../state/app.tsx';
import * as strings from './strings.ts';

/** Changes whose response was lost. Shown above every view until read. */
export function UnsettledChanges(): ReactNode {
  const fleet = useFleet();
  const { client, router } = useApp();
  const { run } = useAction();
  return fleet.unsettled.map((change) => {
    const { title, next } = unsettledWords(change, fleet);
    const { ref } = change;
    return (
      <Banner
        key={`${change.since} ${referenceKey(ref)}`}
        tone={toneOf(change)}
        live
        title={title}
        actions={
          <>
            <Button small onPress={() => router.navigate({ view: 'configMap', ref })}>
              {strings.open}
            </Button>
            <Button small kind="quiet" onPress={() => void run(() => client.request('configMap.dismissUnsettled', { ref }))}>
              {change.ended === undefined ? strings.stopChecking : strings.done}
            </Button>
          </>
        }
      >
        <p>{next}</p>
      </Banner>
    );
  });
}

function toneOf({ ended }: UnsettledChange): Tone {
  return ended === 'saved' ? 'good' : ended === 'not-saved' ? 'bad' : 'warn';
}
