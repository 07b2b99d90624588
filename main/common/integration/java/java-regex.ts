import { BACKSLASH, code, Doubt, END, isDigit, isLetter, PatternReader, Rejection, unquote } from './java-regex-reader.ts';

// Judges the syntax of regular expressions as java.util.regex.Pattern (Java 8 to 17, no flags given) reads them: kAudit runs on a JVM. It goes
// through a pattern in the same order as Pattern does, so that its oddities (`a{2}{3}` and `[]a]` are right, `a{b` is not) come out the same.
// What depends on Java's tables or on how Pattern optimises is not judged.

export interface JavaRegexError {
  /** What is wrong, as the end of a sentence. */
  readonly error: string;
  /** Where, in UTF-16 units from 0. */
  readonly at: number;
}

export type JavaRegexVerdict = 'valid' | 'unknown' | JavaRegexError;

/** Groups and classes inside each other; Java's own stack ends at some thousands, differently on every JVM. */
const MAX_DEPTH = 200;
/** Longer numbers overflow, differently in every Java version. */
const MAX_DIGITS = 9;

/** Judges a pattern in time linear in its length. Never throws. */
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

/** What Pattern knows without tables of Unicode. Names with `In`, `Is` or `=` need them. */
const PROPERTIES = new Set(
  (
    'Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf L M N Z C P S LC LD L1 all ASCII Alnum Alpha ' +
    'Blank Cntrl Digit Graph Lower Print Punct Space Upper XDigit'
  ).split(' '),
);

/** Escapes that stand for a character or a set of them, in a class too. */
const SETS = new Set([...'DdHhSsVWw'].map(code));
/** Escapes that stand for a place, or for more than one character: not in a class. */
const PLACES = new Set([...'ABGRXZz'].map(code));
const PLAIN = new Set([...'aefnrt'].map(code));

const UNCLOSED_CLASS = 'a class "[" is not closed by "]"';

class Judge extends PatternReader {
  /** The pattern could be right and Java still refuse it, or the other way round. */
  doubtful = false;
  private depth = 0;
  private lookbehinds = 0;
  private unicodeClasses = false;
  private groups = 0;
  private readonly names = new Set<string>();
  pattern(): void {
    this.alternatives();
    if (this.peek() === code(')') && this.cursor < this.length) this.reject('a closing ")" has no opening "("', this.cursor);
    if (this.cursor !== this.length) this.reject('it ends with a backslash', this.length - 1);
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
          this.reject(`there is nothing before "${String.fromCodePoint(this.peek())}" to repeat`);
          break;
        // Pattern reads an empty slice here and lets the repetition find out.
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

  /** Look-behind needs a maximum length, and which repetitions have one is up to Pattern's optimiser. */
  private repeated(group: boolean, most: number): void {
    if (this.lookbehinds > 0 && (group || most > 1000)) this.doubtful = true;
  }

  private counts(): number {
    const open = this.cursor;
    if (!isDigit(this.codes[open + 1] ?? END)) this.reject('"{" must be followed by a number, or be written as "\\{"', open);
    this.cursor += 1;
    const least = this.number();
    let most = least;
    if (this.peek() === code(',')) {
      this.next();
      most = isDigit(this.peek()) ? this.number() : Number.POSITIVE_INFINITY;
    }
    if (this.peek() !== code('}')) this.reject('a repetition "{…" is not closed by "}"', open);
    if (most < least) this.reject('a repetition counts down', open);
    this.cursor += 1;
    return most;
  }

  private number(): number {
    const start = this.cursor;
    while (isDigit(this.peek())) this.cursor += 1;
    if (this.cursor - start > MAX_DIGITS) throw new Doubt();
    return Number(String.fromCodePoint(...this.codes.slice(start, this.cursor)));
  }

  private group(): void {
    const open = this.cursor;
    this.next();
    const lookbehinds = this.lookbehinds;
    if (this.peek() === code('?')) {
      this.next();
      const kind = String.fromCodePoint(this.read());
      if (kind === '<') this.angle(open);
      else if (kind === '$' || kind === '@') this.reject(`"(?${kind}" begins no known group`, open);
      else if (!':=!>'.includes(kind)) {
        this.cursor -= 1;
        this.flags();
        const end = this.read();
        if (end === code(')')) return;
        if (end !== code(':')) this.reject('"(?" is followed by something that is no flag', open);
      }
    } else this.groups += 1;
    this.alternatives();
    if (this.read() !== code(')')) this.reject('a group "(" is not closed by ")"', open);
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
    if (this.names.has(name)) this.reject(`two groups are named "${name}"`, open);
    this.names.add(name);
    this.groups += 1;
  }

  private groupName(first: number, open: number): string {
    let name = '';
    let value = first;
    if (!isLetter(value)) this.reject("a group's name must start with a letter from A to Z", open);
    while (isLetter(value) || isDigit(value)) {
      name += String.fromCodePoint(value);
      value = this.read();
    }
    if (value !== code('>')) this.reject('a group\'s name must end with ">" and have letters and digits only', open);
    return name;
  }

  private flags(): void {
    for (let off = false; ; this.next()) {
      const flag = String.fromCodePoint(this.peek());
      if (flag === '-' && !off) off = true;
      // Comments change what is a character at all, canonical equivalence how classes are read.
      else if (flag === 'x' || flag === 'c') throw new Doubt();
      else if (flag === 'U') this.unicodeClasses = true;
      else if (this.ended() || !'imsdu'.includes(flag)) return;
    }
  }

  /** Behind the backslash. Answers the character, or -1 where it is a set, a place or a reference. */
  private escape(inClass: boolean, inRange: boolean): number {
    const at = this.cursor - 1;
    const value = this.read();
    const unknown = () =>
      this.reject(`"\\${String.fromCodePoint(value)}" is no escape that Java knows${inClass ? ' inside "[…]"' : ''}`, at);
    if (value === code('p') || value === code('P')) return inRange ? unknown() : this.property(at);
    if (value === code('0')) return this.octal(at);
    if (isDigit(value)) return inClass ? unknown() : this.reference(value - 0x30);
    if (SETS.has(value)) return -1;
    if (PLACES.has(value)) {
      if (this.lookbehinds > 0 && (value === code('X') || value === code('R'))) this.doubtful = true;
      return inClass ? unknown() : -1;
    }
    if (PLAIN.has(value)) return '\x07\x1b\f\n\r\t'.charCodeAt('aefnrt'.indexOf(String.fromCharCode(value)));
    switch (String.fromCodePoint(value)) {
      case 'N':
        // Needs the names of all characters.
        if (this.peek() !== code('{')) this.reject('"\\N" must be followed by a name in braces', at);
        throw new Doubt();
      case 'b':
        return inClass ? unknown() : this.boundary(at);
      case 'c':
        if (this.ended()) this.reject('"\\c" must be followed by a character', at);
        return this.read() ^ 64;
      case 'k':
        return inClass ? unknown() : this.namedReference(at);
      case 'u':
        return this.unicode(at);
      // As the start of a range it is the vertical tab, otherwise a set.
      case 'v':
        return inRange || (inClass && this.peek() === code('-')) ? 0x0b : -1;
      case 'x':
        return this.hexadecimal(at);
      default:
        return isLetter(value) ? unknown() : value;
    }
  }

  private boundary(at: number): number {
    if (this.peek() !== code('{') || this.codes[this.cursor + 1] !== code('g')) return -1;
    if (this.codes[this.cursor + 2] !== code('}')) this.reject('"\\b{g" is not closed by "}"', at);
    this.cursor += 3;
    return -1;
  }

  private reference(first: number): number {
    if (this.lookbehinds > 0) this.doubtful = true;
    for (let group = first; isDigit(this.peek()); this.cursor += 1) {
      group = group * 10 + this.peek() - 0x30;
      if (group > this.groups) break;
    }
    return -1;
  }

  private namedReference(at: number): number {
    if (this.lookbehinds > 0) this.doubtful = true;
    if (this.read() !== code('<')) this.reject('"\\k" must be followed by "<" and a group\'s name', at);
    const name = this.groupName(this.read(), at);
    if (!this.names.has(name)) this.reject(`no group before it is named "${name}"`, at);
    return -1;
  }

  private property(at: number): number {
    let name = String.fromCodePoint(this.read());
    if (name === '{') {
      const start = this.cursor;
      const end = this.codes.indexOf(code('}'), start);
      if (end < 0) this.reject('"\\p{" is not closed by "}"', at);
      if (end === start) this.reject('"\\p{}" names nothing', at);
      name = this.codes.slice(start, end).reduce((text, value) => text + String.fromCodePoint(value), '');
      this.cursor = end + 1;
    }
    if (/^I[ns]|^java|=/.test(name) || this.unicodeClasses) {
      if (!PROPERTIES.has(name)) this.doubtful = true;
    } else if (!PROPERTIES.has(name)) this.reject(`"\\p" names no set that Java knows: "${name}"`, at);
    return -1;
  }

  /** From its `[` on, or (the right side of `&&`) from the character before its first. */
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
        if (!some && !right) this.reject('"&&" stands between nothing', open);
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
    if (to < from) this.reject('a range in "[…]" runs backwards', start);
  }
}
