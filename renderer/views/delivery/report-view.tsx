import type { ReactNode } from 'react';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import type { DeliveryReport, Stage } from '../../../main/common/delivery/delivery.ts';
import { ageWords } from '../../../main/common/fleet/age.ts';
import type { Edit } from '../../../main/common/integration/reading/integration.ts';
import { Badge, Banner } from '../../components/badge.tsx';
import { Button } from '../../components/button.tsx';
import { ExternalAnchor } from '../../components/link.tsx';
import { useNow } from '../../state/app.tsx';
import { STAGE_LOOK, STAGE_WORDS } from '../words.ts';
import { ClusterFactsView } from './cluster-facts.tsx';
import { EarlierTests, SinceSuccess } from './earlier-tests.tsx';
import { SeenButton } from './seen-button.tsx';

export function ReportView({
  report,
  useUrl,
}: {
  readonly report: DeliveryReport;
  readonly useUrl: ((edits: readonly Edit[]) => void) | undefined;
}): ReactNode {
  const now = useNow();
  const { twin } = report;
  const running = report.outcome === 'running';
  const failed = report.stages.find(({ state }) => state === 'failed');
  const keyFailed = failed?.name === 'key';
  return (
    <div className="report">
      {twin && (
        <Banner
          tone={twin.outcome === 'passed' ? 'good' : 'quiet'}
          title={twin.outcome === 'passed' ? 'Coralogix’s other host accepts it' : 'Coralogix’s other host doesn’t accept it either'}
          actions={
            twin.edits &&
            twin.edits.length > 0 &&
            useUrl && (
              <Button kind="primary" small onPress={() => useUrl(twin.edits ?? [])}>
                Use this URL
              </Button>
            )
          }
        >
          <p className="code">{twin.url}</p>
          <p>{twin.summary}</p>
        </Banner>
      )}
      {report.doctor !== undefined && <Banner tone="info" title={report.doctor} />}
      {failed?.fix !== undefined && <Banner tone="bad" title={failed.fix} />}
      {report.sinceSuccess && <SinceSuccess since={report.sinceSuccess} />}
      {report.warnings.map((warning) => (
        <Banner key={warning} tone="warn" title={warning} />
      ))}
      <dl className="report-facts">
        <dt>URL</dt>
        <dd className="code">{`${report.method} ${report.url}`}</dd>
        <dt>From</dt>
        <dd>{report.vantage}</dd>
        <dt>When</dt>
        <dd>
          {ageWords(report.startedAt, now)}
          {report.milliseconds !== undefined && `, ${Math.round(report.milliseconds)} ms`}
          {report.attempts > 1 && `, ${report.attempts} attempts`}
          {report.subject.kind === 'integration' && report.subject.unsaved && ', unsaved changes'}
        </dd>
      </dl>
      {/* Open while it runs, folded once the verdict is there. */}
      <details className="steps" open={running}>
        <summary>{`Steps: ${stepsWords(report.stages)}`}</summary>
        <ol className="stages" aria-label="Stages">
          {report.stages.map((stage) => (
            <StageItem key={stage.name} stage={stage} running={running} told={stage === failed} />
          ))}
        </ol>
      </details>
      <SeenButton report={report} />
      <p className="not-proven">{report.notProven}</p>
      {report.outcome !== 'running' && report.subject.kind === 'integration' && (
        <ClusterFactsView configMap={report.subject.ref} report={report} />
      )}
      {report.outcome !== 'running' && <EarlierTests id={report.id} />}
      {(report.status !== undefined || report.body) && (
        <details>
          <summary>{report.status === undefined ? 'Response' : `Response: HTTP ${report.status}`}</summary>
          <Code text={report.body === undefined || report.body === '' ? '(empty)' : report.body} label="Response" />
        </details>
      )}
      <details>
        <summary>What was sent</summary>
        <Code text={report.payload} label="Payload" />
        <p className="quiet">
          Look for test_id <span className="code">{report.id}</span> in Coralogix.
        </p>
        <p className="quiet">As a shell command. Set CORALOGIX_KEY to the key first:</p>
        <Code text={report.curl} label="As curl" />
      </details>
      {report.outcome !== 'running' && (
        <p className="links">
          {report.explore !== undefined && <ExternalAnchor href={report.explore}>This entry in Coralogix</ExternalAnchor>}
          {keyFailed && <ExternalAnchor href={LINKS.keys}>Send-Your-Data keys</ExternalAnchor>}
          <ExternalAnchor href={LINKS.endpoints}>Coralogix's endpoints</ExternalAnchor>
          <ExternalAnchor href={LINKS.support}>Coralogix support</ExternalAnchor>
        </p>
      )}
    </div>
  );
}

function Code({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by keyboard
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for controls
    <pre className="code-block" role="group" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  );
}

/** "7 passed", "DNS failed, 4 passed". */
function stepsWords(stages: readonly Stage[]): string {
  const failed = stages.find(({ state }) => state === 'failed');
  const passed = stages.filter(({ state }) => state === 'passed' || state === 'warning').length;
  return `${failed === undefined ? '' : `${STAGE_WORDS[failed.name]} failed, `}${passed} passed`;
}

function StageItem({
  stage,
  running,
  told,
}: {
  readonly stage: Stage;
  readonly running: boolean;
  /** What to do about it stands above already. */
  readonly told: boolean;
}): ReactNode {
  const look = STAGE_LOOK[stage.state];
  return (
    <li className={`stage stage-${stage.state}`}>
      <span className="stage-name">{STAGE_WORDS[stage.name]}</span>
      <Badge plain look={running && stage.state === 'not-reached' ? { ...look, word: 'Waiting' } : look} />
      <span className="stage-time">{stage.milliseconds === undefined ? '' : `${Math.round(stage.milliseconds)} ms`}</span>
      {stage.evidence !== '' && <p className="stage-evidence">{stage.evidence}</p>}
      {stage.fix !== undefined && !told && <p className="stage-fix">{stage.fix}</p>}
    </li>
  );
}
