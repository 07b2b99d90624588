import { withoutUnprintable } from '../../yaml/reading/cursor.ts';
import { parseSource } from '../../yaml/source.ts';
import type { SourceNode } from '../../yaml/tree.ts';
import type { Problem } from '../reading/integration.ts';
import type { DiagnosisContext } from './finding.ts';
import { repairPastedText, textOfManifest } from './pasted-text.ts';
import { ODD_ANCHOR, withoutTabs, withoutUnknownEscapes, withoutUnknownTags, withPlainAnchors } from './repairs.ts';
import * as strings from './strings.ts';

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
    message: strings.wholeConfigMapOnlyTextUnder,
    label: strings.keepPartUnderAuditIntegration,
    repair: textOfManifest,
    offset: start,
  },
  {
    rule: 'non-breaking-blanks',
    message: strings.textContainsNonBreakingSpaces,
    label: strings.replaceNonBreakingSpaces,
    repair: (text) => text.replace(/\u00a0/g, ' '),
    offset: (text) => text.indexOf('\u00a0'),
  },
  {
    rule: 'tab-indentation',
    message: strings.linesIndentedTabsWhichYaml,
    label: strings.replaceTabsSpaces,
    repair: (text) => text.replace(/^[ \t]+/gm, (indent) => indent.replace(/\t/g, '  ')),
    offset: (text) => Math.max(0, text.search(/^ *\t/m)),
  },
  {
    rule: 'tabs-between',
    message: strings.thereTabsWhereKAuditsReader,
    label: strings.replaceTabsSpaces,
    repair: withoutTabs,
    offset: failure,
  },
  {
    rule: 'strange-characters',
    message: strings.textContainsInvisibleCharactersYaml,
    label: strings.removeInvisibleCharacters,
    repair: withoutUnprintable,
    offset: failure,
  },
  {
    rule: 'hidden-line-breaks',
    message: strings.textContainsCharactersU0085,
    label: strings.replaceHiddenLineBreaks,
    repair: (text) => text.replace(/[\u0085\u2028\u2029]/g, ' '),
    offset: failure,
  },
  {
    rule: 'unknown-escape',
    message: strings.doubleQuotesBackslashStartsEscape,
    label: strings.useSingleQuotes,
    repair: withoutUnknownEscapes,
    offset: failure,
  },
  {
    rule: 'unknown-tag',
    message: strings.kAuditsReaderRefusesTagsDoesnt,
    label: strings.removeUnknownTags,
    repair: withoutUnknownTags,
    offset: failure,
  },
  {
    rule: 'anchor-name',
    message: strings.kAuditsReaderAcceptsLettersDigits,
    label: strings.renameAnchors,
    repair: withPlainAnchors,
    offset: (text) => text.search(ODD_ANCHOR),
  },
  {
    rule: 'pasted-text',
    message: strings.textLostIndentationLikeExample,
    label: strings.putIndentationBack,
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
    what: (count) => (count === 1 ? strings.lineEndsSpaces : strings.linesEndSpaces(count)),
    label: strings.removeTrailingSpaces,
    clean: (text) => text.replace(/(?<! ) +(?=\r?\n|$)/g, ''),
  },
  {
    rule: 'tabs',
    pattern: /\t+/g,
    what: (count) => (count === 1 ? strings.textContainsTab : strings.textContainsTabsPlaces(count)),
    label: strings.replaceTabsSpaces,
    clean: (text) => text.replace(/(?<![ \t])[ \t]+(?=\r?\n|$)/g, '').replace(/\t/g, '  '),
  },
  {
    rule: 'carriage-returns',
    pattern: /\r/g,
    what: (count) => strings.windowsCrLf(count, count === 1 ? strings.lineEnds : strings.linesEnd),
    label: strings.useLfLineEndings,
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
  const message = strings.soKubectlEditShowsWhole(what(count), 'fix' in fix ? strings.cleanUp : strings.cleanUpTextWhereChanges);
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
