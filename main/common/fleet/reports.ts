import type { PresetView } from '../coralogix/preset.ts';
import { presetUrl } from '../coralogix/preset.ts';
import type { DeliveryReport, DeliverySubject, Stage } from '../delivery/delivery.ts';
import { UNSAVED_PRESET } from '../delivery/delivery.ts';
import { referenceKey } from '../reference.ts';
import type { Fleet } from './fleet.ts';

// The reports that the state shows: the newest of each subject, and only while it can still be true.

/** Reports that are shown, newest first. */
export const SHOWN = 1000;

/** A test takes the place of the one before of the same, in front; then its report stays where it is while it grows. */
export function withReport(reports: readonly DeliveryReport[], report: DeliveryReport): readonly DeliveryReport[] {
  if (reports.some(({ id }) => id === report.id)) return reports.map((other) => (other.id === report.id ? report : other));
  const key = subjectKey(report.subject);
  return [report, ...reports.filter((other) => subjectKey(other.subject) !== key)].slice(0, SHOWN);
}

/** Without what is no longer true of its preset: another key, or another address. */
export function currentReports(fleet: Fleet): Fleet {
  const reports = fleet.reports.filter((report) => holdsOfPreset(report, fleet.presets));
  return reports.length === fleet.reports.length ? fleet : { ...fleet, reports };
}

/**
 * Whether what a report says of a preset's key can still be true: it is the key that the preset has, and a preset's own test went to the URL that the
 * preset stands for. What an integration's text says is bound by its hash.
 */
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

/** What a report is about: newer ones of the same take its place. */
export function subjectKey(subject: DeliverySubject): string {
  return subject.kind === 'preset' ? `preset/${subject.id}` : `${referenceKey(subject.ref)}/${subject.hash}`;
}
