import type { Position } from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import type { Entries } from '../reading/entries.ts';
import type { DocumentReading, Problem } from '../reading/integration.ts';

/** What the diagnostics judge: `diagnose(context)` returns further problems, and never throws. */
export interface DiagnosisContext extends Entries {
  /** `invalid`: no entries, no positions of paths; the text alone can be judged. */
  readonly state: DocumentReading['state'];
  readonly text: string;
  /** Place of a path's key (of the value, for an entry of a sequence); of its nearest ancestor where the path is not there. */
  readonly position: (path: Path) => Position;
  /** Place of a character of the text; the offset counts UTF-16 units from 0. */
  readonly positionAt: (offset: number) => Position;
}

/** Without its place in the text, which the path gives. */
export interface Finding extends Pick<Problem, 'rule' | 'severity' | 'message' | 'fix'> {
  readonly path: Path;
}
