export type RowResult = 'saved' | 'unchanged' | 'conflict' | 'forbidden' | 'failed' | 'unknown';

export type RolloutCounts = Readonly<Record<RowResult | 'left', number>>;

export interface RolloutProgress {
  readonly plan: string;
  readonly doing: 'run' | 'undo';
  /** `interrupted`: the program ended during the rollout. */
  readonly state: 'running' | 'paused' | 'ended' | 'cancelled' | 'interrupted';
  readonly title: string;
  readonly total: number;
  readonly counts: RolloutCounts;
  readonly startedAt: string;
  /** Seconds; absent: unknown, or nothing is left. */
  readonly remaining?: number;
  readonly problems: readonly { readonly id: string; readonly outcome: RowResult; readonly reason?: string }[];
}
