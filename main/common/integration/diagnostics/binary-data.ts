import type { DocumentReading } from '../reading/integration.ts';

/** How a text is encoded that stands in `binaryData` instead of `data`. */
export type BinaryText = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/** What the review says of a change that moves the text. */
export const MOVES_TO_DATA = 'The text moves from binaryData to data, as UTF-8.';

/**
 * The reading of a text that stands in `binaryData`. kAudit reads the bytes as UTF-8, so a text in another encoding isn't
 * valid until it is brought over; other problems are told then. `text` is what a view shows of it, masked.
 */
export function readBinary(reading: DocumentReading, text: string, binary: BinaryText | undefined): DocumentReading {
  if (binary === undefined || binary === 'UTF-8') return reading;
  const message = `The text is in binaryData because its file is not UTF-8 (it looks like ${binary}), and kAudit cannot read it as UTF-8. Bring it over, then look at its accents.`;
  const fix = { label: 'Bring it over as UTF-8', edits: [{ op: 'text', text }] as const };
  return {
    state: 'invalid',
    integrations: [],
    values: [],
    others: [],
    problems: [{ rule: 'binary-data', severity: 'error', message, line: 1, column: 1, fix }],
  };
}
