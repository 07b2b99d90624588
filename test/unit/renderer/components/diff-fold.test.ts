import { expect, test } from 'vitest';
import type { DiffLine } from '../../../../main/common/integration/reading/integration.ts';
import { foldDiff } from '../../../../renderer/components/diff-fold.ts';

const same = (count: number): DiffLine[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'same', text: `line ${index}`, old: index + 1, new: index + 1 }));
const added: DiffLine = { kind: 'added', text: 'new', new: 1 };

test('shows three lines around a change and folds the rest', () => {
  const parts = foldDiff([...same(10), added, ...same(10)]);
  expect(parts.map(({ kind, lines }) => [kind, lines.length])).toEqual([
    ['folded', 7],
    ['shown', 7],
    ['folded', 7],
  ]);
});

test('doesn’t fold what is shorter than the button that unfolds it', () => {
  expect(foldDiff([...same(6), added]).every(({ kind }) => kind === 'shown')).toBe(true);
});

test('loses no line and keeps the order', () => {
  const lines = [...same(9), added, ...same(20), added, ...same(2)];
  expect(foldDiff(lines).flatMap((part) => part.lines)).toEqual(lines);
});
