// A document's layout, so that new text matches the text around it.

import { isPlainSafe, type QuoteStyle, type Scalar, writeScalar } from './scalar.ts';
import { columnOf } from './text.ts';
import { keyName, type Source, type SourceNode } from './tree.ts';
import type { Value } from './value.ts';

export interface DocumentStyle {
  readonly eol: string;
  /** Columns from a key to nested keys. */
  readonly step: number;
  readonly listStep: number;
  readonly dashWidth: number;
  readonly root: number;
  readonly flowLists: boolean;
  readonly flowMaps: boolean;
  /** By name: the quotes last used. */
  readonly quotes: ReadonlyMap<string, QuoteStyle>;
  readonly quote: QuoteStyle;
  readonly quoteNeeded: 'single' | 'double';
}

/** Values sampled; more add cost and no knowledge. */
const SAMPLE = 4_000;

class Votes {
  private readonly counts = new Map<number, number>();
  add(value: number): void {
    this.counts.set(value, (this.counts.get(value) ?? 0) + 1);
  }
  most(otherwise: number): number {
    let best = otherwise;
    let most = 0;
    for (const [value, count] of this.counts)
      if (count > most) {
        best = value;
        most = count;
      }
    return best;
  }
}

export function styleOf(source: Source): DocumentStyle {
  const { text } = source;
  const step = new Votes();
  const listStep = new Votes();
  const dashWidth = new Votes();
  const quotes = new Map<string, QuoteStyle>();
  const strings = { plain: 0, single: 0, double: 0 };
  let [flowLists, blockLists, flowMaps, blockMaps, seen] = [0, 0, 0, 0, 0];
  const visit = (node: SourceNode, keyColumn: number | undefined, name: string | undefined): void => {
    if (++seen > SAMPLE || node.kind === 'alias') return;
    if (node.kind === 'scalar') {
      if (typeof node.value !== 'string' || (node.style !== 'plain' && node.style !== 'single' && node.style !== 'double')) return;
      strings[node.style]++;
      if (name !== undefined) quotes.set(name, node.style);
    } else if (node.kind === 'sequence') {
      if (node.items.length > 0) node.flow ? flowLists++ : blockLists++;
      const dash = node.flow || node.dashes[0] === undefined ? undefined : columnOf(text, node.dashes[0]);
      if (keyColumn !== undefined && dash !== undefined) listStep.add(dash - keyColumn);
      node.items.forEach((item, index) => {
        const own = node.dashes[index];
        if (own !== undefined && item.end > item.start && !/[\n\r]/.test(text.slice(own, item.outer))) dashWidth.add(item.outer - own);
        visit(item, undefined, name);
      });
    } else {
      if (node.pairs.length > 0 && keyColumn !== undefined) node.flow ? flowMaps++ : blockMaps++;
      const column = node.flow || node.pairs[0] === undefined ? undefined : columnOf(text, node.pairs[0].start);
      if (keyColumn !== undefined && column !== undefined) step.add(column - keyColumn);
      for (const pair of node.pairs) visit(pair.value, column, keyName(pair));
    }
  };
  const root = source.root;
  if (root !== undefined) visit(root, undefined, undefined);
  const quoted = strings.double > strings.single ? 'double' : 'single';
  const breaks = text.indexOf('\n');
  return {
    eol: breaks > 0 && text[breaks - 1] === '\r' ? '\r\n' : breaks < 0 && text.includes('\r') ? '\r' : '\n',
    step: step.most(2),
    listStep: listStep.most(2),
    dashWidth: dashWidth.most(2),
    root: root?.kind === 'sequence' && root.dashes[0] !== undefined ? columnOf(text, root.dashes[0]) : 0,
    flowLists: flowLists > blockLists,
    flowMaps: flowMaps > blockMaps,
    quotes,
    quote: strings[quoted] > strings.plain ? quoted : 'plain',
    quoteNeeded: quoted,
  };
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

export function isMap(value: Value): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isInline(value: Value, style: DocumentStyle): boolean {
  if (isList(value)) return value.length === 0 || (style.flowLists && value.every((item) => !isList(item) && !isMap(item)));
  if (isMap(value)) return Object.keys(value).length === 0;
  return true;
}

function scalarText(value: Scalar, name: string | undefined, style: DocumentStyle, flow: boolean): string {
  const own = name === undefined ? undefined : style.quotes.get(name);
  return writeScalar(value, own ?? style.quote, flow, style.quoteNeeded);
}

export function keyText(name: string, style: DocumentStyle, flow: boolean): string {
  return isPlainSafe(name, flow) ? name : writeScalar(name, 'plain', flow, style.quoteNeeded);
}

export function inlineText(value: Value, style: DocumentStyle, flow: boolean, name?: string): string {
  if (isList(value)) return `[${value.map((item) => inlineText(item, style, true, name)).join(', ')}]`;
  if (isMap(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${keyText(key, style, true)}: ${inlineText(item, style, true, key)}`)
      .join(', ')}}`;
  return scalarText(value, name, style, flow);
}

export function blockLines(value: Value, style: DocumentStyle, name?: string): string[] {
  if (isInline(value, style)) return [inlineText(value, style, false, name)];
  if (isList(value)) return value.flatMap((item) => itemLines(item, style, name));
  if (isMap(value)) return Object.entries(value).flatMap(([key, item]) => pairLines(key, item, style));
  return [inlineText(value, style, false, name)];
}

export function itemLines(value: Value, style: DocumentStyle, name?: string): string[] {
  const [first = '', ...others] = blockLines(value, style, name);
  return [`-${' '.repeat(style.dashWidth - 1)}${first}`, ...others.map((line) => ' '.repeat(style.dashWidth) + line)];
}

export function pairLines(name: string, value: Value, style: DocumentStyle): string[] {
  const key = keyText(name, style, false);
  if (isInline(value, style) || (isMap(value) && style.flowMaps)) return [`${key}: ${inlineText(value, style, false, name)}`];
  const indent = ' '.repeat(isList(value) ? style.listStep : style.step);
  return [`${key}:`, ...blockLines(value, style, name).map((line) => indent + line)];
}
