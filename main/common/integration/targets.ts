// Copies, moves and adds targets as written, with their keys. Main edits the raw text, so no masked key travels. Both
// YAML readers prove each edit; if the characters can't be reused, the values are.

import { isRead, pathText, Refused, sameDocument } from '../yaml/proof.ts';
import { parseSource } from '../yaml/source.ts';
import { move } from '../yaml/splice.ts';
import { behindBreak, columnOf, isFirstOnLine, lineEnd, ownEnd, type Splice, spliced } from '../yaml/text.ts';
import { type MapNode, nodeValue, type SequenceNode, type Source, type SourceNode } from '../yaml/tree.ts';
import type { DocumentEdit, EditResult, Path, Value } from '../yaml/value.ts';
import { walk } from '../yaml/walk.ts';
import { editDocument, readDocument, valueAt } from './document.ts';
import { isFieldName } from './reading/fields.ts';
import type { Integration, TargetEdit, TargetShape } from './reading/integration.ts';
import * as strings from './strings.ts';

/** SECURITY: moves whole entries and targets only, so a key stays with its URL. */
export function editTargets(text: string, edit: TargetEdit): EditResult {
  try {
    return { ok: true, text: edited(text, edit) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message };
    throw error;
  }
}

function edited(text: string, edit: TargetEdit): string {
  const integration = readDocument(text).integrations.find(({ index }) => index === edit.integration);
  if (integration === undefined) throw new Refused(strings.thereNoIntegrationPositionReload(edit.integration + 1));
  switch (edit.op) {
    case 'duplicate':
      if (edit.target === undefined) return duplicated(text, [], integration.index);
      if (!integration.targets.some(({ index }) => (index ?? 0) === edit.target)) throw new Refused(noTarget(edit.target));
      return duplicated(asList(text, integration), [integration.index, 'target'], edit.target);
    case 'addTarget':
      return withTarget(text, integration, edit.type);
    case 'moveTarget':
      return moved(text, integration, edit.from, edit.to);
  }
}

function noTarget(position: number): string {
  return strings.integrationNoTargetReloadConfigMap(position + 1);
}

function withTarget(text: string, integration: Integration, type: string): string {
  const path: Path = [integration.index, 'target'];
  if (integration.shape === 'missing') return made(text, [{ op: 'set', path, value: { 'target-type': type } }]);
  const list = asList(text, integration);
  const count = itemsAt(list, path).length;
  const value: Value = integration.shape === 'pairs' ? [type, {}] : { 'target-type': type };
  return made(list, [{ op: 'set', path: [...path, count], value }]);
}

function moved(text: string, integration: Integration, from: number, to: number): string {
  const path: Path = [integration.index, 'target'];
  if (integration.shape !== 'maps' && integration.shape !== 'pairs') throw new Refused(strings.integrationOnlyOneTarget);
  const items = itemsAt(text, path);
  const item = items[from];
  if (item === undefined || to >= items.length) throw new Refused(noTarget(Math.max(from, to)));
  if (from === to) return text;
  const value = items.filter((_, index) => index !== from);
  value.splice(to, 0, item);
  return rewritten(text, path, value, { op: 'set', path, value }, (source) => {
    const { place } = walk(rootOf(source), path);
    return place.node.kind === 'sequence' ? move(source, place.node, from, to, isFieldName) : undefined;
  });
}

function duplicated(text: string, path: Path, index: number): string {
  const items = itemsAt(text, path);
  const item = items[index];
  if (item === undefined) throw new Refused(strings.thereNothingDuplicate(pathText([...path, index])));
  const value = [...items.slice(0, index + 1), item, ...items.slice(index + 1)];
  const otherwise: DocumentEdit = path.length === 0 ? { op: 'insert', index: index + 1, value: item } : { op: 'set', path, value };
  return rewritten(text, path, value, otherwise, (source) => {
    const { node } = walk(rootOf(source), path).place;
    const own = node.kind === 'sequence' ? node.items[index] : undefined;
    // A duplicate anchor is valid but dangerous: later references would follow the copy.
    if (node.kind !== 'sequence' || own === undefined || hasAnchor(own)) return undefined;
    if (node.flow) return [{ start: own.end, end: own.end, text: `, ${source.text.slice(own.outer, own.end)}` }];
    const dash = node.dashes[index] ?? own.outer;
    const column = columnOf(source.text, dash);
    const end = ownEnd(source.text, Math.max(own.end, dash + 1), column);
    const eol = /\r\n|\n|\r/.exec(source.text)?.[0] ?? '\n';
    const gap = standApart(source.text, node) ? eol : '';
    return [{ start: end, end, text: gap + eol + ' '.repeat(column) + source.text.slice(dash, end) }];
  });
}

function standApart(text: string, { items, dashes }: SequenceNode): boolean {
  return items.length > 1 && /(?:\r\n|\n|\r)[ \t]*(?:\r\n|\n|\r)/.test(text.slice(items[0]?.end, dashes[1]));
}

function asList(text: string, integration: Integration): string {
  const { index, shape } = integration;
  const path: Path = [index, 'target'];
  const listing = LISTINGS[shape];
  if (listing === 'as-it-is') return text;
  if (listing === undefined) throw new Refused(strings.kAuditTrayCantReadIntegrations);
  const current = valueAt(text, path);
  const value: Value = [shape === 'one-key-maps' ? Object.assign({}, ...(current as readonly object[])) : (current ?? null)];
  return rewritten(text, path, value, { op: 'set', path, value }, (source) => {
    const { node } = walk(rootOf(source), path).place;
    return listing(source.text, node);
  });
}

type Listing = (text: string, node: SourceNode) => readonly Splice[] | undefined;

const LISTINGS: Readonly<Record<TargetShape, Listing | 'as-it-is' | undefined>> = {
  maps: 'as-it-is',
  pairs: 'as-it-is',
  map: (text, node) => (node.kind === 'map' ? listOfMap(text, node) : undefined),
  'one-key-maps': (text, node) => (node.kind === 'sequence' ? oneMap(text, node) : undefined),
  missing: undefined,
  unknown: undefined,
};

function listOfMap(text: string, node: MapNode): readonly Splice[] | undefined {
  if (node.flow)
    return [
      { start: node.outer, end: node.outer, text: '[' },
      { start: node.end, end: node.end, text: ']' },
    ];
  const first = node.pairs[0]?.start;
  if (first === undefined || node.outer !== node.start || !isFirstOnLine(text, first)) return undefined;
  const splices: Splice[] = [{ start: first, end: first, text: '- ' }];
  const end = ownEnd(text, node.end, columnOf(text, first) - 1);
  for (let at = behindBreak(text, lineEnd(text, first)); at < end; at = behindBreak(text, lineEnd(text, at)))
    if (lineEnd(text, at) > at) splices.push({ start: at, end: at, text: '  ' });
  return splices;
}

function oneMap(text: string, node: SequenceNode): readonly Splice[] | undefined {
  const blocks = node.items.every((item) => item.kind === 'map' && !item.flow && item.outer === item.start);
  if (node.flow || !blocks || !node.dashes.every((dash) => isFirstOnLine(text, dash))) return undefined;
  return node.dashes.slice(1).map((dash) => ({ start: dash, end: dash + 1, text: ' ' }));
}

/** Uses the splices if they yield exactly that value and nothing else; otherwise makes the edit. */
function rewritten(
  text: string,
  path: Path,
  value: readonly Value[],
  otherwise: DocumentEdit,
  splices: (source: Source) => readonly Splice[] | undefined,
): string {
  const source = parseSource(text);
  if (!source.ok) throw new Refused(strings.textCantReadCorrectText(source.message));
  const found = attempt(() => splices(source));
  if (found !== undefined) {
    const result = spliced(text, found);
    if (isProved(result, withValue(nodeValue(rootOf(source)), path, value))) return result;
  }
  return made(text, [otherwise]);
}

function attempt(work: () => readonly Splice[] | undefined): readonly Splice[] | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function isProved(text: string, expected: Value): boolean {
  const source = parseSource(text);
  return source.ok && source.root !== undefined && sameDocument(nodeValue(source.root), expected) && isRead(source, expected);
}

function withValue(before: Value, path: Path, value: Value): Value {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(before)) return before.map((item: Value, index) => (index === step ? withValue(item, rest, value) : item));
  const entries = Object.entries(before as Readonly<Record<string, Value>>);
  return Object.fromEntries(entries.map(([name, item]) => [name, name === step ? withValue(item, rest, value) : item]));
}

function made(text: string, edits: readonly DocumentEdit[]): string {
  const result = editDocument(text, edits);
  if (!result.ok) throw new Refused(result.reason);
  return result.text;
}

function rootOf(source: Source): SourceNode {
  if (source.root === undefined) throw new Refused(strings.documentEmpty);
  return source.root;
}

function itemsAt(text: string, path: Path): readonly Value[] {
  const value = valueAt(text, path);
  if (!Array.isArray(value)) throw new Refused(strings.isntList(pathText(path) || strings.theDocument));
  return value as readonly Value[];
}

function hasAnchor(node: SourceNode): boolean {
  if (node.anchor !== undefined) return true;
  if (node.kind === 'sequence') return node.items.some(hasAnchor);
  return node.kind === 'map' && node.pairs.some((pair) => hasAnchor(pair.key) || hasAnchor(pair.value));
}
