// Builds the source tree from tokens by SnakeYAML's grammar.

import { Unreadable } from './reading/cursor.ts';
import { Scanner, tooDeep } from './reading/scanner.ts';
import { checkTag, scalarValue } from './reading/tag-values.ts';
import type { Token, TokenType } from './reading/tokens.ts';
import * as strings from './strings.ts';
import {
  type AliasNode,
  isMerge,
  isMergeKey,
  type MapNode,
  type Pair,
  resolved,
  type ScalarNode,
  type SequenceNode,
  type SourceNode,
} from './tree.ts';

/** The nesting limit of kAudit's reader; its deepest known document has 5 levels. */
export const MAX_DEPTH = 50;
/** The alias limit of kAudit's reader, for maps and lists in one document. */
const MAX_ALIASES = 50;
/** A real document of 1 MiB has about 60,000; beyond this the second reader takes over 2 s. */
export const MAX_NODES = 100_000;

/** Characters of all values, aliases spelt out. No ConfigMap holds as many without aliases. */
const MAX_CHARACTERS = 4_000_000;

/** Formats the number only when needed: the first `toLocaleString` loads tables for 15 ms. */
function tooMany(offset: number, most = MAX_NODES, what = 'values'): Unreadable {
  const message = strings.aliasesSpeltOutTextMoreThan(most.toLocaleString('en'), what);
  return new Unreadable(message, offset, 'too-large');
}

interface Properties {
  readonly outer: number | undefined;
  readonly anchor: string | undefined;
  readonly tag: string | undefined;
  readonly meaning: string | undefined;
}

const NO_PROPERTIES: Properties = { outer: undefined, anchor: undefined, tag: undefined, meaning: undefined };
const OUTSIDE: readonly TokenType[] = ['directive', 'document-start', 'document-end', 'stream-end'];
const AFTER_DOCUMENT: readonly TokenType[] = ['document-end', 'directive'];
const NO_ITEM: readonly TokenType[] = ['dash', 'block-end'];
const NO_ITEM_INDENTLESS: readonly TokenType[] = ['dash', 'key', 'value', 'block-end'];
const NO_FIELD: readonly TokenType[] = ['key', 'value', 'block-end'];
const NO_KEY_IN_LIST: readonly TokenType[] = ['value', ',', ']'];
const NO_VALUE_IN_LIST: readonly TokenType[] = [',', ']'];
const NO_KEY_IN_MAP: readonly TokenType[] = ['value', ',', '}'];
const NO_VALUE_IN_MAP: readonly TokenType[] = [',', '}'];

/** kAudit's reader has no value for a plain `<<`. */
function mustNotMerge(node: SourceNode): void {
  const value = resolved(node);
  if (value.kind === 'scalar' && isMergeKey(value)) throw new Unreadable(strings.isntValuePutQuotes, node.start);
}

export class Composer {
  private readonly text: string;
  private readonly scanner: Scanner;
  private depth = 0;
  private nodes = 0;
  private aliases = 0;
  /** Values in the last node, aliases expanded. */
  private size = 0;
  /** Characters of all values so far, with all aliases spelt out. */
  private characters = 0;
  /** undefined as size: still open. */
  private readonly anchors = new Map<string, { readonly node: SourceNode; size: number | undefined; characters: number }>();

  constructor(text: string) {
    this.text = text;
    this.scanner = new Scanner(text, MAX_DEPTH);
  }

  document(): SourceNode | undefined {
    const { scanner } = this;
    const directive = scanner.is('directive');
    while (scanner.is('directive')) scanner.take();
    if (scanner.is('stream-end')) return undefined;
    const opened = scanner.is('document-start');
    if (directive && !opened) throw new Unreadable(strings.lineStartsMustFollowedRemove, scanner.peek().start);
    if (opened) scanner.take();
    const isEmpty = opened && scanner.isOneOf(OUTSIDE);
    const root = isEmpty ? this.absent(scanner.end) : this.node(true, false);
    if (!scanner.isOneOf(OUTSIDE)) throw new Unreadable(strings.doesntFitAnythingAboveCheck, scanner.peek().start);
    while (scanner.isOneOf(AFTER_DOCUMENT)) scanner.take();
    mustNotMerge(root);
    if (!scanner.is('stream-end')) throw new Unreadable(strings.textContainsSeveralYamlDocuments, scanner.peek().start);
    return root;
  }

  private node(block: boolean, indentless: boolean): SourceNode {
    const { scanner } = this;
    if (scanner.is('alias')) return this.alias(scanner.take());
    if (this.depth > MAX_DEPTH) throw tooDeep(MAX_DEPTH, scanner.peek().start);
    this.depth++;
    const node = this.content(this.properties(), block, indentless);
    this.depth--;
    return node;
  }

  private content(properties: Properties, block: boolean, indentless: boolean): SourceNode {
    const { scanner } = this;
    const token = scanner.peek();
    if (indentless && token.type === 'dash') return this.blockList(properties, token.start, NO_ITEM_INDENTLESS);
    if (token.type === 'scalar') return this.scalar(properties, scanner.take());
    if (token.type === '[') return this.flowList(properties, scanner.take());
    if (token.type === '{') return this.flowMap(properties, scanner.take());
    if (block && token.type === 'block-sequence') {
      const node = this.blockList(properties, scanner.take().start, NO_ITEM);
      this.close('block-end', strings.lineDoesntBelongListItem);
      return node;
    }
    if (block && token.type === 'block-map') return this.blockMap(properties, scanner.take().start);
    if (properties.outer !== undefined) return this.absent(scanner.end, properties);
    throw new Unreadable(strings.valueMissingBeforeCantHere, token.start);
  }

  private properties(): Properties {
    const { scanner } = this;
    const first = scanner.peek();
    if (first.type !== 'anchor' && first.type !== 'tag') return NO_PROPERTIES;
    let anchor: Token | undefined;
    let tag: Token | undefined;
    for (let count = 0; count < 2; count++) {
      if (anchor === undefined && scanner.is('anchor')) anchor = scanner.take();
      else if (tag === undefined && scanner.is('tag')) tag = scanner.take();
    }
    const written = tag && this.text.slice(tag.start, tag.end);
    return { outer: first.start, anchor: anchor?.name, tag: written, meaning: tag && this.meaning(tag) };
  }

  private meaning(token: Token): string {
    const { handle, suffix = '' } = token.tag ?? {};
    const prefix = handle === undefined ? '' : this.scanner.prefixOf(handle);
    if (prefix === undefined) throw new Unreadable(strings.kAuditsReaderDoesntKnowTag, token.start);
    return prefix + suffix;
  }

  private close(type: TokenType, message: string): void {
    const token = this.scanner.peek();
    if (token.type !== type) throw new Unreadable(message, token.start);
    this.scanner.take();
  }

  private counted(characters = 0): void {
    if (++this.nodes > MAX_NODES) throw tooMany(0);
    this.characters += characters;
    // SECURITY: one long value behind a thousand aliases ends here, before a reply spells it out a thousand times.
    if (this.characters > MAX_CHARACTERS) throw tooMany(0, MAX_CHARACTERS, 'characters');
  }

  private filled<Node extends SequenceNode | MapNode>(node: Node, { meaning }: Properties, fill: () => number): Node {
    checkTag(meaning, node.kind === 'map' ? 'map' : 'list', node.outer);
    const before = this.characters;
    const anchored: { readonly node: SourceNode; size: number | undefined; characters: number } = { node, size: undefined, characters: 0 };
    if (node.anchor !== undefined) this.anchors.set(node.anchor, anchored);
    this.counted();
    const size = 1 + fill();
    // SECURITY: stops multiplying anchors (ten lines can mean 10^10 values) before anyone expands them.
    if (size > MAX_NODES) throw tooMany(node.start);
    this.size = size;
    anchored.size = size;
    anchored.characters = this.characters - before;
    return node;
  }

  private list({ outer = -1, anchor, tag }: Properties, start: number, flow: boolean): SequenceNode {
    return { kind: 'sequence', outer: outer < 0 ? start : outer, start, end: start, anchor, tag, flow, items: [], dashes: [] };
  }

  private map({ outer = -1, anchor, tag }: Properties, start: number, flow: boolean): MapNode {
    return { kind: 'map', outer: outer < 0 ? start : outer, start, end: start, anchor, tag, flow, pairs: [] };
  }

  private blockList(properties: Properties, start: number, noItem: readonly TokenType[]): SequenceNode {
    const { scanner } = this;
    const node = this.list(properties, start, false);
    return this.filled(node, properties, () => {
      let size = 0;
      while (scanner.is('dash')) {
        node.dashes.push(scanner.take().start);
        const item = scanner.isOneOf(noItem) ? this.absent(scanner.end) : this.node(true, false);
        mustNotMerge(item);
        node.items.push(item);
        node.end = item.end;
        size += this.size;
      }
      return size;
    });
  }

  private blockMap(properties: Properties, start: number): MapNode {
    const { scanner } = this;
    const node = this.map(properties, start, false);
    return this.filled(node, properties, () => {
      let size = 0;
      while (scanner.is('key')) {
        size += this.pair(node, scanner.take(), NO_FIELD, NO_FIELD, () => this.node(true, true));
        node.end = node.pairs.at(-1)?.value.end ?? node.end;
      }
      if (scanner.is('value')) throw new Unreadable(strings.keyMissingBeforeWriteRemove, scanner.peek().start);
      this.close('block-end', strings.lineNeitherFieldMapAbove);
      return size;
    });
  }

  private pair(node: MapNode, token: Token, noKey: readonly TokenType[], noValue: readonly TokenType[], read: () => SourceNode): number {
    const { scanner } = this;
    const key = scanner.isOneOf(noKey) ? this.absent(scanner.end) : read();
    const size = this.size;
    const value = this.valueOf(key, noValue, read);
    this.addPair(node, { key, value, start: token.start, explicit: !token.implied });
    return size + this.size;
  }

  private valueOf(key: SourceNode, noValue: readonly TokenType[], read: () => SourceNode): SourceNode {
    const { scanner } = this;
    // After an explicit key SnakeYAML takes a scalar as its value, even without a colon.
    if (!scanner.is('value')) return noValue === NO_FIELD && scanner.is('scalar') ? read() : this.absent(key.end);
    scanner.take();
    return scanner.isOneOf(noValue) ? this.absent(scanner.end) : read();
  }

  private addPair(node: MapNode, pair: Pair): void {
    mustNotMerge(pair.value);
    node.pairs.push(pair);
    if (!isMerge(pair)) return;
    const merged = resolved(pair.value);
    const parts = merged.kind === 'sequence' ? merged.items.map(resolved) : [merged];
    if (parts.some(({ kind }) => kind !== 'map')) throw new Unreadable(strings.onlyMapListMapsCan, pair.start);
  }

  private flowList(properties: Properties, open: Token): SequenceNode {
    const { scanner } = this;
    const node = this.list(properties, open.start, true);
    return this.filled(node, properties, () => {
      let size = 0;
      for (let first = true; !scanner.is(']'); first = false) {
        if (!first) this.comma(open);
        if (scanner.is(']')) break;
        const item = scanner.is('key') ? this.singlePair() : this.node(false, false);
        mustNotMerge(item);
        node.items.push(item);
        size += this.size;
      }
      node.end = scanner.take().end;
      return size;
    });
  }

  private singlePair(): MapNode {
    const { scanner } = this;
    const token = scanner.take();
    const node = this.map(NO_PROPERTIES, token.start, true);
    return this.filled(node, NO_PROPERTIES, () => {
      const size = this.pair(node, token, NO_KEY_IN_LIST, NO_VALUE_IN_LIST, () => this.node(false, false));
      node.end = Math.max(scanner.end, node.pairs[0]?.value.end ?? 0);
      return size;
    });
  }

  private flowMap(properties: Properties, open: Token): MapNode {
    const { scanner } = this;
    const node = this.map(properties, open.start, true);
    return this.filled(node, properties, () => {
      let size = 0;
      for (let first = true; !scanner.is('}'); first = false) {
        if (!first) this.comma(open);
        if (scanner.is('}')) break;
        if (scanner.is('key')) size += this.pair(node, scanner.take(), NO_KEY_IN_MAP, NO_VALUE_IN_MAP, () => this.node(false, false));
        else {
          const key = this.node(false, false);
          size += this.size;
          this.addPair(node, { key, value: this.absent(key.end), start: key.outer, explicit: false });
          size += this.size;
        }
      }
      node.end = scanner.take().end;
      return size;
    });
  }

  private comma(open: Token): void {
    const token = this.scanner.peek();
    if (token.type === ',') this.scanner.take();
    else if (token.type === 'stream-end') throw new Unreadable(strings.notClosedClose(open.type), open.start);
    else throw new Unreadable(strings.commaBracketClosesMissingBefore(open.type), token.start);
  }

  private alias({ name = '', start, end }: Token): AliasNode {
    const target = this.anchors.get(name);
    if (target === undefined) throw new Unreadable(strings.aliasRefersAnchorIsntDefined(name), start);
    if (target.size === undefined) throw new Unreadable(strings.anchorContainsItselfThroughAlias(name), start, 'too-deep');
    if (target.node.kind !== 'scalar' && ++this.aliases > MAX_ALIASES)
      throw new Unreadable(strings.kAuditsReaderFollowsMostAliases(MAX_ALIASES), start, 'too-large');
    this.counted(target.characters);
    this.size = target.size;
    return { kind: 'alias', outer: start, start, end, anchor: undefined, tag: undefined, name, target: target.node };
  }

  private scalar(properties: Properties, { start, scalar }: Token): ScalarNode {
    if (scalar === undefined) return this.absent(start, properties);
    return this.leaf(properties, start, scalar.end, scalar.style, scalar.text, scalar.indent);
  }

  private absent(at: number, properties: Properties = NO_PROPERTIES): ScalarNode {
    return this.leaf(properties, at, at, 'absent', '', -1);
  }

  private leaf(properties: Properties, start: number, end: number, style: ScalarNode['style'], text: string, indent: number): ScalarNode {
    this.counted(text.length);
    const { outer = start, anchor, tag, meaning } = properties;
    checkTag(meaning, 'value', outer);
    const value = scalarValue(text, style === 'plain' || style === 'absent', meaning, start);
    // Not a spread: for 100,000 nodes it would take longer than all the rest.
    const node: ScalarNode = { kind: 'scalar', outer, start, end, anchor, tag, meaning, style, text, value, indent };
    this.size = 1;
    if (anchor !== undefined) this.anchors.set(anchor, { node, size: 1, characters: text.length });
    return node;
  }
}
