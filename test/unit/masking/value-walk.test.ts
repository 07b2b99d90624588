import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseSource } from '../../../main/common/yaml/source.ts';
import { nodeValue } from '../../../main/common/yaml/tree.ts';
import { sameTree } from '../../../main/masking/value-walk.ts';

const scalar = fc.constantFrom('a', 'b', '', '0', 'true', '1 2');
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('x', 'y', 'name'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));
/** One value in several places becomes an anchor with aliases. */
const documents = fc.tuple(values, values).map(([shared, own]) => stringify([shared, own, shared, { name: shared }]));

function rootOf(text: string) {
  const source = parseSource(text);
  if (!source.ok || source.root === undefined) throw new Error(`Invalid: ${text}`);
  return source.root;
}

describe('a comparison of two documents', () => {
  test('finds the same as one of their values, with aliases on either side', () => {
    let [equal, aliases] = [0, 0];
    fc.assert(
      fc.property(documents, documents, fc.boolean(), (one, second, same) => {
        const other = same ? stringify(JSON.parse(JSON.stringify(nodeValue(rootOf(one))))) : second;
        const isSame = JSON.stringify(nodeValue(rootOf(one))) === JSON.stringify(nodeValue(rootOf(other)));
        const found = sameTree(
          rootOf(one),
          rootOf(other),
          (a, b) => a === b,
          () => false,
        );
        expect(found).toBe(isSame);
        if (isSame) equal += 1;
        if (one.includes('*')) aliases += 1;
      }),
    );
    expect(Math.min(equal, aliases)).toBeGreaterThan(10);
  });

  test('accepts any scalar where the name is open, and nothing else there', () => {
    const compare = (one: string, other: string) =>
      sameTree(
        rootOf(one),
        rootOf(other),
        (a, b) => a === b,
        (name) => name === 'open',
      );
    expect(compare('- open: a\n', '- open: b\n')).toBe(true);
    expect(compare('- open: a\n', '- open: [a]\n')).toBe(false);
    expect(compare('- open: [a]\n', '- open: [b]\n')).toBe(false);
    expect(compare('- shut: a\n', '- shut: b\n')).toBe(false);
    // Accepted in one place only.
    expect(compare('- open: &k a\n- shut: *k\n', '- open: &k b\n- shut: *k\n')).toBe(false);
  });
});
