import { expect, test } from 'vitest';
import { readDocument, valueAt } from '../../../../main/common/integration/document.ts';
import type { TargetEdit } from '../../../../main/common/integration/reading/integration.ts';
import { editTargets } from '../../../../main/common/integration/targets.ts';

function edited(text: string, edit: TargetEdit): string {
  const result = editTargets(text, edit);
  if (!result.ok) throw new Error(result.reason);
  return result.text;
}

const MAP = `# header
# more header

- type: detections
  target:                      # where to
    # the team's own
    target-type: http-api
    http-api-uri: 'https://a.example/x'   # quoted
    http-api-token: 00123456789012345678901
    note: |
      two
        lines

    stopped: true # off
  data-filter: {}
# last
- type: activity`;

test('an integration is duplicated as written, key, quotes and comments included', () => {
  const entry = MAP.slice(MAP.indexOf('- type: detections'), MAP.indexOf('\n# last'));
  expect(edited(MAP, { op: 'duplicate', integration: 0 })).toBe(MAP.replace(entry, `${entry}\n${entry}`));
});

test('the last integration of a text without a last line break, and with CRLF, is duplicated', () => {
  expect(edited(MAP, { op: 'duplicate', integration: 1 })).toBe(`${MAP}\n- type: activity`);
  const windows = '- type: a\r\n  x: 1\r\n\r\n- type: b\r\n';
  expect(edited(windows, { op: 'duplicate', integration: 0 })).toBe('- type: a\r\n  x: 1\r\n\r\n- type: a\r\n  x: 1\r\n\r\n- type: b\r\n');
});

test('a list in one line and one with an anchor are duplicated too', () => {
  expect(edited('[{type: a, k: 007}]', { op: 'duplicate', integration: 0 })).toBe('[{type: a, k: 007}, {type: a, k: 007}]');
  const anchored = '- &first\n  type: detections\n  target: {target-type: kafka}\n- type: activity\n  target: *first\n';
  const copy = edited(anchored, { op: 'duplicate', integration: 0 });
  expect(copy.match(/&first/g)).toHaveLength(1);
  expect(valueAt(copy, [1])).toEqual(valueAt(anchored, [0]));
});

test('a target that is one map becomes a list of two, each line kept as it was', () => {
  const result = edited(MAP, { op: 'addTarget', integration: 0, type: 'slack' });
  expect(result).toBe(`# header
# more header

- type: detections
  target:                      # where to
    # the team's own
    - target-type: http-api
      http-api-uri: 'https://a.example/x'   # quoted
      http-api-token: 00123456789012345678901
      note: |
        two
          lines

      stopped: true # off
    - target-type: slack
  data-filter: {}
# last
- type: activity`);
  expect(readDocument(result).integrations[0]).toMatchObject({ shape: 'maps', targets: [{ type: 'http-api' }, { type: 'slack' }] });
});

test('a target spread over one-key maps becomes one map of a list', () => {
  const text = `- type: activity
  target:
    - target-type: aws-s3
    - aws-bucket: b      # ours
    - aws-secret-access-key: "k"
`;
  expect(edited(text, { op: 'addTarget', integration: 0, type: 'kafka' })).toBe(`- type: activity
  target:
    - target-type: aws-s3
      aws-bucket: b      # ours
      aws-secret-access-key: "k"
    - target-type: kafka
`);
});

test('the older pairs and a missing target get another one in their own way', () => {
  const pairs = '- type: detections\n  target:\n    - - http-api\n      - http-api-token: k\n';
  const two = edited(pairs, { op: 'addTarget', integration: 0, type: 'kafka' });
  expect(readDocument(two).integrations[0]).toMatchObject({ shape: 'pairs', targets: [{ type: 'http-api' }, { type: 'kafka' }] });
  expect(two.startsWith(pairs)).toBe(true);
  const none = edited('- type: detections\n', { op: 'addTarget', integration: 0, type: 'kafka' });
  expect(readDocument(none).integrations[0]).toMatchObject({ shape: 'map', targets: [{ type: 'kafka' }] });
});

const LIST = `- type: detections
  target:
    # first
    - target-type: http-api
      http-api-token: "one"     # one's
    - {target-type: slack, slack-uri: two}
    # third
    - target-type: kafka
      kafka-broker: three
`;

test('a target moves with its comments and its own spelling, and back again', () => {
  const down = edited(LIST, { op: 'moveTarget', integration: 0, from: 0, to: 2 });
  expect(down).toBe(`- type: detections
  target:
    - {target-type: slack, slack-uri: two}
    # third
    - target-type: kafka
      kafka-broker: three
    # first
    - target-type: http-api
      http-api-token: "one"     # one's
`);
  expect(edited(down, { op: 'moveTarget', integration: 0, from: 2, to: 0 })).toBe(LIST);
  expect(edited(LIST, { op: 'moveTarget', integration: 0, from: 1, to: 1 })).toBe(LIST);
});

test('targets of the older pairs move, and one of them is duplicated', () => {
  const pairs = '- type: detections\n  target:\n    - - http-api\n      - {http-api-token: k}\n    - - syslog\n      - {syslog-host: h}\n';
  const moved = edited(pairs, { op: 'moveTarget', integration: 0, from: 1, to: 0 });
  expect(readDocument(moved).integrations[0]?.targets.map(({ type }) => type)).toEqual(['syslog', 'http-api']);
  const copied = edited(pairs, { op: 'duplicate', integration: 0, target: 0 });
  expect(readDocument(copied).integrations[0]?.targets.map(({ type }) => type)).toEqual(['http-api', 'http-api', 'syslog']);
});

test('a target is duplicated in every shape', () => {
  expect(valueAt(edited(LIST, { op: 'duplicate', integration: 0, target: 1 }), [0, 'target', 2])).toEqual({
    'target-type': 'slack',
    'slack-uri': 'two',
  });
  const flow = edited('- {type: activity, target: {target-type: kafka, kafka-topic: 010}}\n', {
    op: 'duplicate',
    integration: 0,
    target: 0,
  });
  expect(flow).toBe('- {type: activity, target: [{target-type: kafka, kafka-topic: 010}, {target-type: kafka, kafka-topic: 010}]}\n');
});

test('a missing target is refused with the reason', () => {
  expect(editTargets(LIST, { op: 'duplicate', integration: 7 })).toMatchObject({
    ok: false,
    reason: expect.stringContaining('position 8'),
  });
  expect(editTargets(LIST, { op: 'duplicate', integration: 0, target: 5 })).toMatchObject({ ok: false });
  expect(editTargets(LIST, { op: 'moveTarget', integration: 0, from: 0, to: 3 })).toMatchObject({ ok: false });
  expect(editTargets(MAP, { op: 'moveTarget', integration: 0, from: 0, to: 0 })).toMatchObject({ ok: false });
  expect(editTargets('- type: a\n  target: text\n', { op: 'addTarget', integration: 0, type: 'kafka' })).toMatchObject({ ok: false });
  expect(editTargets('- [', { op: 'duplicate', integration: 0 })).toMatchObject({ ok: false });
});
