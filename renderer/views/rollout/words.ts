import type { RolloutProgress, RowResult } from '../../../main/common/fleet/rollout-progress.ts';
import type { PlanOutcome, RolloutRecord } from '../../../main/common/rollout/change.ts';
import type { BadgeLook } from '../../components/badge.tsx';

export const PLAN_LOOK: Readonly<Record<PlanOutcome, BadgeLook>> = {
  ready: { tone: 'quiet', icon: 'circle', word: 'Ready' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'No change needed' },
  'read-only': { tone: 'quiet', icon: 'lock', word: 'Left out: read-only' },
  forbidden: { tone: 'warn', icon: 'lock', word: 'Left out: no permission' },
  managed: { tone: 'warn', icon: 'lock', word: 'Left out: managed' },
  invalid: { tone: 'bad', icon: 'alert', word: 'Left out: invalid' },
  refused: { tone: 'warn', icon: 'ban', word: 'Left out' },
  unreachable: { tone: 'warn', icon: 'dashed', word: 'Left out: not connected' },
};

export const RESULT_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  saved: { tone: 'good', icon: 'check', word: 'Saved' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'No change needed' },
  conflict: { tone: 'warn', icon: 'warning', word: 'Changed by others' },
  forbidden: { tone: 'warn', icon: 'lock', word: 'No permission' },
  failed: { tone: 'bad', icon: 'cross', word: 'Not saved' },
  unknown: { tone: 'warn', icon: 'dashed', word: 'Not known yet' },
};

/** The same of taking a row back. */
export const UNDO_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  ...RESULT_LOOK,
  saved: { tone: 'good', icon: 'check', word: 'Undone' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'Already undone' },
  conflict: { tone: 'warn', icon: 'warning', word: 'Not undone' },
  failed: { tone: 'bad', icon: 'cross', word: 'Not undone' },
};

export const STATE_WORDS: Readonly<Record<RolloutRecord['state'], string>> = {
  running: 'running',
  paused: 'paused',
  ended: 'ended',
  cancelled: 'stopped early',
  interrupted: 'interrupted when kAudit Tray quit',
};

/** "3 of 6 saved, 1 failed; about 4 s left". */
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
  const left = counts.left === 0 ? [] : [`${counts.left} left`];
  const time = remaining === undefined ? '' : `; about ${timeWords(remaining)}`;
  return [`${done} of ${total} ${doing === 'run' ? 'saved' : 'undone'}`, ...others, ...left].join(', ') + time;
}

function timeWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
