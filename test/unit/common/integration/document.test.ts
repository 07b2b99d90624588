import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  diffDocuments,
  editDocument,
  fieldPath,
  mergeDocuments,
  readDocument,
  removalPath,
  valueAt,
} from '../../../../main/common/integration/document.ts';
import type { DocumentEdit, Path, Value } from '../../../../main/common/yaml/value.ts';
import { LOST_INDENTATION, MANUAL, SHAPES, sampleCount, switchedOn } from '../../../support/documents.ts';

function edited(text: string, ...edits: DocumentEdit[]): string {
  const result = editDocument(text, edits);
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

function refusal(text: string, ...edits: DocumentEdit[]): string {
  const result = editDocument(text, edits);
  if (result.ok) throw new Error(`not refused:\n${result.text}`);
  return result.reason;
}

function merged(base: string, mine: string, theirs: string): string {
  const result = mergeDocuments(base, mine, theirs);
  if (!result.ok) throw new Error(JSON.stringify(result.conflicts));
  return result.text;
}

const rules = (text: string) => readDocument(text).problems.map((problem) => problem.rule);

describe('reading', () => {
  it('reads a target that is one map', () => {
    const [integration] = readDocument(SHAPES.MAP_TARGET).integrations;
    expect(integration).toMatchObject({ index: 0, name: 'to Coralogix', type: 'detections', state: 'active', shape: 'map' });
    expect(integration?.targets[0]).toMatchObject({ index: null, path: [0, 'target'], type: 'http-api', stopped: false, complete: true });
    expect(integration?.filter.map(({ name, value }) => [name, value])).toEqual([
      ['confidence', [0, 1]],
      ['entity-no-match', '^system:|#not a comment'],
    ]);
  });

  it('reads several targets, and shows which is stopped', () => {
    const [integration] = readDocument(SHAPES.SEQUENCE_TARGET).integrations;
    expect(integration).toMatchObject({ shape: 'maps', state: 'active' });
    expect(integration?.targets.map(({ index, path, type, stopped }) => [index, path, type, stopped])).toEqual([
      [0, [0, 'target', 0], 'syslog', false],
      [1, [0, 'target', 1], 'slack', true],
    ]);
  });

  it('reads the older pairs', () => {
    const [integration] = readDocument(SHAPES.PAIR_TARGET).integrations;
    expect(integration?.shape).toBe('pairs');
    expect(integration?.targets.map(({ index, path, type, complete }) => [index, path, type, complete])).toEqual([
      [0, [0, 'target', 0, 1], 'http-api', true],
      [1, [0, 'target', 1, 1], 'slack', true],
    ]);
  });

  it('reads one target spread over one-key maps, and val- entries', () => {
    const reading = readDocument(SHAPES.ONE_KEY_TARGET);
    const [integration] = reading.integrations;
    expect(integration).toMatchObject({ shape: 'one-key-maps', state: 'active' });
    expect(integration?.targets).toHaveLength(1);
    expect(integration?.targets[0]?.fields.map(({ name, path }) => [name, path])).toContainEqual([
      'ref/aws-secret-access-key',
      [0, 'target', 4, 'ref/aws-secret-access-key'],
    ]);
    expect(reading.values).toEqual([{ index: 1, name: 'val-x', path: [1, 'val-x'], value: 'my-access-key' }]);
  });

  it('reads stopped, rate-limit and report at the entry', () => {
    const [integration] = readDocument(SHAPES.ENTRY_LEVEL).integrations;
    expect(integration?.state).toBe('stopped');
    expect(integration?.fields.map(({ name, path }) => [name, path])).toEqual([
      ['stopped', [0, 'stopped']],
      ['rate-limit', [0, 'rate-limit']],
      ['report', [0, 'report']],
    ]);
  });

  it('reads yes and on as true, as the JVM does', () => {
    for (const yes of ['yes', 'on', 'True', 'true'])
      expect(readDocument(`- type: activity\n  target: {target-type: slack, slack-uri: x, stopped: ${yes}}\n`).integrations[0]?.state).toBe(
        'stopped',
      );
  });

  it('follows aliases and merges <<', () => {
    const { integrations } = readDocument(SHAPES.ANCHORS);
    expect(integrations.map(({ state }) => state)).toEqual(['active', 'active', 'stopped', 'active']);
    expect(integrations[2]?.targets[0]?.fields.find(({ name }) => name === 'http-api-token')?.value).toBe('abc');
  });

  it('keeps unknown types, fields and entries as they are', () => {
    const reading = readDocument(SHAPES.UNKNOWN);
    expect(reading.integrations[0]).toMatchObject({ type: 'forecasts', fields: [{ name: 'retries', path: [0, 'retries'], value: 3 }] });
    expect(reading.integrations[0]?.targets[0]).toMatchObject({ type: 'pigeon', complete: true });
    expect(reading.others).toEqual([
      { name: '1', path: [1], value: 'just text' },
      { name: '2', path: [2], value: [1, 2] },
    ]);
  });

  it.each(['', '\n', '# only a comment', '---\n', 'null', '~ # nothing', '[]', '\ufeff', MANUAL])('reads %j as empty', (text) => {
    expect(readDocument(text)).toMatchObject({ state: 'empty', integrations: [], values: [], others: [] });
  });

  it.each([
    ['- a: "x\n', 'invalid-yaml', 1],
    ['- a: 1\n- *b\n', 'invalid-yaml', 2],
    ['- a: 1\n---\n- b: 1\n', 'invalid-yaml', 2],
    ['a: 1\n', 'not-a-sequence', 1],
    ['- &a [*a]\n', 'too-deep', 1],
    [`- ${'['.repeat(70)}${']'.repeat(70)}\n`, 'too-deep', 1],
  ])('says what is wrong with %j', (text, rule, line) => {
    const reading = readDocument(text);
    expect(reading.state).toBe('invalid');
    expect(reading.problems).toContainEqual(expect.objectContaining({ rule, severity: 'error', line }));
  });

  it('finds what an integration needs before it can send, and where', () => {
    expect(rules('- name: x\n')).toEqual(expect.arrayContaining(['missing-type', 'missing-target']));
    expect(rules('- type: detections\n  target: {stopped: true}\n')).toContain('missing-target');
    const text = '# x\n- type: detections\n  target:\n    target-type: http-api\n';
    expect(readDocument(text).problems.filter(({ rule }) => rule.startsWith('missing'))).toEqual([
      expect.objectContaining({ rule: 'missing-url', line: 3, column: 3, path: [0, 'target'] }),
      expect.objectContaining({ rule: 'missing-key', line: 3, column: 3, path: [0, 'target'] }),
    ]);
    expect(readDocument(text).integrations[0]?.state).toBe('incomplete');
  });

  it("needs no key when the destination isn't Coralogix", () => {
    expect(rules('- type: selections\n  target: {target-type: http-api, http-api-uri: "https://collector.example"}\n')).not.toContain(
      'missing-key',
    );
    expect(
      rules('- type: selections\n  target: {target-type: http-api, http-api-uri: "https://api.coralogix.com/logs/v1/bulk"}\n'),
    ).toContain('missing-key');
  });

  it('finds duplicate keys at any depth, and reads the last', () => {
    const text = '- type: a\n  type: detections\n  target: {target-type: slack, slack-uri: x, slack-uri: y}\n';
    const duplicates = readDocument(text).problems.filter(({ rule }) => rule === 'duplicate-key');
    expect(duplicates.map(({ line, column }) => [line, column])).toEqual([
      [2, 3],
      [3, 46],
    ]);
    expect(readDocument(text).integrations[0]?.type).toBe('detections');
    expect(duplicates.map(({ fix }) => fix?.edits)).toEqual([
      [{ op: 'text', text: text.replace('type: a\n  ', '') }],
      [{ op: 'text', text: text.replace('slack-uri: x, ', '') }],
    ]);
  });

  it('reports the published example as people paste it', () => {
    expect(readDocument(LOST_INDENTATION)).toMatchObject({ state: 'invalid' });
    expect(rules(LOST_INDENTATION).length).toBeGreaterThan(0);
  });
});

describe('hostile texts', () => {
  const bomb = Array.from(
    { length: 12 },
    (_, level) =>
      `- &a${level} [${Array(10)
        .fill(level === 0 ? 'x' : `*a${level - 1}`)
        .join(', ')}]`,
  ).join('\n');
  const mebibyte = 2 ** 20;
  const texts: readonly (readonly [string, string])[] = [
    ['anchors that multiply', bomb],
    ['brackets', '['.repeat(mebibyte)],
    ['closed brackets', '['.repeat(1_000) + ']'.repeat(1_000)],
    ['maps in maps', '{a: '.repeat(1_000) + '}'.repeat(1_000)],
    ['dashes', '- '.repeat(mebibyte / 2)],
    ['explicit keys', '? '.repeat(mebibyte / 2)],
    ['deep blocks', Array.from({ length: 1_400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')],
    ['one plain line', `- ${'a'.repeat(mebibyte)}`],
    ['one quoted line', `- "${'a '.repeat(mebibyte / 2)}"`],
    ['an open quote', `- "${'a'.repeat(mebibyte)}`],
    ['a key of a line', `${'a'.repeat(mebibyte)}: b`],
    ['colons', `- ${'a: '.repeat(mebibyte / 3)}`],
    ['commas', `- [${','.repeat(mebibyte)}]`],
    ['a long flow list', `- [${'a,'.repeat(mebibyte / 2)}]`],
    ['a long flow map', `- {${'a,'.repeat(mebibyte / 2)}}`],
    ['many items', '- a\n'.repeat(mebibyte / 4)],
    ['many keys', `- ${Array.from({ length: 45_000 }, (_, index) => `key${index}: 1`).join('\n  ')}`],
    ['many duplicates', `- ${'a: 1\n  '.repeat(40_000)}`],
    ['many documents', '---\n'.repeat(mebibyte / 4)],
    ['many anchors', `- ${'&a '.repeat(mebibyte / 4)}`],
    ['one comment', `#${'a'.repeat(mebibyte)}`],
    ['too many characters', '# x\n'.repeat(2 * mebibyte)],
  ];

  it.each(texts)('%s: read in bounded time, with a problem', (_, text) => {
    // Processor time: other work on the machine doesn't count.
    const start = process.cpuUsage();
    const reading = readDocument(text);
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(2_000);
    expect(reading.problems.length).toBeGreaterThan(0);
  });

  it('can be refused or edited in bounded time: nesting, anchors and long lines in 2 s, a hundred thousand lines in 4', () => {
    for (const [name, text] of texts) {
      const limit = text.split('\n').length < 2_000 ? 2_000 : 4_000;
      const start = process.cpuUsage();
      editDocument(text, [{ op: 'set', path: [0, 'type'], value: 'x' }]);
      expect(process.cpuUsage(start).user / 1_000, name).toBeLessThan(limit);
    }
  });
});

describe('editing', () => {
  it('keeps quotes, comments, blank lines, CRLF, the byte order mark and a last line without a line break', () => {
    const text = '\ufeff# head\r\n\r\n- type:   detections  # what\r\n  target: {target-type: \'slack\' , slack-uri: "x"}\r\n\r\n# tail';
    expect(edited(text, { op: 'set', path: [0, 'target', 'slack-uri'], value: 'it\'s "y"' })).toBe(text.replace('"x"', '"it\'s \\"y\\""'));
    expect(edited(text, { op: 'set', path: [0, 'target', 'target-type'], value: "it's" })).toBe(text.replace("'slack'", "'it''s'"));
    expect(edited(text, { op: 'set', path: [0, 'type'], value: 'yes' })).toBe(text.replace('  detections', "  'yes'"));
    expect(edited(text, { op: 'set', path: [0, 'name'], value: 'it' })).toBe(text.replace('"x"}\r\n', '"x"}\r\n  name: it\r\n'));
  });

  it('removes only the third list item, with its comment', () => {
    const text = switchedOn(MANUAL, 0);
    expect(edited(text, { op: 'set', path: [0, 'data-filter', 'confidence'], value: [0, 1] })).toBe(
      text.replace('      - 2                          # low\n', ''),
    );
  });

  it('replaces the text of a block scalar in its own style', () => {
    const text = '- note: |\n    one\n    two\n  type: x\n';
    expect(edited(text, { op: 'set', path: [0, 'note'], value: 'three\n\nfour\n' })).toBe('- note: |\n    three\n\n    four\n  type: x\n');
    expect(edited(text, { op: 'set', path: [0, 'note'], value: ' three' })).toBe("- note: ' three'\n  type: x\n");
    expect(edited('- note: >-\n    one\n    two\n', { op: 'set', path: [0, 'note'], value: 'three' })).toBe('- note: >-\n    three\n');
  });

  it('fills in a missing value, after an anchor and before a comment', () => {
    expect(
      edited('- type:\n  name: &n # who\n', { op: 'set', path: [0, 'type'], value: 'a' }, { op: 'set', path: [0, 'name'], value: 'b' }),
    ).toBe('- type: a\n  name: &n b # who\n');
  });

  it('creates a data-filter in the style of the document', () => {
    const four = '- type: detections\n  target:\n      target-type: slack\n      list:\n      - a\n  data-filter: {}   # all\n';
    expect(edited(four, { op: 'set', path: [0, 'data-filter', 'etype'], value: ['principal', 'resource'] })).toBe(
      four.replace(' {}   # all\n', '   # all\n      etype:\n      - principal\n      - resource\n'),
    );
    expect(
      edited('- {type: detections, target: {target-type: slack}}\n', {
        op: 'set',
        path: [0, 'data-filter', 'etype', 0],
        value: 'principal',
      }),
    ).toBe('- {type: detections, target: {target-type: slack}, data-filter: {etype: [principal]}}\n');
  });

  it('adds to every shape of target at fieldPath', () => {
    const added = (text: string) => {
      const [integration] = readDocument(text).integrations;
      const target = integration?.targets.at(-1);
      if (integration === undefined || target === undefined) throw new Error('no target');
      return {
        path: fieldPath(integration, target, 'rate-limit'),
        text: edited(text, { op: 'set', path: fieldPath(integration, target, 'rate-limit'), value: 7 }),
      };
    };
    expect(added(SHAPES.MAP_TARGET)).toEqual({
      path: [0, 'target', 'rate-limit'],
      text: SHAPES.MAP_TARGET.replace('  data-filter', '    rate-limit: 7\n  data-filter'),
    });
    expect(added(SHAPES.SEQUENCE_TARGET)).toEqual({
      path: [0, 'target', 1, 'rate-limit'],
      text: SHAPES.SEQUENCE_TARGET.replace('  data-filter', '      rate-limit: 7\n  data-filter'),
    });
    expect(added(SHAPES.PAIR_TARGET)).toEqual({
      path: [0, 'target', 1, 1, 'rate-limit'],
      text: SHAPES.PAIR_TARGET.replace('  data-filter', '      rate-limit: 7\n  data-filter'),
    });
    expect(added(SHAPES.ONE_KEY_TARGET)).toEqual({
      path: [0, 'target', 5, 'rate-limit'],
      text: SHAPES.ONE_KEY_TARGET.replace('- val-x:', '    - rate-limit: 7\n- val-x:'),
    });
    expect(added(SHAPES.ENTRY_LEVEL)).toEqual({
      path: [0, 'rate-limit'],
      text: SHAPES.ENTRY_LEVEL.replace('rate-limit: 5', 'rate-limit: 7'),
    });
  });

  it('removes a field of one-key maps with its item', () => {
    const [integration] = readDocument(SHAPES.ONE_KEY_TARGET).integrations;
    const field = integration?.targets[0]?.fields.find(({ name }) => name === 'aws-region');
    if (integration === undefined || field === undefined) throw new Error('no field');
    expect(edited(SHAPES.ONE_KEY_TARGET, { op: 'remove', path: removalPath(integration, field) })).toBe(
      SHAPES.ONE_KEY_TARGET.replace('    - aws-region: us-west\n', ''),
    );
  });

  it('inserts into documents without entries, and removing the insertion restores them', () => {
    for (const text of ['', '# a', '# a\n', '\ufeff', MANUAL, '# a\r\n# b\r\n', '\n\n'] as const) {
      const there = edited(text, {
        op: 'insert',
        index: 0,
        value: { type: 'activity', target: { 'target-type': 'slack' }, 'data-filter': {} },
      });
      expect(valueAt(there, [])).toEqual([{ type: 'activity', target: { 'target-type': 'slack' }, 'data-filter': {} }]);
      expect(there.startsWith(text)).toBe(true);
      expect(edited(there, { op: 'remove', path: [0] })).toBe(text);
    }
    expect(edited('[] # none\n', { op: 'insert', index: 0, value: { a: 1 } })).toBe('- a: 1 # none\n');
    expect(edited('null\n', { op: 'insert', index: 0, value: { a: 1 } })).toBe('- a: 1\n');
  });

  it('inserts with the quotes and the indentation of the document', () => {
    const text = "  -   type: 'a'\n      target:\n          slack-uri: \"x\"\n          list:\n            -   'y'\n";
    expect(edited(text, { op: 'insert', index: 1, value: { type: 'b', target: { 'slack-uri': 'z', list: ['w', 'v'] } } })).toBe(
      `${text}  -   type: 'b'\n      target:\n          slack-uri: "z"\n          list:\n            -   'w'\n            -   'v'\n`,
    );
  });

  it('assigns the document’s manual to no entry as its comment', () => {
    const text = switchedOn(MANUAL, 'all');
    const after = edited(text, { op: 'remove', path: [0] });
    expect(after.startsWith(MANUAL.slice(0, MANUAL.indexOf('#    - type')))).toBe(true);
    expect(valueAt(after, [0, 'target', 'target-type'])).toBe('azure');
  });

  it('leaves commented-out entries in place when the entry below them goes', () => {
    const text = '- type: a\n# - type: off\n#   target: x\n# about b\n- type: b\n- type: c\n';
    expect(edited(text, { op: 'remove', path: [1] })).toBe('- type: a\n# - type: off\n#   target: x\n- type: c\n');
  });

  it('leaves {} or [] after the last field or item goes, and keeps the comment of its key', () => {
    const text = '- type: a\n  data-filter:   # what\n    # only these\n    etype:\n      - principal  # who\n';
    expect(edited(text, { op: 'remove', path: [0, 'data-filter', 'etype'] })).toBe('- type: a\n  data-filter: {}   # what\n');
    expect(edited(text, { op: 'remove', path: [0, 'data-filter', 'etype', 0] })).toBe(
      '- type: a\n  data-filter:   # what\n    # only these\n    etype: []\n',
    );
  });

  it('makes several edits in order, or none of them', () => {
    const text = '- type: a\n- type: b\n';
    expect(
      edited(text, { op: 'move', from: 1, to: 0 }, { op: 'set', path: [0, 'name'], value: 'first' }, { op: 'remove', path: [1] }),
    ).toBe('- type: b\n  name: first\n');
    expect(refusal(text, { op: 'set', path: [0, 'type'], value: 'x' }, { op: 'remove', path: [0, 'nothing'] })).toContain('nothing');
  });

  it('edits next to duplicate keys, and refuses to guess which one is meant', () => {
    const text = '- type: a\n  type: b\n  name: c\n';
    expect(edited(text, { op: 'set', path: [0, 'name'], value: 'd' })).toBe('- type: a\n  type: b\n  name: d\n');
    expect(refusal(text, { op: 'set', path: [0, 'type'], value: 'd' })).toMatch(/occurs 2 times/);
  });

  it.each<readonly [string, DocumentEdit, RegExp]>([
    ['through an alias', { op: 'set', path: [1, 'target', 'http-api-token'], value: 'x' }, /alias \*coralogix/],
    ['in place of an alias', { op: 'set', path: [3, 'target', 'http-api-uri'], value: 'x' }, /alias \*uri/],
    ['of what an alias repeats', { op: 'set', path: [0, 'target', 'http-api-token'], value: 'x' }, /anchor &coralogix/],
    ['of a field that << brings', { op: 'set', path: [2, 'target', 'http-api-token'], value: 'x' }, /merge key/],
    ['of << itself', { op: 'set', path: [2, 'target', '<<', 'stopped'], value: 'x' }, /merges another map/],
    ['of an anchor that is used below', { op: 'remove', path: [0] }, /anchor &coralogix|Make the change in the text/],
    ['of the order of an anchor and its alias', { op: 'move', from: 0, to: 3 }, /order/],
    ['of the whole document', { op: 'set', path: [], value: [] }, /whole document/],
    ['behind the end', { op: 'set', path: [9, 'type'], value: 'x' }, /position|place/],
    ['of a field of a list', { op: 'set', path: ['type'], value: 'x' }, /place|list/],
    ['into a single value', { op: 'set', path: [0, 'type', 'x'], value: 'x' }, /single value|no place/],
    ['of nothing', { op: 'remove', path: [0, 'absent'] }, /nothing/],
    ['of a missing entry', { op: 'move', from: 9, to: 0 }, /entries/],
  ])('refuses a change %s, and says why', (_, edit, reason) => {
    expect(refusal(SHAPES.ANCHORS, edit)).toMatch(reason);
  });

  it('refuses what only one of two YAML readers would read that way', () => {
    // U+0085 ends a line in YAML 1.1 only.
    expect(refusal('- type: a # b\u0085- type: c\n', { op: 'set', path: [0, 'type'], value: 'd' })).toMatch(/Two YAML readers disagree/);
  });

  it("refuses a text that it can't read", () => {
    expect(refusal('- a: "x\n', { op: 'set', path: [0, 'a'], value: 1 })).toMatch(/^Line 1 can’t be read: /);
  });

  it('changes an anchored value that nothing refers to, and keeps the anchor', () => {
    expect(edited('- url: &u x\n', { op: 'set', path: [0, 'url'], value: 'z' })).toBe('- url: &u z\n');
  });

  it('treats __proto__ as a name like any other', () => {
    const after = edited('- type: a\n', { op: 'set', path: [0, '__proto__'], value: { polluted: true } });
    expect(after).toBe('- type: a\n  __proto__:\n    polluted: true\n');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('the manual with its samples uncommented', () => {
  const shared = process.env['KAUDIT_SHARED'] ?? new URL('../../../../../shared', import.meta.url).pathname;
  const vendor = `${shared}/samples/audit-integration.vendor-chart.yaml`;
  if (!existsSync(vendor))
    console.warn(`SKIPPED: the vendor's own sample is not at ${vendor}; set KAUDIT_SHARED to the folder that holds samples/.`);
  const manuals: readonly (readonly [string, string])[] = [
    ['our copy', MANUAL],
    ...(existsSync(vendor) ? [["the vendor's file", readFileSync(vendor, 'utf8')] as const] : []),
  ];

  function paths(value: Value, path: Path = []): Path[] {
    if (typeof value !== 'object' || value === null) return [path];
    return [
      ...(path.length > 0 ? [path] : []),
      ...Object.entries(value).flatMap(([step, inner]) => paths(inner, [...path, Array.isArray(value) ? Number(step) : step])),
    ];
  }

  function lines(text: string): string[] {
    return text.split('\n');
  }

  it.each(manuals)('%s: reads, and each field can be set and removed without changing another line', (_, manual) => {
    const samples: readonly (number | 'all')[] = ['all', ...Array.from({ length: sampleCount(manual) }, (_unused, index) => index)];
    for (const which of samples) {
      const text = switchedOn(manual, which);
      const value = parse(text) as Value[];
      const reading = readDocument(text);
      expect(reading.state).toBe('ready');
      expect(reading.integrations.length).toBe(value.length);
      for (const path of paths(value)) {
        const old = valueAt(text, path) ?? null;
        const isCollection = typeof old === 'object';
        const set = edited(text, { op: 'set', path, value: isCollection ? old : 'another' });
        expect(lines(set).length).toBe(lines(text).length);
        expect(lines(set).filter((line, index) => line !== lines(text)[index]).length).toBe(isCollection ? 0 : 1);
        const removed = edited(text, { op: 'remove', path });
        expect(lines(removed).filter((line) => !lines(text).includes(line) && !/[{[][}\]]$|^ *- /.test(line))).toEqual([]);
        const comments = (from: string) => lines(from).filter((line) => line.startsWith('#'));
        expect(comments(removed)).toEqual(comments(text));
      }
    }
  });
});

describe('merging', () => {
  const base = `# head
- type: detections
  name: one
  target: {target-type: http-api, http-api-uri: "https://api.coralogix.com/logs/v1/bulk", http-api-token: a}
- type: activity
  name: two
  target:
    target-type: slack
    slack-uri: x
    rate-limit: 1
`;

  it('combines changes of different integrations, with both sides’ new comments', () => {
    const mine = base.replace('name: one', 'name: uno  # mine');
    const theirs = base.replace('slack-uri: x', '# theirs\n    slack-uri: y');
    expect(merged(base, mine, theirs)).toBe(mine.replace('slack-uri: x', '# theirs\n    slack-uri: y'));
  });

  it('combines changes of neighbouring fields, and of fields on one line', () => {
    const mine = base.replace('slack-uri: x', 'slack-uri: y');
    expect(merged(base, mine, base.replace('rate-limit: 1', 'rate-limit: 2'))).toBe(mine.replace('rate-limit: 1', 'rate-limit: 2'));
    const flow = base.replace('token: a', 'token: a, stopped: true');
    expect(merged(flow, flow.replace('stopped: true', 'stopped: false'), flow.replace('bulk"', 'singles"'))).toBe(
      flow.replace('stopped: true', 'stopped: false').replace('bulk"', 'singles"'),
    );
  });

  it.each([
    ['key', 'token: a', 'token: b', 'bulk"', 'singles"'],
    ['URL', 'bulk"', 'singles"', 'token: a', 'token: b'],
  ])('puts no %s of one side next to what the other has just set', (_, from, to, theirFrom, theirTo) => {
    const result = mergeDocuments(base, base.replace(from, to), base.replace(theirFrom, theirTo));
    expect(result).toMatchObject({ ok: false, conflicts: [{ path: [0, 'target'] }] });
    // What both set is one value, too, and so is what only one side set.
    const mine = base.replace(from, to).replace(theirFrom, theirTo);
    expect(merged(base, mine, mine.replace('rate-limit: 1', 'rate-limit: 2'))).toContain('rate-limit: 2');
    expect(merged(base, mine, base.replace('rate-limit: 1', 'rate-limit: 2'))).toContain('rate-limit: 2');
  });

  it('treats a key that a reference names as the key of its targets', () => {
    const named = `- val-k: a\n- type: detections\n  target: {target-type: http-api, http-api-uri: "https://one.example", ref/http-api-token: val-k}\n`;
    expect(mergeDocuments(named, named.replace('val-k: a', 'val-k: b'), named.replace('one.', 'two.'))).toMatchObject({ ok: false });
  });

  it('takes new integrations of both, in the same order for both sides', () => {
    const mine = `${base}- {type: selections, target: {target-type: slack, slack-uri: m}}  # m\n`;
    const theirs = `${base}- {type: selections, target: {target-type: syslog, syslog-host: t}}  # t\n`;
    const both = merged(base, mine, theirs);
    expect(both).toContain('# m');
    expect(both).toContain('# t');
    expect(readDocument(both).integrations).toHaveLength(4);
    expect(merged(base, theirs, mine)).toBe(both);
  });

  it('combines a move on one side with a change on the other', () => {
    const mine = edited(base, { op: 'move', from: 1, to: 0 });
    const theirs = edited(base, { op: 'set', path: [0, 'target', 'http-api-token'], value: 'b' });
    expect(valueAt(merged(base, mine, theirs), [1, 'target', 'http-api-token'])).toBe('b');
  });

  it('follows an integration through insertions and removals before it', () => {
    const mine = edited(base, { op: 'remove', path: [0] });
    const theirs = edited(
      base,
      { op: 'set', path: [1, 'target', 'rate-limit'], value: 9 },
      { op: 'insert', index: 0, value: { type: 'activity', target: { 'target-type': 'kafka' } } },
    );
    const result = merged(base, mine, theirs);
    expect(readDocument(result).integrations.map(({ targets }) => targets[0]?.type)).toEqual(['kafka', 'slack']);
    expect(valueAt(result, [1, 'target', 'rate-limit'])).toBe(9);
  });

  it('names what both changed, with the three values', () => {
    const mine = base.replace('rate-limit: 1', 'rate-limit: 2').replace('name: one', 'name: uno');
    const theirs = base.replace('rate-limit: 1', 'rate-limit: 3').replace('name: one', 'name: eins');
    expect(mergeDocuments(base, mine, theirs)).toEqual({
      ok: false,
      conflicts: [
        { path: [0, 'name'], base: 'one', mine: 'uno', theirs: 'eins' },
        { path: [1, 'target', 'rate-limit'], base: 1, mine: 2, theirs: 3 },
      ],
    });
  });

  it('is a conflict when one side removes what the other changed', () => {
    const mine = edited(base, { op: 'remove', path: [1] });
    const theirs = base.replace('rate-limit: 1', 'rate-limit: 3');
    const result = mergeDocuments(base, mine, theirs);
    expect(result.ok ? [] : result.conflicts.map(({ path, mine: own }) => [path, own])).toEqual([[[1], undefined]]);
  });

  it("never loses a comment silently: what can't be kept is a conflict", () => {
    const mine = base.replace('rate-limit: 1', 'rate-limit: 1  # mine');
    const theirs = base.replace('rate-limit: 1', 'rate-limit: 1  # theirs');
    expect(mergeDocuments(base, mine, theirs).ok).toBe(false);
    expect(merged(base, mine, base.replace('# head', '# title'))).toBe(mine.replace('# head', '# title'));
  });

  it('is a conflict of the whole document when one side is no longer a list', () => {
    expect(mergeDocuments(base, 'a: 1\n', base.replace('one', 'uno'))).toMatchObject({ ok: false, conflicts: [{ path: [] }] });
  });
});

describe('differences', () => {
  it('say what changed in words, and in the fewest lines', () => {
    const text = SHAPES.MAP_TARGET;
    const after = edited(
      text,
      { op: 'set', path: [0, 'target', 'stopped'], value: true },
      { op: 'set', path: [0, 'target', 'http-api-token'], value: 'hunter2' },
    );
    const { lines, changes } = diffDocuments(text, after);
    expect(changes).toEqual([
      'to Coralogix (detections → Coralogix): http-api-token changed',
      'to Coralogix (detections → Coralogix): stopped no → yes',
    ]);
    expect(lines.filter(({ kind }) => kind !== 'same')).toEqual([
      { kind: 'removed', text: '    http-api-token: "11111111-2222-3333-4444-555555555555"', old: 6 },
      { kind: 'added', text: '    http-api-token: "hunter2"', new: 6 },
      { kind: 'added', text: '    stopped: true', new: 7 },
    ]);
  });

  it('rebuild the old text from removed and same lines, and the new one from added and same lines', () => {
    const before = switchedOn(MANUAL, 'all');
    const after = edited(before, { op: 'move', from: 0, to: 3 }, { op: 'remove', path: [0, 'target', 'stopped'] });
    const { lines } = diffDocuments(before, after);
    const of = (kind: string) =>
      lines
        .filter((line) => line.kind === 'same' || line.kind === kind)
        .map((line) => `${line.text}\n`)
        .join('');
    expect(of('removed')).toBe(before);
    expect(of('added')).toBe(after);
  });

  it('name added, removed and moved integrations', () => {
    const text =
      '- {type: activity, target: {target-type: slack, slack-uri: x}}\n- {type: detections, target: {target-type: kafka, kafka-topic: t}}\n- {val-a: b}\n';
    expect(diffDocuments(text, edited(text, { op: 'remove', path: [0] })).changes).toEqual(['activity → slack: removed']);
    expect(diffDocuments('', text).changes).toEqual(['activity → slack: added', 'detections → kafka: added', 'val-a: added']);
    expect(diffDocuments(text, edited(text, { op: 'move', from: 2, to: 0 })).changes).toEqual(['val-a: moved to position 1']);
    expect(diffDocuments(text, edited(text, { op: 'set', path: [2, 'val-a'], value: 'secret' })).changes).toEqual(['val-a: changed']);
  });

  it('distinguish a change of comments or layout from a change of meaning', () => {
    expect(diffDocuments('- type: a\n', '# x\n- type: a\n').changes).toEqual(['Only comments or layout changed.']);
    expect(diffDocuments('- type: a\r\n', '- type: a\n').lines.map(({ kind }) => kind)).toEqual(['removed', 'added']);
    expect(diffDocuments('- type: a\n', '- type: a\n')).toEqual({
      lines: [{ kind: 'same', text: '- type: a', old: 1, new: 1 }],
      changes: [],
    });
  });

  it('never contain a key or the credentials of a URL', () => {
    const before =
      '- {type: activity, target: {target-type: http-api, http-api-uri: "https://a:hunter2@x/", http-api-token: hunter2}}\n- {val-x: hunter2}\n';
    for (const after of ['', before.replaceAll('hunter2', 'hunter3'), before.replace('type: activity', 'type: selections')])
      expect(JSON.stringify(diffDocuments(before, after).changes)).not.toMatch(/hunter/);
  });
});
