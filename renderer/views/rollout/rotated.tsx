import { type ReactNode, useState } from 'react';
import { plural } from '../../../main/common/plain-text.ts';
import type { RolloutPlan } from '../../../main/common/rollout/change.ts';
import { Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import { candidatesOf } from './candidates.ts';
import * as strings from './strings.ts';

/** The steps after a key rotation: the new key works, and nothing uses the old one. */
export function Rotated({ plan, preset }: { readonly plan: RolloutPlan; readonly preset: string }): ReactNode {
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
      const own = configMaps.find((one) => one.ref.namespace === ref.namespace && one.ref.name === ref.name);
      const targets = own?.integrations.find(({ index }) => index === integration)?.targets ?? [];
      if (own === undefined || integration === undefined) continue;
      for (const [target, { key }] of targets.entries()) {
        if (key.owner?.preset !== preset || key.owner.former) continue;
        const place = targets.length === 1 ? {} : { target };
        const reply = await client.request('delivery.test', { ref, base: own.resourceVersion, integration, ...place });
        if (reply.outcome === 'passed') passed += 1;
        else failed.push(`${ref.context} · ${words}`);
      }
    }
    setTested(
      strings.countWordsPassedWords(plural(passed, 'deliveryTest'), failed.length === 0 ? '' : strings.notPassed(failed.join('; '))),
    );
  };

  return (
    <Banner
      tone={still.length === 0 && unseen.length === 0 ? 'good' : 'warn'}
      live
      title={
        still.length > 0
          ? strings.stillOlderKeyDontRevoke(still.length)
          : unseen.length > 0
            ? strings.connectedClustersNoLongerUse
            : strings.olderKeyNoLongerUsed
      }
      actions={
        <Button small isPending={action.busy} onPress={() => void action.run(test)}>
          {strings.testEach}
        </Button>
      }
    >
      {still.length > 0 && <p>{still.map(({ words }) => words).join('; ')}</p>}
      {unseen.length > 0 && <p>{strings.connectTheseClustersCheckAgain(unseen.map(({ context }) => context).join(', '))}</p>}
      {tested !== null && <p role="status">{tested}</p>}
    </Banner>
  );
}
