import { describe, expect, it } from 'vitest';
import { FIELDS, type FieldDescription, TARGET_LABELS, TYPE_LABELS } from '../../../main/common/integration/reading/field-table.ts';
import { Masking } from '../../../main/masking/masking.ts';

// Every field that the table calls secret, with a value that only its place gives away. A new secret field of the table
// is tested automatically.

const ref = {
  context: 'prod',
  namespace: 'alcide-kaudit',
  name: 'kaudit-integration-prod',
  server: 'https://prod.example',
  uid: '1111',
};
const SECRET = 'kestrel-lantern-harbour';
const SECRETS = FIELDS.filter(({ input }) => input === 'secret');
const CASES = Object.keys(TYPE_LABELS).flatMap((type) =>
  SECRETS.flatMap((field) => (field.targetTypes ?? Object.keys(TARGET_LABELS)).map((targetType) => ({ type, targetType, field }))),
);

const entry = (type: string, targetType: string, line: string) => `- type: ${type}
  name: here
  target:
    target-type: ${targetType}
    ${line}
    stopped: true
`;

/** Other spellings of the same: each must be masked, and come back byte by byte. */
function writings({ name }: FieldDescription, type: string, targetType: string): Readonly<Record<string, string>> {
  const plain = entry(type, targetType, `${name}: ${SECRET}`);
  return {
    plain,
    'in quotes, with a comment': entry(type, targetType, `"${name}": '${SECRET}' # of the team`),
    'as a block': entry(type, targetType, `${name}: |-\n      ${SECRET}`),
    'over two lines': entry(type, targetType, `${name}: ${SECRET}\n      ${SECRET}`),
    'in braces': `- {type: ${type}, target: {target-type: ${targetType}, ${name}: ${SECRET}}}\n`,
    'in a list of targets': `- type: ${type}\n  target:\n    - target-type: ${targetType}\n      ${name}: ${SECRET}\n`,
    'in the older pairs': `- type: ${type}\n  target:\n    - - ${targetType}\n      - {${name}: ${SECRET}}\n`,
    'in clear behind ref/': entry(type, targetType, `ref/${name}: ${SECRET}`),
    'as a named value': `- val-here: ${SECRET}\n${entry(type, targetType, `ref/${name}: val-here`)}`,
    'commented out': entry(type, targetType, `# ${name}: ${SECRET}`),
    'the whole entry commented out': plain.replaceAll(/^/gm, '# ').replace(/# $/, ''),
    'in invalid YAML': `${plain}  : {\n`,
    'with CRLF': plain.replaceAll('\n', '\r\n'),
  };
}

describe('secret fields of the table', () => {
  it('exist for every kind of target that has a key', () => {
    expect(SECRETS.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['http-api-token', 'slack-uri', 'shared-key', 'aws-secret-access-key']),
    );
    for (const { name, level, targetTypes } of SECRETS) expect([name, level, targetTypes?.length ?? 0]).toEqual([name, 'target', 1]);
  });

  for (const { type, targetType, field } of CASES) {
    it.each(Object.entries(writings(field, type, targetType)))(`${field.name} of ${type}: masked %s, and restored`, (_how, text) => {
      const masking = new Masking();
      const masked = masking.mask(ref, text);
      for (const word of SECRET.split('-')) expect(masked.text).not.toContain(word);
      expect(masked.secrets.length).toBeGreaterThan(0);
      expect(masked.secrets.map(({ value }) => value).join()).toContain(SECRET);
      // What isn't secret stays readable.
      expect(masked.text).toContain(targetType);
      expect(masking.unmaskText(ref, masked.text)).toEqual({ ok: true, text });
    });
  }
});
