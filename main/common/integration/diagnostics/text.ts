import { withoutUnprintable } from '../../yaml/reading/cursor.ts';
import { parseSource } from '../../yaml/source.ts';
import type { SourceNode } from '../../yaml/tree.ts';
import type { Problem } from '../reading/integration.ts';
import type { DiagnosisContext } from './finding.ts';
import { repairPastedText, textOfManifest } from './pasted-text.ts';
import { ODD_ANCHOR, withoutTabs, withoutUnknownEscapes, withoutUnknownTags, withPlainAnchors } from './repairs.ts';

// Problems of the text as characters: paste damage, and what makes `kubectl edit` show one quoted line.

type Context = Pick<DiagnosisContext, 'state' | 'text' | 'positionAt'>;

/** UTF-16 units. A repair of a longer text would take longer than a reading may. */
const MAX_REPAIR = 200_000;

export function diagnoseText(context: Context): Problem[] {
  const pasted = context.state === 'invalid' ? diagnosePasted(context) : undefined;
  return pasted ? [pasted] : LEGIBILITY.flatMap((rule) => diagnoseLegibility(context, rule));
}

interface Repair {
  readonly rule: string;
  readonly message: string;
  readonly label: string;
  readonly repair: (text: string) => string | null;
  readonly offset: (text: string) => number;
}

const start = () => 0;

function failure(text: string): number {
  const source = parseSource(text);
  return source.ok ? 0 : source.offset;
}

const REPAIRS: readonly Repair[] = [
  {
    rule: 'pasted-manifest',
    message: 'This is a whole ConfigMap, and only the text under audit-integration belongs here. Use the repaired text.',
    label: 'Keep the part under audit-integration',
    repair: textOfManifest,
    offset: start,
  },
  {
    rule: 'non-breaking-blanks',
    message: 'The text contains non-breaking spaces from a web page, which YAML treats as letters. Replace them with spaces.',
    label: 'Replace non-breaking spaces',
    repair: (text) => text.replace(/\u00a0/g, ' '),
    offset: (text) => text.indexOf('\u00a0'),
  },
  {
    rule: 'tab-indentation',
    message: 'Lines are indented with tabs, which YAML forbids. Replace them with spaces.',
    label: 'Replace tabs with spaces',
    repair: (text) => text.replace(/^[ \t]+/gm, (indent) => indent.replace(/\t/g, '  ')),
    offset: (text) => Math.max(0, text.search(/^ *\t/m)),
  },
  {
    rule: 'tabs-between',
    message: "There are tabs where kAudit's reader accepts only spaces. Replace them with spaces.",
    label: 'Replace tabs with spaces',
    repair: withoutTabs,
    offset: failure,
  },
  {
    rule: 'strange-characters',
    message: 'The text contains invisible characters that YAML forbids. They come from a word processor or a wrong encoding. Remove them.',
    label: 'Remove invisible characters',
    repair: withoutUnprintable,
    offset: failure,
  },
  {
    rule: 'hidden-line-breaks',
    message:
      "The text contains characters (U+0085, U+2028 or U+2029) that look like a space and end a line for kAudit's reader. Replace them with spaces.",
    label: 'Replace hidden line breaks',
    repair: (text) => text.replace(/[\u0085\u2028\u2029]/g, ' '),
    offset: failure,
  },
  {
    rule: 'unknown-escape',
    message:
      "In double quotes a backslash starts an escape, and YAML doesn't have this one. Use single quotes, where a backslash is only a backslash.",
    label: 'Use single quotes',
    repair: withoutUnknownEscapes,
    offset: failure,
  },
  {
    rule: 'unknown-tag',
    message: "kAudit's reader refuses tags that it doesn't know. Remove the tag.",
    label: 'Remove unknown tags',
    repair: withoutUnknownTags,
    offset: failure,
  },
  {
    rule: 'anchor-name',
    message: 'kAudit\'s reader accepts letters, digits, "-" and "_" in the name of an anchor. Rename the anchor and its aliases.',
    label: 'Rename anchors',
    repair: withPlainAnchors,
    offset: (text) => text.search(ODD_ANCHOR),
  },
  {
    rule: 'pasted-text',
    message:
      'The text has lost its indentation, like the example on the documentation page. Use the text with its indentation restored, and check it.',
    label: 'Put the indentation back',
    repair: repairPastedText,
    offset: start,
  },
];

function diagnosePasted({ text, positionAt }: Context): Problem | undefined {
  if (text.length > MAX_REPAIR) return undefined;
  for (const { rule, message, label, repair, offset } of REPAIRS) {
    const repaired = repair(text);
    if (repaired === null || repaired === text || !isList(repaired)) continue;
    return { rule, severity: 'error', message, ...positionAt(offset(text)), fix: { label, edits: [{ op: 'text', text: repaired }] } };
  }
  return undefined;
}

function isList(text: string): boolean {
  const source = parseSource(text);
  return source.ok && source.root?.kind === 'sequence';
}

interface Legibility {
  readonly rule: string;
  readonly pattern: RegExp;
  readonly what: (count: number) => string;
  readonly label: string;
  readonly clean: (text: string) => string;
}

// kubectl prints a string with any of these as one long quoted line (kubernetes#36222).
const LEGIBILITY: readonly Legibility[] = [
  {
    rule: 'trailing-blanks',
    // The look-behind comes first to keep long runs of blanks linear.
    pattern: /(?<! ) +(?=[\r\n]|$)/g,
    what: (count) => (count === 1 ? 'A line ends with spaces' : `${count} lines end with spaces`),
    label: 'Remove trailing spaces',
    clean: (text) => text.replace(/(?<! ) +(?=\r?\n|$)/g, ''),
  },
  {
    rule: 'tabs',
    pattern: /\t+/g,
    what: (count) => (count === 1 ? 'The text contains a tab' : `The text contains tabs in ${count} places`),
    label: 'Replace tabs with spaces',
    clean: (text) => text.replace(/(?<![ \t])[ \t]+(?=\r?\n|$)/g, '').replace(/\t/g, '  '),
  },
  {
    rule: 'carriage-returns',
    pattern: /\r/g,
    what: (count) => `${count} ${count === 1 ? 'line ends' : 'lines end'} as on Windows (CR LF)`,
    label: 'Use LF line ends',
    clean: (text) => text.replace(/\r\n?/g, '\n'),
  },
];

function diagnoseLegibility({ state, text, positionAt }: Context, { rule, pattern, what, label, clean }: Legibility): Problem[] {
  let first = -1;
  let count = 0;
  for (const match of text.matchAll(pattern)) {
    if (first < 0) first = match.index;
    count += 1;
  }
  if (first < 0) return [];
  const cleaned = text.length <= MAX_REPAIR && state !== 'invalid' ? clean(text) : text;
  const fix = cleaned !== text && sameData(text, cleaned) ? { fix: { label, edits: [{ op: 'text', text: cleaned } as const] } } : {};
  const message = `${what(count)}, so kubectl edit shows the whole text as one quoted line. ${'fix' in fix ? 'Clean it up.' : 'Clean it up in the text, where that changes no value.'}`;
  return [{ rule, severity: 'note', message, ...positionAt(first), ...fix }];
}

/** Blanks inside values are data, which a clean-up mustn't change. */
function sameData(before: string, after: string): boolean {
  const [one, other] = [parseSource(before), parseSource(after)];
  return one.ok && other.ok && sameNode(one.root, other.root);
}

/** Compares aliases by name to stay linear. */
function sameNode(one: SourceNode | undefined, other: SourceNode | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.anchor !== other.anchor || one.tag !== other.tag) return false;
  if (one.kind === 'scalar') return other.kind === 'scalar' && Object.is(one.value, other.value);
  if (one.kind === 'alias') return other.kind === 'alias' && one.name === other.name;
  if (one.kind === 'sequence')
    return (
      other.kind === 'sequence' &&
      one.items.length === other.items.length &&
      one.items.every((item, index) => sameNode(item, other.items[index]))
    );
  return (
    other.kind === 'map' &&
    one.pairs.length === other.pairs.length &&
    one.pairs.every((pair, index) => sameNode(pair.key, other.pairs[index]?.key) && sameNode(pair.value, other.pairs[index]?.value))
  );
}
