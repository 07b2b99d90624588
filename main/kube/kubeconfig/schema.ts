import * as z from 'zod';
import * as strings from './strings.ts';

// Fields as Go's JSON decoder reads them: null is the empty value everywhere, also in lists and maps.

const MAX_EXTENSION = 10_000;

const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));
/** SECURITY: invalid base64 would decode to other bytes than meant. */
const data = text.refine((value) => value === undefined || isBase64(value.replace(/[\r\n]/g, '')), strings.noBase64);
const element = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((value) => value ?? []);
const map = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .nullish()
    .transform((entries) => entries ?? {});

export const clusterSchema = z.object({
  server: z.string().min(1),
  'certificate-authority-data': data,
  'certificate-authority': text,
  'insecure-skip-tls-verify': flag,
  'tls-server-name': text,
  'proxy-url': text,
  'disable-compression': flag,
  extensions: list(
    z
      .object({ name: element, extension: z.unknown().optional().refine(isSmall) })
      .nullish()
      .transform((value) => value ?? { name: '', extension: undefined }),
  ),
});

export const userSchema = z.object({
  'client-certificate-data': data,
  'client-certificate': text,
  'client-key-data': data,
  'client-key': text,
  token: text,
  tokenFile: text,
  username: text,
  password: text,
  as: text,
  'as-uid': text,
  'as-groups': list(element),
  'as-user-extra': map(list(element)),
  exec: z
    .object({
      command: z.string().min(1),
      args: list(element),
      env: list(z.object({ name: z.string().min(1), value: element })),
      apiVersion: z.string().min(1),
      installHint: text,
      provideClusterInfo: flag,
    })
    .nullish(),
  'auth-provider': z.object({ name: element, config: map(element) }).nullish(),
});

export const contextSchema = z.object({ cluster: z.string().min(1), user: text, namespace: text });

/** Aliases may expand to far more than the file's size. */
function isSmall(value: unknown): boolean {
  const rest = [value];
  let count = 0;
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const part of Object.values(next)) {
      count += 1;
      if (count > MAX_EXTENSION) return false;
      rest.push(part);
    }
  }
  return true;
}

/** As Go: line breaks are allowed, nothing else. */
function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}
