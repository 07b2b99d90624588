import type { IsField } from './value.ts';

export function lineStart(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && text[at - 1] !== '\n' && text[at - 1] !== '\r') at--;
  return at;
}

export function lineEnd(text: string, offset: number): number {
  let at = offset;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

export function behindBreak(text: string, offset: number): number {
  if (text[offset] === '\r' && text[offset + 1] === '\n') return offset + 2;
  return offset < text.length ? offset + 1 : offset;
}

export function beforeBreak(text: string, offset: number): number {
  if (offset >= 2 && text[offset - 2] === '\r' && text[offset - 1] === '\n') return offset - 2;
  return Math.max(0, offset - 1);
}

/** A byte order mark isn't a column. */
export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (start === 0 && text[0] === '\ufeff' ? 1 : 0);
}

export function isFirstOnLine(text: string, offset: number): boolean {
  return ownLineStart(text, offset) !== undefined;
}

/** Where the line of what is first on it starts. Reads only the blanks: a line can be a whole document. */
export function ownLineStart(text: string, offset: number): number | undefined {
  let at = offset;
  while (text[at - 1] === ' ' || text[at - 1] === '\ufeff') at--;
  return at === 0 || text[at - 1] === '\n' || text[at - 1] === '\r' ? at : undefined;
}

// `# - type: detections`, `# ref/my-key: val-x`: a disabled field or the vendor's sample.
const COMMENTED_FIELD = /^#+\s*(?:-\s+)*["']?((?:ref\/)?[\w-]+)["']?:(?:\s|$)/;

/** Comment lines that still belong to the first entry. More are the document's header. */
const OWN_LINES_AT_TOP = 2;

/** Includes an item's own comment: the lines above in its column, after the last disabled field. */
export function ownStart(text: string, offset: number, top: 'entry' | 'only-entry' | 'inner', isField: IsField): number {
  const column = columnOf(text, offset);
  const first = lineStart(text, offset);
  const lines: number[] = [];
  let at = first;
  while (at > 0) {
    const start = lineStart(text, beforeBreak(text, at));
    const line = text.slice(start, beforeBreak(text, at));
    const body = line.replace(/^\ufeff/, '');
    if (!body.trimStart().startsWith('#') || body.length - body.trimStart().length !== column || body.trimStart() === '') break;
    lines.unshift(start);
    at = start;
  }
  const bodyOf = (start: number) => text.slice(start, lineEnd(text, start)).replace(/^[\ufeff ]*/, '');
  const off = lines.findLastIndex((start) => {
    const name = COMMENTED_FIELD.exec(bodyOf(start))?.[1];
    return name !== undefined && isField(name);
  });
  let own = off < 0 ? lines : lines.slice(off + 1);
  if (off >= 0) {
    const sample = own.findLastIndex((start) => /^#+\s*-\s/.test(bodyOf(start)));
    own = own.slice(sample + 1);
  }
  const atTop = lines[0] === 0;
  if (atTop && top === 'only-entry') return first;
  if (atTop && top === 'entry' && lines.length > OWN_LINES_AT_TOP) return first;
  return own[0] ?? first;
}

/** End of the value's line, plus deeper comment lines below. */
export function ownEnd(text: string, end: number, column: number): number {
  let at = lineEnd(text, end);
  for (;;) {
    const next = behindBreak(text, at);
    if (next === at) return at;
    const stop = lineEnd(text, next);
    const indent = /^ *(?=#)/.exec(text.slice(next, stop))?.[0].length;
    if (indent === undefined || indent <= column) return at;
    at = stop;
  }
}

export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function spliced(text: string, splices: readonly Splice[]): string {
  let result = '';
  let cursor = 0;
  for (const splice of [...splices].sort((one, other) => one.start - other.start || one.end - other.end)) {
    result += text.slice(cursor, splice.start) + splice.text;
    cursor = splice.end;
  }
  return result + text.slice(cursor);
}

/** Removes whole lines with a line break: the one before them if the text ends without one. */
export function withoutLines(text: string, start: number, end: number): Splice {
  const behind = behindBreak(text, end);
  if (behind > end || start === 0) return { start, end: behind, text: start === 0 && text[0] === '\ufeff' ? '\ufeff' : '' };
  return { start: beforeBreak(text, start), end, text: '' };
}
