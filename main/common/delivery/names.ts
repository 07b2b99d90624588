import type { Preset } from '../coralogix/preset.ts';
import { DEFAULT_APPLICATION, DEFAULT_SUBSYSTEM } from '../coralogix/preset.ts';
import type { DeliveryReport } from './delivery.ts';

export function applicationOf(report: DeliveryReport): string {
  const name = /"applicationName":("(?:[^"\\]|\\.)*")/.exec(report.payload)?.[1];
  return name === undefined ? DEFAULT_APPLICATION : (JSON.parse(name) as string);
}

export function names(preset: Pick<Preset, 'applicationName' | 'subsystemName'> | undefined): {
  applicationName: string;
  subsystemName: string;
} {
  return { applicationName: preset?.applicationName ?? DEFAULT_APPLICATION, subsystemName: preset?.subsystemName ?? DEFAULT_SUBSYSTEM };
}
