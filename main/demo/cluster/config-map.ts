import * as z from 'zod';
import { CONFIG_MAPS, type KubernetesObject } from './objects.ts';
import { badRequest, type Cause, invalid } from './status.ts';

// Rules and messages for ConfigMaps, from kube-apiserver.

/** Bytes of all keys and values. */
const MAX_DATA = 1024 * 1024;

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const strings = z.record(z.string(), z.string()).nullish();

/** Drops unknown fields, as an API server does. */
const schema = z.object({
  apiVersion: z.literal('v1').optional(),
  kind: z.literal('ConfigMap').optional(),
  metadata: z
    .object({
      name: z.string().optional(),
      namespace: z.string().optional(),
      uid: z.string().optional(),
      resourceVersion: z.string().optional(),
      labels: strings,
      annotations: strings,
    })
    .default({}),
  immutable: z.boolean().nullish(),
  data: strings,
  binaryData: strings,
});

export type ConfigMapInput = z.output<typeof schema>;

export function configMapFrom(value: unknown, refuse: (reason: string) => Error = badRequest): ConfigMapInput {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refuse(`the object cannot be handled as a ConfigMap: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

export function contentOf(input: ConfigMapInput): Pick<KubernetesObject, 'data' | 'binaryData' | 'immutable'> {
  return {
    ...(typeof input.immutable === 'boolean' ? { immutable: input.immutable } : {}),
    ...present('data', input.data),
    ...present('binaryData', input.binaryData),
  };
}

export function present<Name extends string>(
  name: Name,
  map: Record<string, string> | null | undefined,
): { readonly [key in Name]?: Record<string, string> } {
  return (map && Object.keys(map).length > 0 ? { [name]: map } : {}) as { readonly [key in Name]?: Record<string, string> };
}

export function validate(object: KubernetesObject, before: KubernetesObject | undefined): void {
  const causes = [...nameCauses(object), ...keyCauses(object), ...sizeCauses(object), ...(before ? immutableCauses(before, object) : [])];
  if (causes.length > 0) throw invalid(CONFIG_MAPS.kind, object.metadata.name, causes);
}

const value = (field: string, message: string): Cause => ({ reason: 'FieldValueInvalid', message: `Invalid value: ${message}`, field });

function nameCauses({ metadata: { name } }: KubernetesObject): Cause[] {
  if (name === '') {
    return [{ reason: 'FieldValueRequired', message: 'Required value: name or generateName is required', field: 'metadata.name' }];
  }
  if (SUBDOMAIN.test(name) && name.length <= 253) return [];
  const rule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an " +
    "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  return [value('metadata.name', `"${name}": ${rule}`)];
}

function keyCauses({ data = {}, binaryData = {} }: KubernetesObject): Cause[] {
  const rule =
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', " +
    "regex used for validation is '[-._a-zA-Z0-9]+')";
  return [
    ...Object.keys(data).flatMap((key) => (CONFIG_KEY.test(key) ? [] : [value(`data[${key}]`, `"${key}": ${rule}`)])),
    ...Object.keys(binaryData).flatMap((key) => (CONFIG_KEY.test(key) ? [] : [value(`binaryData[${key}]`, `"${key}": ${rule}`)])),
    ...Object.keys(data).flatMap((key) =>
      Object.hasOwn(binaryData, key) ? [value(`data[${key}]`, `"${key}": duplicate of key present in binaryData`)] : [],
    ),
  ];
}

function sizeCauses({ data = {}, binaryData = {} }: KubernetesObject): Cause[] {
  const size =
    Object.values(data).reduce((sum, text) => sum + Buffer.byteLength(text), 0) +
    Object.values(binaryData).reduce((sum, text) => sum + Buffer.byteLength(text, 'base64'), 0);
  return size > MAX_DATA ? [{ reason: 'FieldValueTooLong', message: `Too long: must have at most ${MAX_DATA} bytes`, field: '[]' }] : [];
}

function immutableCauses(before: KubernetesObject, after: KubernetesObject): Cause[] {
  if (before.immutable !== true) return [];
  const forbidden = (field: string): Cause => ({
    reason: 'FieldValueForbidden',
    message: 'Forbidden: field is immutable when `immutable` is set',
    field,
  });
  return [
    ...(after.immutable === true ? [] : [forbidden('immutable')]),
    ...(sameMap(before.data, after.data) ? [] : [forbidden('data')]),
    ...(sameMap(before.binaryData, after.binaryData) ? [] : [forbidden('binaryData')]),
  ];
}

export function sameMap(one: Readonly<Record<string, string>> = {}, other: Readonly<Record<string, string>> = {}): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name) && one[name] === other[name]);
}
