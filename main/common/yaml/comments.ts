import { lineEnd, spliced } from './text.ts';
import type { Source, SourceNode } from './tree.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

const known = new WeakMap<Source, readonly Range[]>();

export function commentsOf(source: Source): readonly Range[] {
  const before = known.get(source);
  if (before !== undefined) return before;
  const found = commentsIn(source);
  known.set(source, found);
  return found;
}

function commentsIn({ text, root }: Source): Range[] {
  const found: Range[] = [];
  const next = hashes(text);
  let cursor = 0;
  /** What is between two values. */
  const search = (until: number, behind: number): void => {
    for (let at = next(cursor); at < until; at = next(at)) {
      if (at !== 0 && !BEFORE_COMMENT.includes(text[at - 1] ?? '')) {
        at++;
        continue;
      }
      const end = endOfComment(text, at);
      found.push({ start: at, end });
      at = end;
    }
    cursor = behind;
  };
  const visit = (node: SourceNode): void => {
    if (node.kind === 'scalar' || node.kind === 'alias') {
      const block = node.kind === 'scalar' && node.indent >= 0;
      search(block ? lineEnd(text, node.start) : node.start, node.end);
    } else if (node.kind === 'sequence') for (const item of node.items) visit(item);
    else
      for (const pair of node.pairs) {
        visit(pair.key);
        visit(pair.value);
      }
  };
  if (root !== undefined) visit(root);
  search(text.length, text.length);
  return found;
}

/** Where the next `#` is. Not searched for between each two values: it can be far away. */
function hashes(text: string): (from: number) => number {
  let hash = -1;
  return (from) => {
    if (hash < from) {
      const found = text.indexOf('#', from);
      hash = found < 0 ? text.length : found;
    }
    return hash;
  };
}

export function commentRuns(source: Source): Range[] {
  const runs: Range[] = [];
  for (const comment of commentsOf(source)) {
    const previous = runs.at(-1);
    if (previous !== undefined && /^[ \t]*(?:\r\n?|\n)[ \t]*$/.test(source.text.slice(previous.end, comment.start)))
      runs[runs.length - 1] = { start: previous.start, end: comment.end };
    else runs.push(comment);
  }
  return runs;
}

/** Without comment lines that look like the one above. The second reader minds an indent, and no blank behind `#`. */
export function withFewerComments(source: Source): string {
  const { text } = source;
  // These breaks don't end a comment there.
  if (/\r(?!\n)|[\u0085\u2028\u2029]/.test(text)) return text;
  const dropped: { start: number; end: number; text: string }[] = [];
  let above = { indent: -1, isBlank: false, end: 0 };
  for (const { start, end } of commentsOf(source)) {
    const indent = indentOf(text, start);
    const isBlank = ' \t\r\n'.includes(text[start + 1] ?? ' ');
    const between = text.slice(above.end, start - indent);
    const isAlike = indent >= 0 && indent === above.indent && isBlank === above.isBlank && (between === '\n' || between === '\r\n');
    const last = dropped.at(-1);
    if (isAlike && last?.end === above.end) last.end = end;
    else if (isAlike) dropped.push({ start: above.end, end, text: '' });
    above = { indent, isBlank, end };
  }
  return spliced(text, dropped);
}

/** -1: something else is before it. */
function indentOf(text: string, at: number): number {
  let start = at;
  while (text[start - 1] === ' ') start--;
  return start === 0 || text[start - 1] === '\n' ? at - start : -1;
}

// kAudit's reader also starts comments right after brackets, commas, colons and quotes; it has 3 more line breaks.
const BEFORE_COMMENT = ' \t\n\r\ufeff\u0085\u2028\u2029[]{},:"\'';

const LINE_BREAK = /[\n\r\u0085\u2028\u2029]/g;

function endOfComment(text: string, at: number): number {
  LINE_BREAK.lastIndex = at;
  return LINE_BREAK.exec(text)?.index ?? text.length;
}
