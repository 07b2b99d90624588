import type { ReactNode } from 'react';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import { ExternalAnchor } from '../../components/link.tsx';
import { useFleet } from '../../state/app.tsx';

const FLOWS: readonly (readonly [from: string, what: string])[] = [
  ['Your kubeconfig', 'kAudit Tray reads its files and never copies them. It uses credentials for their own cluster only.'],
  [
    'Your clusters',
    'kAudit Tray contacts a cluster when you connect it. It reads only ConfigMaps with kAudit’s integrations, and writes them when you apply.',
  ],
  ['Coralogix', 'kAudit Tray contacts Coralogix only for a delivery test that you start: one marked log entry, to the URL of the test.'],
  ['Keys', 'The operating system’s keychain keeps them. They go from a form to kAudit Tray and never return to this page.'],
  ['Anyone else', 'Nothing. No telemetry, no update checks.'],
];

export function AboutView(): ReactNode {
  const { version, host, demo } = useFleet();
  return (
    <div className="view view-narrow">
      <header className="view-header">
        <h1>About kAudit Tray</h1>
      </header>
      <section className="card" aria-label="Version">
        <dl className="report-facts">
          <dt>Version</dt>
          <dd>{version}</dd>
          <dt>Runs as</dt>
          <dd>{`${host === 'desktop' ? 'Desktop application' : 'Page on this computer (127.0.0.1)'}${demo ? ', demo' : ''}`}</dd>
          <dt>License</dt>
          <dd>Apache-2.0</dd>
        </dl>
      </section>
      <section className="card" aria-labelledby="about-flows">
        <h2 id="about-flows">Where data goes</h2>
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
        <h2 id="about-links">Documentation and help</h2>
        <ul className="plain link-list">
          <li>
            <ExternalAnchor href={LINKS.kaudit}>kAudit: integrations and findings exporting</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.domains}>Coralogix: domains</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.endpoints}>Coralogix: endpoints</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.keys}>Coralogix: Send-Your-Data keys</ExternalAnchor>
          </li>
          <li>
            <ExternalAnchor href={LINKS.support}>Coralogix: support</ExternalAnchor>
          </li>
        </ul>
      </section>
    </div>
  );
}
