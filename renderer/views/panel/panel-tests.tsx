import type { ReactNode } from 'react';
import { type ConfigMapRef, referenceKey } from '../../../main/common/reference.ts';
import { Badge } from '../../components/badge.tsx';
import { useFleet } from '../../state/app.tsx';
import { Age } from '../age.tsx';
import type { DeliverySession } from '../delivery/delivery-dialog.tsx';
import { EarlierTests } from '../delivery/earlier-tests.tsx';
import { DELIVERY_LOOK } from '../words.ts';
import * as strings from './strings.ts';

/** The latest test of each configuration that this integration has or had. */
export function PanelTests({
  configMap,
  integration,
  show,
}: {
  readonly configMap: ConfigMapRef;
  readonly integration: number | undefined;
  readonly show: (report: DeliverySession) => void;
}): ReactNode {
  const key = referenceKey(configMap);
  const reports = useFleet().reports.filter(
    ({ subject }) => subject.kind === 'integration' && subject.integration === integration && referenceKey(subject.ref) === key,
  );
  if (reports.length === 0) return <p className="quiet">{strings.notTested}</p>;
  return (
    <ul className="panel-tests" aria-label={strings.tests}>
      {reports.map((report) => (
        <li key={report.id}>
          <p className="key-row">
            <Badge plain look={DELIVERY_LOOK[report.outcome]} />
            <span className="quiet">
              <Age of={report.startedAt} />
            </span>
            <button type="button" className="text-button fix" onClick={() => show({ kind: 'report', id: report.id, title: report.url })}>
              {strings.seeReport}
            </button>
          </p>
          <p>{report.summary}</p>
          <p className="code quiet">{report.url}</p>
          <EarlierTests id={report.id} />
        </li>
      ))}
    </ul>
  );
}
