import { SearchCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { endpointOf } from '../../../main/common/coralogix/coralogix.ts';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { Button } from '../../components/button.tsx';
import { notify } from '../../components/toast.tsx';
import { useAction, useApp, useFleet } from '../../state/app.tsx';
import * as strings from './strings.ts';

export function SeenButton({ report }: { readonly report: DeliveryReport }): ReactNode {
  const { client } = useApp();
  const { presets } = useFleet();
  const { run } = useAction();
  const domain = endpointOf(report.url)?.domain;
  const able = presets.some((preset) => preset.readBackKey !== undefined && preset.domain === domain);
  if (report.outcome !== 'passed' || !able) return null;
  const seen = report.stages.find((stage) => stage.name === 'seen');
  if (seen?.state === 'passed') return null;
  if (seen?.state === 'running') {
    return (
      <Button small icon={X} onPress={() => void client.request('delivery.cancel', {}).catch(() => {})}>
        {strings.stopLooking}
      </Button>
    );
  }
  const look = async () => {
    const reply = await run(() => client.request('delivery.seen', { id: report.id }));
    if (reply?.outcome === 'not-testable') notify({ tone: 'warn', title: reply.reason });
  };
  return (
    <Button small icon={SearchCheck} onPress={() => void look()}>
      {strings.lookCoralogix}
    </Button>
  );
}
