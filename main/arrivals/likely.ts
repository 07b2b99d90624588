import type { DiscoverReply } from '../common/arrivals/arrivals.ts';
import type { FoundName } from '../common/arrivals/reply.ts';
import type { Preset } from '../common/coralogix/preset.ts';
import { DEFAULT_APPLICATION, DEFAULT_SUBSYSTEM } from '../common/coralogix/preset.ts';

/** kAudit's names are undocumented. Its vendor was Alcide. */
const SPEAKS_OF_KAUDIT = /k-?audit|alcide/i;
const SPEAKS_OF_AUDIT = /audit/i;

/** Likely names first, then by count. */
export function likelyFirst(
  found: readonly FoundName[],
  preset: Pick<Preset, 'applicationName' | 'subsystemName'>,
): DiscoverReply['names'] {
  const rank = ({ application, subsystem }: FoundName): number => {
    // This program's own delivery tests.
    if (application === DEFAULT_APPLICATION && subsystem === DEFAULT_SUBSYSTEM) return 1;
    if (application === preset.applicationName && subsystem === preset.subsystemName) return 3;
    if (SPEAKS_OF_KAUDIT.test(application) || SPEAKS_OF_KAUDIT.test(subsystem)) return 3;
    return SPEAKS_OF_AUDIT.test(application) || SPEAKS_OF_AUDIT.test(subsystem) ? 2 : 0;
  };
  return found
    .toSorted((one, other) => rank(other) - rank(one) || other.count - one.count)
    .map((name) => ({ ...name, last: new Date(name.last).toISOString(), likely: rank(name) >= 2 }));
}
