import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeChosen } from '../../../../main/common/integration/choices.ts';
import { mergeDocuments, valueAt } from '../../../../main/common/integration/document.ts';

const text = (fields: Readonly<Record<string, number | undefined>>) =>
  `- type: detections\n  target:\n    target-type: kafka\n${Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `    ${name}: ${value}\n`)
    .join('')}- type: activity\n`;

test('property: each conflict is resolved as decided, and the rest is merged as usual', () => {
  const field = fc.constantFrom(1, 2, 3, undefined);
  const fields = fc.record({ a: field, b: field, c: field });
  fc.assert(
    fc.property(fields, fields, fields, fc.constantFrom('mine', 'theirs', 7), (base, mine, theirs, choice) => {
      const merge = mergeDocuments(text(base), text(mine), text(theirs));
      if (merge.ok) return;
      const choices = merge.conflicts.map(({ path }) =>
        choice === 'mine' || choice === 'theirs' ? { path, take: choice } : { path, value: choice },
      );
      const result = mergeChosen(text(base), text(mine), text(theirs), choices as never);
      if (!result.ok) throw new Error(JSON.stringify(result));
      for (const name of ['a', 'b', 'c'] as const) {
        const path = [0, 'target', name];
        const own = merge.conflicts.some((conflict) => conflict.path.at(-1) === name);
        const free = mine[name] === base[name] ? theirs[name] : mine[name];
        const wanted = !own ? free : choice === 'mine' ? mine[name] : choice === 'theirs' ? theirs[name] : choice;
        expect(valueAt(result.text, path)).toBe(wanted);
      }
    }),
    { numRuns: 100 },
  );
});

test('entries that one side moved or removed are found, or come back', () => {
  const base = '- type: a\n  x: 1\n- type: b\n  x: 1\n';
  const mine = '- type: new\n- type: a\n  x: 1\n- type: b\n  x: 2\n';
  const theirs = '- type: b\n  x: 3\n- type: a\n  x: 1\n';
  const taken = mergeChosen(base, mine, theirs, [{ path: [1, 'x'], take: 'mine' }]);
  expect(taken.ok && taken.text).toContain('type: b\n  x: 2');
  const gone = mergeChosen(base, '- type: a\n  x: 1\n', theirs, [{ path: [1], take: 'theirs' }]);
  expect(gone.ok && gone.text).toContain('type: b\n  x: 3');
  const removed = mergeChosen(base, '- type: a\n  x: 1\n', theirs, [{ path: [1], take: 'mine' }]);
  expect(removed.ok && removed.text).not.toContain('type: b');
});
