// The splices of an edit. The proof decides whether they do what they should.

import { pathText, Refused } from './proof.ts';
import { isText } from './reading/plain-value.ts';
import { writeBlockScalar, writeScalar } from './scalar.ts';
import * as strings from './strings.ts';
import { blockLines, type DocumentStyle, inlineText, isInline, isList, isMap, itemLines, keyText, pairLines } from './style.ts';
import { beforeBreak, columnOf, isFirstOnLine, lineEnd, lineStart, ownEnd, ownStart, type Splice, withoutLines } from './text.ts';
import type { MapNode, Pair, SequenceNode, Source, SourceNode } from './tree.ts';
import type { IsField, Path, Value } from './value.ts';
import type { Place } from './walk.ts';

function nameOf(path: Path): string | undefined {
  return path.findLast((step) => typeof step === 'string');
}

function indented(lines: readonly string[], column: number, eol: string): string {
  return lines.map((line) => ' '.repeat(column) + line).join(eol);
}

function isBlock(node: SourceNode): node is MapNode | SequenceNode {
  return (node.kind === 'map' || node.kind === 'sequence') && !node.flow;
}

function ownerColumn(text: string, place: Place): number {
  const { parent, position } = place;
  if (parent === undefined) return 0;
  const offset = parent.kind === 'map' ? parent.pairs[position]?.start : parent.dashes[position];
  return columnOf(text, offset ?? parent.start);
}

export function replace(source: Source, place: Place, value: Value, style: DocumentStyle): Splice[] {
  const { text } = source;
  const { node, path } = place;
  const name = nameOf(path);
  if (node.kind === 'scalar' && !isList(value) && !isMap(value)) return [replaceScalar(text, place, value, style)];
  if (place.flow || (node.kind !== 'scalar' && !isBlock(node) && !(isEmpty(node) && !isInline(value, style))))
    return [inlineSplice(text, node, inlineText(value, style, true, name))];
  if (isBlock(node)) return replaceBlock(text, place, node, value, style);
  if (isInline(value, style)) return [inlineSplice(text, node, inlineText(value, style, false, name))];
  const lines = blockLines(value, style, name);
  const { parent } = place;
  if (parent?.kind === 'sequence') {
    const column = node.start === node.end ? ownerColumn(text, place) + style.dashWidth : columnOf(text, node.outer);
    const [first = '', ...others] = lines;
    const end = lineEnd(text, node.end);
    const rest = others.map((line) => style.eol + ' '.repeat(column) + line).join('');
    return [inlineSplice(text, node, first), { start: end, end, text: rest }];
  }
  const column = ownerColumn(text, place) + (isList(value) ? style.listStep : style.step);
  let start = node.start;
  while (' \t'.includes(text[start - 1] ?? '-')) start--;
  const end = lineEnd(text, node.end);
  const block = style.eol + indented(lines, column, style.eol);
  return end === node.end
    ? [{ start, end, text: block }]
    : [
        { start, end: node.end, text: '' },
        { start: end, end, text: block },
      ];
}

function isEmpty(node: SourceNode): boolean {
  return (node.kind === 'map' && node.pairs.length === 0) || (node.kind === 'sequence' && node.items.length === 0);
}

function inlineSplice(text: string, node: SourceNode, written: string): Splice {
  const blank = node.start === node.end && !/[\s]/.test(text[node.start - 1] ?? ' ') ? ' ' : '';
  return { start: node.start, end: node.end, text: blank + written };
}

function replaceScalar(text: string, place: Place, value: string | number | boolean | null, style: DocumentStyle): Splice {
  const { node, flow } = place;
  if (node.kind !== 'scalar') throw new Refused(strings.isntSingleValue(pathText(place.path)));
  // After the tag `!`, kAudit's reader reads quoted text as plain.
  if (node.meaning === '!' && typeof value === 'string' && !isText(value))
    throw new Refused(strings.tagWhichGivesNewValue(pathText(place.path), node.tag));
  const block = node.style === 'literal' || node.style === 'folded';
  if (block && typeof value === 'string') {
    const written = writeBlockScalar(value, node.style, node.indent, style.eol);
    if (written !== undefined) return { start: node.start, end: node.end, text: written };
  }
  const own = node.style === 'single' || node.style === 'double' || node.style === 'plain' ? node.style : undefined;
  // A number or switch that becomes text takes its name's quotes.
  const wasText = typeof node.value === 'string';
  const known = style.quotes.get(nameOf(place.path) ?? '') ?? style.quote;
  return inlineSplice(text, node, writeScalar(value, (wasText ? own : undefined) ?? known, flow, style.quoteNeeded));
}

function replaceBlock(text: string, place: Place, node: MapNode | SequenceNode, value: Value, style: DocumentStyle): Splice[] {
  const end = lineEnd(text, node.end);
  const first = node.kind === 'map' ? node.pairs[0]?.start : node.dashes[0];
  const start = first ?? node.start;
  if (!isInline(value, style)) {
    const column = columnOf(text, start);
    return [{ start, end, text: indented(blockLines(value, style, nameOf(place.path)), column, style.eol).trimStart() }];
  }
  const written = inlineText(value, style, false, nameOf(place.path));
  if (!isFirstOnLine(text, start)) return [{ start, end: node.end, text: written }];
  const intro = introEnd(text, place, node);
  return [{ start: intro, end: intro, text: ` ${written}` }, withoutLines(text, lineStart(text, start), end)];
}

function introEnd(text: string, place: Place, node: SourceNode): number {
  const { parent, position } = place;
  if (node.anchor !== undefined || node.tag !== undefined) {
    const properties = /^(?:[&!]\S*[ \t]*)+/.exec(text.slice(node.outer, node.start))?.[0] ?? '';
    return node.outer + properties.trimEnd().length;
  }
  if (parent?.kind === 'sequence') return (parent.dashes[position] ?? parent.start) + 1;
  const key = parent?.pairs[position]?.key;
  const colon = key === undefined ? -1 : text.indexOf(':', key.end);
  if (colon < 0) throw new Refused(strings.writtenFormKAuditTrayDoesnt(pathText(place.path)));
  return colon + 1;
}

export function add(source: Source, place: Place, step: string | number, value: Value, style: DocumentStyle, isField: IsField): Splice[] {
  const { text } = source;
  const { node } = place;
  if (node.kind === 'map' && typeof step === 'string') {
    const last = node.pairs.at(-1);
    if (last === undefined) return replace(source, place, Object.fromEntries([[step, value]]), style);
    if (node.flow)
      return [addInFlow(text, last.value.end, `${keyText(step, style, true)}: ${inlineText(value, style, true, step)}`, last.start)];
    const column = columnOf(text, node.pairs[0]?.start ?? node.start);
    const end = ownEnd(text, last.value.end, column);
    return [{ start: end, end, text: style.eol + indented(pairLines(step, value, style), column, style.eol) }];
  }
  if (node.kind !== 'sequence' || typeof step !== 'number') throw new Refused(strings.noPlace(pathText(place.path), pathText([step])));
  const name = nameOf(place.path);
  const next = node.items[step];
  const previous = node.items[step - 1];
  if (next === undefined && previous === undefined) return replace(source, place, [value], style);
  if (node.flow) {
    const written = inlineText(value, style, true, name);
    if (previous !== undefined) return [addInFlow(text, previous.end, written, previous.outer)];
    return [{ start: next?.outer ?? node.start, end: next?.outer ?? node.start, text: `${written}, ` }];
  }
  const dash = node.dashes[0] ?? node.start;
  const column = columnOf(text, dash);
  const lines = indented(itemLines(value, itemStyle(text, node, style), name), column, style.eol);
  if (previous !== undefined) {
    const end = ownEnd(text, previous.end, column);
    return [{ start: end, end, text: style.eol + lines }];
  }
  if (!isFirstOnLine(text, dash)) return [{ start: dash, end: dash, text: lines.trimStart() + style.eol + ' '.repeat(column) }];
  const start = ownStart(text, dash, place.parent === undefined ? topOf(node) : 'inner', isField);
  return [{ start: start + (text[start] === '\ufeff' ? 1 : 0), end: start + (text[start] === '\ufeff' ? 1 : 0), text: lines + style.eol }];
}

/** The list's own dash width wins over the document's. */
function itemStyle(text: string, node: SequenceNode, style: DocumentStyle): DocumentStyle {
  const dash = node.dashes[0];
  const item = node.items[0];
  if (dash === undefined || item === undefined || item.start === item.end || lineEnd(text, dash) < item.outer) return style;
  return { ...style, dashWidth: item.outer - dash };
}

function addInFlow(text: string, end: number, written: string, lastStart: number): Splice {
  const start = lineStart(text, lastStart);
  const own = isFirstOnLine(text, lastStart);
  const separator = own ? `,${text.slice(beforeBreak(text, start), start)}${text.slice(start, lastStart)}` : ', ';
  return { start: end, end, text: separator + written };
}

export function topOf(node: SequenceNode): 'entry' | 'only-entry' {
  return node.items.length === 1 ? 'only-entry' : 'entry';
}

export function remove(source: Source, place: Place, isField: IsField): Splice[] {
  const { text } = source;
  const { parent, position } = place;
  if (parent === undefined) throw new Refused(strings.wholeDocumentCantRemovedRemove);
  const starts =
    parent.kind === 'map' ? parent.pairs.map((pair) => pair.start) : parent.flow ? parent.items.map((item) => item.outer) : parent.dashes;
  const ends = parent.kind === 'map' ? parent.pairs.map(endOf) : parent.items.map((item) => item.end);
  const start = starts[position] ?? place.node.start;
  if (parent.flow) return removeInFlow(text, parent, starts, ends, position);
  const column = columnOf(text, start);
  const end = ownEnd(text, Math.max(ends[position] ?? start, start + 1), column);
  const isRoot = place.path.length === 1;
  if (starts.length === 1 && !isRoot) return removeOnly(text, parent, start, end, isField);
  if (isFirstOnLine(text, start)) {
    const top = position === 0 && isRoot && parent.kind === 'sequence' ? topOf(parent) : 'inner';
    return [withoutLines(text, ownStart(text, start, top, isField), end)];
  }
  // After a dash, the next field moves up, unless it has its own comments.
  const next = starts[position + 1];
  if (next === undefined) return [{ start, end, text: '' }];
  if (/^\s*$/.test(text.slice(end, next))) return [{ start, end: next, text: '' }];
  return [{ start: start - (text[start - 1] === ' ' ? 1 : 0), end, text: '' }];
}

function endOf(pair: Pair): number {
  return Math.max(pair.value.end, pair.key.end);
}

/** Leaves `{}` or `[]`. */
function removeOnly(text: string, parent: MapNode | SequenceNode, start: number, end: number, isField: IsField): Splice[] {
  const empty = parent.kind === 'map' ? '{}' : '[]';
  if (!isFirstOnLine(text, start)) return [{ start, end, text: empty }];
  // The value goes to the line of its key or dash, before the comment and blanks after it.
  const from = ownStart(text, start, 'inner', isField);
  let intro =
    parent.outer === parent.start
      ? start
      : parent.outer + (/^(?:[&!]\S*[ \t]*)+/.exec(text.slice(parent.outer, start))?.[0].trimEnd().length ?? 0);
  if (parent.outer === parent.start) intro = backOverBlanks(text, start);
  return [{ start: intro, end: intro, text: ` ${empty}` }, withoutLines(text, from, end)];
}

function backOverBlanks(text: string, offset: number): number {
  let at = lineStart(text, offset);
  while (at > 0) {
    const end = beforeBreak(text, at);
    const start = lineStart(text, end);
    const line = text.slice(start, end);
    if (/^\s*(?:#|$)/.test(line)) {
      at = start;
      continue;
    }
    const comment = [...line.matchAll(/[:-]\s+#/g)].at(-1);
    return comment === undefined ? start + line.trimEnd().length : start + comment.index + 1;
  }
  return 0;
}

function removeInFlow(
  text: string,
  parent: MapNode | SequenceNode,
  starts: readonly number[],
  ends: readonly number[],
  position: number,
): Splice[] {
  const start = starts[position] ?? parent.start;
  const end = ends[position] ?? start;
  if (starts.length === 1) {
    const inner = text.slice(parent.start + 1, parent.end - 1);
    if (!inner.includes('#')) return [{ start: parent.start + 1, end: parent.end - 1, text: '' }];
    const comma = /^\s*,/.exec(text.slice(end, parent.end))?.[0].length ?? 0;
    return [{ start, end: end + comma, text: '' }];
  }
  const next = starts[position + 1];
  if (next === undefined) return [{ start: ends[position - 1] ?? start, end, text: '' }];
  const between = text.slice(end, next);
  if (!between.includes('#')) return [{ start, end: next, text: '' }];
  const comma = end + (/^\s*,/.exec(between)?.[0].length ?? 0);
  const stop = lineEnd(text, comma);
  if (isFirstOnLine(text, start) && stop < next) return [withoutLines(text, lineStart(text, start), stop)];
  return [{ start, end: comma, text: '' }];
}

/** Moves an entry with its own comments. Blank lines and other comments stay, so moving back restores the text. */
export function move(source: Source, root: SequenceNode, from: number, to: number, isField: IsField): Splice[] {
  const { text } = source;
  const slots = root.items.map((item, index) =>
    root.flow ? { start: item.outer, end: item.end } : entryRange(text, root, index, isField),
  );
  const order = root.items.map((_, index) => index);
  order.splice(to, 0, ...order.splice(from, 1));
  return order.flatMap((old, index) => {
    const [slot, moved] = [slots[index], slots[old]];
    return old === index || slot === undefined || moved === undefined ? [] : [{ ...slot, text: text.slice(moved.start, moved.end) }];
  });
}

function entryRange(text: string, root: SequenceNode, index: number, isField: IsField): { readonly start: number; readonly end: number } {
  const dash = root.dashes[index] ?? 0;
  if (!isFirstOnLine(text, dash)) throw new Refused(strings.entryDoesntStartLineMove(index));
  const start = ownStart(text, dash, index === 0 ? topOf(root) : 'inner', isField);
  const end = ownEnd(text, Math.max(root.items[index]?.end ?? dash, dash + 1), columnOf(text, dash));
  return { start: start + (text[start] === '\ufeff' ? 1 : 0), end };
}

export function addFirst(source: Source, value: Value, style: DocumentStyle): Splice[] {
  const { text, root } = source;
  const written = itemLines(value, style).join(style.eol);
  if (root === undefined || root.start === root.end) {
    const end = text.length;
    const complete = end === 0 || text === '\ufeff' || /[\n\r]$/.test(text);
    return [{ start: end, end, text: complete ? written + style.eol : style.eol + written }];
  }
  const start = isFirstOnLine(text, root.start) ? '' : style.eol;
  return [{ start: root.start, end: root.end, text: start + written }];
}
