import type { ApplyReply } from '../../../main/common/replies.ts';

export type Applied = Extract<ApplyReply, { outcome: 'saved' }>;

/** Edits that couldn't be merged, shown until they are made again. */
export interface Kept {
  readonly changes: readonly string[];
  readonly text: string;
}
