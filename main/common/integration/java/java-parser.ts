import { ClassParser } from './java-class-parser.ts';
import {
  at,
  begins,
  beginsAnyLine,
  both,
  either,
  ends,
  endsAnyLine,
  endsLine,
  firstOnly,
  isBoundary,
  looking,
  lookingBack,
  MOST_STEPS,
  type Node,
  nothing,
  one,
  repeated,
  TooLong,
} from './java-nodes.ts';
import { code, Doubt, END, isDigit } from './java-regex-reader.ts';
import { isLineEnd, isNot } from './java-sets.ts';

export interface Alternative {
  readonly node: Node;
  readonly from: number;
  readonly to: number;
}

/** Reads a pattern that `judgeJavaRegex` calls valid, in Pattern's order. */
export class Parser extends ClassParser {
  groups = 0;
  private readonly names = new Map<string, number>();

  whole(): readonly Alternative[] {
    const found: Alternative[] = [];
    for (;;) {
      const from = this.offsets[this.cursor] ?? 0;
      const node = this.sequence();
      found.push({ node, from, to: this.offsets[Math.min(this.cursor, this.length)] ?? 0 });
      if (this.peek() !== code('|')) return found;
      this.cursor += 1;
    }
  }

  private alternatives(): Node {
    const found = this.whole().map(({ node }) => node);
    return found.length === 1 && found[0] ? found[0] : either(found);
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    for (;;) {
      const value = this.peek();
      if (this.ended() || value === code('|') || value === code(')')) break;
      nodes.push(this.repetition(this.atom(value)));
    }
    return nodes.reduceRight<Node>((rest, node) => (rest === nothing ? node : both(node, rest)), nothing);
  }

  private atom(value: number): Node {
    // Pattern reads nothing before a repetition here.
    if (value === code('{')) return nothing;
    this.cursor += 1;
    switch (String.fromCodePoint(value)) {
      case '(':
        return this.group();
      case '[':
        return one(this.characterClass(true).set);
      case '\\':
        return this.escaped();
      case '.':
        return one(this.flags.has('s') ? () => true : isNot(isLineEnd));
      case '^':
        return this.flags.has('m') ? beginsAnyLine : begins;
      case '$':
        return this.flags.has('m') ? endsAnyLine : endsLine;
      default:
        return one(this.literal(value));
    }
  }

  private repetition(node: Node): Node {
    const sign = String.fromCodePoint(this.peek());
    let [least, most] = [sign === '+' ? 1 : 0, sign === '?' ? 1 : Number.POSITIVE_INFINITY];
    if (sign === '{') {
      this.cursor += 1;
      least = this.number();
      most = least;
      if (this.peek() === code(',')) {
        this.cursor += 1;
        most = isDigit(this.peek()) ? this.number() : Number.POSITIVE_INFINITY;
      }
    } else if (this.ended() || !'?*+'.includes(sign)) return node;
    this.cursor += 1;
    const suffix = this.ended() ? '' : String.fromCodePoint(this.peek());
    if (suffix === '?' || suffix === '+') this.cursor += 1;
    return repeated(node, least, most, suffix === '?' ? 'lazy' : suffix === '+' ? 'possessive' : 'greedy');
  }

  private number(): number {
    let count = 0;
    while (isDigit(this.peek())) count = count * 10 + this.read() - 0x30;
    return count;
  }

  private group(): Node {
    const before = new Set(this.flags);
    const inside = () => {
      const node = this.alternatives();
      this.cursor += 1;
      this.flags = before;
      return node;
    };
    if (this.peek() !== code('?')) return this.capturing(inside);
    this.cursor += 1;
    const kind = String.fromCodePoint(this.read());
    switch (kind) {
      case ':':
        return inside();
      case '>':
        return firstOnly(inside());
      case '=':
      case '!':
        return looking(inside(), kind === '=');
      case '<': {
        const sign = String.fromCodePoint(this.read());
        if (sign === '=' || sign === '!') return lookingBack(inside(), sign === '=');
        this.cursor -= 1;
        const name = this.name();
        this.names.set(name, this.groups + 1);
        return this.capturing(inside);
      }
      default:
        this.cursor -= 1;
        this.readFlags();
        if (this.read() === code(')')) return nothing;
        return inside();
    }
  }

  private capturing(inside: () => Node): Node {
    this.groups += 1;
    const own = 2 * this.groups;
    const node = inside();
    return (run, start, next) =>
      node(run, start, (end) => {
        const { groups } = run;
        const before = [groups[own] ?? -1, groups[own + 1] ?? -1] as const;
        [groups[own], groups[own + 1]] = [start, end];
        if (next(end)) return true;
        [groups[own], groups[own + 1]] = before;
        return false;
      });
  }

  private readFlags(): void {
    for (let on = true; ; this.cursor += 1) {
      const flag = String.fromCodePoint(this.peek());
      if (flag === '-') on = false;
      else if (flag === ')' || flag === ':') return;
      // Java's tables of letters, and ends of lines as Unix has them.
      else if (!'ims'.includes(flag)) throw new Doubt();
      else if (on) this.flags = new Set([...this.flags, flag]);
      else this.flags = new Set([...this.flags].filter((other) => other !== flag));
    }
  }

  private name(): string {
    let name = '';
    while (this.peek() !== code('>')) name += String.fromCodePoint(this.read());
    this.cursor += 1;
    return name;
  }

  /** Right of a backslash, outside a class. */
  private escaped(): Node {
    const letter = String.fromCodePoint(this.peek());
    switch (letter) {
      case 'A':
      case 'G':
        this.cursor += 1;
        return begins;
      case 'Z':
        this.cursor += 1;
        return endsLine;
      case 'z':
        this.cursor += 1;
        return ends;
      case 'b':
      case 'B':
        this.cursor += 1;
        if (this.peek() === code('{')) throw new Doubt();
        return at((text, place) => isBoundary(text, place) === (letter === 'b'));
      case 'k':
        this.cursor += 2;
        return this.reference(this.names.get(this.name()) ?? 0);
      default:
        if (isDigit(this.peek()) && letter !== '0') return this.reference(this.groupNumber());
        return one(this.setOfEscape(false));
    }
  }

  private groupNumber(): number {
    let group = this.read() - 0x30;
    while (isDigit(this.peek())) {
      const longer = group * 10 + this.peek() - 0x30;
      if (longer > this.groups) break;
      group = longer;
      this.cursor += 1;
    }
    return group;
  }

  private reference(group: number): Node {
    if (group < 1 || group > this.groups) throw new Doubt();
    const flags = this.flags;
    return (run, start, next) => {
      const [from = -1, to = -1] = run.groups.slice(2 * group, 2 * group + 2);
      if (from < 0) return false;
      this.flags = flags;
      for (let offset = 0; offset < to - from; offset += 1) {
        if (++run.steps > MOST_STEPS) throw new TooLong();
        const value = run.text[start + offset];
        if (value === undefined || !this.literal(run.text[from + offset] ?? END)(value)) return false;
      }
      return next(start + to - from);
    };
  }
}
