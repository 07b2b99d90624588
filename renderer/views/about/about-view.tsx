import type { ReactNode } from 'react';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import { ExternalAnchor } from '../../components/link.tsx';
import { useFleet } from '../../state/app.tsx';
import * as strings from './strings.ts';

const FLOWS: readonly (readonly [from: string, what: string])[] = [
  [strings.yourKubeconfig, strings.kAuditTrayReadsFilesNever],
  [strings.yourClusters, strings.kAuditTrayContactsOnlyClusters],
  [strings.coralogix, strings.deliveryTestSendsOneMarkedEntry],
  [strings.keys, strings.operatingSystemsKeychainKeepsThem],
  [strings.anyoneElse, strings.nothingNoTelemetryNoUpdate],
];

export function AboutView(): ReactNode {
  const { version, host, demo } = useFleet();
  return (
    <div className="view view-narrow">
      <header className="view-header">
        <h1>{strings.aboutKAuditTray}</h1>
      </header>
      <section className="card" aria-label={strings.version}>
        <dl className="report-facts">
          <dt>{strings.version}</dt>
          <dd>{version}</dd>
          <dt>{strings.runsAs}</dt>
          <dd>{`${host === 'desktop' ? strings.desktopApplication : strings.pageComputer12700}${demo ? strings.demo : ''}`}</dd>
          <dt>{strings.license}</dt>
          <dd>{strings.apache20}</dd>
        </dl>
      </section>
      <section className="card" aria-labelledby="about-flows">
        <h2 id="about-flows">{strings.whereDataGoes}</h2>
        <dl className="flows">
          {FLOWS.map(([from, what]) => (
            <div key={from}>
              <dt>{from}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="card" aria-labelledby="about-links">
        <h2 id="about-links">{strings.documentationHelp}</h2>
        <ul className="plain link-list">
          <li>
            <ExternalAnchor href={LINKS.kaudit}>{strings.kAuditIntegrationsFindingsExporting}</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.domains}>{strings.coralogixDomains}</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.endpoints}>{strings.coralogixEndpoints}</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.keys}>{strings.coralogixSendDataKeys}</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.support}>{strings.coralogixSupport}</ExternalAnchor>
          </li>
        </ul>
      </section>
    </div>
  );
}
