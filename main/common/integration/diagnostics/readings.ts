import { coreValue } from '../../yaml/reading/core-value.ts';
import { isDate, isText } from '../../yaml/reading/plain-value.ts';
import { CORE } from '../../yaml/reading/tag-values.ts';
import { writeScalar } from '../../yaml/scalar.ts';
import { parseSource } from '../../yaml/source.ts';
import { spliced } from '../../yaml/text.ts';
import {
  isMerge,
  keyName,
  nodeAt,
  type Pair,
  positionsOf,
  resolved,
  type ScalarNode,
  type Source,
  type SourceNode,
} from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import { FIELDS, type FieldInput } from '../reading/field-table.ts';
import { isSecretField } from '../reading/fields.ts';
import type { Problem } from '../reading/integration.ts';
import * as strings from './strings.ts';

// Scalars that kAudit (YAML 1.1) reads differently from YAML 1.2, or from what the writer meant.

export const SECRET_AS_NUMBER = 'secret-as-number';

/** Each fix carries the whole text. */
const MAX_FIXES = 5;
/** No one reads more, and each costs memory. The others appear after these are fixed. */
const MAX_PROBLEMS = 500;
const MOST_SHOWN = 40;

const INPUTS: ReadonlyMap<string, FieldInput> = new Map(FIELDS.map(({ name, input }) => [name, input]));
const OF_TEXT: ReadonlySet<FieldInput | undefined> = new Set(['text', 'url', 'regex', 'choice', 'choices', 'secret'] as const);

interface Judgement {
  readonly rule: string;
  readonly message: string;
  /** undefined: none means the same everywhere. */
  readonly spelling: string | undefined;
}

/** Linear; judges aliases at their anchor. */
export function diagnoseReadings(source: Source): Problem[] {
  const { text, root } = source;
  const positionAt = positionsOf(text);
  const problems: Problem[] = [];
  const found = (node: ScalarNode, path: Path, { rule, message, spelling }: Judgement): void => {
    if (problems.length === MAX_PROBLEMS) return;
    const label = strings.writeWords(rule === SECRET_AS_NUMBER ? strings.itInQuotes : spelling);
    const hasFix = problems.length < MAX_FIXES && spelling !== undefined;
    const fix = hasFix ? { fix: { label, edits: [{ op: 'text', text: respelled(text, node, spelling) }] as const } } : {};
    problems.push({ rule, severity: 'warning', message, ...positionAt(node.start), path, ...fix });
  };
  const visit = (node: SourceNode, path: Path, name: string | undefined, flow: boolean): void => {
    if (node.kind === 'sequence') for (const [index, item] of node.items.entries()) visit(item, [...path, index], name, flow || node.flow);
    else if (node.kind === 'map')
      for (const pair of node.pairs) {
        const key = keyName(pair);
        if (key === '<<' && pair.key.kind === 'scalar' && !isMerge(pair)) found(pair.key, [...path, key], judgeMerge(pair));
        if (key !== undefined) visit(pair.value, [...path, key], key, flow || node.flow);
      }
    else if (node.kind === 'scalar' && node.style !== 'absent' && (node.style === 'plain' || node.tag !== undefined)) {
      const judgement = judge(node, name, flow);
      if (judgement !== undefined) found(node, path, judgement);
    }
  };
  if (root !== undefined) visit(root, [], undefined, false);
  return problems;
}

/** Without its tag: `spelling` needs none. */
function respelled(text: string, node: ScalarNode, spelling: string): string {
  const anchor = node.anchor === undefined ? '' : `&${node.anchor} `;
  return spliced(text, [{ start: node.outer, end: node.end, text: anchor + spelling }]);
}

/** Numeric-looking secrets, judged in raw text, placed in masked text. SECURITY: messages hold nothing of them. */
export function secretNumbers(raw: string, masked: string): Problem[] {
  const [source, shown] = [parseSource(raw), parseSource(masked)];
  if (!source.ok || !shown.ok) return [];
  const positionAt = positionsOf(masked);
  return diagnoseReadings(source).flatMap(({ rule, fix, path = [], ...problem }) => {
    const node = rule === SECRET_AS_NUMBER ? nodeAt(shown.root, path) : undefined;
    if (node?.kind !== 'scalar') return [];
    const text = respelled(masked, node, `'${node.text}'`);
    const mended = fix && !node.text.includes("'") ? { fix: { label: fix.label, edits: [{ op: 'text', text }] as const } } : {};
    return [{ ...problem, rule, path, ...positionAt(node.start), ...mended }];
  });
}

/** `number`: one that JavaScript can't hold exactly, so `value` is its text. */
type Kind = 'text' | 'date' | 'bytes' | 'number' | 'value';

/** What kAudit reads. */
function kindOf({ meaning, style, text, value }: ScalarNode): Kind {
  if (meaning === `${CORE}str` || (meaning === undefined && style !== 'plain')) return 'text';
  if (meaning === `${CORE}binary`) return 'bytes';
  const isUntyped = meaning === undefined || meaning === '!';
  if (meaning === `${CORE}timestamp` || (isUntyped && isDate(text))) return 'date';
  if (typeof value !== 'string') return 'value';
  return isUntyped && isText(text) ? 'text' : 'number';
}

/** YAML 1.2's reading. */
function elsewhereOf({ meaning, text }: ScalarNode): ReturnType<typeof coreValue> {
  if (meaning === `${CORE}null`) return null;
  const isNumeric = meaning === undefined || /:(?:int|float|bool)$/.test(meaning);
  return isNumeric ? coreValue(text) : text;
}

function judge(node: ScalarNode, name: string | undefined, flow: boolean): Judgement | undefined {
  const { text, value, tag } = node;
  const [kind, other] = [kindOf(node), elsewhereOf(node)];
  if (kind === 'text' && other === text) return undefined;
  const quoted = writeScalar(text, 'single', flow);
  if (name !== undefined && isSecretField(name)) {
    if (value === null) return undefined;
    const message = strings.programsReadYamlMaySent(name, typeof value === 'boolean' ? strings.trueFalse : strings.numberDate);
    return { rule: SECRET_AS_NUMBER, message, spelling: quoted };
  }
  const input = name === undefined ? undefined : INPUTS.get(name);
  const meansText = input !== undefined && OF_TEXT.has(input) && !(input === 'choices' && typeof value === 'number');
  const becomesText = meansText && kind !== 'text' && value !== null && input !== 'choice' && input !== 'choices';
  const isAlike = kind === 'number' ? typeof other === 'number' : Object.is(value, other) && (kind === 'value' || tag === undefined);
  if (isAlike && kind !== 'date' && !becomesText) return undefined;
  if (becomesText && name === 'aws-account-id' && tag === undefined) return undefined;
  const spelling = meansText || kind === 'date' || kind === 'bytes' ? quoted : written(kind, text, value, other, flow);
  const elsewhere = isAlike ? '' : strings.programsReadYaml12(words(other));
  const meant = meansText && kind !== 'text' ? strings.textBelongsHere : '';
  const source = shown(tag === undefined ? text : `${tag} ${text}`);
  return {
    rule: 'other-reading',
    message: strings.kAuditReadsWrite(source, readingOf(kind, value), elsewhere, meant, spelling),
    spelling,
  };
}

function judgeMerge({ value }: Pair): Judgement {
  const held = resolved(value);
  const canMerge = (held.kind === 'sequence' ? held.items.map(resolved) : [held]).every(({ kind }) => kind === 'map');
  const message = strings.kAuditReadsQuotesFieldName;
  if (!canMerge) return { rule: 'other-reading', message: strings.giveFieldAnotherName(message), spelling: undefined };
  return { rule: 'other-reading', message: strings.writeWithoutQuotesMerge(message), spelling: '<<' };
}

function written(kind: Kind, text: string, value: ScalarNode['value'], other: ReturnType<typeof coreValue>, flow: boolean): string {
  if (kind === 'number') return text;
  return writeScalar(typeof value === 'string' ? other : value, 'plain', flow);
}

function readingOf(kind: Kind, value: ScalarNode['value']): string {
  if (kind === 'value') return words(value);
  return { text: 'text', date: strings.aDate, bytes: 'bytes', number: strings.aNumber }[kind];
}

function words(value: ScalarNode['value']): string {
  if (typeof value === 'number') return strings.theNumber(value);
  if (value === null) return 'nothing';
  return typeof value === 'string' ? 'text' : String(value);
}

function shown(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
