import type { Value } from '../../yaml/value.ts';
import {
  type Choice,
  CONFIDENCE_HIGH,
  CONFIDENCE_MEDIUM,
  FIELDS,
  type FieldDescription,
  type FieldLevel,
  type IntegrationType,
  TARGET_LABELS,
  type TargetType,
  TYPE_LABELS,
} from './field-table.ts';

// Questions about the fields of the table.

/** What the form of an entry's `name` allows (kAudit's documentation): at most 15 letters, digits, `_`, `-`, blanks. */
export const NAME_PATTERN = /^[A-Za-z0-9_\- ]{1,15}$/;

const NAMES: ReadonlySet<string> = new Set([...FIELDS.map((field) => field.name), 'target', 'data-filter']);

/** Whether kAudit reads a field of that name, `ref/` and `val-` names among them. */
export function isFieldName(name: string): boolean {
  return NAMES.has(name) || name.startsWith('ref/') || name.startsWith('val-');
}

const SECRETS: ReadonlySet<string> = new Set(FIELDS.filter(({ input }) => input === 'secret').map(({ name }) => name));

/** Whether a field holds a secret, or a value that one can be taken from: its value is the text of the document, never a number read from it. */
export function isSecretField(name: string): boolean {
  return SECRETS.has(name) || name.startsWith('val-');
}

const known = new Map<string, readonly FieldDescription[]>();

/** The fields that a form shows at a level, set or not, in the order of the form. Of an unknown type only what every type has. */
export function fieldsFor(level: FieldLevel, type: string | undefined, targetType?: string): readonly FieldDescription[] {
  // Asked for every field of a document; all unknown types are one, so that there are few keys.
  const key = `${level} ${isIntegrationType(type) ? type : ''} ${isTargetType(targetType) ? targetType : ''}`;
  const before = known.get(key);
  if (before) return before;
  const fields = FIELDS.filter(
    (field) =>
      field.level === level &&
      (!field.integrationTypes || field.integrationTypes.some((one) => one === type)) &&
      (!field.targetTypes || field.targetTypes.some((one) => one === targetType)),
  );
  known.set(key, fields);
  return fields;
}

const REFERENCE = 'ref/';

/** Whether a field's name says that its value is the name of a `val-` entry. */
export function isReference(name: string): boolean {
  return name.startsWith(REFERENCE);
}

/** The field's name without `ref/`. */
export function plainName(name: string): string {
  return isReference(name) ? name.slice(REFERENCE.length) : name;
}

/** Read wherever they stand: no documentation shows for certain at which level they belong. */
const ANYWHERE = new Set(['stopped', 'rate-limit', 'report']);

/** The description of a field that stands in a document, `ref/` or not. undefined: not a known field there. */
export function describeField(
  level: FieldLevel,
  name: string,
  type: string | undefined,
  targetType?: string,
): FieldDescription | undefined {
  const plain = plainName(name);
  const own = fieldsFor(level, type, targetType).find((field) => field.name === plain);
  return own ?? (ANYWHERE.has(plain) ? FIELDS.find((field) => field.name === plain) : undefined);
}

/** The choice that a value of the document stands for, in either spelling. */
export function choiceOf(field: FieldDescription, value: Value): Choice | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  return field.choices?.find((choice) => String(choice.value) === String(value) || choice.olderSpelling === value);
}

export function isIntegrationType(type: string | undefined): type is IntegrationType {
  return type !== undefined && Object.hasOwn(TYPE_LABELS, type);
}

export function isTargetType(type: string | undefined): type is TargetType {
  return type !== undefined && Object.hasOwn(TARGET_LABELS, type);
}

/** A new entry as its form starts with it. Detections start with high and medium confidence, as Coralogix recommends. */
export function newIntegration(type: IntegrationType, targetType: TargetType): Value {
  const filter: Value = type === 'detections' ? { confidence: [CONFIDENCE_HIGH, CONFIDENCE_MEDIUM] } : {};
  return { type, target: { 'target-type': targetType }, 'data-filter': filter };
}
