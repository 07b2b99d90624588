import type { RolloutProgress, RowResult } from '../../../main/common/fleet/rollout-progress.ts';
import type { PlanOutcome, RolloutRecord } from '../../../main/common/rollout/change.ts';
import type { BadgeLook } from '../../components/badge.tsx';
import * as strings from './strings.ts';

export const PLAN_LOOK: Readonly<Record<PlanOutcome, BadgeLook>> = {
  ready: { tone: 'quiet', icon: 'circle', word: strings.ready },
  unchanged: { tone: 'quiet', icon: 'check', word: strings.noChangeNeeded },
  'read-only': { tone: 'quiet', icon: 'lock', word: strings.leftOutReadOnly },
  forbidden: { tone: 'warn', icon: 'lock', word: strings.leftOutNoPermission },
  managed: { tone: 'warn', icon: 'lock', word: strings.leftOutManaged },
  invalid: { tone: 'bad', icon: 'alert', word: strings.leftOutInvalid },
  refused: { tone: 'warn', icon: 'ban', word: strings.leftOut },
  unreachable: { tone: 'warn', icon: 'dashed', word: strings.leftOutNotConnected },
};

export const RESULT_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  saved: { tone: 'good', icon: 'check', word: strings.saved },
  unchanged: { tone: 'quiet', icon: 'check', word: strings.noChangeNeeded },
  conflict: { tone: 'warn', icon: 'warning', word: strings.changedOthers },
  forbidden: { tone: 'warn', icon: 'lock', word: strings.noPermission },
  failed: { tone: 'bad', icon: 'cross', word: strings.notSaved },
  unknown: { tone: 'warn', icon: 'dashed', word: strings.notKnownYet },
};

/** The same words for undoing a row. */
export const UNDO_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  ...RESULT_LOOK,
  saved: { tone: 'good', icon: 'check', word: strings.undone },
  unchanged: { tone: 'quiet', icon: 'check', word: strings.alreadyUndone },
  conflict: { tone: 'warn', icon: 'warning', word: strings.notUndone },
  failed: { tone: 'bad', icon: 'cross', word: strings.notUndone },
};

export const STATE_WORDS: Readonly<Record<RolloutRecord['state'], string>> = {
  running: strings.running,
  paused: strings.paused,
  ended: strings.ended,
  cancelled: strings.stoppedEarly,
  interrupted: strings.interruptedWhenKAuditTrayQuit,
};

/** "3 of 6 saved, 1 failed; about 4 s to go". */
export function progressWords({
  doing,
  total,
  counts,
  remaining,
}: Pick<RolloutProgress, 'doing' | 'total' | 'counts' | 'remaining'>): string {
  const looks = doing === 'run' ? RESULT_LOOK : UNDO_LOOK;
  const done = counts.saved + counts.unchanged;
  const others = (['conflict', 'forbidden', 'failed', 'unknown'] as const)
    .filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${counts[outcome]} ${looks[outcome].word.toLowerCase()}`);
  const left = counts.left === 0 ? [] : [strings.leftLeft(counts.left)];
  const time = remaining === undefined ? '' : strings.aboutTimeWords(timeWords(remaining));
  return (
    [strings.doneOfTotalWords(done, total, doing === 'run' ? strings.savedWord : strings.undoneWord), ...others, ...left].join(', ') + time
  );
}

function timeWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : strings.minutesWords(Math.round(seconds / 60));
}
