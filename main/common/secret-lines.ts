// SECURITY: secrets in lines that are no YAML: comments, and texts that do not parse. It masks to the end of the line, and on through every
// line that can belong to the value.

import { isSecretName, type SecretPart, secretPartsOfUrls, secretShapesIn } from './secret-words.ts';

interface Line {
  readonly start: number;
  readonly end: number;
  /** Columns before the first character that is neither blank nor `#`. */
  readonly indent: number;
  /** Columns that stand before this text in its line; 0 but for a comment behind a value. */
  readonly before: number;
  readonly text: string;
}

// `key:`, `"key" :`, `key =`, with dashes, brackets or a `?` before it; what follows is the value.
const KEY = /(?<!\w)(["']?)((?:ref\/)?[A-Za-z_][\w./ -]{0,120}?)\1[ \t]{0,40}[:=](?!\/\/)[ \t]*/g;

function linesOf(text: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  let start = from;
  // The first line can start in the middle of one, behind a value: columns still count from the line's own start.
  let before = from - (Math.max(text.lastIndexOf('\n', from - 1), text.lastIndexOf('\r', from - 1)) + 1);
  if (from === 0) before = 0;
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
  const found: SecretPart[] = [];
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    if (line === undefined) break;
    for (const part of [...secretPartsOfUrls(line.text), ...secretShapesIn(line.text)])
      found.push({ start: line.start + part.start, end: line.start + part.end });
    const value = secretValueIn(line.text);
    if (value === undefined) continue;
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
  return found;
}

interface Opening {
  /** Where the value starts in its line. */
  readonly start: number;
  /** Column of the key it belongs to. */
  readonly column: number;
  readonly text: string;
}

/** The first secret key of a line: everything behind it is masked, whatever else the line holds. */
function secretValueIn(line: string): Opening | undefined {
  for (const match of line.matchAll(KEY)) {
    const name = (match[2] ?? '').trim();
    const start = match.index + match[0].length;
    const value = line.slice(start);
    // In running text the name's last word decides ("the new http-api-token: …"); before it anything can stand.
    const secret = isSecretName(name) || isSecretName(name.split(' ').at(-1) ?? '');
    if (!secret || (name.includes('ref/') && /^["']?val-[\w.-]+["']?[\s,}\]]*(?:#.*)?$/.test(value))) continue;
    return { start, column: match.index, text: value };
  }
  // An explicit key, `? http-api-token`, whose value stands in the next line.
  const explicit = /^[\s#-]*\?\s+["']?([\w./-]+)["']?\s*$/.exec(line);
  if (explicit !== null && isSecretName(explicit[1] ?? '')) return { start: line.length, column: line.indexOf('?'), text: '' };
  return undefined;
}

/** How far a value goes on: through an open quote to its end, through lines that are indented deeper, over blank lines between them. */
function lastLineOf(lines: readonly Line[], index: number, value: Opening): number {
  const own = lines[index];
  if (own === undefined) return index;
  const head = value.text.replace(/^(?:[&!][^\s]*\s+)+/, '');
  const quote = head[0];
  if ((quote === '"' || quote === "'") && !closes(head.slice(1), quote)) {
    const end = lines.findIndex((line, at) => at > index && closes(line.text, quote));
    return end < 0 ? lines.length - 1 : end;
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
