import { differences, linesOf } from '../yaml/comparing/lines.ts';
import { canonical, matchItems } from '../yaml/comparing/match.ts';
import { sameValue } from '../yaml/comparing/same.ts';
import { parseSource } from '../yaml/source.ts';
import { resolved, rootValue, type SequenceNode } from '../yaml/tree.ts';
import type { Value } from '../yaml/value.ts';
import { isYes, readEntries } from './reading/entries.ts';
import type { DiffLine, DocumentDiff, Field, Integration, NamedValue, Target } from './reading/integration.ts';
import { isSecretName, withoutSecretParts } from './secrets/secret-words.ts';
import * as strings from './strings.ts';

export function differenceOf(before: string, after: string): DocumentDiff {
  return { lines: lineDifference(before, after), changes: meaningChanges(before, after) };
}

/** Ignores line breaks unless they are the only difference. */
function lineDifference(before: string, after: string): DiffLine[] {
  const [old, changed] = [withoutBreaks(before), withoutBreaks(after)];
  let hunks = differences(old, changed);
  if (hunks.length === 0 && before !== after) hunks = differences(linesOf(before), linesOf(after));
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  const same = (until: number) => {
    for (; i < until; i++, j++) lines.push({ kind: 'same', text: old[i] ?? '', old: i + 1, new: j + 1 });
  };
  for (const hunk of hunks) {
    same(hunk.oldStart);
    for (; i < hunk.oldEnd; i++) lines.push({ kind: 'removed', text: old[i] ?? '', old: i + 1 });
    for (; j < hunk.newEnd; j++) lines.push({ kind: 'added', text: changed[j] ?? '', new: j + 1 });
  }
  same(old.length);
  return lines;
}

function withoutBreaks(text: string): string[] {
  // Most texts have one kind of line break, and a pattern takes ten times as long.
  const lines = text.split(text.includes('\r') ? /\r\n?|\n/ : '\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

interface Meaning {
  readonly items: readonly Value[];
  readonly integrations: ReadonlyMap<number, Integration>;
  readonly values: ReadonlyMap<number, readonly NamedValue[]>;
}

function meaningOf(text: string): Meaning | undefined {
  const source = parseSource(text);
  if (!source.ok) return undefined;
  const root = source.root === undefined ? undefined : resolved(source.root);
  if (root === undefined || (root.kind === 'scalar' && root.value === null))
    return { items: [], integrations: new Map(), values: new Map() };
  if (root.kind !== 'sequence') return undefined;
  const before = meanings.get(root);
  if (before !== undefined) return before;
  const entries = readEntries(root);
  const meaning: Meaning = {
    items: rootValue(root) as readonly Value[],
    integrations: new Map(entries.integrations.map((integration) => [integration.index, integration])),
    values: Map.groupBy(entries.values, ({ index }) => index),
  };
  meanings.set(root, meaning);
  return meaning;
}

/** One change compares its texts with each other several times. */
const meanings = new WeakMap<SequenceNode, Meaning>();

/** What changed in meaning, in sentences. */
export function meaningChanges(before: string, after: string): string[] {
  const [old, now] = [meaningOf(before), meaningOf(after)];
  if (old === undefined || now === undefined) {
    if (old === undefined && now === undefined) return before === after ? [] : [strings.textChangedNeitherVersionValid];
    return [old === undefined ? strings.textBecomesValidListIntegrations : strings.textNoLongerValidList];
  }
  const matches = matchItems(old.items, now.items);
  const kept = new Set(matches);
  const changes: string[] = [];
  for (const index of old.items.keys()) if (!kept.has(index)) changes.push(strings.titleAtRemoved(titleAt(old, index)));
  for (const [position, index] of matches.entries()) {
    if (index === undefined) changes.push(strings.titleAtAdded(titleAt(now, position)));
    else changes.push(...entryChanges(old, index, now, position));
  }
  const order = matches.filter((index) => index !== undefined);
  for (const index of movedOf(order)) changes.push(strings.movedPosition(titleAt(old, index), matches.indexOf(index) + 1));
  if (changes.length === 0 && before !== after) changes.push(strings.onlyCommentsLayoutChanged);
  return changes;
}

/** The fewest moves: all but a longest increasing run. */
function movedOf(order: readonly number[]): number[] {
  const best: number[][] = [];
  for (const [at, index] of order.entries()) {
    let longest: number[] = [];
    for (let before = 0; before < at; before++) {
      const run = best[before] ?? [];
      if ((order[before] ?? 0) < index && run.length > longest.length) longest = run;
    }
    best.push([...longest, index]);
    if (at > 500) return [];
  }
  const stayed = new Set(best.reduce<number[]>((most, run) => (run.length > most.length ? run : most), []));
  return order.filter((index) => !stayed.has(index));
}

function titleAt(meaning: Meaning, index: number): string {
  const integration = meaning.integrations.get(index);
  if (integration !== undefined) return titleOf(integration);
  const values = meaning.values.get(index);
  return values === undefined ? strings.entryValue(index + 1) : values.map((value) => value.name).join(', ');
}

function titleOf(integration: Integration): string {
  const places = integration.targets.map(placeOf);
  const route = `${integration.type ?? strings.entry(integration.index + 1)} → ${places.length === 0 ? 'nowhere' : places.join(', ')}`;
  return integration.name === undefined ? route : `${integration.name} (${route})`;
}

function placeOf(target: Target): string {
  const url = String(target.fields.find((field) => field.name === 'http-api-uri')?.value ?? '');
  if (/^https?:\/\/[^/]*coralogix/i.test(url)) return 'Coralogix';
  const host = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#:]+)/i.exec(url)?.[1];
  return host ?? target.type ?? strings.unknownTarget;
}

function entryChanges(old: Meaning, index: number, now: Meaning, position: number): string[] {
  if (sameValue(old.items[index], now.items[position])) return [];
  const [before, after] = [old.integrations.get(index), now.integrations.get(position)];
  if (before === undefined || after === undefined)
    return valueChanges(old.values.get(index), now.values.get(position), titleAt(now, position));
  const title = titleOf(before);
  const several = before.targets.length > 1 || after.targets.length > 1;
  const changes = [
    ...fieldChange(title, 'name', before.name, after.name),
    ...fieldChange(title, 'type', before.type, after.type),
    ...fieldChanges(title, '', before.fields, after.fields),
    ...fieldChanges(title, '', before.filter, after.filter),
  ];
  const matches = matchItems(before.targets.map(dataOf), after.targets.map(dataOf));
  for (const [number, target] of before.targets.entries())
    if (!matches.includes(number)) changes.push(strings.targetRemoved(title, placeOf(target)));
  for (const [number, target] of after.targets.entries()) {
    const match = matches[number];
    const own = match === undefined ? undefined : before.targets[match];
    if (own === undefined) changes.push(strings.targetAdded(title, placeOf(target)));
    else
      changes.push(
        ...fieldChanges(title, several ? strings.targetValue(number + 1) : '', own.fields, target.fields),
        ...fieldChange(title, 'target-type', own.type, target.type, own.fields.some(isType)),
      );
  }
  return changes.length > 0 ? changes : [strings.writtenDifferently(title)];
}

const isType = (field: Field) => field.name === 'target-type';

function dataOf(target: Target): Value {
  return Object.fromEntries([
    ['target-type', target.type ?? null],
    ...target.fields.map((field): [string, Value] => [field.name, field.value]),
  ]);
}

function valueChanges(before: readonly NamedValue[] = [], after: readonly NamedValue[] = [], title: string): string[] {
  const names = new Set([...before, ...after].map((value) => value.name));
  const byName = (values: readonly NamedValue[]) => new Map([...values].reverse().map((value) => [value.name, value]));
  const [olds, nows] = [byName(before), byName(after)];
  const changes = [...names].flatMap((name) => {
    const [old, now] = [olds.get(name), nows.get(name)];
    if (old === undefined || now === undefined) return [`${name}: ${old === undefined ? 'added' : 'removed'}`];
    return sameValue(old.value, now.value) ? [] : [strings.nameChanged(name)];
  });
  return changes.length > 0 ? changes : [strings.nameChanged(title)];
}

function fieldChanges(title: string, prefix: string, before: readonly Field[], after: readonly Field[]): string[] {
  const names = new Set([...before, ...after].map((field) => field.name));
  const byName = (fields: readonly Field[]) => new Map(fields.map((field) => [field.name, field.value]));
  const [olds, nows] = [byName(before), byName(after)];
  return [...names].flatMap((name) => fieldChange(title, prefix + name, olds.get(name), nows.get(name), false, name));
}

function fieldChange(
  title: string,
  label: string,
  before: Value | undefined,
  after: Value | undefined,
  skip = false,
  name = label,
): string[] {
  if (skip || canonicalOf(before) === canonicalOf(after)) return [];
  // SECURITY: a sentence never holds a key, from whatever text it was made.
  if (isSecretName(name) && !name.startsWith('ref/')) {
    return [`${title}: ${label} ${before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'}`];
  }
  if (before === undefined && after !== undefined && !isSwitch(name)) return [strings.titleLabelAddedShown(title, label, shown(after))];
  if (after === undefined && before !== undefined && !isSwitch(name)) return [strings.removedWas(title, label, shown(before))];
  const say = (value: Value | undefined) => (isSwitch(name) ? (isYes(value) ? 'yes' : 'no') : shown(value ?? null));
  return say(before) === say(after)
    ? [strings.titleLabelWrittenDifferently(title, label)]
    : [`${title}: ${label} ${say(before)} → ${say(after)}`];
}

const canonicalOf = (value: Value | undefined) => (value === undefined ? undefined : canonical(value));

const isSwitch = (name: string) => name === 'stopped' || name === 'syslog-tcp';

const MAX_SHOWN = 80;

function shown(value: Value): string {
  const text =
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.map((item) => shown(item)).join(', ') || 'none'
        : typeof value === 'boolean'
          ? value
            ? 'yes'
            : 'no'
          : JSON.stringify(value);
  // SECURITY: the secret parts of a URL stay secret here.
  const safe = withoutSecretParts(text);
  return safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}…` : safe;
}
