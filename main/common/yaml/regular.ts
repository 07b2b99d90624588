// A copy for the stricter second reader, which doesn't allow brackets and quotes at their key's column or a comment
// right after a bracket. Adds meaningless blanks there.

import { commentsOf } from './comments.ts';
import { behindBreak, columnOf, lineEnd, spliced } from './text.ts';
import type { Source, SourceNode } from './tree.ts';

interface Blanks {
  readonly at: number;
  readonly count: number;
}

/** Units added at most, so that one wide column next to many short lines can't blow up the copy. */
const MOST_BLANKS = 1_000_000;

/** undefined: regular already, or too long. */
export function regularCopy(source: Source): string | undefined {
  const blanks = missingBlanks(source);
  if (blanks.length === 0) return undefined;
  return spliced(
    source.text,
    blanks.map(({ at, count }) => ({ start: at, end: at, text: ' '.repeat(count) })),
  );
}

function missingBlanks(source: Source): Blanks[] {
  const { text, root } = source;
  const found: Blanks[] = [];
  let total = 0;
  const add = (at: number, count: number) => {
    total += count;
    if (total <= MOST_BLANKS) found.push({ at, count });
  };
  const visit = (node: SourceNode, owner: number): void => {
    const isBlock = node.kind === 'scalar' ? node.indent >= 0 : node.kind !== 'alias' && !node.flow;
    if (!isBlock) indent(node, owner);
    else if (node.kind === 'sequence') for (const [index, item] of node.items.entries()) visit(item, node.dashes[index] ?? 0);
    else if (node.kind === 'map')
      for (const pair of node.pairs) {
        visit(pair.key, pair.start);
        visit(pair.value, pair.start);
      }
  };
  const indent = (node: SourceNode, owner: number): void => {
    if (!/[\r\n]/.test(text.slice(node.outer, node.end))) return;
    const needed = owner < 0 ? 0 : columnOf(text, owner) + 1;
    for (let at = nextLine(text, node.outer); at < node.end; at = nextLine(text, at)) {
      const stop = lineEnd(text, at);
      let first = at;
      while (text[first] === ' ') first++;
      if (first < stop && first - at < needed) add(at, needed - (first - at));
    }
  };
  if (root !== undefined) visit(root, -1);
  for (const { start } of commentsOf(source)) if (start > 0 && !/[\s\ufeff]/.test(text[start - 1] ?? '')) add(start, 1);
  return total > MOST_BLANKS ? [] : found.sort((one, other) => one.at - other.at);
}

function nextLine(text: string, at: number): number {
  const end = lineEnd(text, at);
  const next = behindBreak(text, end);
  return next === end ? text.length + 1 : next;
}
