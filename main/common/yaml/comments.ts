import { lineEnd } from './text.ts';
import type { Source, SourceNode } from './tree.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

function valueRanges(source: Source): Range[] {
  const ranges: Range[] = [];
  const collect = (node: SourceNode): void => {
    if (node.kind === 'scalar' || node.kind === 'alias') {
      const block = node.kind === 'scalar' && node.indent >= 0;
      ranges.push({ start: block ? lineEnd(source.text, node.start) : node.start, end: node.end });
    } else if (node.kind === 'sequence') for (const item of node.items) collect(item);
    else
      for (const pair of node.pairs) {
        collect(pair.key);
        collect(pair.value);
      }
  };
  if (source.root !== undefined) collect(source.root);
  ranges.push({ start: source.text.length, end: source.text.length });
  return ranges;
}

export function commentsOf(source: Source): Range[] {
  const found: Range[] = [];
  let cursor = 0;
  for (const { start, end } of valueRanges(source)) {
    for (let at = cursor; at < start; ) {
      const comment = nextComment(source.text, at, start);
      if (comment === undefined) break;
      found.push(comment);
      at = comment.end;
    }
    cursor = end;
  }
  return found;
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

// kAudit's reader also starts comments right after brackets, commas, colons and quotes; it has 3 more line breaks.
const BEFORE_COMMENT = ' \t\n\r\ufeff\u0085\u2028\u2029[]{},:"\'';

function nextComment(text: string, from: number, to: number): Range | undefined {
  for (let at = from; at < to; at++) {
    if (text[at] !== '#' || (at !== 0 && !BEFORE_COMMENT.includes(text[at - 1] ?? ''))) continue;
    let end = at;
    while (end < text.length && !/[\n\r\u0085\u2028\u2029]/.test(text[end] ?? '')) end++;
    return { start: at, end };
  }
  return undefined;
}
