// SECURITY: finds secrets in comments and invalid YAML. Masks each line that may belong to the value.

import { lineStart } from '../../yaml/text.ts';
import { isSecretName, isValueName, type SecretPart, secretPartsOfUrls, secretShapesIn } from './secret-words.ts';

interface Line {
  readonly start: number;
  readonly end: number;
  readonly indent: number;
  /** Columns before this text in its line; 0 except for a comment after a value. */
  readonly before: number;
  readonly text: string;
}

function linesOf(text: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  // The first line may start after a value, but columns count from the line's start. Not `lastIndexOf`: it would scan
  // back to the start of the text for each comment.
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

/** Whether a secret has its field's name or a colon before it. After an open quote, every whole line looks like one. */
export function isBehindName(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LONGEST_NAME), at);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  return text[at] === ':' || /[\p{L}\p{N}:=]/u.test(line);
}

/** Characters before a value, in which its field's name ends. */
const LONGEST_NAME = 200;

/** Linear. Ranges may overlap and never end with a line break. */
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
    // One range per line, so masked text keeps its lines.
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

function anchoredIn(lines: readonly Line[], aliases: ReadonlySet<string>): SecretPart[] {
  return lines.flatMap(({ start, text }) =>
    Array.from(text.matchAll(/&([\w-]{1,100})[ \t]{1,20}(?=\S)/g))
      .filter(([, name = '']) => aliases.has(name))
      .map((match) => ({ start: start + match.index + match[0].length, end: start + text.trimEnd().length })),
  );
}

const NAMING = /(?:^|[\s#{,"'-])(?:name|header|key|field)["']?\s{0,9}[:=]\s{0,9}["']?([\w./-]{1,100})/i;
const VALUE = /(?:^|[\s#{,"'-])(?:value|content|data)["']?\s{0,9}[:=]\s{0,9}(?=\S)/gi;

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
  readonly name: string;
  readonly start: number;
  readonly column: number;
  readonly text: string;
}

const LONGEST_KEY = 120;

/** A field without its colon: `http-api-token K`. Only one word may follow, so prose stays readable. */
const WITHOUT_COLON = /^[\s#\ufeff-]*["']?([\w./]+(?:-[\w./]+)+)["']?[ \t]+(?=[^\s:=#]\S*\s*$)/;

const IN_LIST = /\[\s{0,9}["']?([\w./]{1,60}(?:-[\w./]{1,60}){1,5})["']?\s{0,9},\s{0,9}/;

/** The first secret key of a line (`key:`, `"key" :` or `key=`): the rest of the line is masked. */
export function secretValueIn(line: string): Opening | undefined {
  for (let colon = 0; colon < line.length; colon++) {
    if (line[colon] !== ':' && line[colon] !== '=') continue;
    const key = keyBefore(line, colon);
    if (key === undefined) continue;
    // In prose, the last word before the colon decides ("the new http-api-token: …").
    const last = key.name.lastIndexOf(' ') + 1;
    if (!isSecretName(key.name) && (last === 0 || !isSecretName(key.name.slice(last)))) continue;
    let start = colon + 1;
    while (line[start] === ' ' || line[start] === '\t') start++;
    const value = line.slice(start);
    if (key.name.includes('ref/') && isReference(value)) continue;
    return { name: key.name, start, column: key.column, text: value };
  }
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

function isReference(value: string): boolean {
  const name = /^["']?(val-[\w.-]+)["']?[\s,}\]]*(?:#.*)?$/.exec(value)?.[1];
  return name !== undefined && isValueName(name);
}

/** Not a pattern, which would take quadratic time on a long line. */
function keyBefore(line: string, colon: number): { readonly name: string; readonly column: number } | undefined {
  const from = Math.max(0, colon - LONGEST_KEY);
  let end = colon;
  while (end > from && ' \t'.includes(line[end - 1] ?? '')) end--;
  if (end > from && '"\''.includes(line[end - 1] ?? '')) end--;
  while (end > from && line[end - 1] === '\\') end--;
  let start = end;
  while (start > from && isNamePart(line.charCodeAt(start - 1))) start--;
  const run = line.slice(start, end);
  const lead = /^[\s.-]*/.exec(run)?.[0].length ?? 0;
  return lead === run.length ? undefined : { name: run.slice(lead), column: start + lead };
}

function isNamePart(unit: number): boolean {
  const letter = unit | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (unit >= 0x2d && unit <= 0x39) || unit === 0x5f || unit === 0x20;
}

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
  // A key after dashes has its own column; any other counts from its line's indentation.
  const threshold = /^[\s#?-]*["']?$/.test(own.text.slice(0, value.column)) ? value.column : own.indent;
  let last = index;
  for (let next = index + 1; next < lines.length; next++) {
    const line = lines[next];
    if (line === undefined) break;
    if (line.text.length === line.indent) continue;
    const deeper = line.indent + line.before > own.before + threshold;
    // Lost indentation: an empty key's value is the next line, unless that is a field or an entry.
    const lost =
      (empty || block) && last === index && next === index + 1 && !/^[\s#]*(?:-\s|["']?[\w./-]+["']?\s*:(?:\s|$))/.test(line.text);
    const explicit = empty && next === index + 1 && /^[\s#]*:/.test(line.text);
    // A plain value continues on deeper lines, unless they hold a field or an entry.
    const field = !empty && !block && /^[\s#]*(?:-\s+)*["']?[\w./-]+["']?\s*:(?:\s|$)/.test(line.text);
    if ((!deeper || field) && !lost && !explicit) break;
    last = next;
    if (lost && !deeper && block) {
      // A block without indentation ends at the next line that looks like a field.
      while (lines[last + 1] !== undefined && !/^[\s#]*(?:-\s|["']?[\w./-]+["']?\s*:(?:\s|$))/.test(lines[last + 1]?.text ?? '')) last++;
      break;
    }
  }
  return last;
}

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
