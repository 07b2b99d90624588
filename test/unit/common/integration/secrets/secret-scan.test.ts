import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { secretScalars } from '../../../../../main/common/integration/secrets/secret-scan.ts';
import { isSecretName } from '../../../../../main/common/integration/secrets/secret-words.ts';
import { parseSource } from '../../../../../main/common/yaml/source.ts';
import { nodeAt } from '../../../../../main/common/yaml/tree.ts';
import { LOST_INDENTATION, MANUAL, SHAPES, switchedOn } from '../../../../support/documents.ts';

function masked(text: string): string {
  let result = '';
  let cursor = 0;
  for (const { start, end } of secretScalars(text)) {
    result += `${text.slice(cursor, start)}MASK`;
    cursor = end;
  }
  return result + text.slice(cursor);
}

/** A key that no rule about form can find, and one that looks like anything. */
const SECRETS = ['hunter2', 'x9', 'blue sky', 'a/b+c='];

describe('names', () => {
  it.each([
    'http-api-token',
    'slack-uri',
    'shared-key',
    'aws-secret-access-key',
    'aws-access-key-id',
    'val-anything',
    'kafka-password',
    'saslJaasConfig',
    'apiKey',
    'SECRET',
    'db.passwd',
    'credentials',
    'ref/http-api-token',
    'client_secret',
    'Authorization',
  ])('like %s are secrets', (name) => expect(isSecretName(name)).toBe(true));

  it.each([
    'http-api-token-header',
    'aws-resource-key-prefix',
    'http-api-uri',
    'target-type',
    'name',
    'aws-region',
    'kafka-topic',
    'entity-match',
    'workspace-id',
    'rate-limit',
    'keyboard',
    'passenger',
  ])("like %s aren't", (name) => expect(isSecretName(name)).toBe(false));
});

describe('secrets in valid YAML', () => {
  const written = [
    (secret: string) => `http-api-token: "${secret}"`,
    (secret: string) => `http-api-token: '${secret}' # as before`,
    (secret: string) => `http-api-token: ${secret}`,
    (secret: string) => `"http-api-token" : ${secret}`,
    (secret: string) => `? http-api-token\n      : ${secret}`,
    (secret: string) => `http-api-token:\n        ${secret}`,
    (secret: string) => `http-api-token: &key ${secret}`,
    (secret: string) => `http-api-token: !!str ${secret}`,
    (secret: string) => `http-api-token: |\n        ${secret}\n        ${secret}`,
    (secret: string) => `http-api-token: >-\n        ${secret}\n\n        ${secret}`,
    (secret: string) => `http-api-token: "${secret}\n        ${secret}"`,
    (secret: string) => `http-api-token: ${secret}\n        ${secret}`,
    (secret: string) => `shared-key: [${secret}, {deep: ${secret}}]`,
    (secret: string) => `ref/http-api-token: ${secret}`,
    (secret: string) => `kafka-config: 'user=joe; password="${secret}";'`,
    (secret: string) => `unknown:\n        x-api-key: ${secret}`,
    (secret: string) => `odd: |\n        first line\n        password: ${secret}`,
  ];

  it.each(SECRETS)('like %s are masked however they are written', (secret) => {
    for (const write of written) {
      const text = `- type: detections\n  target:\n      target-type: http-api\n      ${write(secret)}\n      stopped: true\n`;
      expect(masked(text), text).not.toContain(secret);
      expect(masked(text), text).toContain('stopped: true');
      expect(parseSource(masked(text)).ok, masked(text)).toBe(true);
    }
  });

  it('have a path, a value and a range when they are a whole value', () => {
    const text = `- target:\n    - - http-api\n      - {http-api-token: 'it''s', http-api-uri: x}\n`;
    expect(secretScalars(text)).toEqual([
      {
        path: [0, 'target', 0, 1, 'http-api-token'],
        start: text.indexOf("'it"),
        end: text.indexOf(', http-api-uri'),
        value: "it's",
        whole: true,
      },
    ]);
  });

  it('are masked at their anchor when an alias makes them a secret', () => {
    const text = '- type: &key hunter2\n  target: {target-type: http-api, http-api-token: *key}\n';
    expect(masked(text)).toBe('- type: &key MASK\n  target: {target-type: http-api, http-api-token: *key}\n');
  });

  it("are masked in val- entries, and references to them aren't", () => {
    expect(masked(SHAPES.ONE_KEY_TARGET)).toContain('ref/aws-secret-access-key: val-x\n- val-x: MASK');
  });

  it('in a URL are masked without the rest of it', () => {
    const text = '- target: {http-api-uri: "https://joe:hunter2@api.example/logs?token=hunter2&page=2"}\n';
    expect(masked(text)).toBe('- target: {http-api-uri: "https://MASK@api.example/logs?token=MASK&page=2"}\n');
    expect(secretScalars(text).every(({ whole, path }) => !whole && path?.at(-1) === 'http-api-uri')).toBe(true);
  });

  it('in a URL whose spelling differs from its value mask all of it', () => {
    expect(masked('- target: {http-api-uri: "https://joe:hun\\x74er2@api.example/"}\n')).toBe('- target: {http-api-uri: MASK}\n');
  });

  it('that give themselves away are masked, whatever their field is called', () => {
    for (const secret of [
      'cxtp_AbCdEf0123456789',
      'AKIAIOSFODNN7EXAMPLE',
      'Bearer abcdef0123456789',
      'https://hooks.slack.com/services/T0/B0/abc',
    ])
      expect(masked(`- type: detections\n  remark: ${secret}\n`)).toBe('- type: detections\n  remark: MASK\n');
  });

  it("don't include regular expressions, hosts, regions and header names", () => {
    const text = SHAPES.MAP_TARGET + SHAPES.SEQUENCE_TARGET.replace(/slack-uri.*/, 'http-api-token-header: x-token');
    expect(masked(text)).toBe(text.replace('"11111111-2222-3333-4444-555555555555"', 'MASK'));
  });
});

describe('secrets in comments', () => {
  it('are masked to their end, whatever directly follows what gives them away', () => {
    for (const secret of ['cxtp_AbCdEf-0123/456', 'AKIAIOSFODNN7EXAMPLE+xyz', 'ghp_0123456789abcdef.tail'])
      expect(masked(`# it was ${secret} once\n`)).toBe('# it was MASK once\n');
  });

  it('are masked in commented-out fields of the vendor’s manual, and no prose of it is', () => {
    const text = masked(MANUAL);
    for (const secret of ['aBc', 'c2hhcmVkLWtleQ', 'x-0123', 'AKIDEXAMPLE', 'c2VjcmV0', 'my-key: foo']) expect(text).not.toContain(secret);
    expect(text.split('\n').filter((line, index) => line !== MANUAL.split('\n')[index]).length).toBe(6);
    expect(text).toContain('# ref/my-credentials: val-my-key');
  });

  it.each([
    '# http-api-token: hunter2',
    '#http-api-token: "hunter2" # old',
    '# - {http-api-token: hunter2, stopped: true}',
    '# the token = hunter2',
    '#   http-api-token: |\n#     hunter2\n#     hunter2',
    '#   http-api-token:\n#     hunter2',
    '# https://joe:hunter2@api.example/',
    '# GET https://api.example/?api_key=hunter2',
    "# shared-key: 'one\n#   hunter2'",
  ])('are masked in %j', (comment) => {
    expect(masked(`- type: activity\n  ${comment.replaceAll('\n', '\n  ')}\n`)).not.toContain('hunter2');
    expect(masked(`- type: activity  ${comment.replaceAll('\n', '\n                  ')}\n`)).not.toContain('hunter2');
    expect(masked(comment)).not.toContain('hunter2');
  });

  it('are found in running text by their form', () => {
    expect(masked('# Ana: we use 11111111-2222-3333-4444-555555555555 here\n')).toBe('# Ana: we use MASK here\n');
  });

  it('are masked after the header of a block', () => {
    expect(masked('- note: |  # http-api-token: hunter2\n    text\n')).not.toContain('hunter2');
  });

  it("aren't found after a # inside a value", () => {
    expect(masked("- entity-match: '#token: x'\n")).toBe("- entity-match: '#token: x'\n");
  });
});

describe("secrets in what isn't valid YAML", () => {
  it('are masked in the published example as people paste it', () => {
    expect(masked(LOST_INDENTATION)).toBe(LOST_INDENTATION.replace('secret-in-the-clear', 'MASK'));
  });

  it.each([
    '- {a: [\n  http-api-token: hunter2\n',
    'a: b: c\nhttp-api-token: "hunter2\n hunter2"\nx: 1\n',
    'a: b: c\nhttp-api-token: "hunter2\nhunter2\n',
    "a: b: c\nhttp-api-token: 'it''s\n hunter2'\n",
    'a: b: c\nhttp-api-token: |\n  hunter2\n\n  hunter2\nx: 1\n',
    'a: b: c\nhttp-api-token: >-\nhunter2\nhunter2\n',
    'a: b: c\nhttp-api-token:\n  hunter2\n',
    'a: b: c\nhttp-api-token:\nhunter2\n',
    'a: b: c\n"http-api-token": "hunter2", "x": 1\n',
    'a: b: c\n{http-api-token: hunter2}\n',
    'a: b: c\n? http-api-token\n: hunter2\n',
    'a: b: c\n- val-x: hunter2\n',
    'a: b: c\n\thttp-api-token:\thunter2\n',
    'a: b: c\r\nhttp-api-token: hunter2\r\n',
    'a: b: c\nhttp-api-token: plain\n  hunter2\n',
    'a: b: c\nhttp-api-token: &k hunter2\n',
    'a: b: c\npassword=hunter2\n',
    'a: b: c\nslack-uri: hooks/hunter2\n',
    'a: b: c\nhttp-api-uri: https://x:hunter2@y/\n',
    '---\na: 1\n---\nhttp-api-token: hunter2\n',
    `${'['.repeat(200)}\nhttp-api-token: hunter2\n`,
  ])('are masked in %j', (text) => {
    expect(parseSource(text).ok).toBe(false);
    expect(masked(text)).not.toContain('hunter2');
  });

  it('leave lines without one visible', () => {
    expect(masked('a: b: c\nhttp-api-token: hunter2\nhttp-api-uri: https://api.coralogix.com/\n')).toBe(
      'a: b: c\nhttp-api-token: MASK\nhttp-api-uri: https://api.coralogix.com/\n',
    );
  });
});

describe('any document', () => {
  // Letters and digits that can't be in a sample by chance.
  const sentinel = fc.stringMatching(/^Zq[A-Za-z0-9]{10,20}$/);
  const documents = [...Object.values(SHAPES), switchedOn(MANUAL, 'all'), MANUAL];

  it('never shows a secret, even cut, damaged or commented out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...documents),
        sentinel,
        fc.nat(),
        fc.constantFrom('', ' "', '{', '\n]', ': :', '\t'),
        fc.nat(3),
        (document, secret, where, damage, kind) => {
          const field =
            /((?:http-api-token|slack-uri|shared-key|aws-secret-access-key|aws-access-key-id|val-x): )(["']?)[^\s,}"']+(["']?)/g;
          const text = document.replace(field, (_, name: string, open: string, close: string) => `${name}${open}${secret}${close}`);
          fc.pre(text.includes(secret));
          const lineBreak = text.indexOf('\n', where % text.length);
          const at = lineBreak < 0 ? text.length : lineBreak;
          const changed =
            kind === 0
              ? text
              : kind === 1
                ? text.slice(0, at) + damage + text.slice(at)
                : kind === 2
                  ? text.replace(/^/gm, '# ')
                  : text.slice(0, at) + damage;
          expect(masked(changed)).not.toContain(secret);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('has ranges in order, without overlaps, whose paths lead to them', () => {
    for (const document of documents) {
      const source = parseSource(document);
      let before = 0;
      for (const { path, start, end, whole } of secretScalars(document)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        before = end;
        if (whole) expect(source.ok && path !== null && nodeAt(source.root, path)).toMatchObject({ start, end });
      }
    }
  });

  it('stays fast with hostile lines', () => {
    const lines = [
      'token: '.repeat(150_000),
      `# ${'a1'.repeat(500_000)}`,
      'http://' + 'a@'.repeat(500_000),
      'token: "\n'.repeat(100_000) + '\t@',
      `- x: "${'http://a@b?token=e '.repeat(50_000)}"`,
      'a '.repeat(500_000) + '\t@: :',
    ];
    for (const line of lines) {
      // Processor time: other work on the machine doesn't count.
      const start = process.cpuUsage();
      secretScalars(line);
      expect(process.cpuUsage(start).user / 1_000).toBeLessThan(4_000);
    }
  });
});
