// All known fields of kAudit's `audit-integration` document. Forms, diagnostics and `fields.md` derive from this table.
// Unknown fields come from other kAudit versions: they are shown and kept.

export type IntegrationType = 'detections' | 'selections' | 'activity';

export type TargetType = 'http-api' | 'slack' | 'syslog' | 'kafka' | 'azure' | 'aws-security-hub' | 'aws-s3';

export type FieldInput = 'text' | 'url' | 'secret' | 'boolean' | 'number' | 'choices' | 'choice' | 'regex';

export interface Choice {
  readonly value: string | number;
  readonly label: string;
  readonly olderSpelling?: string;
}

export type FieldLevel = 'entry' | 'target' | 'filter';

export interface FieldDescription {
  readonly name: string;
  readonly level: FieldLevel;
  readonly label: string;
  readonly meaning: string;
  readonly example: string;
  readonly default?: string;
  readonly input: FieldInput;
  readonly choices?: readonly Choice[];
  readonly integrationTypes?: readonly IntegrationType[];
  readonly targetTypes?: readonly TargetType[];
  readonly required?: true;
  /** May be written as `ref/<name>: val-…`, with the value in Vault, an environment variable or a Secret. */
  readonly reference?: true;
}

export const TYPE_LABELS: Readonly<Record<IntegrationType, string>> = {
  detections: 'Detections',
  selections: 'Policy findings',
  activity: 'Raw activity',
};

export const TARGET_LABELS: Readonly<Record<TargetType, string>> = {
  'http-api': 'HTTP API',
  slack: 'Slack',
  syslog: 'Syslog',
  kafka: 'Kafka topic',
  azure: 'Azure Sentinel or Monitor',
  'aws-security-hub': 'AWS Security Hub',
  'aws-s3': 'AWS S3',
};

export const CONFIDENCE_HIGH = 0;
export const CONFIDENCE_MEDIUM = 1;

const ENTRY: readonly FieldDescription[] = [
  {
    name: 'name',
    level: 'entry',
    label: 'Name',
    meaning: 'A short name for the integration: up to 15 letters, digits, underscores, dashes and spaces.',
    example: 'to Coralogix',
    input: 'text',
  },
  {
    name: 'type',
    level: 'entry',
    label: 'Integration type',
    meaning: 'What is sent: suspicious behaviour that kAudit found, audit entries that match the policy, or all audit entries.',
    example: 'detections',
    input: 'choice',
    choices: [
      { value: 'detections', label: TYPE_LABELS.detections },
      { value: 'selections', label: TYPE_LABELS.selections },
      { value: 'activity', label: TYPE_LABELS.activity },
    ],
    required: true,
  },
];

function targetField(
  targetType: TargetType,
  name: string,
  label: string,
  meaning: string,
  example: string,
  more: Partial<Pick<FieldDescription, 'default' | 'input' | 'choices' | 'required' | 'reference'>> = {},
): FieldDescription {
  return { name, level: 'target', label, meaning, example, input: 'text', targetTypes: [targetType], ...more };
}

const TARGET: readonly FieldDescription[] = [
  {
    name: 'target-type',
    level: 'target',
    label: 'Target',
    meaning: 'The kind of destination; each kind has its own fields.',
    example: 'http-api',
    input: 'choice',
    choices: Object.entries(TARGET_LABELS).map(([value, label]) => ({ value, label })),
    required: true,
  },
  targetField('http-api', 'http-api-uri', 'URL', 'The address to which kAudit posts JSON.', 'https://api.eu2.coralogix.com/logs/v1/bulk', {
    input: 'url',
    required: true,
  }),
  targetField(
    'http-api',
    'http-api-token',
    'Key',
    'The value of the authentication header; for Coralogix, the Send-Your-Data key.',
    '<Send-Your-Data key>',
    { input: 'secret', reference: true, default: 'no authentication; Coralogix accepts nothing without its key' },
  ),
  targetField(
    'http-api',
    'http-api-token-header',
    'Authentication header',
    'The name of the HTTP header that carries the key, where the destination expects a particular one.',
    'x-token',
    { default: 'kAudit’s own, which its documentation does not name' },
  ),
  targetField(
    'slack',
    'slack-uri',
    'Webhook URL',
    'The incoming webhook of the Slack channel; whoever has it can post there, so it’s a secret.',
    'https://hooks.slack.com/services/…',
    { input: 'secret', required: true, reference: true },
  ),
  targetField('syslog', 'syslog-host', 'Host', 'The host name or address of the syslog server.', 'my-syslog', { required: true }),
  targetField('syslog', 'syslog-port', 'Port', 'The port of the syslog server.', '5555', {
    input: 'number',
    default: 'syslog’s usual port',
  }),
  targetField('syslog', 'syslog-tcp', 'Over TCP', 'Whether to send over TCP; otherwise over UDP.', 'false', { input: 'boolean' }),
  targetField('kafka', 'kafka-broker', 'Broker', 'The Kafka broker to connect to.', 'my-kafka-broker', { required: true }),
  targetField('kafka', 'kafka-topic', 'Topic', 'The topic to write to.', 'my-topic', { required: true }),
  targetField(
    'azure',
    'workspace-id',
    'Workspace ID',
    'The Log Analytics workspace that Sentinel or Monitor uses.',
    'my-azure-analytics-workspace',
    {
      required: true,
    },
  ),
  targetField('azure', 'shared-key', 'Shared key', 'The key of the Log Analytics workspace.', '<shared key>', {
    input: 'secret',
    required: true,
    reference: true,
  }),
  {
    name: 'aws-region',
    level: 'target',
    label: 'Region',
    meaning: 'The AWS region of the bucket or of Security Hub.',
    example: 'us-west-2',
    input: 'text',
    targetTypes: ['aws-security-hub', 'aws-s3'],
    required: true,
  },
  targetField('aws-security-hub', 'aws-account-id', 'Account ID', 'The AWS account, 12 digits in quotes.', '"111111111111"', {
    required: true,
  }),
  targetField('aws-s3', 'aws-bucket', 'Bucket', 'The bucket to write to.', 'my-kaudit-activity', { required: true }),
  targetField('aws-s3', 'aws-access-key-id', 'Access key ID', 'The ID of the access key that may write to the bucket.', '<access key ID>', {
    reference: true,
  }),
  targetField('aws-s3', 'aws-secret-access-key', 'Secret access key', 'The secret part of that access key.', '<secret access key>', {
    input: 'secret',
    reference: true,
  }),
  targetField('aws-s3', 'aws-resource-key-prefix', 'Object key prefix', 'What the names of the written objects start with.', 'testing'),
  targetField('aws-s3', 'aws-content-type', 'Content type', 'The format of the written objects.', 'csv'),
  targetField('aws-s3', 'aws-compression', 'Compression', 'How the written objects are compressed.', 'gzip'),
  {
    name: 'stopped',
    level: 'target',
    label: 'Stopped',
    meaning: 'Nothing is sent to a stopped target.',
    example: 'true',
    default: 'false',
    input: 'boolean',
  },
  {
    name: 'rate-limit',
    level: 'target',
    label: 'Rate limit',
    meaning: 'The most that kAudit sends; its documentation doesn’t say in which unit.',
    example: '10',
    default: 'no limit of its own',
    input: 'number',
  },
];

function filterField(
  integrationTypes: readonly IntegrationType[],
  name: string,
  label: string,
  meaning: string,
  example: string,
  more: Partial<Pick<FieldDescription, 'default' | 'input' | 'choices'>> = {},
): FieldDescription {
  return { name, level: 'filter', label, meaning, example, input: 'regex', integrationTypes, ...more };
}

const FILTER: readonly FieldDescription[] = [
  filterField(
    ['detections'],
    'etype',
    'Entities Types',
    'The kinds of entities whose detections are sent.',
    '[principal, resource, cluster]',
    {
      input: 'choices',
      choices: [
        { value: 'principal', label: 'Principal' },
        { value: 'resource', label: 'Resource' },
        { value: 'cluster', label: 'Cluster' },
      ],
      default: 'all',
    },
  ),
  filterField(['detections'], 'category', 'Detection Categories', 'The categories of detections that are sent.', '[incident, anomaly]', {
    input: 'choices',
    choices: [
      { value: 'incident', label: 'Incident', olderSpelling: 'alcide.category/incident' },
      { value: 'anomaly', label: 'Anomaly', olderSpelling: 'alcide.category/anomaly' },
    ],
    default: 'all',
  }),
  filterField(
    ['detections'],
    'confidence',
    'Detection Confidence',
    'How sure kAudit must be of a detection; Coralogix recommends at least high and medium.',
    '[0, 1]',
    {
      input: 'choices',
      choices: [
        { value: CONFIDENCE_HIGH, label: 'High', olderSpelling: 'high' },
        { value: CONFIDENCE_MEDIUM, label: 'Medium', olderSpelling: 'medium' },
        { value: 2, label: 'Low', olderSpelling: 'low' },
      ],
      default: 'all',
    },
  ),
  filterField(
    ['detections', 'selections'],
    'entity-match',
    'Entities Matching',
    'The white list: only what is about entities whose names match this regular expression (Java syntax) is sent.',
    '^prod-',
  ),
  filterField(
    ['detections', 'selections'],
    'entity-no-match',
    'Entities Not Matching',
    'The black list: nothing about entities whose names match this regular expression (Java syntax) is sent.',
    '^system:|^admin$',
  ),
  filterField(
    ['selections'],
    'rules-match',
    'Rules Matching',
    'Only findings of policy rules whose names match this regular expression (Java syntax) are sent.',
    '^exec|unsafe$',
  ),
  filterField(
    ['selections'],
    'rules-no-match',
    'Rules Not Matching',
    'No findings of policy rules whose names match this regular expression (Java syntax) are sent.',
    '^test-',
  ),
  filterField(['selections'], 'report', 'Report', 'Whether each matching audit entry is sent, or only how many there were.', 'details', {
    input: 'choice',
    choices: [
      { value: 'details', label: 'Details' },
      { value: 'count', label: 'Count' },
    ],
  }),
];

export const FIELDS: readonly FieldDescription[] = [...ENTRY, ...TARGET, ...FILTER];
