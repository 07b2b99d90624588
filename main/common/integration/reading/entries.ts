// Reads kAudit's terms from the source tree: integrations, targets in each known spelling, `val-` entries.

import { remove } from '../../yaml/splice.ts';
import { spliced } from '../../yaml/text.ts';
import {
  isMerge,
  keyName,
  type MapNode,
  nodeValue,
  type Position,
  pairOf,
  positionsOf,
  resolved,
  type SequenceNode,
  type Source,
  type SourceNode,
} from '../../yaml/tree.ts';
import type { Path, Value } from '../../yaml/value.ts';
import { FIELDS } from './field-table.ts';
import { isFieldName, isSecretField, isTargetType } from './fields.ts';
import type { Field, Integration, IntegrationState, NamedValue, Problem, Target, TargetShape } from './integration.ts';
import * as strings from './strings.ts';

const PLACES = new Set(['http-api-uri', 'slack-uri', 'syslog-host', 'kafka-broker', 'aws-bucket']);

/** What a target needs to send; references count. Only Coralogix needs a key. */
function needsOf(type: string | undefined, fields: readonly Field[]): readonly string[] {
  if (!isTargetType(type)) return [];
  const required = FIELDS.filter((field) => field.level === 'target' && field.required && field.targetTypes?.includes(type)).map(
    (field) => field.name,
  );
  if (type !== 'http-api') return required;
  const url = fields.findLast((field) => field.name === 'http-api-uri')?.value;
  return isSet(url) && !/coralogix/i.test(String(url)) ? required : [...required, 'http-api-token'];
}

type Values = Map<SourceNode, Value>;

/** YAML 1.1 reads `yes` and `on` as true. Quoted words are text to kAudit, but their writer intended a switch. */
export function isYes(value: Value | undefined): boolean {
  return value === true || (typeof value === 'string' && /^(?:yes|on|true)$/i.test(value));
}

/** A map's pairs with those that `<<` merges in, as kAudit's reader does. */
function entriesOf(map: MapNode, seen: readonly SourceNode[] = []): Map<string, SourceNode> {
  const entries = new Map<string, SourceNode>();
  for (const pair of map.pairs) {
    if (!isMerge(pair) || seen.includes(map)) continue;
    const merged = resolved(pair.value);
    for (const part of merged.kind === 'sequence' ? merged.items : [merged]) {
      const from = resolved(part);
      if (from.kind === 'map') for (const [name, node] of entriesOf(from, [...seen, map])) if (!entries.has(name)) entries.set(name, node);
    }
  }
  for (const pair of map.pairs) {
    const name = keyName(pair);
    if (name !== undefined && !isMerge(pair)) entries.set(name, pair.value);
  }
  return entries;
}

/** SECURITY: a key of digits stays text, because as a number it would be another key. */
function sourceValue(node: SourceNode, values: Values): Value {
  const plain = resolved(node);
  return plain.kind === 'scalar' && plain.value !== null ? plain.text : nodeValue(node, values);
}

function fieldsOf(map: MapNode, path: Path, values: Values): Field[] {
  return [...entriesOf(map)].map(([name, node]) => ({
    name,
    path: [...path, name],
    value: isSecretField(name) ? sourceValue(node, values) : nodeValue(node, values),
  }));
}

function text(value: Value | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isSet(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function targetOf(index: number | null, path: Path, fields: readonly Field[], type: string | undefined, stopped: boolean): Target {
  const value = (name: string) => fields.findLast((field) => field.name === name)?.value;
  const missing = needsOf(type, fields).some((name) => !isSet(value(name)) && !isSet(value(`ref/${name}`)));
  return { index, path, type, stopped: stopped || isYes(value('stopped')), complete: type !== undefined && !missing, fields };
}

function isPair(node: SourceNode): node is SequenceNode {
  const plain = resolved(node);
  return (
    plain.kind === 'sequence' && plain.items.length > 0 && plain.items.length <= 2 && resolved(plain.items[0] ?? plain).kind === 'scalar'
  );
}

function targetsOf(node: SourceNode | undefined, path: Path, stopped: boolean, values: Values): { shape: TargetShape; targets: Target[] } {
  if (node === undefined) return { shape: 'missing', targets: [] };
  const plain = resolved(node);
  if (plain.kind === 'scalar') return { shape: plain.value === null ? 'missing' : 'unknown', targets: [] };
  if (plain.kind === 'map') {
    const fields = fieldsOf(plain, path, values);
    const type = text(fields.find((field) => field.name === 'target-type')?.value);
    return { shape: 'map', targets: [targetOf(null, path, fields, type, stopped)] };
  }
  if (plain.kind !== 'sequence') return { shape: 'unknown', targets: [] };
  const items = plain.items.map(resolved);
  if (items.length === 0) return { shape: 'missing', targets: [] };
  if (items.every(isPair)) {
    const targets = items.map((item, index) => {
      const fields = item.kind === 'sequence' && item.items[1] !== undefined ? resolved(item.items[1]) : undefined;
      const name = item.kind === 'sequence' && item.items[0] !== undefined ? text(nodeValue(item.items[0], values)) : undefined;
      const at = [...path, index, 1];
      return targetOf(index, at, fields?.kind === 'map' ? fieldsOf(fields, at, values) : [], name, stopped);
    });
    return { shape: 'pairs', targets };
  }
  const maps = items.filter((item) => item.kind === 'map');
  if (maps.length < items.length) return { shape: 'unknown', targets: [] };
  const typed = maps.map((map) => entriesOf(map).has('target-type'));
  // One target over several items: only the first has a `target-type`.
  if (maps.length > 1 && maps.every((map) => map.pairs.length <= 1) && typed.indexOf(true) === 0 && typed.lastIndexOf(true) === 0) {
    const fields = maps.flatMap((map, index) => fieldsOf(map, [...path, index], values));
    return { shape: 'one-key-maps', targets: [targetOf(null, path, fields, text(fields[0]?.value), stopped)] };
  }
  const targets = maps.map((map, index) => {
    const fields = fieldsOf(map, [...path, index], values);
    return targetOf(index, [...path, index], fields, text(fields.find((field) => field.name === 'target-type')?.value), stopped);
  });
  return { shape: 'maps', targets };
}

function stateOf(type: string | undefined, targets: readonly Target[]): IntegrationState {
  if (type === undefined || targets.length === 0 || targets.some((target) => !target.complete)) return 'incomplete';
  return targets.every((target) => target.stopped) ? 'stopped' : 'active';
}

const NAMED = new Set(['type', 'name', 'target', 'data-filter']);

function integrationOf(map: MapNode, index: number, values: Values): Integration {
  const entries = entriesOf(map);
  const own = fieldsOf(map, [index], values);
  const type = text(own.find((field) => field.name === 'type')?.value);
  const name = own.find((field) => field.name === 'name')?.value;
  const stopped = isYes(own.find((field) => field.name === 'stopped')?.value);
  const filter = entries.get('data-filter');
  const filterMap = filter === undefined ? undefined : resolved(filter);
  const { shape, targets } = targetsOf(entries.get('target'), [index, 'target'], stopped, values);
  return {
    index,
    name: isSet(name) && typeof name !== 'object' ? String(name) : undefined,
    type,
    state: stateOf(type, targets),
    shape,
    targets,
    filter: filterMap?.kind === 'map' ? fieldsOf(filterMap, [index, 'data-filter'], values) : [],
    fields: own.filter((field) => !NAMED.has(field.name)),
  };
}

export interface Entries {
  readonly integrations: readonly Integration[];
  readonly values: readonly NamedValue[];
  readonly others: readonly Field[];
}

export const NO_ENTRIES: Entries = { integrations: [], values: [], others: [] };

/** For trees that are still in memory. */
const sorted = new WeakMap<SequenceNode, Entries>();

/** Sorts a document's entries: integrations, `val-` entries (one entry can hold several), and what is neither. */
export function readEntries(root: SequenceNode): Entries {
  const known = sorted.get(root) ?? sortedEntries(root);
  sorted.set(root, known);
  return known;
}

function sortedEntries(root: SequenceNode): Entries {
  const known: Values = new Map();
  const integrations: Integration[] = [];
  const values: NamedValue[] = [];
  const others: Field[] = [];
  root.items.forEach((item, index) => {
    const node = resolved(item);
    if (node.kind !== 'map' || node.pairs.length === 0) {
      others.push({ name: String(index), path: [index], value: nodeValue(item, known) });
      return;
    }
    const fields = fieldsOf(node, [index], known);
    if (fields.length > 0 && fields.every((field) => field.name.startsWith('val-')))
      for (const { name, path, value } of fields) values.push({ index, name, path, value });
    else integrations.push(integrationOf(node, index, known));
  });
  return { integrations, values, others };
}

type Locate = (path: Path) => Position;

export function missingFields(integration: Integration, locate: Locate): Problem[] {
  const problems: Problem[] = [];
  const add = (rule: string, path: Path, message: string) => problems.push({ rule, severity: 'error', message, ...locate(path), path });
  const entry = strings.integrationValueWords(integration.index + 1, integration.name === undefined ? '' : ` (${integration.name})`);
  if (integration.type === undefined) add('missing-type', [integration.index], strings.noTypeSoKAuditDoesnt(entry));
  if (integration.targets.length === 0) add('missing-target', [integration.index], strings.noTargetSoSendsNowhere(entry));
  for (const target of integration.targets) {
    const which = target.index === null ? '' : strings.ofTarget(target.index + 1);
    if (target.type === undefined) {
      add('missing-target', target.path, strings.targetTypeMissingKAuditDoesnt(which, entry));
      continue;
    }
    for (const name of needsOf(target.type, target.fields)) {
      const has = target.fields.some((field) => (field.name === name || field.name === `ref/${name}`) && isSet(field.value));
      if (has) continue;
      if (PLACES.has(name)) add('missing-url', target.path, strings.missingThereNowhereSendEnter(name, which, entry));
      else if (name === 'http-api-token') add('missing-key', target.path, strings.keyHttpApiTokenMissing(which, entry));
      else add('missing-field', target.path, strings.missingNeedsEnter(name, which, entry, target.type));
    }
  }
  return problems;
}

const MAX_FIXES = 5;

/** Parsers disagree on duplicate keys; kAudit's takes the last. */
export function duplicateKeys(root: SourceNode, source: Source): Problem[] {
  const locate = positionsOf(source.text);
  const problems: Problem[] = [];
  const found = (parent: MapNode, position: number, first: number, path: Path, flow: boolean): void => {
    const start = parent.pairs[position]?.start ?? parent.start;
    const earlier = parent.pairs[first];
    const place = earlier === undefined ? undefined : { node: earlier.value, path, parent, position: first, flow };
    problems.push({
      rule: 'duplicate-key',
      severity: 'error',
      message: strings.sameMapTwiceLineHere(path.at(-1), locate(earlier?.start ?? start).line),
      ...locate(start),
      path,
      ...(place === undefined || problems.length >= MAX_FIXES
        ? {}
        : {
            fix: { label: strings.removeFirstOne, edits: [{ op: 'text', text: spliced(source.text, remove(source, place, isFieldName)) }] },
          }),
    });
  };
  const visit = (node: SourceNode, path: Path, flow: boolean): void => {
    if (node.kind === 'sequence') for (const [index, item] of node.items.entries()) visit(item, [...path, index], flow || node.flow);
    if (node.kind !== 'map') return;
    const seen = new Map<string, number>();
    for (const [position, pair] of node.pairs.entries()) {
      const name = keyName(pair);
      if (name === undefined) continue;
      const first = seen.get(name);
      if (first !== undefined && !isMerge(pair)) found(node, position, first, [...path, name], flow || node.flow);
      seen.set(name, position);
      visit(pair.value, [...path, name], flow || node.flow);
    }
  };
  visit(root, [], false);
  return problems;
}

export function locator(source: Source): Locate {
  const position = positionsOf(source.text);
  return (path) => {
    let node = source.root;
    let offset = node?.outer ?? 0;
    for (const step of path) {
      if (node === undefined) break;
      const plain = resolved(node);
      if (plain.kind === 'map') {
        const pair = pairOf(plain, step);
        if (pair === undefined) break;
        offset = pair.start;
        node = pair.value;
      } else if (plain.kind === 'sequence' && typeof step === 'number' && plain.items[step] !== undefined) {
        node = plain.items[step];
        offset = node?.outer ?? offset;
      } else break;
    }
    return position(offset);
  };
}
