// SECURITY: secrets in lines that are no YAML: comments, and texts that do not parse. It masks to the end of the line, and on through every
// line that can belong to the value.

import { lineStart } from '../../yaml/text.ts';
import { isSecretName, isValueName, type SecretPart, secretPartsOfUrls, secretShapesIn } from './secret-words.ts';

interface Line {
  readonly start: number;
  readonly end: number;
  /** Columns before the first character that is neither blank nor `#`. */
  readonly indent: number;
  /** Columns that stand before this text in its line; 0 but for a comment behind a value. */
  readonly before: number;
  readonly text: string;
}

function linesOf(text: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  // The first line can start in the middle of one, behind a value: columns still count from the line's own start.
  // Character by character: `lastIndexOf` would look for a line break that is nowhere back to the start of the text, for every comment.
  let before = from - lineStart(text, from);
  while (start <= to) {
    let end = start;
    while (end < to && text[end] !== '\n' && text[end] !== '\r') end++;
    const line = text.slice(start, end);
    lines.push({ start, end, indent: /^[\s#\ufeff]*/.exec(line)?.[0].length ?? 0, before, text: line });
    if (end >= to) break;
    before = 0;
    start = text[end] === '\r' && text[end + 1] === '\n' ? end + 2 : end + 1;
  }
  return lines;
}

/** Secrets of the lines between two offsets. Linear; ranges may overlap, and never hold a line break at their end. */
export function secretsInLines(text: string, from: number, to: number): SecretPart[] {
  const lines = linesOf(text, from, to);
  const found: SecretPart[] = namedValuesIn(lines);
  const aliases = new Set<string>();
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined) break;
    for (const part of [...secretPartsOfUrls(line.text), ...secretShapesIn(line.text)])
      found.push({ start: line.start + part.start, end: line.start + part.end });
    const value = secretValueIn(line.text);
    if (value === undefined) continue;
    for (const alias of value.text.matchAll(/\*([\w-]{1,100})/g)) aliases.add(alias[1] ?? '');
    const last = lastLineOf(lines, index, value);
    if (value.start < line.text.trimEnd().length)
      found.push({ start: line.start + value.start, end: line.start + line.text.trimEnd().length });
    // Each further line is its own range, so that what is masked keeps its lines.
    for (let next = index + 1; next <= last; next++) {
      const further = lines[next];
      const shown = further?.text.trimEnd().length ?? 0;
      if (further !== undefined && shown > further.indent)
        found.push({ start: further.start + further.indent, end: further.start + shown });
    }
    index = Math.max(index, last);
  }
  return aliases.size === 0 ? found : [...found, ...anchoredIn(lines, aliases)];
}

/** `name: &key K` where a secret's value is `*key`. */
function anchoredIn(lines: readonly Line[], aliases: ReadonlySet<string>): SecretPart[] {
  return lines.flatMap(({ start, text }) =>
    Array.from(text.matchAll(/&([\w-]{1,100})[ \t]{1,20}(?=\S)/g))
      .filter(([, name = '']) => aliases.has(name))
      .map((match) => ({ start: start + match.index + match[0].length, end: start + text.trimEnd().length })),
  );
}

const NAMING = /(?:^|[\s#{,"'-])(?:name|header|key|field)["']?\s{0,9}[:=]\s{0,9}["']?([\w./-]{1,100})/i;
const VALUE = /(?:^|[\s#{,"'-])(?:value|content|data)["']?\s{0,9}[:=]\s{0,9}(?=\S)/gi;

/** `- name: X-Api-Key` with its `value: …` on the same line or one of its neighbours. */
function namedValuesIn(lines: readonly Line[]): SecretPart[] {
  const names = lines.map(({ text }) => isSecretName(NAMING.exec(text)?.[1] ?? ''));
  return lines.flatMap(({ start, text }, index) => {
    if (!names.slice(Math.max(0, index - 2), index + 3).includes(true)) return [];
    return Array.from(text.matchAll(VALUE), (match) => ({
      start: start + match.index + match[0].length,
      end: start + text.trimEnd().length,
    }));
  });
}

export interface Opening {
  /** The words before it. */
  readonly name: string;
  /** Where the value starts in its line. */
  readonly start: number;
  /** Column of the key it belongs to. */
  readonly column: number;
  readonly text: string;
}

/** Characters that a key is looked for in, back from its colon. */
const LONGEST_KEY = 120;

/** A field that lost its colon: `http-api-token K`, one word behind it, so that prose stays readable. */
const WITHOUT_COLON = /^[\s#\ufeff-]*["']?([\w./]+(?:-[\w./]+)+)["']?[ \t]+(?=[^\s:=#]\S*\s*$)/;

/** `[X-Api-Key, K]`. */
const IN_LIST = /\[\s{0,9}["']?([\w./]{1,60}(?:-[\w./]{1,60}){1,5})["']?\s{0,9},\s{0,9}/;

/** The first secret key of a line, `key:`, `"key" :` or `key=`: everything behind it is masked, whatever else the line holds. */
export function secretValueIn(line: string): Opening | undefined {
  for (let colon = 0; colon < line.length; colon++) {
    if (line[colon] !== ':' && line[colon] !== '=') continue;
    const key = keyBefore(line, colon);
    if (key === undefined) continue;
    // In running text the name's last word decides ("the new http-api-token: …"); before it anything can stand.
    const last = key.name.lastIndexOf(' ') + 1;
    if (!isSecretName(key.name) && (last === 0 || !isSecretName(key.name.slice(last)))) continue;
    let start = colon + 1;
    while (line[start] === ' ' || line[start] === '\t') start++;
    const value = line.slice(start);
    if (key.name.includes('ref/') && isReference(value)) continue;
    return { name: key.name, start, column: key.column, text: value };
  }
  // An explicit key, `? http-api-token`, whose value stands in the next line.
  const explicit = /^[\s#-]*\?\s+["']?([\w./-]+)["']?\s*$/.exec(line);
  if (explicit !== null && isSecretName(explicit[1] ?? ''))
    return { name: explicit[1] ?? '', start: line.length, column: line.indexOf('?'), text: '' };
  const listed = IN_LIST.exec(line);
  if (listed !== null && isSecretName(listed[1] ?? '')) {
    const start = listed.index + listed[0].length;
    return { name: listed[1] ?? '', start, column: listed.index, text: line.slice(start) };
  }
  const bare = WITHOUT_COLON.exec(line);
  if (bare === null || !isSecretName(bare[1] ?? '') || isReference(line.slice(bare[0].length))) return undefined;
  const start = bare[0].length;
  return { name: bare[1] ?? '', start, column: line.indexOf(bare[1] ?? ''), text: line.slice(start) };
}

/** `val-cx-key`, which names a value and is none, with what may stand behind it on its line. */
function isReference(value: string): boolean {
  const name = /^["']?(val-[\w.-]+)["']?[\s,}\]]*(?:#.*)?$/.exec(value)?.[1];
  return name !== undefined && isValueName(name);
}

/** The words right before a colon. By hand, since the same as a pattern takes quadratic time on a long line. */
function keyBefore(line: string, colon: number): { readonly name: string; readonly column: number } | undefined {
  const from = Math.max(0, colon - LONGEST_KEY);
  let end = colon;
  while (end > from && ' \t'.includes(line[end - 1] ?? '')) end--;
  if (end > from && '"\''.includes(line[end - 1] ?? '')) end--;
  // JSON in a quoted string.
  while (end > from && line[end - 1] === '\\') end--;
  let start = end;
  while (start > from && isNamePart(line.charCodeAt(start - 1))) start--;
  const run = line.slice(start, end);
  // Dashes of list items and blanks before it are not part of the name.
  const lead = /^[\s.-]*/.exec(run)?.[0].length ?? 0;
  return lead === run.length ? undefined : { name: run.slice(lead), column: start + lead };
}

/** A letter, a digit, or one of `_ . / -` and blank. */
function isNamePart(unit: number): boolean {
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (unit >= 0x2d && unit <= 0x39) || unit === 0x5f || unit === 0x20;
}

/** How far a value goes on: through an open quote to its end, through lines that are indented deeper, over blank lines between them. */
function lastLineOf(lines: readonly Line[], index: number, value: Opening): number {
  const own = lines[index];
  if (own === undefined) return index;
  const head = value.text.replace(/^(?:[&!][^\s]*\s+)+/, '');
  const quote = head[0];
  if ((quote === '"' || quote === "'") && !closes(head.slice(1), quote)) {
    let end = index + 1;
    while (end < lines.length && !closes(lines[end]?.text ?? '', quote)) end++;
    return Math.min(end, lines.length - 1);
  }
  const empty = /^(?:#.*)?$/.test(head.trim());
  const block = /^[|>][0-9+-]*\s*(?:#.*)?$/.test(head.trim());
  // A key behind dashes has its own column; one in the middle of a line, the line's.
  const threshold = /^[\s#?-]*["']?$/.test(own.text.slice(0, value.column)) ? value.column : own.indent;
  let last = index;
  for (let next = index + 1; next < lines.length; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (line.text.length === line.indent) continue;
    const deeper = line.indent + line.before > own.before + threshold;
    // Text that lost its indentation: the value of an empty key is the next line, unless that is a field or an entry itself.
    const lost =
      (empty || block) && last === index && next === index + 1 && !/^[\s#]*(?:-\s|["']?[\w./-]+["']?\s*:(?:\s|$))/.test(line.text);
    const explicit = empty && next === index + 1 && /^[\s#]*:/.test(line.text);
    // A plain value goes on in deeper lines, and no field or entry can stand in it.
    const field = !empty && !block && /^[\s#]*(?:-\s+)*["']?[\w./-]+["']?\s*:(?:\s|$)/.test(line.text);
    if ((!deeper || field) && !lost && !explicit) break;
    last = next;
    if (lost && !deeper && block) {
      // A block without indentation ends nowhere that could be told: up to the next line that looks like a field.
      while (lines[last + 1] !== undefined && !/^[\s#]*(?:-\s|["']?[\w./-]+["']?\s*:(?:\s|$))/.test(lines[last + 1]?.text ?? '')) last++;
      break;
    }
  }
  return last;
}

/** Whether a quote that is open ends in this text. */
function closes(text: string, quote: string): boolean {
  for (let at = 0; at < text.length; at++) {
    if (quote === '"' && text[at] === '\\') at++;
    else if (text[at] === quote) {
      if (quote === '"' || text[at + 1] !== "'") return true;
      at++;
    }
  }
  return false;
}
