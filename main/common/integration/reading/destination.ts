import type { Value } from '../../yaml/value.ts';
import type { DocumentReading, Integration, Target } from './integration.ts';

// Where a target sends, and with which key: what a delivery test and the fleet's rows need of an integration. Works on the raw text's reading
// in main (real keys) as on the masked one in the page.

export type DestinationKey =
  | { readonly kind: 'inline'; readonly value: string }
  /** A `ref/` field; `value` is there when the document itself holds the `val-` entry. */
  | { readonly kind: 'reference'; readonly name: string; readonly value: string | undefined }
  | { readonly kind: 'none' };

export interface Destination {
  readonly targetType: string | undefined;
  /** http-api's URL as it stands; undefined for other target types and where it is missing. */
  readonly url: string | undefined;
  /** The header that the entry names for its key; undefined: Bearer. */
  readonly header: string | undefined;
  readonly key: DestinationKey;
  /** For people: the URL's host, a broker, a bucket. Never credentials. */
  readonly host: string | undefined;
}

/** Which field says, for people, where a target type sends. */
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

/** What a delivery report is bound to, as parts for an HMAC: type, URL, header, key. */
export function configurationParts(integration: Pick<Integration, 'type'>, destination: Destination): readonly string[] {
  const { key } = destination;
  const secret = key.kind === 'none' ? '' : (key.value ?? (key.kind === 'reference' ? key.name : ''));
  return [integration.type ?? '', destination.targetType ?? '', destination.url ?? '', destination.header ?? '', key.kind, secret];
}

/** The target of an integration by its position in the `target` sequence; without a position, the only (or first) one. */
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

/** The named values by name, the first of each: a document can hold a thousand, and as many references. */
function namesOf(values: DocumentReading['values']): ReadonlyMap<string, Value> {
  const known = names.get(values) ?? new Map([...values].reverse().map(({ name, value }) => [name, value]));
  names.set(values, known);
  return known;
}

/** Scalars as kAudit's reader would hand them on: a key of digits only is a number to YAML. */
function text(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

function hostOf(link: string): string | undefined {
  return URL.canParse(link) ? new URL(link).host || undefined : undefined;
}
