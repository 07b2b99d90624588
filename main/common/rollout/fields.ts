// Which fields a rollout may change by name.

import { FIELDS } from '../integration/reading/field-table.ts';
import { isSecretName } from '../integration/secrets/secret-words.ts';

/** A target's destination. Presets and `endpoint` change it, together with its key. */
const DESTINATIONS = new Set([
  'target-type',
  'http-api-uri',
  'http-api-token-header',
  'slack-uri',
  'syslog-host',
  'syslog-port',
  'syslog-tcp',
  'kafka-broker',
  'kafka-topic',
  'workspace-id',
  'aws-region',
  'aws-account-id',
  'aws-bucket',
  'aws-access-key-id',
]);

/** SECURITY: a rollout sets keys only through a preset, and changes no other destination. */
export function isClosed(name: string): boolean {
  return isSecretName(name) || name.startsWith('ref/') || DESTINATIONS.has(name);
}

/** Whether `set`, `remove`, `addItem` or `dropItem` may change this field. */
export function isRolloutField(name: string): boolean {
  return !isClosed(name) && name !== 'stopped' && FIELDS.some((field) => field.name === name && field.input !== 'secret');
}
