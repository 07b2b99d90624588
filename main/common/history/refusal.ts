import type { MergeConflict } from '../yaml/value.ts';
import type { MissingKey } from './revision.ts';

/** A place that two sides changed, in words. */
export interface ConflictPlace extends MergeConflict {
  /** "Detections → api.eu2.coralogix.com: Detection Confidence". */
  readonly words: string;
}

/** Why an edit cannot be made as it is. Nothing was written. */
export interface Refusal {
  readonly outcome: 'refused';
  readonly reason: string;
  /** Places whose key has to be given. */
  readonly missing?: readonly MissingKey[];
  /** Of an undo: what was changed again since. */
  readonly conflicts?: readonly ConflictPlace[];
}
