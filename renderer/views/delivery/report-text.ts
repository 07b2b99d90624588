import type { DeliveryReport } from '../../../main/common/delivery/delivery.ts';
import { STAGE_LOOK, STAGE_WORDS } from '../words.ts';
import * as strings from './strings.ts';

/** Plain text for a ticket or chat. Holds no key, like the report. */
export function reportText(report: DeliveryReport, title: string): string {
  const lines = [
    strings.kAuditTrayDeliveryTest(report.outcome),
    strings.whatTitleWords(title, report.subject.kind === 'integration' && report.subject.unsaved ? strings.unsavedChanges : ''),
    strings.resultSummary(report.summary),
    strings.urlMethodUrl(report.method, report.url),
    strings.sentVantage(report.vantage),
    strings.startedStartedAtWords(
      report.startedAt,
      report.milliseconds === undefined ? '' : strings.tookMs(Math.round(report.milliseconds)),
    ),
    strings.attemptsAttempts(report.attempts),
    strings.testId(report.id),
    ...(report.doctor === undefined ? [] : [strings.adviceDoctor(report.doctor)]),
    ...(report.explore === undefined ? [] : [strings.inCoralogix(report.explore)]),
    '',
    strings.stages,
    ...report.stages.flatMap((stage) => [
      `- ${STAGE_WORDS[stage.name]}: ${STAGE_LOOK[stage.state].word.toLowerCase()}${milliseconds(stage.milliseconds)}${stage.evidence === '' ? '' : `: ${stage.evidence}`}`,
      ...(stage.fix === undefined ? [] : [strings.toDo(stage.fix)]),
    ]),
    ...section(
      strings.warnings,
      report.warnings.map((warning) => `- ${warning}`),
    ),
    ...(report.sinceSuccess
      ? section(
          strings.changedSincePassed(report.sinceSuccess.at),
          report.sinceSuccess.changes.map((change) => `- ${change}`),
        )
      : []),
    ...(report.twin ? section(strings.otherHost, [`- ${report.twin.url}: ${report.twin.outcome}: ${report.twin.summary}`]) : []),
    ...(report.status === undefined ? [] : ['', strings.httpStatus(report.status)]),
    ...(report.body === undefined || report.body === '' ? [] : section(strings.response, [report.body])),
    ...section(strings.payload, [report.payload]),
    '',
    strings.notProven(report.notProven),
  ];
  return `${lines.join('\n')}\n`;
}

function milliseconds(value: number | undefined): string {
  return value === undefined ? '' : strings.commaMs(Math.round(value));
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines];
}
