import type { ApplyReply } from '../../../main/common/replies.ts';

export type Applied = Extract<ApplyReply, { outcome: 'saved' }>;

/** Edits that could not be merged, kept in sight while they are made again on what the cluster has. */
export interface Kept {
  readonly changes: readonly string[];
  readonly text: string;
}
