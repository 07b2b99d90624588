// Reads a pattern as java.util.regex.Pattern does: `\Q…\E` expanded first, and a cursor that may pass the end.

import * as strings from './strings.ts';
export class Rejection extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The verdict depends on something unknown here. */
export class Doubt extends Error {}

export interface Characters {
  readonly codes: readonly number[];
  /** UTF-16 offset of each code point, and of the end. */
  readonly offsets: readonly number[];
}

export const BACKSLASH = code('\\');
export const END = 0;

export function code(character: string): number {
  return character.charCodeAt(0);
}

export const isDigit = (value: number) => value >= 0x30 && value <= 0x39;
const isOctal = (value: number) => value >= 0x30 && value <= 0x37;
export const isLetter = (value: number) => (value >= 0x41 && value <= 0x5a) || (value >= 0x61 && value <= 0x7a);
const isHexadecimal = (value: number) => isDigit(value) || (value >= 0x41 && value <= 0x46) || (value >= 0x61 && value <= 0x66);

/** Expands `\Q…\E` before anything else, as Pattern does. */
export function unquote(pattern: string): Characters {
  const codes: number[] = [];
  const offsets: number[] = [];
  const add = (offset: number, ...values: number[]) => {
    for (const value of values) {
      codes.push(value);
      offsets.push(offset);
    }
  };
  let quoted = false;
  let first = false;
  for (let at = 0; at < pattern.length; ) {
    const value = pattern.codePointAt(at) ?? END;
    const width = value > 0xffff ? 2 : 1;
    const following = pattern[at + 1];
    if (quoted) {
      if (value === BACKSLASH && following === 'E') {
        quoted = false;
        at += 2;
        continue;
      }
      // A digit right after \Q mustn't extend an escape before it.
      if (isDigit(value) && first) add(at, BACKSLASH, code('x'), code('3'), value);
      else if (value > 0x7f || isLetter(value) || isDigit(value)) add(at, value);
      else add(at, BACKSLASH, value);
      first = false;
      at += width;
    } else if (value === BACKSLASH && following === 'Q') {
      quoted = true;
      first = true;
      at += 2;
    } else if (value === BACKSLASH && following !== undefined) {
      const escaped = pattern.codePointAt(at + 1) ?? END;
      add(at, value);
      add(at + 1, escaped);
      at += escaped > 0xffff ? 3 : 2;
    } else {
      add(at, value);
      at += width;
    }
  }
  offsets.push(pattern.length);
  return { codes, offsets };
}

export class PatternReader {
  protected cursor = 0;
  protected readonly codes: readonly number[];
  protected readonly offsets: readonly number[];
  protected readonly length: number;

  constructor({ codes, offsets }: Characters) {
    this.codes = codes;
    this.offsets = offsets;
    this.length = codes.length;
  }

  protected reject(message: string, at = this.cursor): never {
    const index = Math.max(0, Math.min(at, this.length));
    throw new Rejection(message, this.offsets[index] ?? 0);
  }

  protected peek(): number {
    return this.codes[this.cursor] ?? END;
  }
  protected next(): number {
    this.cursor += 1;
    return this.peek();
  }
  protected read(): number {
    this.cursor += 1;
    return this.codes[this.cursor - 1] ?? END;
  }
  protected ended(): boolean {
    return this.cursor >= this.length;
  }

  protected octal(at: number): number {
    let value = 0;
    let digits = 0;
    // \0377 is the largest: a third digit follows only 0 to 3.
    while (digits < 3 && isOctal(this.peek()) && value * 8 + this.peek() - 0x30 <= 0o377) {
      value = value * 8 + this.read() - 0x30;
      digits += 1;
    }
    if (digits === 0) this.reject(strings.n0MustFollowedOctalNumber, at);
    return value;
  }

  protected hexadecimal(at: number): number {
    const braces = this.peek() === code('{');
    if (braces) this.cursor += 1;
    const start = this.cursor;
    let value = 0;
    while (isHexadecimal(this.peek()) && (braces || this.cursor - start < 2)) {
      value = value * 16 + Number.parseInt(String.fromCharCode(this.read()), 16);
      if (value > 0x10ffff) this.reject(strings.xBeyondLastCharacter, at);
    }
    const digits = this.cursor - start;
    if (braces ? digits === 0 : digits < 2) this.reject(strings.xMustFollowedTwoHexadecimal, at);
    if (braces && this.read() !== code('}')) this.reject(strings.xNotClosed, at);
    return value;
  }

  protected unicode(at: number): number {
    const high = this.fourDigits(at);
    const pair = high >= 0xd800 && high < 0xdc00 && this.peek() === BACKSLASH && this.codes[this.cursor + 1] === code('u');
    if (!pair) return high;
    const before = this.cursor;
    this.cursor += 2;
    const low = this.fourDigits(before);
    if (low >= 0xdc00 && low < 0xe000) return (high - 0xd800) * 0x400 + (low - 0xdc00) + 0x10000;
    this.cursor = before;
    return high;
  }

  private fourDigits(at: number): number {
    let value = 0;
    for (let count = 0; count < 4; count += 1) {
      const digit = this.read();
      if (!isHexadecimal(digit)) this.reject(strings.uMustFollowedFourHexadecimal, at);
      value = value * 16 + Number.parseInt(String.fromCharCode(digit), 16);
    }
    return value;
  }
}
