// Tokens as SnakeYAML finds them. A key shows only at its `:`, so its token is inserted before existing ones.

import { Cursor, code, END, isSpace, Unreadable } from './cursor.ts';
import { blockScalar, plainScalar, quotedScalar, type ScannedScalar } from './scalars.ts';
import * as strings from './strings.ts';
import { CORE } from './tag-values.ts';
import { type ScannedTag, scanDirective, scanTag } from './tags.ts';
import { missingColon, type SimpleKey, type Token, type TokenType, unexpected } from './tokens.ts';

/** Characters of a key without `?`, which must fit on one line. */
const LONGEST_KEY = 1024;

const NO_PLAIN_START = new Set([...'-?:,[]{}#&*!|>\'"%@`'].map(code));
const ENDS_ANCHOR = new Set([...':,[]{}/.*&'].map(code));
const BEHIND_ANCHOR = new Set([...'?:,]}%@`'].map(code));

export class Scanner {
  end = 0;
  private readonly cursor: Cursor;
  private readonly maxDepth: number;
  private readonly tokens: Token[] = [];
  private readonly handles = new Map([
    ['!', '!'],
    ['!!', CORE],
  ]);
  private readonly declared = new Set<string>();
  private taken = 0;
  private done = false;
  private flowLevel = 0;
  private indent = -1;
  private readonly indents: number[] = [];
  private allowKey = true;
  private readonly keys: (SimpleKey | undefined)[] = [];

  constructor(text: string, maxDepth: number) {
    this.cursor = new Cursor(text);
    this.maxDepth = maxDepth;
  }

  peek(): Token {
    while (this.needsMore()) this.fetch();
    if (this.tokens.length === 0) this.add('stream-end', this.cursor.at);
    return this.tokens[0] as Token;
  }

  is(type: TokenType): boolean {
    return this.peek().type === type;
  }

  isOneOf(types: readonly TokenType[]): boolean {
    return types.includes(this.peek().type);
  }

  take(): Token {
    const token = this.peek();
    this.tokens.shift();
    this.taken++;
    this.end = token.end;
    return token;
  }

  prefixOf(handle: string): string | undefined {
    return this.handles.get(handle);
  }

  private needsMore(): boolean {
    if (this.done) return false;
    if (this.tokens.length === 0) return true;
    this.dropStaleKeys();
    for (const key of this.keys) if (key !== undefined) return key.tokenNumber === this.taken;
    return false;
  }

  private add(type: TokenType, start: number, name?: string, tag?: ScannedTag, scalar?: ScannedScalar): void {
    this.tokens.push({ type, start, end: scalar?.end ?? this.cursor.at, implied: false, name, tag, scalar });
  }

  private fetch(): void {
    const { cursor } = this;
    this.toNextToken();
    this.dropStaleKeys();
    this.unwind(cursor.column);
    const unit = cursor.peek();
    const isLast = isSpace(cursor.peek(1));
    const flow = this.flowLevel > 0;
    if (unit === END) this.streamEnd();
    else if (unit === code('%') && cursor.column === 0) this.directive();
    else if (cursor.column === 0 && cursor.atMarker()) this.marker();
    else if (unit === code('[') || unit === code('{')) this.openFlow(unit === code('[') ? '[' : '{');
    else if (unit === code(']') || unit === code('}')) this.closeFlow(unit === code(']') ? ']' : '}');
    else if (unit === code(',')) this.indicator(',', true);
    else if (unit === code('-') && isLast) this.dash();
    else if (unit === code('?') && (flow || isLast)) this.explicitKey();
    else if (unit === code(':') && (flow || isLast)) this.value();
    else if (unit === code('*') || unit === code('&')) this.anchor(unit === code('*') ? 'alias' : 'anchor');
    else if (unit === code('!')) this.tag();
    else if ((unit === code('|') || unit === code('>')) && !flow) this.block();
    else if (unit === code("'") || unit === code('"')) this.scalar(quotedScalar);
    else if (this.startsPlain(unit)) this.plain();
    else throw new Unreadable(unexpected(unit), cursor.at);
  }

  private startsPlain(unit: number): boolean {
    if (!isSpace(unit) && !NO_PLAIN_START.has(unit)) return true;
    if (isSpace(this.cursor.peek(1))) return false;
    return unit === code('-') || (this.flowLevel === 0 && (unit === code('?') || unit === code(':')));
  }

  private toNextToken(): void {
    const { cursor } = this;
    if (cursor.at === 0 && cursor.peek() === 0xfeff) cursor.forward();
    for (;;) {
      cursor.blanks();
      if (cursor.peek() === code('#')) cursor.restOfLine();
      if (cursor.lineBreak() === '') return;
      if (this.flowLevel === 0) this.allowKey = true;
    }
  }

  private dropStaleKeys(): void {
    for (let level = 0; level < this.keys.length; level++) {
      const key = this.keys[level];
      if (key === undefined) continue;
      if (key.line === this.cursor.line && this.cursor.index - key.index <= LONGEST_KEY) continue;
      if (key.required) throw missingColon(key);
      this.keys[level] = undefined;
    }
  }

  private saveKey(): void {
    const { cursor } = this;
    const required = this.flowLevel === 0 && this.indent === cursor.column;
    if (!this.allowKey) {
      if (required) throw new Unreadable(strings.keyMustFirstLineStart, cursor.at);
      return;
    }
    this.dropKey();
    this.keys[this.flowLevel] = {
      tokenNumber: this.taken + this.tokens.length,
      required,
      index: cursor.index,
      line: cursor.line,
      column: cursor.column,
      at: cursor.at,
    };
  }

  private dropKey(): void {
    const key = this.keys[this.flowLevel];
    if (key?.required) throw missingColon(key);
    if (key !== undefined) this.keys[this.flowLevel] = undefined;
  }

  private unwind(column: number): void {
    if (this.flowLevel > 0) return;
    while (this.indent > column) {
      this.indent = this.indents.pop() ?? -1;
      this.add('block-end', this.cursor.at);
    }
  }

  private addIndent(column: number): boolean {
    if (this.indent >= column) return false;
    this.indents.push(this.indent);
    this.indent = column;
    if (this.indents.length > this.maxDepth + 1) throw tooDeep(this.maxDepth, this.cursor.at);
    return true;
  }

  private streamEnd(): void {
    this.unwind(-1);
    this.dropKey();
    this.allowKey = false;
    this.done = true;
    this.add('stream-end', this.cursor.at);
  }

  private directive(): void {
    const { cursor } = this;
    this.unwind(-1);
    this.dropKey();
    this.allowKey = false;
    const start = cursor.at;
    const directive = scanDirective(cursor);
    if (directive?.name === 'YAML' && directive.major !== 1) throw new Unreadable(strings.kAuditsReaderReadsYaml1, start);
    const declared = directive?.name === 'TAG' ? directive.handle : directive?.name;
    if (declared !== undefined && this.declared.has(declared)) throw new Unreadable(strings.lineRepeatsLineAboveRemove, start);
    if (declared !== undefined) this.declared.add(declared);
    if (directive?.name === 'TAG') this.handles.set(directive.handle, directive.prefix);
    this.add('directive', start);
  }

  private marker(): void {
    const { cursor } = this;
    this.unwind(-1);
    this.dropKey();
    this.allowKey = false;
    const start = cursor.at;
    const opens = cursor.peek() === code('-');
    cursor.forward(3);
    this.add(opens ? 'document-start' : 'document-end', start);
  }

  private indicator(type: TokenType, allowKey: boolean): void {
    const start = this.cursor.at;
    this.dropKey();
    this.allowKey = allowKey;
    this.cursor.forward();
    this.add(type, start);
  }

  private openFlow(type: '[' | '{'): void {
    this.saveKey();
    const start = this.cursor.at;
    this.flowLevel++;
    if (this.flowLevel > this.maxDepth + 1) throw tooDeep(this.maxDepth, start);
    this.allowKey = true;
    this.cursor.forward();
    this.add(type, start);
  }

  private closeFlow(type: ']' | '}'): void {
    this.dropKey();
    // The consumer refuses a closing bracket without an opening one.
    this.flowLevel = Math.max(0, this.flowLevel - 1);
    this.allowKey = false;
    const start = this.cursor.at;
    this.cursor.forward();
    this.add(type, start);
  }

  private dash(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.allowKey) throw new Unreadable(strings.listItemMustStartLine, cursor.at);
      if (this.addIndent(cursor.column)) this.add('block-sequence', cursor.at);
    }
    this.indicator('dash', true);
  }

  private explicitKey(): void {
    const { cursor } = this;
    if (this.flowLevel === 0) {
      if (!this.allowKey) throw new Unreadable(strings.keyStartsMustFirstLine, cursor.at);
      if (this.addIndent(cursor.column)) this.add('block-map', cursor.at);
    }
    this.indicator('key', this.flowLevel === 0);
  }

  private value(): void {
    const { cursor } = this;
    const key = this.keys[this.flowLevel];
    const start = cursor.at;
    if (key !== undefined) {
      this.keys[this.flowLevel] = undefined;
      const before = key.tokenNumber - this.taken;
      const implied = (type: TokenType): Token => ({
        type,
        start: key.at,
        end: key.at,
        implied: true,
        name: undefined,
        tag: undefined,
        scalar: undefined,
      });
      this.tokens.splice(before, 0, implied('key'));
      if (this.flowLevel === 0 && this.addIndent(key.column)) this.tokens.splice(before, 0, implied('block-map'));
      this.allowKey = false;
    } else {
      if (this.flowLevel === 0) {
        if (!this.allowKey) throw new Unreadable(strings.theresSecondLineWhereNo, start);
        if (this.addIndent(cursor.column)) this.add('block-map', start);
      }
      this.allowKey = this.flowLevel === 0;
      this.dropKey();
    }
    cursor.forward();
    this.add('value', start);
  }

  private anchor(type: 'alias' | 'anchor'): void {
    const { cursor } = this;
    this.saveKey();
    this.allowKey = false;
    const start = cursor.at;
    let end = start + 1;
    for (; ; end++) {
      const unit = cursor.text.charCodeAt(end) | 0;
      if (isSpace(unit) || ENDS_ANCHOR.has(unit)) break;
    }
    const next = cursor.text.charCodeAt(end) | 0;
    if (end === start + 1 || (!isSpace(next) && !BEHIND_ANCHOR.has(next)))
      throw new Unreadable(strings.whatFollowsIsntNameKAudits(type === 'alias' ? '*' : '&'), start);
    cursor.forward(end - start);
    this.add(type, start, cursor.text.slice(start + 1, end));
  }

  private tag(): void {
    this.saveKey();
    this.allowKey = false;
    const start = this.cursor.at;
    const tag = scanTag(this.cursor);
    this.add('tag', start, undefined, tag);
  }

  private block(): void {
    this.allowKey = true;
    this.dropKey();
    const start = this.cursor.at;
    const scalar = blockScalar(this.cursor, this.indent);
    this.add('scalar', start, undefined, undefined, scalar);
  }

  private scalar(scan: (cursor: Cursor) => ScannedScalar): void {
    this.saveKey();
    this.allowKey = false;
    const start = this.cursor.at;
    const scalar = scan(this.cursor);
    this.add('scalar', start, undefined, undefined, scalar);
  }

  private plain(): void {
    this.saveKey();
    const start = this.cursor.at;
    const scalar = plainScalar(this.cursor, this.flowLevel > 0, this.indent);
    this.allowKey = scalar.brokeLine;
    this.add('scalar', start, undefined, undefined, scalar);
  }
}

export function tooDeep(levels: number, offset: number): Unreadable {
  return new Unreadable(strings.valuesNestedMoreThanLevels(levels), offset, 'too-deep');
}
