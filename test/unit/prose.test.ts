import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  checkTree,
  columnComplaints,
  count,
  glossary,
  sentenceComplaints,
  shownStrings,
  split,
  strayComplaints,
  testTitles,
  textOf,
  wordComplaints,
} from '../../scripts/prose.mjs';

const styleGuide = readFileSync(fileURLToPath(new URL('../../docs/writing.md', import.meta.url)), 'utf8');
const refused = glossary(styleGuide);

function wordsIn(source: string): readonly string[] {
  return wordComplaints('main/a.ts', split('main/a.ts', source).prose, refused);
}

describe('the check of comments, docs and titles', () => {
  test('each refused word of the style guide is refused in a comment, and its replacement named', () => {
    expect(refused.size).toBeGreaterThan(40);
    for (const [word, write] of refused) expect(wordsIn(`// Here ${word} now.\n`), word).toContainEqual(expect.stringContaining(write));
  });

  test('a refused word is found in every kind of comment, even across lines, with its line', () => {
    expect(wordsIn('/**\n * Starts by\n * itself.\n */\nconst a = 1; // Anew.\n')).toEqual([
      'main/a.ts:2: “by itself”. Write: automatically, on its own.',
      'main/a.ts:5: “Anew”. Write: again.',
    ]);
    expect(wordsIn('// It starts by\n// itself.\n')).toHaveLength(1);
  });

  test('code, quoted code, addresses and longer words are left alone', () => {
    expect(wordsIn("const answer = 'anew // anew'; // `answer` from https://example.com/answer, mendicant\n")).toEqual([]);
    expect(wordComplaints('README.md', '```\nanew\n```\n[a page](anew.md)\n', refused)).toEqual([]);
  });

  test('a page is refused for its words and its long sentences', () => {
    const words = (length: number) => Array.from({ length }, () => 'word').join(' ');
    expect(wordComplaints('README.md', 'One\n\nIt asks anew.\n', refused)).toEqual(['README.md:3: “anew”. Write: again.']);
    expect(sentenceComplaints('README.md', `Short.\n\n${words(31)}.\n`)).toEqual([
      expect.stringContaining('README.md:3: a sentence of 31 words'),
    ]);
    expect(
      sentenceComplaints('README.md', `${words(30)}. ${words(30)}.\n- ${words(30)}\n- ${words(30)}\n\n| ${words(20)} | ${words(20)} |\n`),
    ).toEqual([]);
  });

  test('comments next to code are separate sentences', () => {
    const source = Array.from({ length: 31 }, (_, at) => `const a${at} = 1; // one word\n`).join('');
    expect(sentenceComplaints('main/a.ts', split('main/a.ts', source).prose)).toEqual([]);
  });

  test('a comment past column 120 is refused, and code there is not', () => {
    const source = `// ${'x'.repeat(118)}\n// ${'x'.repeat(117)}\nconst a = '${'x'.repeat(120)}';\nconst b = '${'x'.repeat(110)}'; // x\n`;
    expect(columnComplaints('main/a.ts', source, split('main/a.ts', source).comments).map((text) => text.slice(0, 12))).toEqual([
      'main/a.ts:1:',
      'main/a.ts:4:',
    ]);
  });

  test('lines of comments and code are counted', () => {
    expect(count('main/a.ts', "/**\n * One.\n */\nconst a = '// not one'; // neither\n\n// two\n")).toEqual({ comments: 4, code: 1 });
  });

  test('a refused word is found in each kind of string that the screen may show, with its line', () => {
    const source = [
      "import x from './made anew.ts';",
      "const a = 'Made anew.';",
      `const b = \`Not \${x.known ? \`asked anew\` : "in vain"} since \${x.anew} anew\`;`,
      'const c = <p className="anew anew" title="Ask anew">Ask {a} anew.</p>;',
      "const d = x['anew'] ?? 'It can’t be, it cannot';",
      "type E = 'made anew';",
    ].join('\n');
    const found = wordComplaints('renderer/a.tsx', textOf(source, shownStrings('renderer/a.tsx', source)), refused);
    expect(found.map((line) => line.replace(/ Write: .*/, ''))).toEqual([
      'renderer/a.tsx:2: “anew”.',
      'renderer/a.tsx:3: “anew”.',
      'renderer/a.tsx:3: “in vain”.',
      'renderer/a.tsx:3: “anew”.',
      'renderer/a.tsx:4: “anew”.',
      'renderer/a.tsx:4: “anew”.',
      'renderer/a.tsx:5: “cannot”.',
    ]);
  });

  test('a string with a long sentence is refused', () => {
    const words = (length: number) => Array.from({ length }, () => 'word').join(' ');
    const complaints = (text: string) => {
      const source = `const a = \`${text}\`;\nconst b = '${words(9)}';`;
      return sentenceComplaints('main/a.ts', textOf(source, shownStrings('main/a.ts', source)));
    };
    expect(complaints(`${words(30)}. ${words(30)}`)).toEqual([]);
    expect(complaints(`${words(25)} \${a.b} ${words(6)}`)).toEqual(['main/a.ts:1: a sentence of 31 words; at most 30. Make it two.']);
  });

  test('a refused word or a long sentence in a title is refused, however a test or suite gets it, and in no other string', () => {
    const long = Array.from({ length: 31 }, () => 'word').join(' ');
    const source = [
      "describe('asks anew', () => {",
      "  it('asks anew', () => expect('anew').toBe('asks anew'));",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a source that has one
      "  test.skipIf(a).each(['asks anew'])(`asks ${b} anew`, () => {});",
      "  fullRunTest(c ? 'asks anew' : 'asks in vain', { timeout: 1 }, () => {});",
      "  describeWith(['asks anew'], 'asks anew', () => {});",
      '  test.each`a`("asks anew", ask(\'asks anew\'));',
      `  test('${long}', () => {});`,
      '});',
    ].join('\n');
    const text = textOf(source, testTitles('test/a.test.ts', source));
    const found = wordComplaints('test/a.test.ts', text, refused).map((line) => line.replace(/ Write: .*/, ''));
    expect(found).toEqual([
      'test/a.test.ts:1: “anew”.',
      'test/a.test.ts:2: “anew”.',
      'test/a.test.ts:3: “anew”.',
      'test/a.test.ts:4: “anew”.',
      'test/a.test.ts:4: “in vain”.',
      'test/a.test.ts:5: “anew”.',
      'test/a.test.ts:6: “anew”.',
    ]);
    expect(sentenceComplaints('test/a.test.ts', text)).toEqual(['test/a.test.ts:7: a sentence of 31 words; at most 30. Make it two.']);
  });

  test('what people read is refused outside the strings tables, in each form, but not what machines read', () => {
    const stray = (file: string, source: string) => strayComplaints(file, source).map((line) => line.replace(/ is shown.*/, ''));
    const source = [
      "const a = 'Saved and read back';",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a source that has one
      'const b = `${n} of ${m} passed`;',
      'const c = <p>Stop</p>;',
      'const d = <p title="Stop it now" className="a b-c" />;',
      "const e = { label: 'Stop' };",
      "throw new Error('No such preset');",
    ].join('\n');
    expect(stray('renderer/a.tsx', source)).toEqual([
      'renderer/a.tsx:1: “Saved and read back”',
      'renderer/a.tsx:2: “~ of ~ passed”',
      'renderer/a.tsx:3: “Stop”',
      'renderer/a.tsx:4: “Stop it now”',
      'renderer/a.tsx:5: “Stop”',
      'renderer/a.tsx:6: “No such preset”',
    ]);
    expect(stray('renderer/views/strings.ts', source.replaceAll(/<.*>/g, '1'))).toEqual([]);
    const machine = [
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a source that has one
      'const a = `Bearer ${key}`;',
      "const b = state === 'Two words' || text.includes('two words');",
      "const c = key === 'Enter' ? 'Escape' : 'prefers-color-scheme';",
      "const d = matchMedia('(prefers-color-scheme: dark)');",
      "type E = 'Two words';",
    ].join('\n');
    expect(stray('renderer/b.ts', machine)).toEqual([]);
  });

  test('a tree fails for each rule, where the rule’s table says that it applies', () => {
    const top = mkdtempSync(join(tmpdir(), 'kaudit-tray-prose-'));
    onTestFinished(() => rmSync(top, { recursive: true }));
    const files = {
      'docs/writing.md': styleGuide,
      'docs/guide.md': 'Ask anew.\n',
      'main/state/a.ts': `// ${'anew '.repeat(31)}\nconst a = 1;\n`,
      'renderer/a.tsx': '// Anew.\n',
      'renderer/b.tsx': "const a = 'Made anew.';\n",
      'main/demo/cluster/a.ts': "const a = 'You cannot';\n",
      'test/a.test.ts': "test('asks anew', () => ask('it anew'));\n",
    };
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(join(top, dirname(file)), { recursive: true });
      writeFileSync(join(top, file), text);
    }
    const none = { columns: [], words: [], sentences: [], strings: [], titles: [], tables: [] };
    expect(checkTree(top, none, 100)).toEqual([]);
    expect(checkTree(top, none, 49)).toEqual([expect.stringContaining('main has 1 comment lines for 2 code lines: 50.00 %; at most 49 %')]);
    expect(checkTree(top, { ...none, columns: ['main'] }, 100)).toEqual([
      expect.stringContaining('main/state/a.ts:1: a comment in a line'),
    ]);
    expect(checkTree(top, { ...none, words: ['docs/guide.md', 'renderer'] }, 100)).toEqual([
      expect.stringContaining('renderer/a.tsx:1'),
      expect.stringContaining('docs/guide.md:1'),
    ]);
    expect(checkTree(top, { ...none, strings: ['main', 'renderer'] }, 100)).toEqual([expect.stringContaining('renderer/b.tsx:1: “anew”')]);
    expect(checkTree(top, { ...none, titles: ['test'] }, 100)).toEqual([expect.stringContaining('test/a.test.ts:1: “anew”')]);
    expect(checkTree(top, { ...none, tables: ['main', 'renderer'] }, 100)).toEqual([
      expect.stringContaining('renderer/b.tsx:1: “Made anew.”'),
    ]);
    expect(checkTree(top, { ...none, sentences: ['main/state'] }, 100)).toEqual([expect.stringContaining('a sentence of 31 words')]);
  });
});
