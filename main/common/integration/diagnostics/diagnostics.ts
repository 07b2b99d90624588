import type { Path, Value } from '../../yaml/value.ts';
import { CONFIDENCE_HIGH, CONFIDENCE_MEDIUM, type FieldDescription } from '../reading/field-table.ts';
import { choiceOf, describeField, fieldsFor, isIntegrationType, NAME_PATTERN, plainName } from '../reading/fields.ts';
import type { Field, Integration, Problem, Target } from '../reading/integration.ts';
import type { DiagnosisContext, Finding } from './finding.ts';
import * as strings from './strings.ts';
import { diagnoseTarget } from './target.ts';
import { diagnoseText } from './text.ts';
import { diagnoseValue, isUnset } from './value.ts';

// Problems of a readable document, beyond missing and duplicate fields (reading/entries.ts). Works on masked and raw
// text. SECURITY: messages hold no values but host names, because a key in the wrong field is still a key.

/** UTF-16 units in all values, aliases expanded. Only aliases can exceed it. */
const MAX_CHARACTERS = 3_000_000;

/** Never throws. Linear in the text's length. */
export function diagnose(context: DiagnosisContext): Problem[] {
  const { integrations, values, others } = context;
  const findings = others.map(diagnoseOther);
  // SECURITY: thousands of aliases to one long value would be checked thousands of times.
  if (lengthOf(integrations) > MAX_CHARACTERS) {
    const message = strings.aliasesRepeatTooMuchText;
    findings.push({ rule: 'not-checked', severity: 'note', message, path: [] });
  } else {
    const known = new Set(values.map((value) => value.name));
    findings.push(...integrations.flatMap((integration) => diagnoseIntegration(integration, known)), ...duplicates(integrations));
  }
  return [...diagnoseText(context), ...findings.map((finding) => ({ ...finding, ...context.position(finding.path) }))];
}

function lengthOf(integrations: readonly Integration[]): number {
  const lengths = new Map<object, number>();
  const measure = (value: Value): number => {
    if (typeof value === 'string') return value.length;
    if (value === null || typeof value !== 'object') return 8;
    const before = lengths.get(value);
    if (before !== undefined) return before;
    let length = 8;
    for (const part of Object.values(value) as readonly Value[]) length += measure(part);
    lengths.set(value, length);
    return length;
  };
  let length = 0;
  for (const { fields, filter, targets } of integrations) {
    for (const field of [...fields, ...filter, ...targets.flatMap((target) => target.fields)]) length += measure(field.value);
  }
  return length;
}

function diagnoseOther(entry: Field): Finding {
  return {
    rule: 'unknown-entry',
    severity: 'warning',
    message: strings.entryNeitherIntegrationNorVal,
    path: entry.path,
  };
}

function diagnoseIntegration(integration: Integration, known: ReadonlySet<string>): Finding[] {
  const { index, type, name, targets, filter, fields } = integration;
  const findings: Finding[] = [];
  if (type !== undefined && !isIntegrationType(type)) findings.push(unknownType([index, 'type'], type));
  if (name !== undefined && !NAME_PATTERN.test(name)) findings.push(invalidName([index, 'name'], name));
  const only = targets.length === 1 ? targets[0]?.type : undefined;
  for (const field of fields) findings.push(...diagnoseField('entry', field, type, only));
  for (const field of filter) findings.push(...diagnoseField('filter', field, type, only));
  findings.push(...lowConfidence(integration));
  for (const target of targets) {
    findings.push(...diagnoseTarget(target, known));
    for (const field of target.fields) findings.push(...diagnoseField('target', field, type, target.type));
  }
  return findings;
}

function unknownType(path: Path, type: string): Finding {
  const singular = type.trim().toLowerCase().replace(/s$/, '');
  const meant = ['detections', 'selections'].find((known) => known === `${singular}s`) ?? (singular === 'activity' ? singular : undefined);
  return {
    rule: 'unknown-type',
    severity: 'warning',
    message: strings.kAuditIsntKnownTypeIntegration,
    path,
    ...(meant === undefined ? {} : { fix: { label: strings.setType(meant), edits: [{ op: 'set', path, value: meant }] } }),
  };
}

function invalidName(path: Path, name: string): Finding {
  const shorter = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_\- ]+/g, '-')
    .slice(0, 15)
    .trim();
  const usable = NAME_PATTERN.test(shorter) && /[A-Za-z0-9]/.test(shorter);
  return {
    rule: 'invalid-name',
    severity: 'warning',
    message: strings.kAuditAllowsNamesUp15(name.length > 15 ? strings.hasCharacters(name.length) : strings.otherCharacters),
    path,
    ...(usable ? { fix: { label: strings.renameItTo(shorter), edits: [{ op: 'set', path, value: shorter }] } } : {}),
  };
}

function diagnoseField(
  level: 'entry' | 'target' | 'filter',
  field: Field,
  type: string | undefined,
  targetType: string | undefined,
): Finding[] {
  const description = describeField(level, field.name, type, targetType);
  if (description) return plainName(field.name) === field.name ? diagnoseValue(description, field) : [];
  // `target-type` of the older pairs isn't a field, and an unknown type has no known fields.
  const judged =
    level === 'entry' ||
    (level === 'filter' ? isIntegrationType(type) : fieldsFor('target', type, targetType).some((known) => known.targetTypes));
  if (!judged) return [];
  return [
    {
      rule: 'unknown-field',
      severity: 'note',
      message: strings.fieldIsntKnownMayMisspelt(
        level === 'target'
          ? strings.targetType(targetType)
          : level === 'filter'
            ? strings.dataFilter(type)
            : strings.nextTypeTargetDataFilter,
      ),
      path: field.path,
    },
  ];
}

function lowConfidence({ type, filter }: Integration): Finding[] {
  const field = filter.find(({ name }) => name === 'confidence');
  const description = field && describeField('filter', 'confidence', type);
  if (!description || !field || isUnset(field.value)) return [];
  const words = Array.isArray(field.value) ? (field.value as readonly Value[]) : [field.value];
  const chosen = words.map((word) => choiceOf(description, word)?.value);
  const missing = [CONFIDENCE_HIGH, CONFIDENCE_MEDIUM].filter((wanted) => !chosen.includes(wanted));
  if (missing.length === 0) return [];
  const older = words.length > 0 && words.every((word) => description.choices?.some((choice) => choice.olderSpelling === word));
  const added = missing.map((value) => (older ? (choiceOf(description, value)?.olderSpelling ?? value) : value));
  const before = added.filter((_, index) => missing[index] === CONFIDENCE_HIGH);
  const rest = added.filter((_, index) => missing[index] !== CONFIDENCE_HIGH);
  const behindHigh = chosen.indexOf(CONFIDENCE_HIGH) + 1;
  const value = [...before, ...words.slice(0, behindHigh), ...rest, ...words.slice(behindHigh)];
  return [
    {
      rule: 'low-confidence',
      severity: 'warning',
      message: strings.detectionsConfidenceNotSentCoralogix(
        missing.map((level) => (level === CONFIDENCE_HIGH ? 'high' : 'medium')).join(' and '),
      ),
      path: field.path,
      fix: { label: strings.sendHighMediumConfidence, edits: [{ op: 'set', path: field.path, value }] },
    },
  ];
}

const ASIDE = new Set(['stopped', 'rate-limit', 'target-type']);

function duplicates(integrations: readonly Integration[]): Finding[] {
  const first = new Map<string, { readonly integration: Integration; readonly keys: string }>();
  const findings: Finding[] = [];
  for (const integration of integrations) {
    for (const target of integration.targets) {
      if (integration.type === undefined || target.stopped || !target.complete) continue;
      const place = JSON.stringify([integration.type, target.type, destination(target), filterOf(integration)]);
      const keys = JSON.stringify(secrets(target));
      const before = first.get(place);
      if (!before) first.set(place, { integration, keys });
      else findings.push(duplicate(before.integration, target, before.keys === keys));
    }
  }
  return findings;
}

function duplicate(before: Integration, target: Target, same: boolean): Finding {
  const other = strings.integrationValueWords(before.index + 1, before.name === undefined ? '' : ` (${before.name})`);
  // Masks of one key differ by place, so equal keys may look different.
  const unless = same ? '' : strings.unlessTheirKeysBelongDifferent;
  return {
    rule: 'duplicate-integration',
    severity: same ? 'warning' : 'note',
    message: strings.targetGetsSameTargetSame(other, unless),
    path: target.path,
  };
}

function describeTarget(target: Target, field: Field): FieldDescription | undefined {
  return describeField('target', field.name, undefined, target.type);
}

function secrets(target: Target): readonly Field[] {
  return sorted(target.fields.filter((field) => describeTarget(target, field)?.input === 'secret'));
}

function destination(target: Target): readonly (readonly [string, Value])[] {
  const fields = target.fields.filter((field) => !ASIDE.has(field.name) && describeTarget(target, field)?.input !== 'secret');
  return sorted(fields).map((field) => [field.name, field.value]);
}

function filterOf({ type, filter }: Integration): readonly (readonly [string, Value])[] {
  return sorted(filter.filter((field) => !isUnset(field.value))).map((field) => {
    const description = describeField('filter', field.name, type);
    const words = description?.input === 'choices' && Array.isArray(field.value) ? (field.value as readonly Value[]) : undefined;
    if (!words || !description) return [field.name, field.value];
    return [
      field.name,
      words.map((word) => choiceOf(description, word)?.value ?? word).sort((one, other) => (String(one) < String(other) ? -1 : 1)),
    ];
  });
}

function sorted(fields: readonly Field[]): Field[] {
  return [...fields].map((field) => ({ ...field, path: [] })).sort((one, other) => (one.name < other.name ? -1 : 1));
}
