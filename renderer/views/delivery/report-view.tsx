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
import * as strings from './strings.ts';

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
          title={twin.outcome === 'passed' ? strings.coralogixsOtherHostAccepts : strings.coralogixsOtherHostDoesntAccept}
          actions={
            twin.edits &&
            twin.edits.length > 0 &&
            useUrl && (
              <Button kind="primary" small onPress={() => useUrl(twin.edits ?? [])}>
                {strings.useUrl}
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
        <dt>{strings.url}</dt>
        <dd className="code">{`${report.method} ${report.url}`}</dd>
        <dt>{strings.sent}</dt>
        <dd>{report.vantage}</dd>
        <dt>{strings.when}</dt>
        <dd>
          {ageWords(report.startedAt, now)}
          {report.milliseconds !== undefined && strings.commaMs(Math.round(report.milliseconds))}
          {report.attempts > 1 && strings.attempts(report.attempts)}
          {report.subject.kind === 'integration' && report.subject.unsaved && strings.unsavedChangesPart}
        </dd>
      </dl>
      {/* Open while it runs, folded once the verdict is there. */}
      <details className="steps" open={running}>
        <summary>{strings.stagesSummary(stagesWords(report.stages))}</summary>
        <ol className="stages" aria-label={strings.stages}>
          {report.stages.map((stage) => (
            <StageItem key={stage.name} stage={stage} running={running} hidesFix={stage === failed} />
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
          <summary>{report.status === undefined ? strings.response : strings.responseHttp(report.status)}</summary>
          <Code text={report.body === undefined || report.body === '' ? '(empty)' : report.body} label={strings.response} />
        </details>
      )}
      <details>
        <summary>{strings.whatSent}</summary>
        <Code text={report.payload} label={strings.payload} />
        <p className="quiet">
          {strings.lookTestId}
          <span className="code">{report.id}</span>
          {strings.inCoralogixPart}
        </p>
        <p className="quiet">{strings.shellCommandSetCoralogixKey}</p>
        <Code text={report.curl} label={strings.asCurl} />
      </details>
      {report.outcome !== 'running' && (
        <p className="links">
          {report.explore !== undefined && <ExternalAnchor href={report.explore}>{strings.entryCoralogix}</ExternalAnchor>}
          {keyFailed && <ExternalAnchor href={LINKS.keys}>{strings.sendDataKeys}</ExternalAnchor>}
          <ExternalAnchor href={LINKS.endpoints}>{strings.coralogixsEndpoints}</ExternalAnchor>
          <ExternalAnchor href={LINKS.support}>{strings.coralogixSupport}</ExternalAnchor>
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
function stagesWords(stages: readonly Stage[]): string {
  const failed = stages.find(({ state }) => state === 'failed');
  const passed = stages.filter(({ state }) => state === 'passed' || state === 'warning').length;
  return strings.wordsPassedPassed(failed === undefined ? '' : strings.stageWordsFailed(STAGE_WORDS[failed.name]), passed);
}

function StageItem({
  stage,
  running,
  hidesFix,
}: {
  readonly stage: Stage;
  readonly running: boolean;
  /** What to do about it is already above. */
  readonly hidesFix: boolean;
}): ReactNode {
  const look = STAGE_LOOK[stage.state];
  return (
    <li className={`stage stage-${stage.state}`}>
      <span className="stage-name">{STAGE_WORDS[stage.name]}</span>
      <Badge plain look={running && stage.state === 'not-reached' ? { ...look, word: strings.waiting } : look} />
      <span className="stage-time">{stage.milliseconds === undefined ? '' : strings.ms(Math.round(stage.milliseconds))}</span>
      {stage.evidence !== '' && <p className="stage-evidence">{stage.evidence}</p>}
      {stage.fix !== undefined && !hidesFix && <p className="stage-fix">{stage.fix}</p>}
    </li>
  );
}
