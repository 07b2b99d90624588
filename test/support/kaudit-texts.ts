// Texts that people have written and that other YAML readers read differently from kAudit's, which is SnakeYAML.

/** SnakeYAML refuses these: name, text, and the place of the problem. */
export const UNREADABLE: readonly (readonly [name: string, text: string, line: number, column: number])[] = [
  ['anchorcolon', '- type: activity\n  target: &a:b {target-type: syslog, syslog-host: h}\n- type: activity\n  target: *a:b\n', 2, 11],
  [
    'anchoru',
    '- type: activity\n  target: &z\u00fcrich.1 {target-type: syslog, syslog-host: h}\n- type: activity\n  target: *z\u00fcrich.1\n',
    2,
    11,
  ],
  ['c1', '- type: activity # \u0093quoted\u0094\n  target: {target-type: syslog, syslog-host: h}\n', 1, 20],
  ['customtag', '- type: activity\n  target: !foo {target-type: syslog, syslog-host: h}\n', 2, 11],
  ['fffe', '- type: activity # \ufffe\n  target: {target-type: syslog, syslog-host: h}\n', 1, 20],
  ['jsonpretty', '[\n\t{\n\t\t"type": "activity",\n\t\t"target": {"target-type": "syslog", "syslog-host": "h"}\n\t}\n]\n', 2, 1],
  [
    'jsonslash',
    '[{"type":"activity","target":{"target-type":"http-api","http-api-uri":"https:\\/\\/api.eu2.coralogix.com\\/logs\\/v1\\/bulk","http-api-token":"k"}}]\n',
    1,
    78,
  ],
  ['ls-comment', '# note\u2028more\n- type: activity\n  target: {target-type: syslog, syslog-host: h}\n', 1, 7],
  ['ls-value', '- type: activity\n  name: one\u2028two\n  target: {target-type: syslog, syslog-host: h}\n', 2, 12],
  ['nel-comment', '- type: activity # a\u0085  b\n  target: {target-type: syslog, syslog-host: h}\n', 1, 21],
  ['nullkey', '- type: activity\n  : x\n  target: {target-type: syslog, syslog-host: h}\n', 2, 3],
  ['tab-blank', '- type: activity\n\t\n  target: {target-type: syslog, syslog-host: h}\n', 2, 1],
  ['tab-colon', '- type:\tactivity\n  target: {target-type: syslog, syslog-host: h}\n', 1, 8],
  ['tabcommentline', '- type: activity\n\t# note\n  target: {target-type: syslog, syslog-host: h}\n', 2, 1],
  ['tabindentcomment', '- type: activity\n  target: {target-type: syslog, syslog-host: h}\n \t # x\n', 3, 1],
  ['tabtrail', '- type: activity\n  target:\t\n    target-type: syslog\n    syslog-host: h\n', 2, 10],
  ['tagdir', '%TAG !e! tag:x.example,2000:\n---\n- type: activity\n  target: !e!foo {target-type: syslog, syslog-host: h}\n', 4, 11],
];

/** SnakeYAML reads these, with brackets and quotes that continue at the column of their key. */
export const IRREGULAR: readonly (readonly [name: string, text: string])[] = [
  ['commentnospace', '- type: activity\n  target: {target-type: syslog, syslog-host: h}#c\n'],
  ['flowclose', '- type: activity\n  target: {\n    target-type: syslog,\n    syslog-host: h\n  }\n'],
  [
    'flowclose0',
    '- type: detections\n  target: {target-type: syslog, syslog-host: h}\n  data-filter:\n    etype: [\n      principal,\n      resource\n    ]\n',
  ],
  ['flowclose1', '- type: activity\n  target: {\n    target-type: syslog,\n    syslog-host: h\n }\n'],
  [
    'flowclose2',
    '- type: detections\n  target: {target-type: syslog, syslog-host: h}\n  data-filter:\n    etype: [\n    principal,\n    resource,\n    ]\n',
  ],
  ['flowindent', '- type: activity\n  target: {\ntarget-type: syslog,\nsyslog-host: h\n}\n'],
  ['flowindent2', '- type: activity\n  target: {\n  target-type: syslog, syslog-host: h\n  }\n  data-filter: {}\n'],
  [
    'foldedquote',
    "- type: selections\n  target: {target-type: syslog, syslog-host: h}\n  data-filter:\n    entity-no-match: '^system:|\n    ^admin$'\n",
  ],
  ['quoteindent', '- type: activity\n  name: "a\nb"\n  target: {target-type: syslog, syslog-host: h}\n'],
];

export const NUMBERS = `- type: detections
  target:
    target-type: http-api
    http-api-uri: https://api.eu2.coralogix.com/logs/v1/bulk
    http-api-token: k-5
    rate-limit: 010
  data-filter:
    confidence: [00, 01]
- type: activity
  target:
    target-type: syslog
    syslog-host: 010.020.030.040
    syslog-port: 0514
    rate-limit: 0b11
- type: activity
  target:
    target-type: syslog
    syslog-host: h
    syslog-port: 0o514
    rate-limit: 0x1F
- type: activity
  target:
    target-type: syslog
    syslog-host: h
    syslog-port: +514
    rate-limit: 1e3
- type: activity
  target:
    target-type: syslog
    syslog-host: h
    syslog-port: 5_140
    rate-limit: 12:00
- type: activity
  target:
    target-type: aws-s3
    aws-bucket: 2024-01-15
    aws-region: us-west-2
    aws-resource-key-prefix: on
    aws-access-key-id: 123e5
`;

export const SECRET_NUMBERS = `- a: 61e9540
  b: 12e03
  c: 1.10
  d: 0777
  e: 1_000
  f: 0x1F
  g: 12345678901234567890
  h: 5e-1
`;

export const QUOTED_MERGE = `- type: activity
  target:
    '<<': {target-type: syslog, syslog-host: h}
`;
