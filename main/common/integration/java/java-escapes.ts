import { code, Doubt, isDigit, isLetter, PatternReader } from './java-regex-reader.ts';
import * as strings from './strings.ts';

/** Properties that Pattern knows without Unicode tables. Names with `In`, `Is` or `=` need them. */
const PROPERTIES = new Set(
  (
    'Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf L M N Z C P S LC LD L1 all ASCII Alnum Alpha ' +
    'Blank Cntrl Digit Graph Lower Print Punct Space Upper XDigit'
  ).split(' '),
);

const SETS = new Set([...'DdHhSsVWw'].map(code));
const PLACES = new Set([...'ABGRXZz'].map(code));
const PLAIN = new Set([...'aefnrt'].map(code));

/** Properties after `Is`, besides categories and scripts. Newer Java adds those for emoji. */
const BINARY = new Set(
  (
    'alphabetic letter ideographic lowercase uppercase titlecase white_space whitespace control punctuation hex_digit hexdigit assigned ' +
    'noncharacter_code_point noncharactercodepoint digit alnum blank graph print word join_control joincontrol emoji emoji_presentation ' +
    'emoji_modifier emoji_modifier_base emoji_component extended_pictographic'
  ).split(' '),
);

/** Java's scripts are among those of this program's engine. */
function isUnicodeName(name: string): boolean {
  if (PROPERTIES.has(name) || BINARY.has(name.toLowerCase())) return true;
  if (!/^[A-Za-z_]{1,60}$/.test(name)) return false;
  const written = name.toLowerCase().replace(/(?:^|_)[a-z]/g, (start) => start.toUpperCase());
  // The only script name with a lower-case word.
  return [written, written.replace('_Ko', '_ko')].some((script) => {
    try {
      return new RegExp(`\\p{Script=${script}}`, 'u') !== undefined;
    } catch {
      return false;
    }
  });
}

export class EscapeReader extends PatternReader {
  /** Java may judge the pattern either way. */
  doubtful = false;
  protected lookbehinds = 0;
  protected unicodeClasses = false;
  protected groups = 0;
  protected readonly names = new Set<string>();

  protected groupName(first: number, open: number): string {
    let name = '';
    let value = first;
    if (!isLetter(value)) this.reject(strings.groupsNameMustStartLetter, open);
    while (isLetter(value) || isDigit(value)) {
      name += String.fromCodePoint(value);
      value = this.read();
    }
    if (value !== code('>')) this.reject(strings.groupsNameMustEndLetters, open);
    return name;
  }

  /** Reads after the backslash. Returns the character, or -1 for a set, position or reference. */
  protected escape(inClass: boolean, inRange: boolean): number {
    const at = this.cursor - 1;
    const value = this.read();
    const unknown = () => this.reject(strings.isntEscapeJavaKnows(String.fromCodePoint(value), inClass ? strings.inside : ''), at);
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
        if (this.peek() !== code('{')) this.reject(strings.nMustFollowedNameBraces, at);
        throw new Doubt();
      case 'b':
        return inClass ? unknown() : this.boundary(at);
      case 'c':
        if (this.ended()) this.reject(strings.cMustFollowedCharacter, at);
        return this.read() ^ 64;
      case 'k':
        return inClass ? unknown() : this.namedReference(at);
      case 'u':
        return this.unicode(at);
      // At the start of a range the vertical tab, otherwise a set.
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
    if (this.codes[this.cursor + 2] !== code('}')) this.reject(strings.bGNotClosed, at);
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
    if (this.read() !== code('<')) this.reject(strings.kMustFollowedGroupsName, at);
    const name = this.groupName(this.read(), at);
    if (!this.names.has(name)) this.reject(strings.noGroupBeforeNamed(name), at);
    return -1;
  }

  private property(at: number): number {
    let name = String.fromCodePoint(this.read());
    if (name === '{') {
      const start = this.cursor;
      const end = this.codes.indexOf(code('}'), start);
      if (end < 0) this.reject(strings.pNotClosed, at);
      if (end === start) this.reject(strings.pNamesNothing, at);
      name = this.codes.slice(start, end).reduce((text, value) => text + String.fromCodePoint(value), '');
      this.cursor = end + 1;
    }
    if (name.startsWith('Is') && !this.unicodeClasses && !isUnicodeName(name.slice(2))) this.reject(strings.pNamesSetJavaDoesnt(name), at);
    if (/^I[ns]|^java|=/.test(name) || this.unicodeClasses) {
      if (!PROPERTIES.has(name)) this.doubtful = true;
    } else if (!PROPERTIES.has(name)) this.reject(strings.pNamesSetJavaDoesnt(name), at);
    return -1;
  }
}
