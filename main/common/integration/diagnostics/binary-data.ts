import type { DocumentReading } from '../reading/integration.ts';
import * as strings from './strings.ts';

export type BinaryText = 'UTF-8' | 'UTF-16' | 'Windows-1252';

export const MOVES_TO_DATA = strings.textMovesBinaryDataDataUtf;

/** kAudit reads the bytes as UTF-8, so another encoding is the first problem to report. `text`: masked. */
export function readBinary(reading: DocumentReading, text: string, binary: BinaryText | undefined): DocumentReading {
  if (binary === undefined || binary === 'UTF-8') return reading;
  const message = strings.textBinaryDataBecauseFileIsnt(binary);
  const fix = { label: strings.convertUtf8, edits: [{ op: 'text', text }] as const };
  return {
    state: 'invalid',
    integrations: [],
    values: [],
    others: [],
    problems: [{ rule: 'binary-data', severity: 'error', message, line: 1, column: 1, fix }],
  };
}
