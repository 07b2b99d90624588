// Where the reader stands in a text. Lines and columns are SnakeYAML's: U+0085, U+2028 and U+2029 end a line too, a byte order mark is no column.

/** A text that is not read: kAudit's reader refuses it, or it is beyond a limit. */
export class Unreadable extends Error {
  readonly rule: 'invalid-yaml' | 'too-large' | 'too-deep';
  readonly offset: number;
  constructor(message: string, offset: number, rule: Unreadable['rule'] = 'invalid-yaml') {
    super(message);
    this.rule = rule;
    this.offset = offset;
  }
}

export const END = 0;
export const TAB = 0x09;
export const BLANK = 0x20;

export function code(character: string): number {
  return character.charCodeAt(0);
}

export function isBreak(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d || unit === 0x85 || unit === 0x2028 || unit === 0x2029;
}

/** The end of the text counts as well. */
export function isSpace(unit: number): boolean {
  return unit === BLANK || unit === END || unit === TAB || isBreak(unit);
}

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

// What SnakeYAML takes; lone surrogates are none of it.
const UNPRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export function withoutUnprintable(text: string): string {
  return text.replace(new RegExp(UNPRINTABLE, 'gu'), '');
}

/** Offset of the first character that no document may hold; -1: none. */
export function unprintable(text: string): number {
  return text.search(UNPRINTABLE);
}

export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  private lineStart = 0;
  /** Units since the start of the line that are no column: second halves of a character, byte order marks. */
  private narrow = 0;
  private halves = 0;

  /** Whether there is a unit that is no column. */
  private readonly even: boolean;

  constructor(text: string) {
    this.text = text;
    this.even = !/[\udc00-\udfff\ufeff]/.test(text);
  }

  get column(): number {
    return this.at - this.lineStart - this.narrow;
  }

  /** Characters before it. */
  get index(): number {
    return this.at - this.halves;
  }

  /** `END` at the end of the text. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead) | 0;
  }

  /** Moves within the line. */
  forward(units = 1): void {
    if (this.even) {
      this.at += units;
      return;
    }
    for (const end = this.at + units; this.at < end; this.at++) {
      const unit = this.text.charCodeAt(this.at);
      if (isLow(unit)) this.halves++;
      if (isLow(unit) || unit === 0xfeff) this.narrow++;
    }
  }

  /** Moves over the text up to an offset of the same line, and returns it. */
  take(end: number): string {
    const taken = this.text.slice(this.at, end);
    this.forward(end - this.at);
    return taken;
  }

  blanks(): void {
    while (this.peek() === BLANK) this.forward();
  }

  /** Moves over a line break and returns what it reads as; nothing where none stands. */
  lineBreak(): string {
    const unit = this.peek();
    if (!isBreak(unit)) return '';
    const pair = unit === 0x0d && this.peek(1) === 0x0a;
    this.at += pair ? 2 : 1;
    this.line++;
    this.lineStart = this.at;
    this.narrow = 0;
    return unit === 0x2028 || unit === 0x2029 ? String.fromCharCode(unit) : '\n';
  }

  /** Moves to the end of the line. */
  restOfLine(): void {
    let end = this.at;
    while (end < this.text.length && !isBreak(this.text.charCodeAt(end))) end++;
    this.forward(end - this.at);
  }

  /** Whether a document starts or ends here. */
  atMarker(): boolean {
    return (this.text.startsWith('---', this.at) || this.text.startsWith('...', this.at)) && isSpace(this.peek(3));
  }
}
