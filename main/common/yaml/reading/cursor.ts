// Lines as in SnakeYAML: U+0085, U+2028 and U+2029 end a line, and a byte order mark isn't a column.

/** kAudit's reader refuses the text, or it exceeds a limit. */
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

export function isSpace(unit: number): boolean {
  return unit === BLANK || unit === END || unit === TAB || isBreak(unit);
}

const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

// SnakeYAML's set; excludes lone surrogates.
const UNPRINTABLE = /[^\t\n\r\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export function withoutUnprintable(text: string): string {
  return text.replace(new RegExp(UNPRINTABLE, 'gu'), '');
}

export function unprintable(text: string): number {
  return text.search(UNPRINTABLE);
}

export class Cursor {
  readonly text: string;
  at = 0;
  line = 0;
  private lineStart = 0;
  private narrow = 0;
  private halves = 0;

  private readonly even: boolean;

  constructor(text: string) {
    this.text = text;
    this.even = !/[\udc00-\udfff\ufeff]/.test(text);
  }

  get column(): number {
    return this.at - this.lineStart - this.narrow;
  }

  get index(): number {
    return this.at - this.halves;
  }

  peek(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead) | 0;
  }

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

  take(end: number): string {
    const taken = this.text.slice(this.at, end);
    this.forward(end - this.at);
    return taken;
  }

  blanks(): void {
    while (this.peek() === BLANK) this.forward();
  }

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

  restOfLine(): void {
    let end = this.at;
    while (end < this.text.length && !isBreak(this.text.charCodeAt(end))) end++;
    this.forward(end - this.at);
  }

  atMarker(): boolean {
    return (this.text.startsWith('---', this.at) || this.text.startsWith('...', this.at)) && isSpace(this.peek(3));
  }
}
