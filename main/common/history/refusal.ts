import type { MergeConflict } from '../yaml/value.ts';
import type { MissingKey } from './revision.ts';

export interface ConflictPlace extends MergeConflict {
  /** "Detections → api.eu2.coralogix.com: Detection Confidence". */
  readonly words: string;
}

export interface Refusal {
  readonly outcome: 'refused';
  readonly reason: string;
  readonly missing?: readonly MissingKey[];
  readonly conflicts?: readonly ConflictPlace[];
  /** With conflicts: who wrote the current text, and when. */
  readonly writer?: { readonly manager: string; readonly at: string };
}
