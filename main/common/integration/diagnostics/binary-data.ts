import type { DocumentReading } from '../reading/integration.ts';

export type BinaryText = 'UTF-8' | 'UTF-16' | 'Windows-1252';

export const MOVES_TO_DATA = 'The text moves from binaryData to data, as UTF-8.';

/** kAudit reads the bytes as UTF-8, so another encoding is the first problem to report. `text`: masked. */
export function readBinary(reading: DocumentReading, text: string, binary: BinaryText | undefined): DocumentReading {
  if (binary === undefined || binary === 'UTF-8') return reading;
  const message = `The text is in binaryData because its file isn't UTF-8 (it looks like ${binary}), so kAudit can't read it. Convert it, then check its accented letters.`;
  const fix = { label: 'Convert it to UTF-8', edits: [{ op: 'text', text }] as const };
  return {
    state: 'invalid',
    integrations: [],
    values: [],
    others: [],
    problems: [{ rule: 'binary-data', severity: 'error', message, line: 1, column: 1, fix }],
  };
}
