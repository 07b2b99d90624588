import { EscapeReader } from './java-escapes.ts';
import { BACKSLASH, code, Doubt, END, isDigit, Rejection, unquote } from './java-regex-reader.ts';
import * as strings from './strings.ts';

// Checks regular expressions as java.util.regex.Pattern does (Java 8 to 17, no flags), because kAudit runs on a JVM.
// Follows Pattern's order to share its oddities: `a{2}{3}` and `[]a]` are valid, `a{b` isn't. Doesn't judge what
// depends on Java's tables or optimiser.

export interface JavaRegexError {
  readonly error: string;
  /** UTF-16 offset from 0. */
  readonly at: number;
}

export type JavaRegexVerdict = 'valid' | 'unknown' | JavaRegexError;

/** Nested groups and classes. Java's stack ends at some thousands, which varies by JVM. */
const MAX_DEPTH = 200;
const MAX_COUNT = 2 ** 31 - 1;

/** Never throws. Linear in the pattern's length. */
export function judgeJavaRegex(pattern: string): JavaRegexVerdict {
  const judge = new Judge(unquote(pattern));
  try {
    judge.pattern();
  } catch (thrown) {
    if (thrown instanceof Rejection) return { error: thrown.message, at: thrown.at };
    if (thrown instanceof Doubt) return 'unknown';
    throw thrown;
  }
  return judge.doubtful ? 'unknown' : 'valid';
}

const UNCLOSED_CLASS = strings.classNotClosed;

class Judge extends EscapeReader {
  private depth = 0;

  pattern(): void {
    this.alternatives();
    if (this.peek() === code(')') && this.cursor < this.length) this.reject(strings.closingNoOpening, this.cursor);
    if (this.cursor !== this.length) this.reject(strings.endsBackslash, this.length - 1);
  }

  private enter(): void {
    this.depth += 1;
    if (this.depth > MAX_DEPTH) throw new Doubt();
  }

  private alternatives(): void {
    this.enter();
    this.sequence();
    while (this.peek() === code('|')) {
      this.next();
      this.sequence();
    }
    this.depth -= 1;
  }

  private sequence(): void {
    for (;;) {
      switch (String.fromCodePoint(this.peek())) {
        case '(':
          this.group();
          continue;
        case '[':
          this.characterClass(true);
          break;
        case '\\':
          this.cursor += 1;
          this.escape(false, false);
          break;
        case '|':
        case ')':
          return;
        case '?':
        case '*':
        case '+':
          this.reject(strings.thereNothingBeforeRepeat(String.fromCodePoint(this.peek())));
          break;
        // Pattern reads an empty slice here and leaves the repetition to fail.
        case '{':
          break;
        case '\0':
          if (this.ended()) return;
          this.cursor += 1;
          break;
        default:
          this.cursor += 1;
      }
      this.repetition(false);
    }
  }

  private repetition(group: boolean): void {
    switch (String.fromCodePoint(this.peek())) {
      case '?':
        this.repeated(group, 1);
        this.next();
        break;
      case '*':
      case '+':
        this.repeated(group, Number.POSITIVE_INFINITY);
        this.next();
        break;
      case '{':
        this.repeated(group, this.counts());
        break;
      default:
        return;
    }
    if (this.peek() === code('?') || this.peek() === code('+')) this.next();
  }

  /** Look-behind needs a maximum length, and Pattern's optimiser decides which repetitions have one. */
  private repeated(group: boolean, most: number): void {
    if (this.lookbehinds > 0 && (group || most > 1000)) this.doubtful = true;
  }

  private counts(): number {
    const open = this.cursor;
    if (!isDigit(this.codes[open + 1] ?? END)) this.reject(strings.mustFollowedNumberWritten, open);
    this.cursor += 1;
    const least = this.number();
    let most = least;
    if (this.peek() === code(',')) {
      this.next();
      most = isDigit(this.peek()) ? this.number() : Number.POSITIVE_INFINITY;
    }
    if (this.peek() !== code('}')) this.reject(strings.repetitionNotClosed, open);
    if (most < least) this.reject(strings.repetitionCountsDown, open);
    this.cursor += 1;
    return most;
  }

  private number(): number {
    const start = this.cursor;
    while (isDigit(this.peek())) this.cursor += 1;
    let count = 0;
    for (const digit of this.codes.slice(start, this.cursor)) count = Math.min(count * 10 + digit - 0x30, MAX_COUNT + 1);
    if (count > MAX_COUNT) this.reject(strings.repetitionCountsFurtherThanJava, start);
    return count;
  }

  private group(): void {
    const open = this.cursor;
    this.next();
    const lookbehinds = this.lookbehinds;
    if (this.peek() === code('?')) {
      this.next();
      const kind = String.fromCodePoint(this.read());
      if (kind === '<') this.angle(open);
      else if (kind === '$' || kind === '@') this.reject(strings.doesntBeginKnownGroup(kind), open);
      else if (!':=!>'.includes(kind)) {
        this.cursor -= 1;
        this.flags();
        const end = this.read();
        if (end === code(')')) return;
        if (end !== code(':')) this.reject(strings.followedSomethingIsntFlag, open);
      }
    } else this.groups += 1;
    this.alternatives();
    if (this.read() !== code(')')) this.reject(strings.groupNotClosed, open);
    this.lookbehinds = lookbehinds;
    this.repetition(true);
  }

  private angle(open: number): void {
    const kind = this.read();
    if (kind === code('=') || kind === code('!')) {
      this.lookbehinds += 1;
      return;
    }
    const name = this.groupName(kind, open);
    if (this.names.has(name)) this.reject(strings.twoGroupsNamed(name), open);
    this.names.add(name);
    this.groups += 1;
  }

  private flags(): void {
    for (let off = false; ; this.next()) {
      const flag = String.fromCodePoint(this.peek());
      if (flag === '-' && !off) off = true;
      // Flag x changes what counts as a character; flag c how classes are read.
      else if (flag === 'x' || flag === 'c') throw new Doubt();
      else if (flag === 'U') this.unicodeClasses = true;
      else if (this.ended() || !'imsdu'.includes(flag)) return;
    }
  }

  /** Starts at `[` or, right of `&&`, before the first character. */
  private characterClass(consume: boolean): void {
    this.enter();
    const open = this.cursor;
    let some = false;
    let value = this.next();
    for (;;) {
      if (value === code('^') && this.codes[this.cursor - 1] === code('[')) {
        value = this.next();
        continue;
      }
      if (value === code('[')) {
        this.characterClass(true);
        some = true;
        value = this.peek();
        continue;
      }
      if (value === code('&') && this.codes[this.cursor + 1] === code('&')) {
        this.cursor += 1;
        const right = this.intersection();
        if (!some && !right) this.reject(strings.nothingIntersect, open);
        some = true;
        value = this.peek();
        continue;
      }
      if (value === END && this.ended()) this.reject(UNCLOSED_CLASS, open);
      if (value === code(']') && some) {
        if (consume) this.next();
        this.depth -= 1;
        return;
      }
      this.range(open);
      some = true;
      value = this.peek();
    }
  }

  private intersection(): boolean {
    let some = false;
    let value = this.next();
    while (value !== code(']') && value !== code('&')) {
      if (value === code('[')) this.characterClass(true);
      else {
        this.cursor -= 1;
        this.characterClass(false);
      }
      some = true;
      value = this.peek();
    }
    return some;
  }

  private range(open: number): void {
    const start = this.cursor;
    const first = this.read();
    const from = first === BACKSLASH ? this.escape(true, false) : first;
    if (from < 0 || this.peek() !== code('-')) return;
    const following = this.codes[this.cursor + 1] ?? END;
    if (following === code('[') || following === code(']')) return;
    this.cursor += 1;
    if (this.ended()) this.reject(UNCLOSED_CLASS, open);
    const last = this.read();
    const to = last === BACKSLASH ? this.escape(true, true) : last;
    if (to < from) this.reject(strings.rangeRunsBackwards, start);
  }
}
