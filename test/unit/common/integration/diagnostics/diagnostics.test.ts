import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../../../main/common/integration/diagnostics/diagnostics.ts';
import type { DiagnosisContext } from '../../../../../main/common/integration/diagnostics/finding.ts';
import { editDocument, readDocument } from '../../../../../main/common/integration/document.ts';
import { locator } from '../../../../../main/common/integration/reading/entries.ts';
import type { Problem } from '../../../../../main/common/integration/reading/integration.ts';
import { parseSource } from '../../../../../main/common/yaml/source.ts';
import { positionsOf } from '../../../../../main/common/yaml/tree.ts';
import type { DocumentEdit } from '../../../../../main/common/yaml/value.ts';

function contextOf(text: string): DiagnosisContext {
  const { state, integrations, values, others } = readDocument(text);
  const source = parseSource(text);
  const positionAt = positionsOf(text);
  const position = source.ok ? locator(source) : () => positionAt(0);
  return { state, text, integrations, values, others, position, positionAt };
}

/** The diagnostics alone, without what readDocument itself finds. */
function problemsOf(text: string): Problem[] {
  return diagnose(contextOf(text));
}

/** A valid detections integration that sends to Coralogix. The arguments replace whole lines. */
function document(target: string, filter = 'confidence: [0, 1]', before = 'type: detections'): string {
  return `- ${before}\n  target:\n    target-type: http-api\n    ${target}\n  data-filter:\n    ${filter}\n`;
}

const GOOD_TARGET = 'http-api-uri: https://ingress.eu2.coralogix.com/logs/v1/bulk\n    ref/http-api-token: val-cx';
const GOOD = `- val-cx: secret\n${document(GOOD_TARGET)}`;

const url = (value: string) => document(`http-api-uri: ${value}`);
const at = [0, 'target', 'http-api-uri'];

interface Case {
  readonly name: string;
  readonly text: string;
  readonly rule: string;
  readonly severity: Problem['severity'];
  readonly path: Problem['path'];
  readonly line: number;
  /** Of the fix's only edit; undefined: there is no fix. */
  readonly value?: unknown;
}

const CASES: readonly Case[] = [
  {
    name: 'a key in clear',
    text: document('http-api-token: abc'),
    rule: 'key-in-clear',
    severity: 'note',
    path: [0, 'target', 'http-api-token'],
    line: 4,
  },
  {
    name: 'a reference to nothing in the document',
    text: document('ref/http-api-token: val-x'),
    rule: 'unknown-reference',
    severity: 'note',
    path: [0, 'target', 'ref/http-api-token'],
    line: 4,
  },
  {
    name: 'a reference that names no value',
    text: document('ref/http-api-token: abc'),
    rule: 'invalid-reference',
    severity: 'error',
    path: [0, 'target', 'ref/http-api-token'],
    line: 4,
  },
  {
    name: 'a value next to its reference',
    text: document('http-api-token: a\n    ref/http-api-token: val-x'),
    rule: 'value-and-reference',
    severity: 'warning',
    path: [0, 'target', 'ref/http-api-token'],
    line: 5,
  },
  {
    name: 'a name that is too long',
    text: document(GOOD_TARGET, undefined, 'type: detections\n  name: detections to Coralogix'),
    rule: 'invalid-name',
    severity: 'warning',
    path: [0, 'name'],
    line: 2,
    value: 'detections to C',
  },
  {
    name: 'a name with other characters',
    text: document(GOOD_TARGET, undefined, 'type: detections\n  name: "Zürich/1"'),
    rule: 'invalid-name',
    severity: 'warning',
    path: [0, 'name'],
    line: 2,
    value: 'Zurich-1',
  },
  {
    name: 'a type that is almost one',
    text: document(GOOD_TARGET, '{}', 'type: Detection'),
    rule: 'unknown-type',
    severity: 'warning',
    path: [0, 'type'],
    line: 1,
    value: 'detections',
  },
  {
    name: 'an invalid type',
    text: document(GOOD_TARGET, '{}', 'type: findings'),
    rule: 'unknown-type',
    severity: 'warning',
    path: [0, 'type'],
    line: 1,
  },
  {
    name: 'a target type that is almost one',
    text: '- type: activity\n  target: {target-type: HTTP API}\n',
    rule: 'unknown-target-type',
    severity: 'warning',
    path: [0, 'target', 'target-type'],
    line: 2,
    value: 'http-api',
  },
  {
    name: 'an unknown target type of the older pairs',
    text: '- type: activity\n  target:\n  - - sqs\n    - {queue: x}\n',
    rule: 'unknown-target-type',
    severity: 'warning',
    path: [0, 'target', 0, 1],
    line: 4,
  },
  { name: 'a value that isn’t a URL', text: url('my-host'), rule: 'not-a-url', severity: 'error', path: at, line: 4 },
  {
    name: 'a URL without its scheme',
    text: url('api.coralogix.com/logs/v1/bulk'),
    rule: 'not-a-url',
    severity: 'error',
    path: at,
    line: 4,
    value: 'https://api.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'http',
    text: url('http://api.coralogix.com/logs/v1/bulk'),
    rule: 'insecure-url',
    severity: 'warning',
    path: at,
    line: 4,
    value: 'https://api.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'credentials in a URL',
    text: url('https://u:p@api.coralogix.com/logs/v1/bulk'),
    rule: 'credentials-in-url',
    severity: 'warning',
    path: at,
    line: 4,
  },
  {
    name: 'a retired path',
    text: url('https://api.coralogix.com/api/v1/logs'),
    rule: 'retired-path',
    severity: 'warning',
    path: at,
    line: 4,
    value: 'https://ingress.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'a retired host',
    text: url('https://private-link.coralogix.com/logs/v1/bulk'),
    rule: 'retired-host',
    severity: 'warning',
    path: at,
    line: 4,
  },
  {
    name: 'a path that Coralogix does not document',
    text: url('https://ingress.coralogix.com/api/v1/logs'),
    rule: 'unknown-path',
    severity: 'warning',
    path: at,
    line: 4,
    value: 'https://ingress.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'a region without api. or ingress.',
    text: url('https://eu2.coralogix.com/logs/v1/bulk'),
    rule: 'not-an-ingestion-host',
    severity: 'warning',
    path: at,
    line: 4,
    value: 'https://api.eu2.coralogix.com/logs/v1/bulk',
  },
  {
    name: "a team's address",
    text: url('https://acme.coralogix.com/#/x'),
    rule: 'not-an-ingestion-host',
    severity: 'warning',
    path: at,
    line: 4,
    value: 'https://api.eu1.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'a domain of no region',
    text: url('https://api.cx123.coralogix.com/logs/v1/bulk'),
    rule: 'unknown-region',
    severity: 'note',
    path: at,
    line: 4,
  },
  {
    name: "a host that only looks like Coralogix's",
    text: url('https://api.evilcoralogix.com/logs/v1/bulk'),
    rule: 'unknown-domain',
    severity: 'note',
    path: at,
    line: 4,
  },
  {
    name: 'typographic quotes',
    text: url('“https://api.coralogix.com/logs/v1/bulk”'),
    rule: 'typographic-quotes',
    severity: 'error',
    path: at,
    line: 4,
    value: 'https://api.coralogix.com/logs/v1/bulk',
  },
  {
    name: 'confidence without medium',
    text: document(GOOD_TARGET, 'confidence: [0, 2]'),
    rule: 'low-confidence',
    severity: 'warning',
    path: [0, 'data-filter', 'confidence'],
    line: 7,
    value: [0, 1, 2],
  },
  {
    name: 'low confidence only, in the older words',
    text: document(GOOD_TARGET, 'confidence: [low]'),
    rule: 'low-confidence',
    severity: 'warning',
    path: [0, 'data-filter', 'confidence'],
    line: 7,
    value: ['high', 'medium', 'low'],
  },
  {
    name: 'a rate limit that is not positive',
    text: document('rate-limit: 0'),
    rule: 'invalid-rate-limit',
    severity: 'error',
    path: [0, 'target', 'rate-limit'],
    line: 4,
    value: 'REMOVED',
  },
  {
    name: 'a rate limit in words',
    text: document('rate-limit: many'),
    rule: 'invalid-rate-limit',
    severity: 'error',
    path: [0, 'target', 'rate-limit'],
    line: 4,
    value: 'REMOVED',
  },
  {
    name: 'a rate limit in quotes',
    text: document('rate-limit: "10"'),
    rule: 'invalid-rate-limit',
    severity: 'warning',
    path: [0, 'target', 'rate-limit'],
    line: 4,
    value: 10,
  },
  {
    name: 'a rate limit next to the target',
    text: document(GOOD_TARGET, undefined, 'rate-limit: -1\n  type: detections'),
    rule: 'invalid-rate-limit',
    severity: 'error',
    path: [0, 'rate-limit'],
    line: 1,
    value: 'REMOVED',
  },
  {
    name: 'stopped in quotes',
    text: document('stopped: "yes"'),
    rule: 'not-a-boolean',
    severity: 'warning',
    path: [0, 'target', 'stopped'],
    line: 4,
    value: true,
  },
  {
    name: 'stopped in another word',
    text: document('stopped: maybe'),
    rule: 'not-a-boolean',
    severity: 'error',
    path: [0, 'target', 'stopped'],
    line: 4,
  },
  {
    name: 'an invalid port',
    text: '- type: activity\n  target: {target-type: syslog, syslog-host: a, syslog-port: 70000}\n',
    rule: 'invalid-number',
    severity: 'error',
    path: [0, 'target', 'syslog-port'],
    line: 2,
  },
  {
    name: 'an account ID as a number',
    text: '- type: detections\n  target: {target-type: aws-security-hub, aws-region: a, aws-account-id: 11111111111}\n',
    rule: 'wrong-type',
    severity: 'warning',
    path: [0, 'target', 'aws-account-id'],
    line: 2,
    value: '011111111111',
  },
  { name: 'a list where one value belongs', text: document('http-api-uri: [a]'), rule: 'wrong-type', severity: 'error', path: at, line: 4 },
  {
    name: 'one value where a list belongs',
    text: document(GOOD_TARGET, 'category: incident'),
    rule: 'wrong-type',
    severity: 'error',
    path: [0, 'data-filter', 'category'],
    line: 7,
    value: ['incident'],
  },
  {
    name: 'an invalid choice',
    text: document(GOOD_TARGET, 'etype: [principals]'),
    rule: 'unknown-choice',
    severity: 'warning',
    path: [0, 'data-filter', 'etype'],
    line: 7,
  },
  {
    name: 'an empty list',
    text: document(GOOD_TARGET, 'etype: []'),
    rule: 'empty-list',
    severity: 'warning',
    path: [0, 'data-filter', 'etype'],
    line: 7,
  },
  {
    name: 'an invalid report',
    text: document(GOOD_TARGET, 'report: Count', 'type: selections'),
    rule: 'unknown-choice',
    severity: 'warning',
    path: [0, 'data-filter', 'report'],
    line: 7,
    value: 'count',
  },
  {
    name: 'a regular expression that Java rejects',
    text: document(GOOD_TARGET, "entity-match: 'a(b'"),
    rule: 'invalid-regex',
    severity: 'error',
    path: [0, 'data-filter', 'entity-match'],
    line: 7,
  },
  {
    name: 'a field of another type',
    text: document(GOOD_TARGET, 'rules-match: a'),
    rule: 'unknown-field',
    severity: 'note',
    path: [0, 'data-filter', 'rules-match'],
    line: 7,
  },
  {
    name: 'a misspelt field',
    text: document('http-api-url: https://a.example'),
    rule: 'unknown-field',
    severity: 'note',
    path: [0, 'target', 'http-api-url'],
    line: 4,
  },
  { name: 'an entry that is nothing', text: '- just text\n', rule: 'unknown-entry', severity: 'warning', path: [0], line: 1 },
];

describe('diagnose', () => {
  it('finds nothing in a good document, nor in an empty one', () => {
    expect(problemsOf(GOOD)).toEqual([]);
    expect(problemsOf('')).toEqual([]);
    expect(problemsOf('# only comments\n')).toEqual([]);
  });

  it.each(CASES)('finds $name', ({ text, rule, severity, path, line, value }) => {
    const found = problemsOf(text).filter((problem) => problem.rule === rule);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ severity, path, line });
    expect(found[0]?.message).toMatch(/^[A-Z0-9a-z].+[.]$/u);
    const edits = found[0]?.fix?.edits.map((edit) => (edit.op === 'set' ? edit.value : edit.op === 'remove' ? 'REMOVED' : edit));
    expect(edits).toEqual(value === undefined ? undefined : [value]);
  });

  it.each(CASES.filter(({ value }) => value !== undefined))('offers a fix that corrects $name', ({ text, rule }) => {
    const edits = problemsOf(text)
      .find((problem) => problem.rule === rule)
      ?.fix?.edits.filter((edit): edit is DocumentEdit => edit.op !== 'text');
    const mended = editDocument(text, edits ?? []);
    expect(mended.ok && mended.text !== text && problemsOf(mended.text).filter((problem) => problem.rule === rule)).toEqual([]);
  });

  it('accepts what Java and kAudit accept', () => {
    const accepted = [
      document(GOOD_TARGET, "entity-match: '(?i)^\\p{Alpha}++\\Q.\\E'"),
      document(GOOD_TARGET, 'confidence: [high, medium]'),
      document(GOOD_TARGET, 'category: [alcide.category/incident, anomaly]'),
      document(GOOD_TARGET, 'report: count', 'type: selections'),
      '- type: activity\n  target: {target-type: syslog, syslog-host: a, syslog-port: 5555, syslog-tcp: false, stopped: true, rate-limit: 10}\n  data-filter: {}\n',
    ];
    for (const text of accepted) expect(problemsOf(`- val-cx: x\n${text}`)).toEqual([]);
  });

  it('never repeats a value of the document except host names', () => {
    const key = 'cxtp_SENTINELSENTINELSENTINEL12345';
    const places = ['http-api-token', 'http-api-uri', 'ref/http-api-token', 'stopped', 'rate-limit', 'target-type', 'unknown'];
    const texts = [
      ...places.map((place) => document(`${place}: ${key}`)),
      url(`https://user:${key}@api.coralogix.com/api/v1/logs?key=${key}`),
      document(GOOD_TARGET, `entity-match: '(${key}'`),
      document(GOOD_TARGET, `etype: [${key}]`),
      document(GOOD_TARGET, '{}', `type: ${key}`),
      `- ${key}\n`,
    ];
    for (const text of texts) {
      const problems = problemsOf(text);
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expect(problem.message + (problem.fix?.label ?? '')).not.toContain('SENTINEL');
    }
  });
});

describe('duplicates', () => {
  const other = (change: (text: string) => string) =>
    `${document(GOOD_TARGET, 'confidence: [0, 1]')}${change(document(GOOD_TARGET, 'confidence: [1, 0]'))}`;
  const found = (text: string) => problemsOf(text).filter(({ rule }) => rule === 'duplicate-integration');

  it('are two integrations that send the same to the same place', () => {
    const [problem, ...rest] = found(other((text) => text));
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ severity: 'warning', path: [1, 'target'] });
    expect(problem?.message).toContain('integration 1');
  });

  it("are only a note when the keys aren't written the same", () => {
    expect(found(other((text) => text.replace('val-cx', 'val-other')))).toMatchObject([{ severity: 'note' }]);
  });

  it.each([
    ['another type', (text: string) => text.replace('detections', 'selections')],
    ['another URL', (text: string) => text.replace('eu2', 'us1')],
    ['another filter', (text: string) => text.replace('[1, 0]', '[0, 1, 2]')],
    ['one of them stopped', (text: string) => text.replace('target-type', 'stopped: true\n    target-type')],
  ])("aren't reported with %s", (_, change) => {
    expect(found(other(change))).toEqual([]);
  });
});

describe('the text', () => {
  it.each([
    ['trailing-blanks', '- type: activity  \n  target: {target-type: kafka}\n', '- type: activity\n  target: {target-type: kafka}\n'],
    ['tabs', '- type: activity\t# a\tb\n  target: {target-type: kafka}\n', '- type: activity  # a  b\n  target: {target-type: kafka}\n'],
    ['carriage-returns', '- type: activity\r\n  target: {target-type: kafka}\r\n', '- type: activity\n  target: {target-type: kafka}\n'],
  ])("gets an offer to clean up %s, which kubectl edit can't show", (rule, text, cleaned) => {
    const problem = problemsOf(text).find((found) => found.rule === rule);
    expect(problem).toMatchObject({ severity: 'note', line: 1, fix: { edits: [{ op: 'text', text: cleaned }] } });
  });

  it('gets no clean-up that changes a value', () => {
    const text = '- type: "a\tb"\n  name: |\n    blanks  \n    behind\n';
    const problems = problemsOf(text).filter(({ rule }) => rule === 'tabs' || rule === 'trailing-blanks');
    expect(problems).toHaveLength(2);
    for (const problem of problems) expect(problem.fix).toBeUndefined();
  });

  it.each([
    ['non-breaking-blanks', '- type: activity\n\u00a0\u00a0target: {target-type: kafka}\n', 2],
    ['tab-indentation', '- type: activity\n  target:\n\t\ttarget-type: kafka\n', 3],
  ])('gets %s repaired', (rule, text, line) => {
    const problem = problemsOf(text).find((found) => found.rule === rule);
    expect(problem).toMatchObject({ severity: 'error', line });
    const edit = problem?.fix?.edits[0];
    expect(edit?.op === 'text' && readDocument(edit.text).integrations).toMatchObject([{ type: 'activity' }]);
  });
});

describe('limits', () => {
  it.each([
    ['one long line of blanks', `- type: "${' '.repeat(1_000_000)}x"\n`],
    ['one long regular expression', document(GOOD_TARGET, `entity-match: '${'(a|b)'.repeat(200_000)}'`)],
    [
      'a long value behind many aliases',
      `- val-a: &a '${'('.repeat(100_000)}'\n${'- {type: detections, data-filter: {entity-match: *a}}\n'.repeat(10_000)}`,
    ],
    ['many tabs and quotes', `“:\t${'“:\t'.repeat(60_000)}\n`],
    ['many entries', document(GOOD_TARGET).repeat(5_000)],
    ['blanks that end nowhere', `# ${' \t'.repeat(90_000)}x\n`],
  ])('%s is judged within 2 s', (_, text) => {
    const context = contextOf(text);
    // Processor time: other work on the machine doesn't count.
    const start = process.cpuUsage();
    diagnose(context);
    expect(process.cpuUsage(start).user / 1_000).toBeLessThan(2_000);
  });
});
