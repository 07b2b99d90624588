// The text of a document as a tree of source ranges. js-yaml reads it: it is ten times as fast as the yaml package, has a depth limit, and
// stays linear where the other takes 25 s (1 MiB of commas). The yaml package is the second reader, in document-proof.ts.

import {
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  parseEvents,
  type ScalarEvent,
  type SequenceEvent,
  YAMLException,
} from 'js-yaml';
import type { AliasNode, MapNode, ScalarNode, ScalarStyle, SequenceNode, Source, SourceNode } from './tree.ts';

/** UTF-16 units. A ConfigMap holds at most 1 MiB in all, so a longer text cannot come from one, nor get into one. */
export const MAX_LENGTH = 1_500_000;
/** Collections inside each other. kAudit's deepest known shape has 5. */
export const MAX_DEPTH = 64;
/** Values in one document. A real one of 1 MiB has about 60,000; beyond this the second reader takes more than 2 s. */
export const MAX_NODES = 100_000;

/** A text that is not read: no YAML, or beyond a limit. */
export interface SourceFailure {
  readonly ok: false;
  readonly rule: 'invalid-yaml' | 'too-large' | 'too-deep';
  readonly message: string;
  readonly offset: number;
}

/** Behind blanks, line breaks and comments. A `#` starts a comment only at the start of the text or behind a blank. */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  for (;;) {
    const unit = text.charCodeAt(at);
    if (unit === 0x20 || unit === 0x09 || unit === 0x0a || unit === 0x0d || unit === 0xfeff) at++;
    else if (unit === 0x23 && (at === 0 || ' \t\n\r\ufeff'.includes(text[at - 1] ?? ''))) {
      while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
    } else return at;
  }
}

/** The value of a plain scalar in YAML 1.2's core schema. */
export function plainValue(text: string): string | number | boolean | null {
  const first = text.charCodeAt(0);
  // Most scalars are words: a letter that no special word starts with decides alone.
  if (first > 0x39 && !'~nNtTfF'.includes(text[0] ?? '')) return text;
  if (/^(?:~|null|Null|NULL)?$/.test(text)) return null;
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^[-+]?[0-9]+$/.test(text)) return Number(text);
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8);
  if (/^0x[0-9a-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16);
  if (/^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/.test(text)) return Number(text);
  if (/^[-+]?\.(?:inf|Inf|INF)$/.test(text)) return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN;
  return text;
}

/** Made where it is needed: the first number that is written for people loads tables that take 15 ms. */
function tooMany(): string {
  return `The text stands for more than ${MAX_NODES.toLocaleString('en')} values, aliases spelt out. Shorten it.`;
}

/** Thrown inside the builder only; `parseSource` turns it into a failure. */
class Unreadable extends Error {
  readonly failure: SourceFailure;
  constructor(rule: SourceFailure['rule'], message: string, offset: number) {
    super(message);
    this.failure = { ok: false, rule, message, offset };
  }
}

/** The two kinds of places where a value can be left out. */
type Absent = 'here' | 'behind-colon';

class Builder {
  private readonly text: string;
  private readonly events: readonly Event[];
  private next = 1;
  /** Behind the last token that was placed: what follows is looked for from here, so the whole stays linear. */
  private cursor = 0;
  /** Values that the node made last stands for, with all its aliases spelt out. */
  private size = 0;
  /** undefined as size: still open. */
  private readonly anchors = new Map<string, { readonly node: SourceNode; size: number | undefined }>();

  constructor(text: string, events: readonly Event[]) {
    this.text = text;
    this.events = events;
  }

  build(): SourceNode {
    this.cursor = skipBlanks(this.text, 0);
    // Behind a `---`, or directives that end in one.
    return this.node('here');
  }

  private node(absent: Absent): SourceNode {
    const event = this.events[this.next++];
    if (event === undefined || event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP)
      throw new Unreadable('invalid-yaml', 'The text ends inside a value.', this.text.length);
    if (event.type === EVENT_ID.ALIAS) return this.alias(event.anchorStart, event.anchorEnd);
    if (event.type !== EVENT_ID.SCALAR) return this.collection(event);
    const node = this.scalar(event, absent);
    this.size = 1;
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { node, size: 1 });
    this.cursor = node.end;
    return node;
  }

  private collection(event: SequenceEvent | MappingEvent): SequenceNode | MapNode {
    const { start } = event;
    const outer = this.outer(event, start);
    const anchor = event.anchorStart < 0 ? undefined : this.text.slice(event.anchorStart, event.anchorEnd);
    const tag = event.tagStart < 0 ? undefined : this.text.slice(event.tagStart, event.tagEnd);
    const flow = event.style === 2;
    const node: SequenceNode | MapNode =
      event.type === EVENT_ID.SEQUENCE
        ? { kind: 'sequence', outer, start, end: start, anchor, tag, flow, items: [], dashes: [] }
        : { kind: 'map', outer, start, end: start, anchor, tag, flow, pairs: [] };
    const anchored: { readonly node: SourceNode; size: number | undefined } = { node, size: undefined };
    if (anchor !== undefined) this.anchors.set(anchor, anchored);
    // A pair in a flow sequence, `[a: b]`, is a map without brackets.
    const brackets = flow && (this.text[start] === '[' || this.text[start] === '{');
    this.cursor = brackets ? start + 1 : start;
    let size = 1;
    while (this.events[this.next]?.type !== EVENT_ID.POP) size += node.kind === 'sequence' ? this.item(node) : this.pair(node);
    this.next++;
    if (brackets) {
      this.skipComma();
      this.cursor = skipBlanks(this.text, this.cursor) + 1;
    }
    node.end = this.cursor;
    // SECURITY: anchors that multiply (ten lines can stand for 10^10 values) end here, before anybody spells them out.
    if (size > MAX_NODES) throw new Unreadable('too-large', tooMany(), start);
    this.size = size;
    anchored.size = size;
    return node;
  }

  private item(node: SequenceNode): number {
    if (node.flow) this.skipComma();
    else {
      const dash = skipBlanks(this.text, this.cursor);
      node.dashes.push(dash);
      this.cursor = dash + 1;
    }
    node.items.push(this.node('here'));
    return this.size;
  }

  private pair(node: MapNode): number {
    if (node.flow) this.skipComma();
    const start = skipBlanks(this.text, this.cursor);
    // `?` before a blank is an explicit key; `?x` is a plain scalar.
    const explicit = this.text[start] === '?' && ' \t\r\n'.includes(this.text[start + 1] ?? ' ');
    this.cursor = explicit ? start + 1 : start;
    const key = this.node('here');
    const size = this.size;
    const value = this.node('behind-colon');
    node.pairs.push({ key, value, start, explicit });
    return size + this.size;
  }

  private skipComma(): void {
    const at = skipBlanks(this.text, this.cursor);
    if (this.text.charCodeAt(at) === 0x2c) this.cursor = at + 1;
  }

  private alias(from: number, end: number): AliasNode {
    const start = from - 1;
    const name = this.text.slice(from, end);
    const target = this.anchors.get(name);
    if (target === undefined)
      throw new Unreadable('invalid-yaml', `The alias *${name} refers to an anchor &${name} that does not stand before it.`, start);
    if (target.size === undefined)
      throw new Unreadable('too-deep', `The anchor &${name} contains itself through the alias *${name}.`, start);
    this.cursor = end;
    this.size = target.size;
    return { kind: 'alias', outer: start, start, end, anchor: undefined, tag: undefined, name, target: target.node };
  }

  /** Where its anchor or its tag starts, whichever comes first. */
  private outer(event: ScalarEvent | SequenceEvent | MappingEvent, start: number): number {
    const anchored = event.anchorStart < 0 ? start : event.anchorStart - 1;
    return Math.min(start, anchored, event.tagStart < 0 ? start : event.tagStart);
  }

  private scalar(event: ScalarEvent, absent: Absent): ScalarNode {
    const { text } = this;
    const anchor = event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
    const tag = event.tagStart < 0 ? undefined : text.slice(event.tagStart, event.tagEnd);
    const core = tag === undefined || CORE_TAG.test(tag);
    const behind = Math.max(event.anchorEnd, event.tagEnd);
    let start = event.valueStart;
    let end = event.valueEnd;
    let style: ScalarStyle = 'plain';
    let value: ScalarNode['value'];
    if (start < 0) {
      start = this.absentStart(behind, absent);
      end = start;
      style = 'absent';
      value = core ? null : '';
    } else {
      const read = event.fast ? text.slice(start, end) : getScalarValue(text, event);
      value = read;
      if (event.style === 1) value = core ? plainValue(read) : read;
      else if (event.style <= 3) {
        style = event.style === 2 ? 'single' : 'double';
        start--;
        end++;
      } else {
        style = event.style === 4 ? 'literal' : 'folded';
        start = this.blockStart(Math.max(this.cursor, behind), event.valueStart);
        end = blockEnd(text, start, event.valueEnd, event.chomping === 3);
      }
    }
    const indent = event.style >= 4 ? event.indent : -1;
    return { kind: 'scalar', outer: this.outer(event, start), start, end, anchor, tag, style, value, indent };
  }

  private absentStart(behind: number, absent: Absent): number {
    if (behind >= 0) return behind;
    if (absent === 'here') return this.cursor;
    const colon = skipBlanks(this.text, this.cursor);
    return this.text[colon] === ':' ? colon + 1 : this.cursor;
  }

  /** The event of a block scalar starts at its content: its `|` or `>` is looked for behind what stands before it. */
  private blockStart(from: number, content: number): number {
    let at = from;
    while (at < content && this.text[at] !== '|' && this.text[at] !== '>') at = skipBlanks(this.text, at + 1);
    return at;
  }
}

const CORE_TAG = /^(?:!!|!<tag:yaml\.org,2002:)(?:int|float|bool|null)>?$/;

/** A block scalar's last line break is not its own; nor are blank lines at its end, unless it keeps them. */
function blockEnd(text: string, start: number, contentEnd: number, keeps: boolean): number {
  let end = Math.max(contentEnd, start + 1);
  const isBreak = (at: number) => text[at] === '\n' || text[at] === '\r';
  if (keeps) return isBreak(end - 1) ? end - (text[end - 1] === '\n' && text[end - 2] === '\r' ? 2 : 1) : end;
  while (end > start && isBreak(end - 1)) end--;
  return end;
}

type Parsed = Source | SourceFailure;

/** Texts that were read last. Held weakly: one is there for the rest of the turn in which it is read, as one change asks for it ten times. */
const recent: WeakRef<{ readonly text: string; readonly parsed: Parsed }>[] = [];
const RECENT = 8;
/** Characters. Shorter ones are read as fast as they are found. */
const WORTH_KEEPING = 2_000;

/** Reads a text into its tree of source ranges. Never throws; 1 MiB takes at most a few tenths of a second whatever it holds. */
export function parseSource(text: string): Parsed {
  if (text.length < WORTH_KEEPING) return parse(text);
  for (const reference of recent) {
    const known = reference.deref();
    if (known?.text === text) return known.parsed;
  }
  const parsed = parse(text);
  recent.unshift(new WeakRef({ text, parsed }));
  if (recent.length > RECENT) recent.pop();
  return parsed;
}

function parse(text: string): Parsed {
  if (text.length > MAX_LENGTH)
    return {
      ok: false,
      rule: 'too-large',
      message: `The text has ${text.length.toLocaleString('en')} characters; a ConfigMap holds at most 1 MiB. Shorten it.`,
      offset: 0,
    };
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    const documents = events.reduce((count, event) => count + (event.type === EVENT_ID.DOCUMENT ? 1 : 0), 0);
    if (documents === 0) return { ok: true, text, root: undefined };
    if (documents > 1)
      return {
        ok: false,
        rule: 'invalid-yaml',
        message: 'The text holds several YAML documents; kAudit reads one. Remove the "---" lines.',
        offset: secondDocument(text),
      };
    // A collection is two events, so there are more values than allowed: no need to place them first.
    if (events.length > 2 * MAX_NODES + 2) return { ok: false, rule: 'too-large', message: tooMany(), offset: 0 };
    return { ok: true, text, root: new Builder(text, events).build() };
  } catch (error) {
    if (error instanceof Unreadable) return error.failure;
    if (error instanceof YAMLException) {
      const deep = error.reason.includes('maxDepth');
      return {
        ok: false,
        rule: deep ? 'too-deep' : 'invalid-yaml',
        message: deep ? `Values stand more than ${MAX_DEPTH} levels inside each other.` : `This is no valid YAML: ${error.reason}.`,
        offset: error.mark?.position ?? 0,
      };
    }
    return { ok: false, rule: 'invalid-yaml', message: 'This text cannot be read as YAML.', offset: 0 };
  }
}

function secondDocument(text: string): number {
  const marks = [...text.matchAll(/^---(?=\s|$)/gm)];
  return marks[1]?.index ?? marks[0]?.index ?? 0;
}
