import { FIELDS, type FieldDescription, TARGET_LABELS, TYPE_LABELS } from '../main/common/integration/reading/field-table.ts';
import { fieldsFor, isTargetType } from '../main/common/integration/reading/fields.ts';

// The page `fields.md` in this folder. scripts/fields-page.mjs writes it; a test fails when it is out of date.

const INPUTS: Readonly<Record<FieldDescription['input'], string>> = {
  text: 'text',
  url: 'URL',
  secret: 'secret',
  boolean: '`true` or `false`',
  number: 'whole number',
  choices: 'list',
  choice: 'one of them',
  regex: 'regular expression (Java)',
};

/** The page as Markdown. */
export function fieldsPage(): string {
  const shared = fieldsFor('target', undefined);
  const parts = [
    '# The fields of an integration',
    'Generated from the table in [field-table.ts](../main/common/integration/reading/field-table.ts), which the forms and the diagnostics ' +
      'use, too. An integration is an entry of the list in the key `audit-integration` of a `kaudit-integration` ConfigMap. kAudit Tray ' +
      'shows and keeps fields that aren’t listed here.',
    'A field marked *reference* may be written as `ref/<name>: val-…`. It then takes the value of that name. The value comes from Vault, ' +
      'an environment variable or a Secret, or is an entry of the list (`- val-…: value`).',
    '## The entry',
    table(FIELDS.filter(({ level }) => level === 'entry')),
    '## `target`',
    'One destination, or a list of them. On every target:',
    table(shared),
    ...Object.entries(TARGET_LABELS).flatMap(([type, label]) => [
      `### ${label} (\`${type}\`)`,
      table(fieldsFor('target', undefined, type).filter((field) => isTargetType(type) && field.targetTypes?.includes(type))),
    ]),
    '## `data-filter`',
    ...Object.entries(TYPE_LABELS).flatMap(([type, label]) => {
      const fields = fieldsFor('filter', type);
      return [
        `### ${label} (\`${type}\`)`,
        fields.length === 0 ? "No fields are known; kAudit's examples have `data-filter: {}`." : table(fields),
      ];
    }),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table(fields: readonly FieldDescription[]): string {
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    field.label,
    [field.meaning, ...choices(field), ...notes(field)].join('<br>'),
    INPUTS[field.input],
    field.default ?? '',
    `\`${field.example}\``,
  ]);
  return [['Field', 'Label', 'Meaning', 'Value', 'Without it', 'Example'], ['---', '---', '---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}

function choices({ choices = [] }: FieldDescription): string[] {
  return choices.map(
    ({ value, label, olderSpelling }) => `\`${value}\`: ${label}${olderSpelling === undefined ? '' : ` (older: \`${olderSpelling}\`)`}`,
  );
}

function notes({ required, reference }: FieldDescription): string[] {
  return [...(required ? ['*required*'] : []), ...(reference ? ['*reference*'] : [])];
}
