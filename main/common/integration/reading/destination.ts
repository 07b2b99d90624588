import type { Value } from '../../yaml/value.ts';
import type { DocumentReading, Integration, Target } from './integration.ts';

// Where a target sends and with which key. Main passes the raw text, the page the masked one.

export type DestinationKey =
  | { readonly kind: 'inline'; readonly value: string }
  | { readonly kind: 'reference'; readonly name: string; readonly value: string | undefined }
  | { readonly kind: 'none' };

export interface Destination {
  readonly targetType: string | undefined;
  readonly url: string | undefined;
  readonly header: string | undefined;
  readonly key: DestinationKey;
  /** A URL's host, broker or bucket. Never credentials. */
  readonly host: string | undefined;
}

const PLACE: Readonly<Record<string, string>> = {
  syslog: 'syslog-host',
  kafka: 'kafka-broker',
  azure: 'workspace-id',
  'aws-security-hub': 'aws-region',
  'aws-s3': 'aws-bucket',
};

const SECRET: Readonly<Record<string, string>> = {
  'http-api': 'http-api-token',
  slack: 'slack-uri',
  azure: 'shared-key',
  'aws-s3': 'aws-secret-access-key',
};

export function destinationOf(reading: Pick<DocumentReading, 'values'>, target: Target): Destination {
  const url = target.type === 'http-api' ? text(fieldValue(target, 'http-api-uri')) : undefined;
  const link = url ?? (target.type === 'slack' ? text(fieldValue(target, 'slack-uri')) : undefined);
  const place = target.type === undefined ? undefined : PLACE[target.type];
  return {
    targetType: target.type,
    url,
    header: text(fieldValue(target, 'http-api-token-header')),
    key: keyOf(reading, target),
    host: link === undefined ? place && text(fieldValue(target, place)) : hostOf(link),
  };
}

/** What the HMAC of a delivery report covers: type, URL, header and key. */
export function configurationParts(integration: Pick<Integration, 'type'>, destination: Destination): readonly string[] {
  const { key } = destination;
  const secret = key.kind === 'none' ? '' : (key.value ?? (key.kind === 'reference' ? key.name : ''));
  return [integration.type ?? '', destination.targetType ?? '', destination.url ?? '', destination.header ?? '', key.kind, secret];
}

export function targetAt(integration: Integration, index: number | undefined): Target | undefined {
  if (index === undefined) return integration.targets[0];
  return integration.targets.find((target) => target.index === index);
}

export function fieldValue(target: Pick<Target, 'fields'>, name: string): Value | undefined {
  return target.fields.find((field) => field.name === name)?.value;
}

function keyOf(reading: Pick<DocumentReading, 'values'>, target: Target): DestinationKey {
  const name = target.type === undefined ? undefined : SECRET[target.type];
  if (name === undefined) return { kind: 'none' };
  const inline = text(fieldValue(target, name));
  if (inline !== undefined) return { kind: 'inline', value: inline };
  const reference = text(fieldValue(target, `ref/${name}`));
  if (reference === undefined) return { kind: 'none' };
  const value = text(namesOf(reading.values).get(reference));
  return { kind: 'reference', name: reference, value };
}

const names = new WeakMap<object, ReadonlyMap<string, Value>>();

/** Indexed once: a document can hold a thousand names and references. The first of each name counts. */
function namesOf(values: DocumentReading['values']): ReadonlyMap<string, Value> {
  const known = names.get(values) ?? new Map([...values].reverse().map(({ name, value }) => [name, value]));
  names.set(values, known);
  return known;
}

/** A key of digits is a number to YAML; kAudit's reader treats it as text. */
function text(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function hostOf(link: string): string | undefined {
  return URL.canParse(link) ? new URL(link).host || undefined : undefined;
}
