import { expect, test } from 'vitest';
import type { DocumentDiff } from '../../../../../main/common/integration/reading/integration.ts';
import {
  addStep,
  changeWords,
  editsOf,
  followPosition,
  followSelection,
  type Step,
  undoStep,
} from '../../../../../renderer/views/draft/draft.ts';

const typed = (value: string, group = 'field:0/name'): Step => ({
  group,
  structural: false,
  edits: [{ op: 'set', path: [0, 'name'], value }],
});
const removed: Step = { group: null, structural: true, edits: [{ op: 'remove', path: [1] }] };

test('typing in one field is one step, undone together', () => {
  const steps = [typed('a'), typed('ab'), typed('abc')].reduce(addStep, [] as readonly Step[]);
  expect(editsOf(steps)).toEqual([{ op: 'set', path: [0, 'name'], value: 'abc' }]);
  expect(undoStep(steps)).toEqual([]);
});

test('typing after something else is a separate step', () => {
  const steps = [typed('a'), removed, removed, typed('b')].reduce(addStep, [] as readonly Step[]);
  expect(steps).toHaveLength(4);
});

test('what is typed into an unset field and deleted again is no step, and a set field that is emptied is one', () => {
  const emptied = (adds: boolean): Step => ({
    group: 'field:0/name',
    adds,
    structural: false,
    edits: [{ op: 'remove', path: [0, 'name'] }],
  });
  const begun: Step = { ...typed('a'), adds: true };
  // The page may know the field by then, or not yet.
  for (const adds of [true, false])
    expect([removed, begun, typed('ab'), emptied(adds)].reduce(addStep, [] as readonly Step[])).toEqual([removed]);
  expect(addStep([], emptied(true))).toEqual([]);
  expect(editsOf([typed('a'), emptied(false)].reduce(addStep, [] as readonly Step[]))).toEqual(emptied(false).edits);
  // Emptied and typed again before the reply.
  expect(editsOf([typed('a'), emptied(false), emptied(true)].reduce(addStep, [] as readonly Step[]))).toEqual(emptied(true).edits);
});

test('texts typed in two visits to the text view stay two edits', () => {
  const text = (value: string, group: string): Step => ({ group, structural: true, edits: [{ op: 'text', text: value }] });
  const steps = [text('key', 'text-1'), text('masked', 'text-2')].reduce(addStep, [] as readonly Step[]);
  expect(editsOf(steps)).toEqual([
    { op: 'text', text: 'key' },
    { op: 'text', text: 'masked' },
  ]);
});

test.each([
  [2, { op: 'insert', index: 1, value: {} }, 1],
  [2, { op: 'move', from: 2, to: 0 }, 0],
  [1, { op: 'move', from: 2, to: 0 }, 2],
  [1, { op: 'move', from: 0, to: 2 }, 0],
  [0, { op: 'move', from: 1, to: 2 }, 0],
  [2, { op: 'remove', path: [0] }, 1],
  [0, { op: 'remove', path: [0] }, 0],
  [2, { op: 'remove', path: [0, 'name'] }, 2],
] as const)('the selection of entry %i after %j is %i', (selected, edit, expected) => {
  expect(followSelection(selected, edit)).toBe(expected);
});

test.each([
  [1, { op: 'insert', index: 1, value: {} }, 2],
  [1, { op: 'insert', index: 2, value: {} }, 1],
  [1, { op: 'duplicate', integration: 0 }, 2],
  [1, { op: 'duplicate', integration: 1 }, 1],
  [1, { op: 'duplicate', integration: 0, target: 1 }, 1],
  [1, { op: 'move', from: 1, to: 0 }, 0],
] as const)('the position of the cluster’s entry %i after %j is %i', (position, edit, expected) => {
  expect(followPosition(position, edit)).toBe(expected);
});

test('counts changes of meaning, otherwise changed lines, otherwise nothing', () => {
  const diff = (changes: readonly string[], kinds: readonly ('same' | 'added')[]): DocumentDiff => ({
    changes,
    lines: kinds.map((kind, index) => (kind === 'same' ? { kind, text: '', old: index, new: index } : { kind, text: '', new: index })),
  });
  expect(changeWords(diff(['a', 'b'], ['added']))).toBe('2 changes');
  expect(changeWords(diff([], ['same', 'added']))).toBe('1 line of text changed');
  expect(changeWords(diff([], ['same']))).toBe('No changes');
  expect(changeWords(null)).toBe('No changes');
});
