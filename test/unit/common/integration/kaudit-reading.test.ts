import { describe, expect, it } from 'vitest';
import { secretNumbers } from '../../../../main/common/integration/diagnostics/readings.ts';
import { editDocument, readDocument, valueAt } from '../../../../main/common/integration/document.ts';
import { destinationOf } from '../../../../main/common/integration/reading/destination.ts';
import { secretScalars } from '../../../../main/common/integration/secrets/secret-scan.ts';
import type { Path, Value } from '../../../../main/common/yaml/value.ts';
import { replaceSecrets } from '../../../../main/masking/replace.ts';
import { IRREGULAR, NUMBERS, QUOTED_MERGE, SECRET_NUMBERS, UNREADABLE } from '../../../support/kaudit-texts.ts';

function edited(text: string, path: Path, value: Value): string {
  const result = editDocument(text, [{ op: 'set', path, value }]);
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

function fixed(text: string, rule: string, line: number): string {
  const problem = readDocument(text).problems.find((found) => found.rule === rule && found.line === line);
  const [edit] = problem?.fix?.edits ?? [];
  if (edit?.op !== 'text') throw new Error(`no fix for ${rule} in line ${line}`);
  return edit.text;
}

describe("what kAudit can't read", () => {
  it.each(UNREADABLE)('%s is an error with its place', (_, text, line, column) => {
    const reading = readDocument(text);
    expect(reading.state).toBe('invalid');
    const [problem] = reading.problems;
    expect(problem).toMatchObject({ severity: 'error', line, column });
    expect(problem?.message).toMatch(/\.$/);
  });

  // No fix can know the missing key.
  it.each(UNREADABLE.filter(([name]) => name !== 'nullkey'))('%s has a fix that makes it readable', (_, text) => {
    const problem = readDocument(text).problems.find(({ fix }) => fix !== undefined);
    const [edit] = problem?.fix?.edits ?? [];
    expect(edit?.op).toBe('text');
    if (edit?.op === 'text') expect(readDocument(edit.text).state).toBe('ready');
  });
});

describe('the name of an anchor', () => {
  const text = (one: string, other: string) => `- &${one} {type: activity}\n- &${other} {type: activity}\n- *${one} # *${one}\n`;
  it('is changed along with its aliases, wherever it is used', () => {
    expect(fixed(text('a:b', 'ü'), 'anchor-name', 1)).toBe(text('a-b', '-'));
  });
  it('is left alone if two names would become one', () => {
    expect(readDocument(text('a:b', 'a.b')).problems.find(({ fix }) => fix !== undefined)).toBeUndefined();
  });
});

describe('a missing key', () => {
  it('is named', () => {
    expect(readDocument('- type: activity\n  : x\n').problems[0]?.message).toMatch(/A key is missing before this ":"\./);
  });
});

describe('a backslash that starts no escape sequence', () => {
  it('becomes text in single quotes', () => {
    const text =
      '- type: selections\n  target: {target-type: syslog, syslog-host: h}\n  data-filter:\n    entity-match: "^it\'s\\.x|\\d+\\"a"\n    rules-match: "a\\-b"\n';
    const [, problem] = readDocument(text).problems;
    expect(problem).toMatchObject({ rule: 'unknown-escape', line: 4, fix: { label: 'Use single quotes' } });
    expect(fixed(text, 'unknown-escape', 4)).toBe(
      text.replace('"^it\'s\\.x|\\d+\\"a"', "'^it''s\\.x|\\d+\"a'").replace('"a\\-b"', "'a\\-b'"),
    );
  });
});

describe('a URL copied from the documentation', () => {
  it('has its placeholder named, and the domains next to it', () => {
    const text =
      '- type: activity\n  target: {target-type: http-api, http-api-uri: "https://api.<domain>/logs/v1/bulk", http-api-token: k-1}\n';
    const [problem] = readDocument(text).problems.filter(({ severity }) => severity === 'error');
    expect(problem).toMatchObject({ rule: 'placeholder', line: 2 });
    expect(problem?.message).toMatch(/^<domain> is a placeholder.*eu2\.coralogix\.com \(EU2\)/);
  });
});

describe('what only kAudit reads', () => {
  it.each(IRREGULAR)('%s is ready, and each of its values can be edited', (_, text) => {
    const reading = readDocument(text);
    expect(reading.state).toBe('ready');
    expect(reading.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(reading.integrations[0]?.state).toBe('active');
    const after = edited(text, [0, 'target', 'syslog-host'], 'other');
    expect(after).toBe(text.replace(/syslog-host: h/, 'syslog-host: other'));
    expect(valueAt(edited(text, [0, 'target', 'rate-limit'], 7), [0, 'target', 'rate-limit'])).toBe(7);
    expect(valueAt(edited(text, [0, 'name'], 'c'), [0, 'name'])).toBe('c');
    const moved = editDocument(`${text}- type: activity\n`, [{ op: 'move', from: 0, to: 1 }]);
    expect(moved).toEqual({ ok: true, text: `- type: activity\n${text}` });
  });

  it('masks a key in a comment directly after a bracket', () => {
    const text = '- type: activity\n  target: {target-type: syslog, syslog-host: h}#http-api-token: abcdef0123456789\n';
    expect(secretScalars(text).map(({ value }) => value)).toEqual(['abcdef0123456789']);
  });
});

describe('what kAudit reads differently', () => {
  const values = (text: string, path: Path) => valueAt(text, path);

  it('has the values that kAudit reads', () => {
    expect([0, 1, 2, 3, 4].map((entry) => values(NUMBERS, [entry, 'target', 'rate-limit']))).toEqual([8, 3, 31, 1000, 720]);
    expect([1, 2, 3, 4].map((entry) => values(NUMBERS, [entry, 'target', 'syslog-port']))).toEqual([332, '0o514', 514, 5140]);
    expect(values(NUMBERS, [5, 'target', 'aws-bucket'])).toBe('2024-01-15');
    expect(values(NUMBERS, [5, 'target', 'aws-resource-key-prefix'])).toBe(true);
  });

  it('is reported with both readings, and a spelling that everyone reads the same way', () => {
    const found = readDocument(NUMBERS).problems.filter(({ rule }) => rule === 'other-reading');
    expect(found.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '6: kAudit reads 010 as the number 8; programs that read YAML 1.2 read it as the number 10. Write 8.',
      '13: kAudit reads 0514 as the number 332; programs that read YAML 1.2 read it as the number 514. Write 332.',
      '14: kAudit reads 0b11 as the number 3; programs that read YAML 1.2 read it as text. Write 3.',
      '19: kAudit reads 0o514 as text; programs that read YAML 1.2 read it as the number 332. Write 332.',
      '31: kAudit reads 5_140 as the number 5140; programs that read YAML 1.2 read it as text. Write 5140.',
      '32: kAudit reads 12:00 as the number 720; programs that read YAML 1.2 read it as text. Write 720.',
      "36: kAudit reads 2024-01-15 as a date, and text belongs here. Write '2024-01-15'.",
      "38: kAudit reads on as true; programs that read YAML 1.2 read it as text, and text belongs here. Write 'on'.",
      "39: kAudit reads 123e5 as the number 12300000, and text belongs here. Write '123e5'.",
    ]);
    expect(fixed(NUMBERS, 'other-reading', 6)).toBe(NUMBERS.replace('rate-limit: 010', 'rate-limit: 8'));
    expect(fixed(NUMBERS, 'other-reading', 19)).toBe(NUMBERS.replace('0o514', '332'));
  });

  it('includes a quoted <<, which it reads as a key', () => {
    const [integration] = readDocument(QUOTED_MERGE).integrations;
    expect(integration).toMatchObject({ state: 'incomplete' });
    expect(integration?.targets[0]?.type).toBeUndefined();
    expect(edited(QUOTED_MERGE, [0, 'target', '<<', 'syslog-host'], 'i')).toBe(QUOTED_MERGE.replace('syslog-host: h', 'syslog-host: i'));
  });

  it('includes the other reading of a quoted <<, with an offer to merge', () => {
    const [problem] = readDocument(QUOTED_MERGE).problems.filter(({ rule }) => rule === 'other-reading');
    expect(problem).toMatchObject({ severity: 'warning', line: 3, path: [0, 'target', '<<'], fix: { label: 'Write <<' } });
    expect(problem?.message).toBe(
      'kAudit reads << in quotes as a field of that name. Other programs may merge its value. Write << without quotes to merge it.',
    );
    const mended = fixed(QUOTED_MERGE, 'other-reading', 3);
    expect(mended).toBe(QUOTED_MERGE.replace("'<<'", '<<'));
    expect(readDocument(mended).integrations[0]?.targets[0]?.type).toBe('syslog');
    const [text] = readDocument(`- type: activity\n  '<<': text\n`).problems.filter(({ rule }) => rule === 'other-reading');
    expect(text?.fix).toBeUndefined();
    expect(text?.message).toMatch(/another name\.$/);
  });

  it.each([
    [
      "name: ! '010'",
      "kAudit reads ! 010 as the number 8; programs that read YAML 1.2 read it as text, and text belongs here. Write '010'.",
      "name: '010'",
    ],
    [
      "name: &a ! 'on'",
      "kAudit reads ! on as true; programs that read YAML 1.2 read it as text, and text belongs here. Write 'on'.",
      "name: &a 'on'",
    ],
    ['name: !!int &a 7', "kAudit reads !!int 7 as the number 7, and text belongs here. Write '7'.", "name: &a '7'"],
    [
      "name: ! '2024-01-15'",
      "kAudit reads ! 2024-01-15 as a date; programs that read YAML 1.2 read it as text, and text belongs here. Write '2024-01-15'.",
      "name: '2024-01-15'",
    ],
    [
      'name: !!binary aGk=',
      "kAudit reads !!binary aGk= as bytes; programs that read YAML 1.2 read it as text, and text belongs here. Write 'aGk='.",
      "name: 'aGk='",
    ],
    [
      'name: 12345678901234567890',
      "kAudit reads 12345678901234567890 as a number, and text belongs here. Write '12345678901234567890'.",
      "name: '12345678901234567890'",
    ],
    [
      "elsewhere: !!int '0777'",
      'kAudit reads !!int 0777 as the number 511; programs that read YAML 1.2 read it as the number 777. Write 511.',
      'elsewhere: 511',
    ],
  ])('is reported for a value with a tag, and the fix removes the tag: %s', (line, message, mended) => {
    const text = (field: string) => `- type: activity\n  ${field}\n  target: {target-type: syslog, syslog-host: h}\n`;
    const found = readDocument(text(line)).problems.filter(({ rule }) => rule === 'other-reading');
    expect(found.map((problem) => problem.message)).toEqual([message]);
    expect(fixed(text(line), 'other-reading', 2)).toBe(text(mended));
  });

  it.each([
    'name: !!str 010',
    'name: !!str on',
    "name: ! 'text'",
    'elsewhere: !!int 7',
    "elsewhere: '010'",
    'elsewhere: 12345678901234567890',
  ])("doesn't include %s", (line) => {
    const { problems } = readDocument(`- type: activity\n  ${line}\n  target: {target-type: syslog, syslog-host: h}\n`);
    expect(problems.filter(({ rule }) => rule === 'other-reading')).toEqual([]);
  });

  it('includes a quoted << with the tag !, a merge for SnakeYAML', () => {
    expect(readDocument(`- type: detections\n  ! '<<': text\n`).state).toBe('invalid');
    expect(readDocument(`- ! '<<': {type: detections}\n`).integrations[0]?.type).toBe('detections');
  });
});

describe('a key that looks like a number', () => {
  const document = (key: string) =>
    `- type: activity\n  target:\n    target-type: http-api\n    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk\n    http-api-token: ${key}\n`;
  const spellings = SECRET_NUMBERS.trimEnd()
    .split('\n')
    .map((line) => line.replace(/^[- ] \w+: /, ''))
    .concat('2024-01-15', 'on', '1:30');

  it.each(spellings)('%s is exactly the text as written, wherever it comes from', (key) => {
    const text = document(key);
    const reading = readDocument(text);
    const target = reading.integrations[0]?.targets[0];
    if (target === undefined) throw new Error('no target');
    expect(destinationOf(reading, target).key).toEqual({ kind: 'inline', value: key });
    expect(secretScalars(text).map(({ value }) => value)).toEqual([key]);
    const [named] = readDocument(`- val-key: ${key}\n`).values;
    expect(named?.value).toBe(key);
  });

  it.each(spellings)('%s is found, without its value in the message, and the fix writes it in quotes', (key) => {
    const text = document(key);
    const [problem] = readDocument(text).problems.filter(({ rule }) => rule === 'secret-as-number');
    expect(problem).toMatchObject({ severity: 'warning', line: 5 });
    if (key !== 'on') expect(problem?.message).not.toContain(key);
    expect(fixed(text, 'secret-as-number', 5)).toBe(document(`'${key}'`));
    const masked = document('<mask>');
    expect(secretNumbers(text, masked)).toMatchObject([{ line: 5, fix: { edits: [{ op: 'text', text: document("'<mask>'") }] } }]);
    expect(readDocument(document(`'${key}'`)).problems.filter(({ rule }) => rule === 'secret-as-number')).toEqual([]);
  });

  it.each(["! '12345678901234567890'", "!!int '0777'", "! 'on'", '!!float 61e9', '! 2024-01-15', '!!binary aGk='])(
    '%s is found too, and the fix removes its tag',
    (spelling) => {
      const quoted = `'${spelling.replace(/^!+\w* /, '').replaceAll("'", '')}'`;
      expect(fixed(document(spelling), 'secret-as-number', 5)).toBe(document(quoted));
      const { masked } = replaceSecrets(document(spelling), () => '<mask>');
      expect(secretNumbers(document(spelling), masked)).toMatchObject([{ fix: { edits: [{ op: 'text', text: document("'<mask>'") }] } }]);
    },
  );
});
