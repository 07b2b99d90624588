import { type ReactNode, useEffect, useState } from 'react';
import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import { plural } from '../../../main/common/plain-text.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { useApp, useNow } from '../../state/app.tsx';
import { DELIVERY_LOOK } from '../words.ts';
import * as strings from './strings.ts';

export function SinceSuccess({ since }: { readonly since: NonNullable<DeliveryReport['sinceSuccess']> }): ReactNode {
  const now = useNow();
  return (
    <Banner tone="info" title={strings.whatChangedSincePassed(ageWords(since.at, now))}>
      <ul>
        {since.changes.map((change) => (
          <li key={change}>{change}</li>
        ))}
      </ul>
    </Banner>
  );
}

export function EarlierTests({ id }: { readonly id: string }): ReactNode {
  const { client } = useApp();
  const now = useNow();
  const [reports, setReports] = useState<readonly DeliveryReport[]>([]);
  useEffect(() => {
    let shown = true;
    client
      .request('delivery.history', { id })
      .then((found) => shown && setReports(found))
      .catch(() => undefined);
    return () => {
      shown = false;
    };
  }, [client, id]);

  const earlier = reports.filter((report) => report.id !== id);
  if (earlier.length === 0) return null;
  return (
    <details>
      <summary>{plural(earlier.length, 'earlierTest')}</summary>
      <ul className="earlier-tests" aria-label={strings.earlierTestsTarget}>
        {earlier.map((report) => (
          <li key={report.id}>
            <Badge plain look={DELIVERY_LOOK[report.outcome]} />
            <span className="quiet">{ageWords(report.startedAt, now)}</span>
            <span>{report.summary}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
