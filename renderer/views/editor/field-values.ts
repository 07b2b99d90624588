import type { SecretInfo } from '../../../main/common/api.ts';
import { fieldPath } from '../../../main/common/document.ts';
import { type Choice, choiceOf, describeField, type FieldDescription, fieldsFor, plainName } from '../../../main/common/fields.ts';
import type { Edit, Field, Integration, Path, Problem, Target, Value } from '../../../main/common/integration.ts';

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

/** The field of a target as it stands: in the target, with or without `ref/`, or, for the few that are read at either level, in the entry. */
export function standingField(integration: Integration, target: Target | undefined, name: string): Field | undefined {
  const own = (fields: readonly Field[]) => fields.findLast((field) => plainName(field.name) === name);
  return (target && own(target.fields)) ?? (['stopped', 'rate-limit', 'report'].includes(name) ? own(integration.fields) : undefined);
}

/** Fields that the form has no control for: shown as they are. */
export function unknownFields(
  fields: readonly Field[],
  level: 'target' | 'filter' | 'entry',
  type: string | undefined,
  targetType?: string,
): readonly Field[] {
  return fields.filter((field) => describeField(level, field.name, type, targetType) === undefined);
}

export function secretAt(secrets: readonly SecretInfo[], path: Path): SecretInfo | undefined {
  return secrets.find((secret) => samePath(secret.path, path));
}

/** The problems that belong to exactly this value. */
export function problemsAt(problems: readonly Problem[], path: Path): readonly Problem[] {
  return problems.filter((problem) => problem.path !== undefined && samePath(problem.path, path));
}

/** Where a target's field is, or would be, written. */
export function targetFieldPath(integration: Integration, target: Target, name: string): Path {
  return standingField(integration, target, name)?.path ?? fieldPath(integration, target, name);
}

/** The problems of an entry that no control of its form shows beside itself. */
export function otherProblems(problems: readonly Problem[], integration: Integration): readonly Problem[] {
  const { index, type, targets, filter, fields } = integration;
  const shown: readonly Path[] = [
    ...fieldsFor('entry', type).map(({ name }): Path => [index, name]),
    ...fieldsFor('filter', type).map(({ name }): Path => [index, 'data-filter', name]),
    ...[...filter, ...fields, ...targets.flatMap((target) => target.fields)].map(({ path }) => path),
    ...targets.flatMap((target) => fieldsFor('target', type, target.type).map(({ name }) => targetFieldPath(integration, target, name))),
  ];
  return problems.filter(({ path }) => path !== undefined && path[0] === index && !shown.some((candidate) => samePath(candidate, path)));
}

/** The problems of no entry: the document's own. */
export function documentProblems(problems: readonly Problem[], integrations: readonly Integration[]): readonly Problem[] {
  return problems.filter(({ path }) => path === undefined || !integrations.some(({ index }) => index === path[0]));
}

/** A copy of an entry's value without its secrets: a masked key is valid in its own place only. */
export function withoutSecrets(value: Value, path: Path, secrets: readonly SecretInfo[]): Value {
  if (Array.isArray(value)) {
    return (value as readonly Value[]).flatMap((item, index) => {
      const itemPath = [...path, index];
      return secretAt(secrets, itemPath) ? [] : [withoutSecrets(item, itemPath, secrets)];
    });
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as Readonly<Record<string, Value>>);
  return Object.fromEntries(
    entries.flatMap(([name, item]) => {
      const itemPath = [...path, name];
      return secretAt(secrets, itemPath) ? [] : [[name, withoutSecrets(item, itemPath, secrets)]];
    }),
  );
}
