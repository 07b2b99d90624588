import { BLANK, type Cursor, END, isBreak, isSpace, Unreadable } from './cursor.ts';
import * as strings from './strings.ts';

export interface ScannedTag {
  readonly handle: string | undefined;
  readonly suffix: string;
}

const URI = /[-\w;/?:@&=+$,.!~*'()[\]%]*/y;
const HANDLE = /![-\w]*!?/y;

function match(pattern: RegExp, cursor: Cursor): string {
  pattern.lastIndex = cursor.at;
  return pattern.exec(cursor.text)?.[0] ?? '';
}

function uri(cursor: Cursor): string {
  const found = match(URI, cursor);
  if (found === '') throw new Unreadable(strings.tagNoNameRemove, cursor.at);
  if (/%(?![0-9a-fA-F]{2})/.test(found)) throw new Unreadable(strings.tagMustFollowedTwoDigits, cursor.at);
  cursor.forward(found.length);
  try {
    return decodeURIComponent(found);
  } catch {
    throw new Unreadable(strings.tagDoesntSpellAnyText, cursor.at);
  }
}

export function scanTag(cursor: Cursor): ScannedTag {
  const start = cursor.at;
  const tag = tagAt(cursor);
  const next = cursor.peek();
  if (next !== BLANK && next !== END && !isBreak(next)) throw new Unreadable(strings.tagMustFollowedSpaceRemove, start);
  return tag;
}

function tagAt(cursor: Cursor): ScannedTag {
  if (cursor.peek(1) === 0x3c) {
    cursor.forward(2);
    const suffix = uri(cursor);
    if (cursor.peek() !== 0x3e) throw new Unreadable(strings.tagStartsMustEndRemove, cursor.at);
    cursor.forward();
    return { handle: undefined, suffix };
  }
  if (isSpace(cursor.peek(1))) {
    cursor.forward();
    return { handle: undefined, suffix: '!' };
  }
  let handled = false;
  for (let ahead = 1; ; ahead++) {
    const unit = cursor.peek(ahead);
    if (unit === BLANK || unit === END || isBreak(unit)) break;
    handled = unit === 0x21;
    if (handled) break;
  }
  if (!handled) {
    cursor.forward();
    return { handle: '!', suffix: uri(cursor) };
  }
  const handle = match(HANDLE, cursor);
  if (handle.length < 2 || !handle.endsWith('!')) throw new Unreadable(strings.tagWhereNoneAllowedRemove, cursor.at);
  cursor.forward(handle.length);
  return { handle, suffix: uri(cursor) };
}

export type Directive =
  | { readonly name: 'YAML'; readonly major: number }
  | { readonly name: 'TAG'; readonly handle: string; readonly prefix: string };

export function scanDirective(cursor: Cursor): Directive | undefined {
  const start = cursor.at;
  cursor.restOfLine();
  const line = cursor.text.slice(start, cursor.at);
  cursor.lineBreak();
  const name = /^%[-\w]+(?= |$)/.exec(line)?.[0].slice(1);
  const wrong = () => new Unreadable(strings.kAuditsReaderDoesNotUnderstand, start);
  if (name === undefined) throw wrong();
  if (name === 'YAML') {
    const major = /^%YAML +([0-9]{1,3})\.[0-9]{1,3} *(?:#.*)?$/.exec(line)?.[1];
    if (major === undefined) throw wrong();
    return { name, major: Number(major) };
  }
  if (name !== 'TAG') return undefined;
  const [, handle, prefix] = /^%TAG +(!(?:[-\w]*!)?) +([-\w;/?:@&=+$,.!~*'()[\]%]+) *(?:#.*)?$/.exec(line) ?? [];
  if (handle === undefined || prefix === undefined) throw wrong();
  return { name, handle, prefix };
}
