import type { PresetView } from '../coralogix/preset.ts';
import { presetUrl } from '../coralogix/preset.ts';
import type { DeliveryReport, DeliverySubject, Stage } from '../delivery/delivery.ts';
import { UNSAVED_PRESET } from '../delivery/delivery.ts';
import { referenceKey } from '../reference.ts';
import type { Fleet } from './fleet.ts';

// The newest report of each subject, while it can still be true.

export const SHOWN = 1000;

export function withReport(reports: readonly DeliveryReport[], report: DeliveryReport): readonly DeliveryReport[] {
  if (reports.some(({ id }) => id === report.id)) return reports.map((other) => (other.id === report.id ? report : other));
  const key = subjectKey(report.subject);
  return [report, ...reports.filter((other) => subjectKey(other.subject) !== key)].slice(0, SHOWN);
}

export function currentReports(fleet: Fleet): Fleet {
  const reports = fleet.reports.filter((report) => holdsOfPreset(report, fleet.presets));
  return reports.length === fleet.reports.length ? fleet : { ...fleet, reports };
}

/** Whether a report fits its preset's current key, and the URL for a preset's own test. */
function holdsOfPreset(report: DeliveryReport, presets: readonly PresetView[]): boolean {
  const { subject, outcome } = report;
  const id = subject.kind === 'preset' ? subject.id : report.preset;
  if (id === undefined || id === UNSAVED_PRESET || outcome === 'running') return true;
  const preset = presets.find((each) => each.id === id);
  if (preset?.key.fingerprint === undefined || preset.key.fingerprint !== report.key) return false;
  return subject.kind !== 'preset' || report.url === presetUrl(preset);
}

export function withSeen(report: DeliveryReport, stage: Stage): DeliveryReport {
  return { ...report, stages: [...report.stages.filter(({ name }) => name !== 'seen'), stage] };
}

/** Newer reports with the same key replace older ones. */
export function subjectKey(subject: DeliverySubject): string {
  return subject.kind === 'preset' ? `preset/${subject.id}` : `${referenceKey(subject.ref)}/${subject.hash}`;
}
