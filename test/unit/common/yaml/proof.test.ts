import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDocument } from '../../../../main/common/integration/document.ts';
import { isRead, withoutDistantItems } from '../../../../main/common/yaml/proof.ts';
import { parseSource } from '../../../../main/common/yaml/source.ts';
import { rootValue, type Source } from '../../../../main/common/yaml/tree.ts';
import { generatedDocument, irregularDocument } from '../../../support/document-arbitraries.ts';

function read(text: string): Source {
  const source = parseSource(text);
  if (!source.ok) throw new Error(`${source.message}\n${text}`);
  return source;
}

const meaningOf = (text: string) => {
  const { root } = read(text);
  return root === undefined ? null : rootValue(root);
};

const list = (count: number, indent: string) => Array.from({ length: count }, (_, index) => `${indent}- a: b${index}\n`).join('');

describe('text without items far from a change', () => {
  it.each([
    ['the end of a long list', list(1000, ''), 'b999', '- a: b0\n- a: b998\n- a: changed\n'],
    ['inside a long list', list(1000, ''), 'b500\n', '- a: b0\n- a: b499\n- a: changed\n- a: b501\n'],
    ['the start of a long list', list(1000, ''), 'b0\n', '- a: changed\n- a: b1\n'],
    [
      'a list inside a list',
      `# x\n- x: 1\n  y:\n${list(1000, '    ')}  z: 2\n- x: 3\n`,
      'b500\n',
      '# x\n- x: 1\n  y:\n    - a: b0\n    - a: b499\n    - a: changed\n    - a: b501\n  z: 2\n- x: 3\n',
    ],
    [
      'behind a list inside a list',
      `- x: 1\n  y:\n${list(1000, '  ')}  z: b1000\n- x: 3`,
      'b1000\n',
      '- x: 1\n  y:\n  - a: b0\n  - a: b998\n  - a: b999\n  z: changed\n- x: 3',
    ],
  ])('has only its neighbours: %s', (_, before, old, wanted) => {
    const after = before.replace(old, old.endsWith('\n') ? 'changed\n' : 'changed');
    const part = withoutDistantItems(before, read(after));
    expect(part?.text).toBe(wanted);
    expect(part?.value).toEqual(meaningOf(wanted));
  });

  it('is nothing where everything is near', () => {
    expect(withoutDistantItems('- a\n- b\n', read('- a\n- c\n'))).toBeUndefined();
    expect(withoutDistantItems('', read(''))).toBeUndefined();
    expect(withoutDistantItems('[]', read(`[${'a,'.repeat(1000)}]`))).toBeUndefined();
  });

  it('means what the whole text means there, in any style', () => {
    let parts = 0;
    fc.assert(
      fc.property(
        fc.oneof(generatedDocument, irregularDocument),
        fc.nat(),
        fc.constantFrom('changed', 7, true),
        (document, pick, value) => {
          const path = document.scalars[pick % Math.max(1, document.scalars.length)];
          if (path === undefined) return;
          const edit = editDocument(document.text, [{ op: 'set', path, value }]);
          if (!edit.ok) return;
          const part = withoutDistantItems(document.text, read(edit.text));
          if (part === undefined) return;
          parts++;
          expect(meaningOf(part.text)).toEqual(part.value);
        },
      ),
      { numRuns: 200 },
    );
    expect(parts).toBeGreaterThan(20);
  });
});

it.each([
  ['at the start of a line', '>- # a\n# b\n# c\n', ''],
  ['behind a lone CR', '- | # x\r# c\n  # d\n', ['']],
])('comment lines that one reader takes for a block’s text aren’t left out of what the other confirms: %s', (_, text, meaning) => {
  expect(meaningOf(text)).toEqual(meaning);
  expect(isRead(read(text), meaning)).toBe(false);
});

describe('fields that only U+2028 separates', { timeout: 5_000 }, () => {
  const fields = (count: number, value: string) =>
    `- ${Array.from({ length: count }, (_, index) => `k${index}: ${value}`).join('\u2028  ')}\n- type: x\n`;

  // One line is the whole text: searching for its start or end at each field took from 6 to 15 s.
  it.each([
    ['many short ones: the second reader’s stack is full', fields(2_800, 'v')],
    ['long ones', fields(1_000, 'v'.repeat(1_000))],
  ])('are refused in time: %s', (_, text) => {
    expect(editDocument(text, [{ op: 'set', path: [1, 'type'], value: 'y' }])).toEqual({
      ok: false,
      reason: expect.stringContaining('Two YAML readers disagree'),
    });
  });

  it('leave out nothing, in time', () => {
    const text = fields(17_000, 'v');
    expect(withoutDistantItems(text, read(text.replace('x\n', 'y\n')))).toBeUndefined();
  });
});
