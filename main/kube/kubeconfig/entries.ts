import { dirname, isAbsolute, resolve } from 'node:path';
import type * as z from 'zod';
import { readDocument } from './document.ts';
import { clusterSchema, contextSchema, userSchema } from './schema.ts';
import * as strings from './strings.ts';

export interface ClusterEntry {
  readonly name: string;
  readonly server: string;
  /** As written, without query and fragment: for plugins. */
  readonly address: string;
  readonly caData: string | undefined;
  readonly caFile: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
  /** For plugins. */
  readonly disableCompression: boolean;
  /** The cluster's settings for a plugin (`extensions`, client.authentication.k8s.io/exec). */
  readonly execConfig: unknown;
}

export interface ExecSpec {
  /** A path is resolved against the kubeconfig's folder; a bare name is searched on the PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string | undefined;
  readonly provideClusterInfo: boolean;
}

export interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

export interface UserEntry {
  readonly name: string;
  readonly file: string;
  readonly certData: string | undefined;
  readonly certFile: string | undefined;
  readonly keyData: string | undefined;
  readonly keyFile: string | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly exec: ExecSpec | undefined;
  readonly authProvider: { readonly name: string; readonly config: Readonly<Record<string, string>> } | undefined;
  readonly impersonation: Impersonation | undefined;
}

export interface ContextSpec {
  readonly name: string;
  readonly cluster: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
}

/** A bad entry still takes its name, as in kubectl. */
export type Parsed<Entry> = { readonly entry: Entry } | { readonly problem: string };

export interface ParsedFile {
  readonly clusters: ReadonlyMap<string, Parsed<ClusterEntry>>;
  readonly users: ReadonlyMap<string, Parsed<UserEntry>>;
  readonly contexts: ReadonlyMap<string, Parsed<ContextSpec>>;
  readonly problem: string | undefined;
}

/** Characters: the settings' limit for a context's name. */
const MAX_NAME = 1024;
/** SECURITY: line breaks, control and direction characters, which disguise a name. */
const INVISIBLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const MAX_PROBLEMS = 10;

const EMPTY: Omit<ParsedFile, 'problem'> = { clusters: new Map(), users: new Map(), contexts: new Map() };

/** Never throws; never repeats the text in a problem. */
export function parseKubeconfig(bytes: Uint8Array, file: string): ParsedFile {
  const folder = dirname(file);
  const read = readDocument(bytes);
  if (typeof read === 'string') return { ...EMPTY, problem: read };
  const { value: document, problem } = read;
  const { kind = 'Config', apiVersion = 'v1' } = document;
  if ((kind !== 'Config' && kind !== null && kind !== '') || (apiVersion !== 'v1' && apiVersion !== null && apiVersion !== ''))
    return { ...EMPTY, problem: strings.isntKubeconfigKindIsntConfig };
  const problems: string[] = problem === undefined ? [] : [problem];
  const absolute = (path: string | undefined): string | undefined =>
    path === undefined || isAbsolute(path) ? path : resolve(folder, path);

  const clusters = entries(
    document,
    'clusters',
    'cluster',
    clusterSchema,
    problems,
    (name, value): ClusterEntry => ({
      name,
      server: serverAddress(value.server),
      address: value.server.trim().replace(/[?#].*/, ''),
      caData: value['certificate-authority-data'],
      caFile: absolute(value['certificate-authority']),
      skipTlsVerify: value['insecure-skip-tls-verify'],
      tlsServerName: value['tls-server-name'],
      proxyUrl: value['proxy-url']?.replace(/^[^:]+/, (scheme) => scheme.toLowerCase()),
      disableCompression: value['disable-compression'],
      execConfig: value.extensions.find(({ name: extension }) => extension === 'client.authentication.k8s.io/exec')?.extension,
    }),
  );
  const users = entries(
    document,
    'users',
    'user',
    userSchema,
    problems,
    (name, value): UserEntry => ({
      name,
      file,
      certData: value['client-certificate-data'],
      certFile: absolute(value['client-certificate']),
      keyData: value['client-key-data'],
      keyFile: absolute(value['client-key']),
      token: value.token,
      tokenFile: absolute(value.tokenFile),
      username: value.username,
      password: value.password,
      exec: value.exec
        ? { ...value.exec, command: /[/\\]/.test(value.exec.command) ? resolve(folder, value.exec.command) : value.exec.command }
        : undefined,
      authProvider: value['auth-provider'] ? withFile(value['auth-provider'], 'idp-certificate-authority', absolute) : undefined,
      impersonation:
        value.as === undefined &&
        value['as-uid'] === undefined &&
        value['as-groups'].length === 0 &&
        Object.keys(value['as-user-extra']).length === 0
          ? undefined
          : { user: value.as, uid: value['as-uid'], groups: value['as-groups'], extra: value['as-user-extra'] },
    }),
  );
  const contexts = entries(document, 'contexts', 'context', contextSchema, problems, (name, value): ContextSpec => ({ name, ...value }));
  if (problems.length > MAX_PROBLEMS) problems.splice(MAX_PROBLEMS, problems.length, strings.andMore(problems.length - MAX_PROBLEMS));
  return { clusters, users, contexts, problem: problems.length === 0 ? undefined : problems.join(' ') };
}

function entries<Schema extends z.ZodType, Entry>(
  document: Readonly<Record<string, unknown>>,
  field: string,
  body: string,
  schema: Schema,
  problems: string[],
  build: (name: string, value: z.output<Schema>) => Entry,
): Map<string, Parsed<Entry>> {
  const found = new Map<string, Parsed<Entry>>();
  const items = document[field] ?? [];
  if (!Array.isArray(items)) {
    problems.push(strings.shouldList(field));
    return found;
  }
  for (const [index, item] of items.entries()) {
    const name: unknown = item?.name;
    if (typeof name !== 'string' || name === '') {
      problems.push(strings.noName(field, index));
      continue;
    }
    if (name.length > MAX_NAME || INVISIBLE.test(name)) {
      problems.push(strings.nameTooLongControlCharacters(field, index));
      continue;
    }
    if (found.has(name)) {
      problems.push(strings.thereTwoNamedFirstOne(field, name));
      continue;
    }
    const checked = schema.safeParse(item[body] ?? {});
    if (checked.success) {
      found.set(name, { entry: build(name, checked.data) });
      continue;
    }
    // SECURITY: names of fields only, no values.
    const fields = [
      ...new Set(
        checked.error.issues.map(
          ({ path, code }) =>
            `${path.map(String).join('.') || body}${code === 'custom' && path[0] !== 'extensions' ? strings.notBase64 : ''}`,
        ),
      ),
    ].join(', ');
    const problem = strings.missingWrong(body, name, fields);
    problems.push(problem);
    found.set(name, { problem });
  }
  return found;
}

type Provider = UserEntry['authProvider'] & {};

/** kubectl resolves this path against its working directory; a desktop program has no meaningful one. */
function withFile(provider: Provider, name: string, absolute: (path: string) => string | undefined): Provider {
  const path = provider.config[name];
  return path === undefined || path === '' ? provider : { ...provider, config: { ...provider.config, [name]: absolute(path) ?? path } };
}

/** As kubectl: without a scheme the address is plain http; after the host only the path counts. */
function serverAddress(server: string): string {
  const trimmed = server.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(whole)) return whole;
  const url = new URL(whole);
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/+/g, '/');
  return url.href.replace(/\/$/, '');
}
