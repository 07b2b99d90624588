import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { STAGE_LOOK, STAGE_WORDS } from '../words.ts';

/** Plain text for a ticket or chat. Holds no key, like the report. */
export function reportText(report: DeliveryReport, title: string): string {
  const lines = [
    `kAudit Tray delivery test: ${report.outcome}`,
    `What: ${title}${report.subject.kind === 'integration' && report.subject.unsaved ? ' (unsaved changes)' : ''}`,
    `Result: ${report.summary}`,
    `URL: ${report.method} ${report.url}`,
    `From: ${report.vantage}`,
    `Started: ${report.startedAt}${report.milliseconds === undefined ? '' : `, took ${Math.round(report.milliseconds)} ms`}`,
    `Attempts: ${report.attempts}`,
    `Test id: ${report.id}`,
    ...(report.doctor === undefined ? [] : [`Advice: ${report.doctor}`]),
    ...(report.explore === undefined ? [] : [`In Coralogix: ${report.explore}`]),
    '',
    'Stages',
    ...report.stages.flatMap((stage) => [
      `- ${STAGE_WORDS[stage.name]}: ${STAGE_LOOK[stage.state].word.toLowerCase()}${milliseconds(stage.milliseconds)}${stage.evidence === '' ? '' : `: ${stage.evidence}`}`,
      ...(stage.fix === undefined ? [] : [`  To do: ${stage.fix}`]),
    ]),
    ...section(
      'Warnings',
      report.warnings.map((warning) => `- ${warning}`),
    ),
    ...(report.sinceSuccess
      ? section(
          `Changed since it passed at ${report.sinceSuccess.at}`,
          report.sinceSuccess.changes.map((change) => `- ${change}`),
        )
      : []),
    ...(report.twin ? section('The other host', [`- ${report.twin.url}: ${report.twin.outcome}: ${report.twin.summary}`]) : []),
    ...(report.status === undefined ? [] : ['', `HTTP status: ${report.status}`]),
    ...(report.body === undefined || report.body === '' ? [] : section('Response', [report.body])),
    ...section('Payload', [report.payload]),
    '',
    `Not proven: ${report.notProven}`,
  ];
  return `${lines.join('\n')}\n`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : `, ${Math.round(value)} ms`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
