import type { Position } from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import type { Entries } from '../reading/entries.ts';
import type { DocumentReading, Problem } from '../reading/integration.ts';

export interface DiagnosisContext extends Entries {
  /** `invalid`: no entries and no path positions; only the text can be judged. */
  readonly state: DocumentReading['state'];
  readonly text: string;
  readonly position: (path: Path) => Position;
  /** Offset in UTF-16 units from 0. */
  readonly positionAt: (offset: number) => Position;
}

export interface Finding extends Pick<Problem, 'rule' | 'severity' | 'message' | 'fix'> {
  readonly path: Path;
}
