import { BACKSLASH, code, Doubt, END, isLetter, PatternReader } from './java-regex-reader.ts';
import { type CharacterSet, inEitherCase, isNot, setOfLetter, setOfProperty } from './java-sets.ts';

/** Reads what matches one character: itself, an escape or a class, in Pattern's order. */
export class ClassParser extends PatternReader {
  protected flags = new Set<string>();

  protected literal(value: number): CharacterSet {
    return this.cased((other) => other === value);
  }

  protected cased(set: CharacterSet): CharacterSet {
    return this.flags.has('i') ? inEitherCase(set) : set;
  }

  protected setOfEscape(startsRange: boolean): CharacterSet {
    const { character, set } = this.escape(startsRange);
    return character === undefined ? (set ?? (() => false)) : this.literal(character);
  }

  /** A character, or a set. */
  private escape(startsRange: boolean): { readonly character?: number; readonly set?: CharacterSet } {
    const place = this.cursor - 1;
    const value = this.read();
    const letter = String.fromCodePoint(value);
    if (letter === 'p' || letter === 'P') return { set: this.property(letter === 'P') };
    if (letter === 'v' && startsRange) return { character: 0x0b };
    const set = setOfLetter(letter);
    if (set !== undefined && isLetter(value)) return { set };
    switch (letter) {
      case '0':
        return { character: this.octal(place) };
      case 'x':
        return { character: this.hexadecimal(place) };
      case 'u':
        return { character: this.unicode(place) };
      case 'c':
        return { character: this.read() ^ 64 };
      case 'R':
      case 'X':
      case 'N':
        throw new Doubt();
      default: {
        const control = 'aefnrt'.indexOf(letter);
        return { character: control >= 0 ? '\x07\x1b\f\n\r\t'.charCodeAt(control) : value };
      }
    }
  }

  private property(negative: boolean): CharacterSet {
    let name = String.fromCodePoint(this.read());
    if (name === '{') {
      name = '';
      while (this.peek() !== code('}')) name += String.fromCodePoint(this.read());
      this.cursor += 1;
    }
    const set = setOfProperty(name);
    // With flag i, Java's versions differ in which letters are upper case.
    if (set === undefined || this.flags.has('i')) throw new Doubt();
    return negative ? isNot(set) : set;
  }

  /** Right of `[`, or of `&&` where the class continues. */
  protected characterClass(consume: boolean): { readonly set: CharacterSet; readonly plain: boolean } {
    const negative = this.peek() === code('^') && this.codes[this.cursor - 1] === code('[');
    if (negative) this.cursor += 1;
    let set: CharacterSet | null = null;
    let plain = true;
    let intersected = false;
    const add = (more: CharacterSet) => {
      // Then Pattern also adds to the intersection.
      if (intersected) throw new Doubt();
      const before = set;
      set = before === null ? more : (value) => before(value) || more(value);
    };
    for (;;) {
      const value = this.peek();
      if (value === code(']') && set !== null) {
        if (consume) this.cursor += 1;
        // Java 9 changed what the sign negates.
        if (negative && !plain) throw new Doubt();
        return { set: negative ? isNot(set) : set, plain };
      }
      if (value === code('[')) {
        plain = false;
        this.cursor += 1;
        add(this.characterClass(true).set);
      } else if (value === code('&') && this.codes[this.cursor + 1] === code('&')) {
        plain = false;
        this.cursor += 2;
        const before: CharacterSet | null = set;
        const right = this.rightOfIntersection();
        set = before === null ? right : (each) => (before as CharacterSet)(each) && right(each);
        intersected = true;
      } else add(this.range());
    }
  }

  private rightOfIntersection(): CharacterSet {
    let set: CharacterSet | null = null;
    while (this.peek() !== code(']') && this.peek() !== code('&')) {
      const nested = this.peek() === code('[');
      // Pattern forgets the classes before it.
      if (!nested && set !== null) throw new Doubt();
      if (nested) this.cursor += 1;
      const { set: more } = this.characterClass(nested);
      const before: CharacterSet | null = set;
      set = before === null ? more : (value) => (before as CharacterSet)(value) || more(value);
    }
    // Pattern intersects with the last item on the left.
    if (set === null) throw new Doubt();
    return set;
  }

  private range(): CharacterSet {
    const from = this.classCharacter();
    if (typeof from !== 'number') return from;
    const following = this.codes[this.cursor + 1] ?? END;
    if (this.peek() !== code('-') || following === code('[') || following === code(']')) return this.literal(from);
    this.cursor += 1;
    const to = this.classCharacter();
    // Judged as valid, so it is one.
    if (typeof to !== 'number') throw new Doubt();
    return this.cased((value) => value >= from && value <= to);
  }

  private classCharacter(): number | CharacterSet {
    const value = this.read();
    if (value !== BACKSLASH) return value;
    const length = this.codes[this.cursor + 1] === code('-');
    const { character, set } = this.escape(length || this.codes[this.cursor - 2] === code('-'));
    return character ?? set ?? (() => false);
  }
}
