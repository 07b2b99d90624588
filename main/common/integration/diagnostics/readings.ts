import { coreValue } from '../../yaml/reading/core-value.ts';
import { isDate, plainValue } from '../../yaml/reading/plain-value.ts';
import { writeScalar } from '../../yaml/scalar.ts';
import { parseSource } from '../../yaml/source.ts';
import { spliced } from '../../yaml/text.ts';
import { keyName, nodeAt, positionsOf, type ScalarNode, type Source, type SourceNode } from '../../yaml/tree.ts';
import type { Path } from '../../yaml/value.ts';
import { FIELDS, type FieldInput } from '../reading/field-table.ts';
import { isSecretField } from '../reading/fields.ts';
import type { Problem } from '../reading/integration.ts';

// Plain scalars that kAudit (YAML 1.1) reads differently from YAML 1.2, or from what the writer meant.

export const SECRET_AS_NUMBER = 'secret-as-number';

/** Each fix carries the whole text. */
const MAX_FIXES = 5;
const MOST_SHOWN = 40;

const INPUTS: ReadonlyMap<string, FieldInput> = new Map(FIELDS.map(({ name, input }) => [name, input]));
const OF_TEXT: ReadonlySet<FieldInput | undefined> = new Set(['text', 'url', 'regex', 'choice', 'choices', 'secret'] as const);

interface Judgement {
  readonly rule: string;
  readonly message: string;
  readonly spelling: string;
}

/** Judges plain, untagged scalars. Linear; judges aliases at their anchor. */
export function diagnoseReadings(source: Source): Problem[] {
  const { text, root } = source;
  const positionAt = positionsOf(text);
  const problems: Problem[] = [];
  const found = (node: ScalarNode, path: Path, { rule, message, spelling }: Judgement): void => {
    const changed = spliced(text, [{ start: node.start, end: node.end, text: spelling }]);
    const fix = {
      fix: { label: `Write ${rule === SECRET_AS_NUMBER ? 'it in quotes' : spelling}`, edits: [{ op: 'text', text: changed }] as const },
    };
    problems.push({ rule, severity: 'warning', message, ...positionAt(node.start), path, ...(problems.length < MAX_FIXES ? fix : {}) });
  };
  const visit = (node: SourceNode, path: Path, name: string | undefined, flow: boolean): void => {
    if (node.kind === 'sequence') for (const [index, item] of node.items.entries()) visit(item, [...path, index], name, flow || node.flow);
    else if (node.kind === 'map')
      for (const pair of node.pairs) {
        const key = keyName(pair);
        if (key !== undefined) visit(pair.value, [...path, key], key, flow || node.flow);
      }
    else if (node.kind === 'scalar' && node.style === 'plain' && node.tag === undefined) {
      const judgement = judge(node.text, name, flow);
      if (judgement !== undefined) found(node, path, judgement);
    }
  };
  if (root !== undefined) visit(root, [], undefined, false);
  return problems;
}

/** Numeric-looking secrets, judged in raw text, placed in masked text. SECURITY: messages hold nothing of them. */
export function secretNumbers(raw: string, masked: string): Problem[] {
  const [source, shown] = [parseSource(raw), parseSource(masked)];
  if (!source.ok || !shown.ok) return [];
  const positionAt = positionsOf(masked);
  return diagnoseReadings(source).flatMap(({ rule, fix, path = [], ...problem }) => {
    const node = rule === SECRET_AS_NUMBER ? nodeAt(shown.root, path) : undefined;
    if (node?.kind !== 'scalar') return [];
    const text = spliced(masked, [{ start: node.start, end: node.end, text: `'${node.text}'` }]);
    const mended = fix && node.style === 'plain' ? { fix: { label: fix.label, edits: [{ op: 'text', text }] as const } } : {};
    return [{ ...problem, rule, path, ...positionAt(node.start), ...mended }];
  });
}

function judge(text: string, name: string | undefined, flow: boolean): Judgement | undefined {
  const value = plainValue(text);
  const quoted = writeScalar(text, 'single', flow);
  if (name !== undefined && isSecretField(name)) {
    if (value === null || (typeof value === 'string' && coreValue(text) === text && !isDate(text))) return undefined;
    const message = `${name} is ${typeof value === 'boolean' ? 'true or false' : 'a number or a date'} to programs that read YAML, and may be sent as another one. Write it in quotes.`;
    return { rule: SECRET_AS_NUMBER, message, spelling: quoted };
  }
  const other = coreValue(text);
  const input = name === undefined ? undefined : INPUTS.get(name);
  const meansText = input !== undefined && OF_TEXT.has(input) && !(input === 'choices' && typeof value === 'number');
  const becomesText = meansText && typeof value !== 'string' && value !== null && input !== 'choice' && input !== 'choices';
  if (Object.is(value, other) && !isDate(text) && !becomesText) return undefined;
  if (becomesText && name === 'aws-account-id') return undefined;
  const spelling = meansText || isDate(text) ? quoted : written(value, other, flow);
  const reading = isDate(text) ? 'a date' : words(value);
  const elsewhere = Object.is(value, other) ? '' : `; programs that read YAML 1.2 take it for ${words(other)}`;
  const meant = meansText && (typeof value !== 'string' || isDate(text)) ? ', and text belongs here' : '';
  return { rule: 'other-reading', message: `kAudit reads ${shown(text)} as ${reading}${elsewhere}${meant}. Write ${spelling}.`, spelling };
}

function written(value: ReturnType<typeof plainValue>, other: ReturnType<typeof coreValue>, flow: boolean): string {
  return writeScalar(typeof value === 'string' ? other : value, 'plain', flow);
}

function words(value: ReturnType<typeof plainValue>): string {
  if (typeof value === 'number') return `the number ${value}`;
  if (value === null) return 'nothing';
  return typeof value === 'string' ? 'text' : String(value);
}

function shown(text: string): string {
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
