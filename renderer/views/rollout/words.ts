import type { RolloutProgress, RowResult } from '../../../main/common/fleet/rollout-progress.ts';
import type { PlanOutcome, RolloutRecord } from '../../../main/common/rollout/change.ts';
import type { BadgeLook } from '../../components/badge.tsx';

export const PLAN_LOOK: Readonly<Record<PlanOutcome, BadgeLook>> = {
  ready: { tone: 'quiet', icon: 'circle', word: 'Ready' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'It is so already' },
  'read-only': { tone: 'quiet', icon: 'lock', word: 'Left out: read-only' },
  forbidden: { tone: 'warn', icon: 'lock', word: 'Left out: you may not change it' },
  managed: { tone: 'warn', icon: 'lock', word: 'Left out: managed' },
  invalid: { tone: 'bad', icon: 'alert', word: 'Left out: not valid' },
  refused: { tone: 'warn', icon: 'ban', word: 'Left out' },
  unreachable: { tone: 'warn', icon: 'dashed', word: 'Left out: not connected' },
};

export const RESULT_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  saved: { tone: 'good', icon: 'check', word: 'Saved' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'It is so already' },
  conflict: { tone: 'warn', icon: 'warning', word: 'Changed meanwhile' },
  forbidden: { tone: 'warn', icon: 'lock', word: 'You may not change it' },
  failed: { tone: 'bad', icon: 'cross', word: 'Not saved' },
  unknown: { tone: 'warn', icon: 'dashed', word: 'Not known yet' },
};

/** The same of taking a row back. */
export const UNDO_LOOK: Readonly<Record<RowResult, BadgeLook>> = {
  ...RESULT_LOOK,
  saved: { tone: 'good', icon: 'check', word: 'Taken back' },
  unchanged: { tone: 'quiet', icon: 'check', word: 'Taken back already' },
  conflict: { tone: 'warn', icon: 'warning', word: 'Not taken back' },
  failed: { tone: 'bad', icon: 'cross', word: 'Not taken back' },
};

export const STATE_WORDS: Readonly<Record<RolloutRecord['state'], string>> = {
  running: 'running',
  paused: 'paused',
  ended: 'ended',
  cancelled: 'stopped before its end',
  interrupted: 'interrupted: the program ended in the middle',
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
  return [`${done} of ${total} ${doing === 'run' ? 'saved' : 'taken back'}`, ...others, ...left].join(', ') + time;
}

function timeWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
