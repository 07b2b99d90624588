import type { Value } from '../../yaml/value.ts';
import { judgeJavaRegex } from '../java/java-regex.ts';
import type { FieldDescription } from '../reading/field-table.ts';
import { choiceOf } from '../reading/fields.ts';
import type { Field } from '../reading/integration.ts';
import type { Finding } from './finding.ts';
import * as strings from './strings.ts';

export function isUnset(value: Value | undefined): boolean {
  return value === undefined || value === null || value === '';
}

/** kAudit's reader takes these unquoted words for booleans. */
const WORDS: Readonly<Record<string, boolean>> = { yes: true, on: true, true: true, no: false, off: false, false: false };

export function diagnoseValue(description: FieldDescription, field: Field): Finding[] {
  // The target type has its own rule: the older pairs write it elsewhere.
  if (isUnset(field.value) || field.name === 'target-type') return [];
  const found = judge(description, field.value);
  if (!found) return [];
  const { set, label, remove, ...finding } = found;
  const path = field.path;
  if (remove) return [{ ...finding, path, fix: { label: label ?? strings.removeName(field.name), edits: [{ op: 'remove', path }] } }];
  if (set === undefined) return [{ ...finding, path }];
  return [{ ...finding, path, fix: { label: label ?? strings.writeWords(JSON.stringify(set)), edits: [{ op: 'set', path, value: set }] } }];
}

interface Judgement extends Pick<Finding, 'rule' | 'severity' | 'message'> {
  readonly set?: Value;
  readonly remove?: true;
  readonly label?: string;
}

function judge(description: FieldDescription, value: Value): Judgement | undefined {
  const { name, input } = description;
  if (input === 'choices') return judgeChoices(description, value);
  if (typeof value === 'object') return wrongType(name, strings.oneValueNotListMap);
  switch (input) {
    case 'boolean':
      return judgeBoolean(name, value);
    case 'number':
      return judgeNumber(name, value);
    case 'choice':
      return judgeChoice(description, value);
    case 'regex':
      return judgeRegex(name, String(value));
    case 'secret':
      return undefined;
    case 'text':
    case 'url':
      return judgeText(name, value);
  }
}

function wrongType(name: string, wanted: string): Judgement {
  return { rule: 'wrong-type', severity: 'error', message: strings.mustCorrectFormText(name, wanted) };
}

function judgeBoolean(name: string, value: Value): Judgement | undefined {
  if (typeof value === 'boolean') return undefined;
  const meant = WORDS[String(value).toLowerCase()];
  const message = meant === undefined ? strings.mustTrueFalseChooseOne(name) : strings.mustTrueFalseTextWrite(name, meant);
  return {
    rule: 'not-a-boolean',
    severity: meant === undefined ? 'error' : 'warning',
    message,
    ...(meant === undefined ? {} : { set: meant }),
  };
}

function judgeNumber(name: string, value: Value): Judgement | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value;
  const most = name.endsWith('-port') ? 65_535 : Number.MAX_SAFE_INTEGER;
  const fits = typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= most;
  const rule = name === 'rate-limit' ? 'invalid-rate-limit' : 'invalid-number';
  const range = most === 65_535 ? strings.wholeNumber165535 : strings.wholeNumberAtLeast1;
  if (!fits) {
    const remove = name === 'rate-limit' ? ({ remove: true, label: strings.removeRateLimit } as const) : {};
    return {
      rule,
      severity: 'error',
      message: strings.mustCorrect(name, range, 'remove' in remove ? strings.orRemoveIt : ''),
      ...remove,
    };
  }
  if (typeof value === 'number') return undefined;
  return { rule, severity: 'warning', message: strings.textHereMustRemoveQuotes(name, range), set: number };
}

function judgeChoice(description: FieldDescription, value: Value): Judgement | undefined {
  if (choiceOf(description, value)) return undefined;
  const choices = description.choices ?? [];
  const word = String(value).trim().toLowerCase();
  const meant = choices.find((choice) => String(choice.value) === word || choice.label.toLowerCase() === word);
  return {
    rule: 'unknown-choice',
    severity: 'warning',
    message: strings.kAuditIsntKnown(description.label.toLowerCase(), list(description)),
    ...(meant ? { set: meant.value } : {}),
  };
}

function judgeChoices(description: FieldDescription, value: Value): Judgement | undefined {
  const { name } = description;
  if (!Array.isArray(value)) {
    const wrap = typeof value !== 'object' && choiceOf(description, value) ? { set: [value], label: strings.makeList } : {};
    return { ...wrongType(name, strings.aListOf(list(description))), ...wrap };
  }
  const words = value as readonly Value[];
  if (words.length === 0)
    return {
      rule: 'empty-list',
      severity: 'warning',
      message: strings.emptyListMayLetNothing(name),
    };
  if (words.every((word) => choiceOf(description, word))) return undefined;
  return {
    rule: 'unknown-choice',
    severity: 'warning',
    message: strings.listsSomethingKAuditIsntKnown(name, list(description)),
  };
}

function list({ choices = [] }: FieldDescription): string {
  return choices.map(({ value, label }) => (typeof value === 'number' ? `${value} (${label.toLowerCase()})` : value)).join(', ');
}

function judgeRegex(name: string, pattern: string): Judgement | undefined {
  const verdict = judgeJavaRegex(pattern);
  if (typeof verdict === 'string') return undefined;
  return {
    rule: 'invalid-regex',
    severity: 'error',
    message: strings.kAuditCantUseRegularExpression(verdict.error, verdict.at + 1, name),
  };
}

const CURLY = /^[“”„‟‘’](.*)[“”„‟‘’]$/su;

function judgeText(name: string, value: Value): Judgement | undefined {
  if (name === 'aws-account-id' && typeof value === 'number')
    return {
      rule: 'wrong-type',
      severity: 'warning',
      message: strings.awsAccountIdNumberHere,
      set: String(value).padStart(12, '0'),
      label: strings.putQuotes,
    };
  const quoted = typeof value === 'string' ? CURLY.exec(value)?.[1] : undefined;
  if (quoted === undefined) return undefined;
  return {
    rule: 'typographic-quotes',
    severity: 'error',
    message: strings.typographicQuotesAroundPartValue(name),
    set: quoted,
    label: strings.removeQuotes,
  };
}
