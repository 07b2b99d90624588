import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { AuthKind, ClusterProblem, KubeconfigFile } from '../../common/fleet/fleet.ts';
import { proxyFor } from '../../network/proxy.ts';
import { hasCredentials, isPlain, refusal, withoutCredentials } from './checks.ts';
import type { ClusterEntry, ContextSpec, Parsed, ParsedFile, UserEntry } from './entries.ts';
import { parseKubeconfig } from './entries.ts';
import * as strings from './strings.ts';

/** Bytes. 10,000 contexts with their certificates are 20 MB. */
const MAX_SIZE = 32 * 1024 * 1024;
/** Characters: the settings' limit for an address. */
const MAX_SERVER = 4096;

/** Holds credentials: stays in main. */
export interface ContextEntry {
  readonly context: string;
  /** The context's file; its cluster and user may be in others. */
  readonly file: string;
  /** `https://host:port`, for people. */
  readonly server: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
  readonly auth: AuthKind;
  readonly problem: ClusterProblem | null;
  readonly cluster: ClusterEntry | null;
  readonly credentials: UserEntry | null;
  /** The cluster's proxy-url, else HTTPS_PROXY and NO_PROXY. May hold a password. */
  readonly proxy: string | undefined;
}

export interface KubeconfigReading {
  readonly files: readonly KubeconfigFile[];
  readonly contexts: readonly ContextEntry[];
}

/** In order of precedence; `~/` only in `added`. A folder means the files in it. */
export function kubeconfigPaths(options: {
  flags: readonly string[];
  environment: Readonly<Record<string, string | undefined>>;
  home: string;
  added: readonly string[];
}): string[] {
  const { flags, environment, home, added } = options;
  const variable = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  const first = flags.length > 0 ? flags : variable.length > 0 ? variable : [join(home, '.kube', 'config')];
  return [...new Set([...first, ...added.map((path) => addedPath(path, home))].map((path) => resolve(path)))];
}

function addedPath(path: string, home: string): string {
  return path === '~' || path.startsWith('~/') ? join(home, path.slice(2)) : path;
}

/**
 * Merges files as kubectl does: the first to name a cluster, user or context wins. Never throws: a bad file is a
 * problem of that file, a bad entry of its context. Missing files are skipped unless `required` or all are missing.
 * `lastGood`, updated here, replaces a file that can't be read, so that no connection ends because of a half-written
 * file.
 */
export async function readKubeconfig(
  paths: readonly string[],
  options: {
    required?: readonly string[];
    environment?: Readonly<Record<string, string | undefined>>;
    lastGood?: KubeconfigMemory;
  } = {},
): Promise<KubeconfigReading> {
  const required = new Set((options.required ?? []).map((path) => resolve(path)));
  const environment = options.environment ?? process.env;
  const read = withLastGood((await Promise.all(paths.map((path) => readPath(path)))).flat(), options.lastGood ?? new Map());
  const noneExists = read.every(({ missing }) => missing);
  const listed = read.filter(({ path, missing }) => !missing || required.has(path));
  if (noneExists && listed.length === 0) {
    const [first] = read;
    if (first !== undefined) listed.push(first);
  }
  const parsed = listed.map(({ file }) => file);
  const clusters = firstOf(parsed.map((file) => file.clusters));
  const users = firstOf(parsed.map((file) => file.users));
  const contexts: ContextEntry[] = [];
  const seen = new Set<string>();
  for (const { path, file } of listed) {
    for (const [name, context] of file.contexts) {
      if (seen.has(name)) continue;
      seen.add(name);
      contexts.push(contextEntry(name, path, context, clusters, users, environment));
    }
  }
  const files = listed.map(({ path, file }) => (file.problem === undefined ? { path } : { path, problem: file.problem }));
  return { files, contexts };
}

export type KubeconfigMemory = Map<string, ParsedFile>;

interface ReadFile {
  readonly path: string;
  readonly missing: boolean;
  readonly file: ParsedFile;
}

function withLastGood(read: readonly ReadFile[], lastGood: KubeconfigMemory): ReadFile[] {
  const there = new Set(read.flatMap(({ path, missing }) => (missing ? [] : [path])));
  for (const path of lastGood.keys()) if (!there.has(path)) lastGood.delete(path);
  return read.map((found) => {
    const { path, missing, file } = found;
    const { problem, clusters, users, contexts } = file;
    const unreadable = problem !== undefined && clusters.size + users.size + contexts.size === 0;
    const before = lastGood.get(path);
    if (unreadable && before !== undefined) {
      return { path, missing, file: { ...before, problem: strings.contextsStayTheyUntilCan(problem) } };
    }
    if (!unreadable && !missing) lastGood.set(path, file);
    return found;
  });
}

async function readPath(path: string): Promise<ReadFile[]> {
  try {
    if ((await stat(path)).isDirectory()) {
      const names = (await readdir(path, { withFileTypes: true })).filter((entry) => !entry.isDirectory() && isKubeconfigName(entry.name));
      const files = await Promise.all(names.map(({ name }) => readOne(join(path, name))));
      return files.filter(({ file }) => file.problem !== undefined || file.contexts.size + file.clusters.size + file.users.size > 0);
    }
  } catch {
    // The attempt to read it reports the error.
  }
  return [await readOne(path)];
}

async function readOne(path: string): Promise<ReadFile> {
  const none = { clusters: new Map(), users: new Map(), contexts: new Map() };
  try {
    const found = await stat(path);
    // SECURITY: a pipe or device may never end.
    if (!found.isFile()) return { path, missing: false, file: { ...none, problem: strings.isntRegularFile } };
    if (found.size > MAX_SIZE) return { path, missing: false, file: { ...none, problem: strings.largerThanAnyKubeconfig } };
    return { path, missing: false, file: parseKubeconfig(await readFile(path), path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const problem = strings.fileDoesntExistCreate;
      return { path, missing: true, file: { ...none, problem } };
    }
    const problem = code === 'EACCES' || code === 'EPERM' ? strings.dontPermissionReadChangePermissions : strings.cantBeRead(code);
    return { path, missing: false, file: { ...none, problem } };
  }
}

/** Skips lock, swap and backup files of editors and kubectl. */
export function isKubeconfigName(name: string): boolean {
  return !name.startsWith('.') && !/(~|\.lock|\.sw[a-z]|\.tmp|\.bak|\.md|\.crt|\.key|\.pem)$/i.test(name);
}

function firstOf<Entry>(maps: readonly ReadonlyMap<string, Parsed<Entry>>[]): Map<string, Parsed<Entry>> {
  const merged = new Map<string, Parsed<Entry>>();
  for (const map of maps) {
    for (const [name, entry] of map) if (!merged.has(name)) merged.set(name, entry);
  }
  return merged;
}

function contextEntry(
  context: string,
  file: string,
  parsed: Parsed<ContextSpec>,
  clusters: ReadonlyMap<string, Parsed<ClusterEntry>>,
  users: ReadonlyMap<string, Parsed<UserEntry>>,
  environment: Readonly<Record<string, string | undefined>>,
): ContextEntry {
  const none = {
    context,
    file,
    server: '',
    user: undefined,
    namespace: undefined,
    auth: 'none' as const,
    cluster: null,
    credentials: null,
    proxy: undefined,
  };
  if ('problem' in parsed) return { ...none, problem: wrong(parsed.problem, file) };
  const { cluster: clusterName, user: userName, namespace } = parsed.entry;
  const named = { ...none, user: userName, namespace };

  const cluster = clusters.get(clusterName);
  if (cluster === undefined) return { ...named, problem: wrong(strings.contextNamesClusterWhichNo(context, clusterName), file) };
  if ('problem' in cluster) return { ...named, problem: wrong(cluster.problem, file) };
  const server = serverForPeople(cluster.entry.server);
  if (server === null) return { ...named, problem: wrong(strings.clusterServerIsntHttpHttps(clusterName), file) };

  const { proxyUrl } = cluster.entry;
  if (proxyUrl !== undefined && !(isAddress(proxyUrl) && /^(https?|socks5h?):$/.test(new URL(proxyUrl).protocol))) {
    const message = strings.clusterProxyUrlIsntHttp(clusterName);
    return { ...named, server, problem: wrong(message, file) };
  }

  const user = userName === undefined ? undefined : users.get(userName);
  // As kubectl: plain http needs no user.
  if (userName !== undefined && user === undefined && !isPlain(cluster.entry)) {
    return { ...named, server, problem: wrong(strings.contextNamesUserWhichNo(context, userName), file) };
  }
  if (user !== undefined && 'problem' in user) return { ...named, server, problem: wrong(user.problem, file) };
  const credentials = user?.entry ?? null;
  const auth = authOf(cluster.entry, credentials);
  const refused = refusal(cluster.entry, credentials);
  if (refused !== null) return { ...named, server, auth, problem: wrong(refused, file) };
  return {
    ...named,
    server,
    // SECURITY: no credentials go over plain http, and no plugin starts for it.
    auth: isPlain(cluster.entry) ? 'none' : auth,
    problem: null,
    cluster: cluster.entry,
    credentials: credentials !== null && isPlain(cluster.entry) ? withoutCredentials(credentials) : credentials,
    proxy: proxyUrl ?? proxyFor(cluster.entry.server, environment),
  };
}

function wrong(message: string, file: string): ClusterProblem {
  return { step: 'context', message, fix: strings.correctRemoveContextThere(file) };
}

/** As kubectl: what is sent without a sign-in keeps the plugin from running, and the auth-provider from being asked. */
function authOf({ server }: ClusterEntry, user: UserEntry | null): AuthKind {
  const header = user?.token ?? user?.tokenFile ?? user?.username;
  const certificate = user?.certData ?? user?.certFile;
  const inAddress = hasCredentials(server);
  if (user?.exec !== undefined && (header ?? certificate) === undefined) return 'exec';
  if (user?.authProvider !== undefined && header === undefined && !inAddress) return 'oidc';
  return (header ?? certificate) !== undefined || inAddress ? 'static' : 'none';
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

// SECURITY: drops credentials in the address.
function serverForPeople(server: string): string | null {
  if (server.length > MAX_SERVER || !isAddress(server)) return null;
  const url = new URL(server);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.protocol}//${url.hostname}:${port}${url.pathname === '/' ? '' : url.pathname}`;
}

export { watchKubeconfig } from './watch-files.ts';
