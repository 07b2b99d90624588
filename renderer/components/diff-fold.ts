import type { DiffLine } from '../../main/common/integration/reading/integration.ts';

export interface DiffPart {
  readonly kind: 'shown' | 'folded';
  readonly lines: readonly DiffLine[];
}

/** Doesn't fold fewer than four lines. */
export function foldDiff(lines: readonly DiffLine[], context = 3): readonly DiffPart[] {
  const near = new Array<boolean>(lines.length).fill(false);
  lines.forEach((line, index) => {
    if (line.kind !== 'same') near.fill(true, Math.max(0, index - context), index + context + 1);
  });
  const parts: { kind: DiffPart['kind']; lines: DiffLine[] }[] = [];
  lines.forEach((line, index) => {
    const kind = near[index] ? 'shown' : 'folded';
    const last = parts.at(-1);
    if (last?.kind === kind) last.lines.push(line);
    else parts.push({ kind, lines: [line] });
  });
  return parts.map((part) => (part.lines.length < 4 ? { ...part, kind: 'shown' } : part));
}
