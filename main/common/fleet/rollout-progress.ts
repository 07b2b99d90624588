// How far a rollout is, as both views show it.

export type RowResult = 'saved' | 'unchanged' | 'conflict' | 'forbidden' | 'failed' | 'unknown';

export type RolloutCounts = Readonly<Record<RowResult | 'left', number>>;

export interface RolloutProgress {
  readonly plan: string;
  readonly doing: 'run' | 'undo';
  /** `interrupted`: the program ended in the middle of it. */
  readonly state: 'running' | 'paused' | 'ended' | 'cancelled' | 'interrupted';
  /** What is changed, one sentence. */
  readonly title: string;
  readonly total: number;
  readonly counts: RolloutCounts;
  /** ISO 8601. */
  readonly startedAt: string;
  /** Seconds; absent: not known yet, or nothing is left. */
  readonly remaining?: number;
  /** Rows that ended otherwise than saved or unchanged, by the id that the plan gave them. */
  readonly problems: readonly { readonly id: string; readonly outcome: RowResult; readonly reason?: string }[];
}
