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

/** Source: kAudit's documentation of an entry's `name`. */
export const NAME_PATTERN = /^[A-Za-z0-9_\- ]{1,15}$/;

const NAMES: ReadonlySet<string> = new Set([...FIELDS.map((field) => field.name), 'target', 'data-filter']);

export function isFieldName(name: string): boolean {
  return NAMES.has(name) || name.startsWith('ref/') || name.startsWith('val-');
}

const SECRETS: ReadonlySet<string> = new Set(FIELDS.filter(({ input }) => input === 'secret').map(({ name }) => name));

/** Secret fields are always text, never a number. */
export function isSecretField(name: string): boolean {
  return SECRETS.has(name) || name.startsWith('val-');
}

const known = new Map<string, readonly FieldDescription[]>();

/** Fields of a level in form order. An unknown type gets only what all types share. */
export function fieldsFor(level: FieldLevel, type: string | undefined, targetType?: string): readonly FieldDescription[] {
  // Cached by known types only, so there are few keys.
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

export function isReference(name: string): boolean {
  return name.startsWith(REFERENCE);
}

export function plainName(name: string): string {
  return isReference(name) ? name.slice(REFERENCE.length) : name;
}

/** Accepted at each level: no documentation is clear. */
const ANYWHERE = new Set(['stopped', 'rate-limit', 'report']);

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

/** Detections start with high and medium confidence, as Coralogix recommends. */
export function newIntegration(type: IntegrationType, targetType: TargetType): Value {
  const filter: Value = type === 'detections' ? { confidence: [CONFIDENCE_HIGH, CONFIDENCE_MEDIUM] } : {};
  return { type, target: { 'target-type': targetType }, 'data-filter': filter };
}
