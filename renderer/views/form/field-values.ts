import { fieldPath, removalPath } from '../../../main/common/integration/document.ts';
import type { Choice, FieldDescription } from '../../../main/common/integration/reading/field-table.ts';
import { choiceOf, fieldsFor, plainName } from '../../../main/common/integration/reading/fields.ts';
import type { Edit, Field, Integration, Problem, Target } from '../../../main/common/integration/reading/integration.ts';
import type { SecretInfo } from '../../../main/common/replies.ts';
import type { Path, Value } from '../../../main/common/yaml/value.ts';
import { samePath } from '../values.ts';

/** An empty field is removed; number fields keep numbers. */
export function textEdit(path: Path, text: string, input: FieldDescription['input']): Edit {
  if (text === '') return { op: 'remove', path };
  const number = input === 'number' && /^-?(0|[1-9]\d{0,14})$/.test(text);
  return { op: 'set', path, value: number ? Number(text) : text };
}

export interface ChoiceState {
  readonly choice: Choice;
  readonly selected: boolean;
}

/** null: the value isn't a list. */
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

/** Keeps other items with order and spelling; removes an empty list. */
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

export function isSwitch(value: Value | undefined): boolean {
  return value === undefined || value === null || isYes(value) || value === false || value === 'false' || value === 'no';
}

/** In the target, with or without `ref/`, or in the entry for fields of either level. */
export function currentField(integration: Integration, target: Target | undefined, name: string): Field | undefined {
  // The older pairs put the type before the map of other fields.
  if (name === 'target-type' && integration.shape === 'pairs' && target) {
    return target.type === undefined ? undefined : { name, path: [...target.path.slice(0, -1), 0], value: target.type };
  }
  const own = (fields: readonly Field[]) => fields.findLast((field) => plainName(field.name) === name);
  return (target && own(target.fields)) ?? (['stopped', 'rate-limit', 'report'].includes(name) ? own(integration.fields) : undefined);
}

export interface Control {
  readonly description: FieldDescription;
  readonly field: Field | undefined;
  readonly path: Path;
}

/** `entry`: its own value, for a name or type that isn't a plain word. */
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
    field: currentField(integration, target, description.name),
    path: targetFieldPath(integration, target, description.name),
  }));
}

export function filterControls(integration: Integration): readonly Control[] {
  return fieldsFor('filter', integration.type).map((description) => {
    const { name } = description;
    const field =
      integration.filter.findLast((candidate) => candidate.name === name) ??
      (name === 'report' ? currentField(integration, integration.targets[0], name) : undefined);
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

export function uncontrolled(fields: readonly Field[], integration: Integration): readonly Field[] {
  const controls = controlsOf(integration);
  return fields.filter((field) => !controls.some(({ path }) => samePath(path, field.path)));
}

/** Spellings of name, `target` or `data-filter` that no control can show. */
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

/** Removes the whole item in one-key maps, or an empty one would stay. */
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

/** A missing value's problems belong to its parent. */
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

export function targetFieldPath(integration: Integration, target: Target, name: string): Path {
  return currentField(integration, target, name)?.path ?? fieldPath(integration, target, name);
}

export function otherProblems(problems: readonly Problem[], integration: Integration): readonly Problem[] {
  const { index, targets, filter, fields } = integration;
  const paths = [
    ...controlsOf(integration).map(({ path }) => path),
    ...[...filter, ...fields, ...targets.flatMap((target) => target.fields)].map(({ path }) => path),
  ];
  const beside = new Set(paths.flatMap((path) => problemsAt(problems, path)));
  return problems.filter((problem) => problem.path?.[0] === index && !beside.has(problem));
}

export function documentProblems(problems: readonly Problem[], integrations: readonly Integration[]): readonly Problem[] {
  return problems.filter(({ path }) => path === undefined || !integrations.some(({ index }) => index === path[0]));
}
