import { BLANK, isBreak, TAB, Unreadable } from './cursor.ts';
import type { ScannedScalar } from './scalars.ts';
import * as strings from './strings.ts';
import type { ScannedTag } from './tags.ts';

export type TokenType =
  | 'stream-end'
  | 'directive'
  | 'document-start'
  | 'document-end'
  | 'block-sequence'
  | 'block-map'
  | 'block-end'
  | 'dash'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** A key without `?`: the token has no characters. */
  readonly implied: boolean;
  readonly name: string | undefined;
  readonly tag: ScannedTag | undefined;
  readonly scalar: ScannedScalar | undefined;
}

export interface SimpleKey {
  readonly tokenNumber: number;
  readonly required: boolean;
  readonly index: number;
  readonly line: number;
  readonly column: number;
  readonly at: number;
}

export function missingColon(key: SimpleKey): Unreadable {
  return new Unreadable(strings.lineAmongKeysButNo, key.at);
}

export function unexpected(unit: number): string {
  if (unit === TAB) return strings.theresTabHereWhereKAudits;
  if (isBreak(unit) || unit === BLANK) return strings.noValueCanStartHere;
  return strings.noValueCanStartPut(String.fromCharCode(unit));
}
