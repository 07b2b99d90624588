import type { RolloutProgress, RowResult } from '../../../main/common/fleet/rollout-progress.ts';
import type { PlanOutcome } from '../../../main/common/rollout/change.ts';

export const PLAN_WORDS: Readonly<Record<PlanOutcome, string>> = {
  ready: 'Ready.',
  unchanged: 'It is so already.',
  'read-only': 'Left out: read-only.',
  forbidden: 'Left out: you may not change it.',
  managed: 'Left out: managed.',
  invalid: 'Left out: not valid.',
  refused: 'Left out.',
  unreachable: 'Left out: not connected.',
};

export const RESULT_WORDS: Readonly<Record<RowResult, string>> = {
  saved: 'Saved.',
  unchanged: 'It is so already.',
  conflict: 'Changed meanwhile.',
  forbidden: 'You may not change it.',
  failed: 'Not saved.',
  unknown: 'Not known yet.',
};

/** "3 of 6 saved, …; about 4 s left". */
export function progressWords({ doing, total, counts, remaining }: RolloutProgress): string {
  const done = counts.saved + counts.unchanged;
  const others = (['conflict', 'forbidden', 'failed', 'unknown'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${RESULT_WORDS[outcome].toLowerCase().replace(/\.$/, '')}`);
  const left = counts.left === 0 ? [] : [`${counts.left} left`];
  const time = remaining === undefined ? '' : `; about ${remaining} s`;
  return [`${done} of ${total} ${doing === 'run' ? 'saved' : 'taken back'}`, ...others, ...left].join(', ') + time;
}
