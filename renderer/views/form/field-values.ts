import { fieldPath, removalPath } from '../../../main/common/integration/document.ts';
import type { Choice, FieldDescription } from '../../../main/common/integration/reading/field-table.ts';
import { choiceOf, fieldsFor, plainName } from '../../../main/common/integration/reading/fields.ts';
import type { Edit, Field, Integration, Problem, Target } from '../../../main/common/integration/reading/integration.ts';
import type { SecretInfo } from '../../../main/common/replies.ts';
import type { Path, Value } from '../../../main/common/yaml/value.ts';

// What the form's controls show of the document's values, and which edits they make of what the user enters.

export function samePath(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

/** A value in a text field: strings as they are, everything else as JSON. */
export function valueText(value: Value | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An emptied field is removed; a number stays a number where the field wants one. */
export function textEdit(path: Path, standing: boolean, text: string, input: FieldDescription['input']): Edit | null {
  if (text === '') return standing ? { op: 'remove', path } : null;
  const number = input === 'number' && /^-?(0|[1-9]\d{0,14})$/.test(text);
  return { op: 'set', path, value: number ? Number(text) : text };
}

/** What a text means in the field of a name that nobody knows: JSON where it is some, a string otherwise. */
export function rawValue(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return text;
  }
}

export interface ChoiceState {
  readonly choice: Choice;
  readonly selected: boolean;
}

/** The choices of a field with a list, and what else the list holds. null: the value is no list. */
export function listState(
  field: FieldDescription,
  value: Value | undefined,
): { choices: readonly ChoiceState[]; others: readonly Value[] } | null {
  const items = value === undefined || value === null ? [] : value;
  if (!isList(items)) return null;
  const chosen = items.map((item) => choiceOf(field, item));
  return {
    choices: (field.choices ?? []).map((choice) => ({ choice, selected: chosen.includes(choice) })),
    others: items.filter((_, index) => chosen[index] === undefined),
  };
}

/** Takes a choice into a list or out of it. What else the list holds stays, in its order and its spelling; an emptied list is removed. */
export function toggleEdit(field: FieldDescription, path: Path, value: Value | undefined, choice: Choice, selected: boolean): Edit {
  const items: readonly Value[] = isList(value) ? value : [];
  const older = items.length > 0 && items.every((item) => field.choices?.some(({ olderSpelling }) => olderSpelling === item));
  const added = older && choice.olderSpelling !== undefined ? choice.olderSpelling : choice.value;
  const next = selected ? [...items, added] : items.filter((item) => choiceOf(field, item) !== choice);
  return next.length === 0 ? { op: 'remove', path } : { op: 'set', path, value: next };
}

function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

export function isYes(value: Value | undefined): boolean {
  return value === true || value === 'true' || value === 'yes';
}

/** Whether a switch can show it. */
export function isSwitch(value: Value | undefined): boolean {
  return value === undefined || value === null || isYes(value) || value === false || value === 'false' || value === 'no';
}

/** The field of a target as it stands: in the target, with or without `ref/`, or, for the few that are read at either level, in the entry. */
export function standingField(integration: Integration, target: Target | undefined, name: string): Field | undefined {
  // In the older pairs the type stands before the map of the other fields.
  if (name === 'target-type' && integration.shape === 'pairs' && target) {
    return target.type === undefined ? undefined : { name, path: [...target.path.slice(0, -1), 0], value: target.type };
  }
  const own = (fields: readonly Field[]) => fields.findLast((field) => plainName(field.name) === name);
  return (target && own(target.fields)) ?? (['stopped', 'rate-limit', 'report'].includes(name) ? own(integration.fields) : undefined);
}

/** A known field with its place in the form: where it stands, or would be written. */
export interface Control {
  readonly description: FieldDescription;
  readonly field: Field | undefined;
  readonly path: Path;
}

/** `entry` is the entry's own value, for a name or type that is no plain word. */
export function entryControls({ index, type }: Integration, entry: Value | undefined): readonly Control[] {
  return fieldsFor('entry', type).map((description) => {
    const path = [index, description.name];
    const value = isMap(entry) ? entry[description.name] : undefined;
    return { description, path, field: value === undefined ? undefined : { name: description.name, path, value } };
  });
}

export function targetControls(integration: Integration, target: Target): readonly Control[] {
  return fieldsFor('target', integration.type, target.type).map((description) => ({
    description,
    field: standingField(integration, target, description.name),
    path: targetFieldPath(integration, target, description.name),
  }));
}

export function filterControls(integration: Integration): readonly Control[] {
  return fieldsFor('filter', integration.type).map((description) => {
    const { name } = description;
    const field =
      integration.filter.findLast((candidate) => candidate.name === name) ??
      (name === 'report' ? standingField(integration, integration.targets[0], name) : undefined);
    return { description, field, path: field?.path ?? [integration.index, 'data-filter', name] };
  });
}

function controlsOf(integration: Integration): readonly Control[] {
  return [
    ...entryControls(integration, undefined),
    ...integration.targets.flatMap((target) => targetControls(integration, target)),
    ...filterControls(integration),
  ];
}

/** What stands among these fields and has no control in the form: shown as it is. */
export function uncontrolled(fields: readonly Field[], integration: Integration): readonly Field[] {
  const controls = controlsOf(integration);
  return fields.filter((field) => !controls.some(({ path }) => samePath(path, field.path)));
}

/** A name, `target` or `data-filter` that is written in a way that no control can show. */
export function oddParts({ index, shape }: Integration, entry: Value | undefined): readonly Field[] {
  if (!isMap(entry)) return [];
  const part = (name: string): Field => ({ name, path: [index, name], value: entry[name] ?? null });
  const filter = entry['data-filter'];
  return [
    ...(shape === 'unknown' ? [part('target')] : []),
    ...(filter !== undefined && filter !== null && !isMap(filter) ? [part('data-filter')] : []),
  ];
}

function isMap(value: Value | undefined): value is { readonly [key: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Removing a field of a target that is spelt over one-key maps takes its item along, which would otherwise stay behind empty. */
export function withoutEmptyItems(edits: readonly Edit[], integrations: readonly Integration[]): readonly Edit[] {
  return edits.map((edit) => {
    if (edit.op !== 'remove') return edit;
    const integration = integrations.find(({ index }) => index === edit.path[0]);
    const field = integration?.targets.flatMap(({ fields }) => fields).find(({ path }) => samePath(path, edit.path));
    const path = integration && field ? removalPath(integration, field) : edit.path;
    return path.length === edit.path.length ? edit : { ...edit, path };
  });
}

export function secretAt(secrets: readonly SecretInfo[], path: Path): SecretInfo | undefined {
  return secrets.find((secret) => samePath(secret.path, path));
}

/** The problems of a value; those of one that is missing stand at what it is missing in. */
export function problemsAt(problems: readonly Problem[], path: Path): readonly Problem[] {
  const name = path.at(-1);
  const lacks = (problem: Problem, place: Path) =>
    problem.rule.startsWith('missing-') &&
    typeof name === 'string' &&
    wordsOf(problem.message).includes(name) &&
    samePath(place, problem.path ?? []);
  return problems.filter(
    (problem) =>
      problem.path !== undefined &&
      (samePath(problem.path, path) || lacks(problem, path.slice(0, -1)) || (path.length > 2 && lacks(problem, path.slice(0, -2)))),
  );
}

function wordsOf(message: string): readonly string[] {
  return message.split(/[^\w/-]+/);
}

/** Where a target's field is, or would be, written. */
export function targetFieldPath(integration: Integration, target: Target, name: string): Path {
  return standingField(integration, target, name)?.path ?? fieldPath(integration, target, name);
}

/** The problems of an entry that no control of its form shows beside itself. */
export function otherProblems(problems: readonly Problem[], integration: Integration): readonly Problem[] {
  const { index, targets, filter, fields } = integration;
  const paths = [
    ...controlsOf(integration).map(({ path }) => path),
    ...[...filter, ...fields, ...targets.flatMap((target) => target.fields)].map(({ path }) => path),
  ];
  const beside = new Set(paths.flatMap((path) => problemsAt(problems, path)));
  return problems.filter((problem) => problem.path?.[0] === index && !beside.has(problem));
}

/** The problems of no entry: the document's own. */
export function documentProblems(problems: readonly Problem[], integrations: readonly Integration[]): readonly Problem[] {
  return problems.filter(({ path }) => path === undefined || !integrations.some(({ index }) => index === path[0]));
}
