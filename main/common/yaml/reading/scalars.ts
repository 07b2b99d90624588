// Scalars as SnakeYAML scans them.

import { BLANK, type Cursor, code, END, isBreak, isSpace, TAB, Unreadable } from './cursor.ts';
import * as strings from './strings.ts';

export type WrittenStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface ScannedScalar {
  readonly text: string;
  readonly style: WrittenStyle;
  readonly end: number;
  readonly indent: number;
}

const isBlank = (unit: number) => unit === BLANK || unit === TAB;
const inFlow = (characters: string) => new Set([...characters].map(code));
const ENDS_IN_FLOW = inFlow(',?[]{}');
const ENDS_AFTER_COLON = inFlow(',[]{}');

/** `brokeLine`: it includes or precedes a line break, so a key may follow. */
export function plainScalar(cursor: Cursor, flow: boolean, indent: number): ScannedScalar & { readonly brokeLine: boolean } {
  let text = '';
  let spaces = '';
  let end = cursor.at;
  let brokeLine = false;
  while (cursor.peek() !== code('#')) {
    const stop = plainEnd(cursor, flow);
    if (stop === cursor.at) break;
    brokeLine = false;
    text += spaces + cursor.take(stop);
    end = cursor.at;
    const line = cursor.line;
    spaces = plainSpaces(cursor);
    if (cursor.line > line) brokeLine = true;
    if (spaces === '' || (!flow && cursor.column < indent + 1)) break;
  }
  return { text, style: 'plain', end, indent: -1, brokeLine };
}

function plainEnd(cursor: Cursor, flow: boolean): number {
  for (let ahead = 0; ; ahead++) {
    const unit = cursor.peek(ahead);
    if (isSpace(unit)) return cursor.at + ahead;
    if (flow && ENDS_IN_FLOW.has(unit)) return cursor.at + ahead;
    if (unit !== 0x3a) continue;
    const next = cursor.peek(ahead + 1);
    if (isSpace(next) || (flow && ENDS_AFTER_COLON.has(next))) return cursor.at + ahead;
  }
}

function plainSpaces(cursor: Cursor): string {
  let end = cursor.at;
  while (isBlank(cursor.text.charCodeAt(end))) end++;
  const blanks = cursor.take(end);
  const first = cursor.lineBreak();
  if (first === '') return blanks;
  if (endsPlain(cursor)) return '';
  let breaks = '';
  for (;;) {
    cursor.blanks();
    const another = cursor.lineBreak();
    if (another === '') break;
    breaks += another;
    if (endsPlain(cursor)) return '';
  }
  return first === '\n' ? breaks || ' ' : first + breaks;
}

/** SnakeYAML checks what follows only for `...`: any line starting with `---` ends a plain scalar. */
function endsPlain(cursor: Cursor): boolean {
  return cursor.text.startsWith('---', cursor.at) || cursor.atMarker();
}

const ESCAPES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    '0': '\0',
    a: '\x07',
    b: '\b',
    t: '\t',
    n: '\n',
    v: '\v',
    f: '\f',
    r: '\r',
    e: '\x1b',
    ' ': ' ',
    '"': '"',
    '\\': '\\',
    N: '\u0085',
    _: '\u00a0',
    L: '\u2028',
    P: '\u2029',
  }).map(([letter, meaning]) => [code(letter), meaning]),
);
const CODES: ReadonlyMap<number, number> = new Map([
  [code('x'), 2],
  [code('u'), 4],
  [code('U'), 8],
]);

export function quotedScalar(cursor: Cursor): ScannedScalar {
  const start = cursor.at;
  const quote = cursor.peek();
  cursor.forward();
  let text = quotedWord(cursor, quote, start);
  while (cursor.peek() !== quote) text += quotedSpaces(cursor, start) + quotedWord(cursor, quote, start);
  cursor.forward();
  return { text, style: quote === code('"') ? 'double' : 'single', end: cursor.at, indent: -1 };
}

function quotedWord(cursor: Cursor, quote: number, start: number): string {
  const double = quote === code('"');
  let text = '';
  for (;;) {
    let end = cursor.at;
    for (;;) {
      const unit = cursor.text.charCodeAt(end) | 0;
      if (unit === quote || (double && unit === 0x5c)) break;
      if (!isSpace(unit)) end++;
      else {
        let next = end;
        while (isBlank(cursor.text.charCodeAt(next))) next++;
        const follows = cursor.text.charCodeAt(next) | 0;
        if (next === end || follows === END || isBreak(follows)) break;
        end = next;
      }
    }
    text += cursor.take(end);
    const unit = cursor.peek();
    if (!double && unit === quote && cursor.peek(1) === quote) {
      text += "'";
      cursor.forward(2);
    } else if (double && unit === 0x5c) text += escaped(cursor, start);
    else return text;
  }
}

function escaped(cursor: Cursor, start: number): string {
  const at = cursor.at;
  cursor.forward();
  const letter = cursor.peek();
  const plain = ESCAPES.get(letter);
  if (plain !== undefined) {
    cursor.forward();
    return plain;
  }
  const length = CODES.get(letter);
  if (length !== undefined) {
    const digits = cursor.text.slice(cursor.at + 1, cursor.at + 1 + length);
    const value = /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : -1;
    if (value < 0 || value > 0x10ffff) throw new Unreadable(strings.mustFollowedDigits0F(String.fromCharCode(letter), length), at);
    cursor.forward(1 + digits.length);
    return String.fromCodePoint(value);
  }
  if (isBreak(letter)) {
    cursor.lineBreak();
    return quotedBreaks(cursor, start);
  }
  const character = letter === END ? '' : String.fromCodePoint(cursor.text.codePointAt(cursor.at) ?? 0);
  throw new Unreadable(
    character === '/' ? strings.kAuditsReaderDoesntKnowDouble : strings.kAuditsReaderDoesntKnowDoubleQuotes(character),
    at,
  );
}

function quotedSpaces(cursor: Cursor, start: number): string {
  let end = cursor.at;
  while (isBlank(cursor.text.charCodeAt(end))) end++;
  const blanks = cursor.take(end);
  if (cursor.peek() === END) throw new Unreadable(strings.quoteNotClosedAddClosing, start);
  const first = cursor.lineBreak();
  if (first === '') return blanks;
  const breaks = quotedBreaks(cursor, start);
  return first === '\n' ? breaks || ' ' : first + breaks;
}

function quotedBreaks(cursor: Cursor, start: number): string {
  let breaks = '';
  for (;;) {
    if (cursor.atMarker()) throw new Unreadable(strings.quoteNotClosedBeforeLine, start);
    while (isBlank(cursor.peek())) cursor.forward();
    const another = cursor.lineBreak();
    if (another === '') return breaks;
    breaks += another;
  }
}

export function blockScalar(cursor: Cursor, indent: number): ScannedScalar {
  const folded = cursor.peek() === code('>');
  cursor.forward();
  const { chomping, increment, headerEnd } = blockHeader(cursor);
  const least = Math.max(1, indent + 1);
  let end = headerEnd;
  let breaks = '';
  const widest = increment === undefined ? leadingBreaks() : 0;
  const column = increment === undefined ? Math.max(least, widest) : least + increment - 1;
  if (increment !== undefined) breaks = blockBreaks(cursor, column);
  let text = '';
  let last = '';
  while (cursor.column === column && cursor.peek() !== END) {
    text += breaks;
    const leads = !isBlank(cursor.peek());
    const from = cursor.at;
    cursor.restOfLine();
    text += cursor.text.slice(from, cursor.at);
    end = cursor.at;
    last = cursor.lineBreak();
    breaks = blockBreaks(cursor, column);
    if (cursor.column !== column || cursor.peek() === END) break;
    if (folded && last === '\n' && leads && !isBlank(cursor.peek())) text += breaks === '' ? ' ' : '';
    else text += last;
  }
  if (chomping !== '-') text += last;
  if (chomping === '+') text += breaks;
  return { text, style: folded ? 'folded' : 'literal', end: chomping === '+' ? keptEnd(cursor, end) : end, indent: column };

  function leadingBreaks(): number {
    let most = 0;
    while (cursor.peek() === BLANK || isBreak(cursor.peek())) {
      if (cursor.peek() === BLANK) {
        cursor.forward();
        most = Math.max(most, cursor.column);
      } else breaks += cursor.lineBreak();
    }
    return most;
  }
}

/** Includes the empty lines that it keeps, except for the last break. */
function keptEnd(cursor: Cursor, end: number): number {
  let last = end;
  for (let at = end; at < cursor.at; at++)
    if (cursor.text[at] === '\n' || (cursor.text[at] === '\r' && cursor.text[at + 1] !== '\n')) last = at;
  return last > end && cursor.text[last] === '\n' && cursor.text[last - 1] === '\r' ? last - 1 : last;
}

function blockBreaks(cursor: Cursor, indent: number): string {
  let breaks = '';
  for (;;) {
    while (cursor.column < indent && cursor.peek() === BLANK) cursor.forward();
    const another = cursor.lineBreak();
    if (another === '') return breaks;
    breaks += another;
  }
}

function blockHeader(cursor: Cursor): { readonly chomping: string; readonly increment: number | undefined; readonly headerEnd: number } {
  const at = cursor.at;
  const header = /^(?:([-+])([0-9])?|([0-9])([-+])?)?/.exec(cursor.text.slice(at, at + 2));
  const digit = header?.[2] ?? header?.[3];
  if (digit === '0') throw new Unreadable(strings.indentBlockText19, at);
  cursor.forward(header?.[0].length ?? 0);
  const headerEnd = cursor.at;
  const next = cursor.peek();
  if (next !== BLANK && next !== END && !isBreak(next)) throw new Unreadable(strings.afterOnlyDigitCanFollow, cursor.at);
  cursor.blanks();
  if (cursor.peek() === code('#')) cursor.restOfLine();
  if (cursor.peek() !== END && cursor.lineBreak() === '') throw new Unreadable(strings.textAfterStartsNextLine, cursor.at);
  return { chomping: header?.[1] ?? header?.[4] ?? '', increment: digit === undefined ? undefined : Number(digit), headerEnd };
}
