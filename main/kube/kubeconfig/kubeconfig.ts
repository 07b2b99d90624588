import { readdir, readFile, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { AuthKind, ClusterProblem, KubeconfigFile } from '../../common/fleet/fleet.ts';
import { proxyFor } from '../../network/proxy.ts';
import { isPlain, refusal, withoutCredentials } from './checks.ts';
import type { ClusterEntry, ContextSpec, Parsed, ParsedFile, UserEntry } from './entries.ts';
import { parseKubeconfig } from './entries.ts';

/** Bytes. 10,000 contexts with their certificates are 20 MB. */
const MAX_SIZE = 32 * 1024 * 1024;
/** Characters of an address: as many as the settings keep. */
const MAX_SERVER = 4096;

/** A context of the kubeconfig with all that is needed to use it. Holds credentials: stays in main. */
export interface ContextEntry {
  readonly context: string;
  /** The file that the context stands in; its cluster and user may stand in others. */
  readonly file: string;
  /** `https://host:port`, for people. */
  readonly server: string;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
  readonly auth: AuthKind;
  /** What is wrong with it before anything is contacted. */
  readonly problem: ClusterProblem | null;
  /** null when there is a problem. */
  readonly cluster: ClusterEntry | null;
  /** null: the context names no user. */
  readonly credentials: UserEntry | null;
  /** From the cluster's proxy-url, else HTTPS_PROXY and NO_PROXY. May hold a password. */
  readonly proxy: string | undefined;
}

export interface KubeconfigReading {
  readonly files: readonly KubeconfigFile[];
  readonly contexts: readonly ContextEntry[];
}

/**
 * Which files to read, absolute, in the order of their precedence: `flags`, else those of KUBECONFIG, else `~/.kube/config`; then `added`.
 * A folder stands for the files in it; `~/` in an added path for the home folder.
 */
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
 * Reads the files one by one and merges them as kubectl does: the first to name a cluster, user or context wins. Never throws: a bad file is a
 * problem at that file, a bad entry one at its context. Missing files are left out unless `required` names them or none exists at all.
 * `lastGood`: what each file said when it could be read last, kept up to date here. One that cannot be read any more still says that, beside its problem:
 * nobody's connections end because a file was caught half-written.
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
  const told = read.filter(({ path, missing }) => !missing || required.has(path));
  if (noneExists && told.length === 0) {
    const [first] = read;
    if (first !== undefined) told.push(first);
  }
  const parsed = told.map(({ file }) => file);
  const clusters = firstOf(parsed.map((file) => file.clusters));
  const users = firstOf(parsed.map((file) => file.users));
  const contexts: ContextEntry[] = [];
  const seen = new Set<string>();
  for (const { path, file } of told) {
    for (const [name, context] of file.contexts) {
      if (seen.has(name)) continue;
      seen.add(name);
      contexts.push(contextEntry(name, path, context, clusters, users, environment));
    }
  }
  const files = told.map(({ path, file }) => (file.problem === undefined ? { path } : { path, problem: file.problem }));
  return { files, contexts };
}

/** By path. */
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
      return { path, missing, file: { ...before, problem: `${problem} Its contexts stay as they were until it can be read.` } };
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
      // A folder may hold anything else beside kubeconfigs; what is none is left out.
      return files.filter(({ file }) => file.problem !== undefined || file.contexts.size + file.clusters.size + file.users.size > 0);
    }
  } catch {
    // Told by the attempt to read it.
  }
  return [await readOne(path)];
}

async function readOne(path: string): Promise<ReadFile> {
  const none = { clusters: new Map(), users: new Map(), contexts: new Map() };
  try {
    const found = await stat(path);
    // SECURITY: a pipe would be waited for without an end, and a device may have none.
    if (!found.isFile()) return { path, missing: false, file: { ...none, problem: 'It is no regular file.' } };
    if (found.size > MAX_SIZE) return { path, missing: false, file: { ...none, problem: 'It is larger than any kubeconfig.' } };
    return { path, missing: false, file: parseKubeconfig(await readFile(path), path) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const problem = 'There is no such file. Create it, set KUBECONFIG, or start with --kubeconfig FILE.';
      return { path, missing: true, file: { ...none, problem } };
    }
    const problem = code === 'EACCES' || code === 'EPERM' ? 'You may not read it. Change its permissions.' : `It cannot be read (${code}).`;
    return { path, missing: false, file: { ...none, problem } };
  }
}

/** Editors' and kubectl's lock, swap and backup files are no kubeconfigs. */
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
  if (cluster === undefined)
    return { ...named, problem: wrong(`Context "${context}" names the cluster "${clusterName}", which is in no kubeconfig file.`, file) };
  if ('problem' in cluster) return { ...named, problem: wrong(cluster.problem, file) };
  const server = serverForPeople(cluster.entry.server);
  if (server === null)
    return { ...named, problem: wrong(`The cluster "${clusterName}" has a server that is no http or https address.`, file) };

  const { proxyUrl } = cluster.entry;
  if (proxyUrl !== undefined && !(URL.canParse(proxyUrl) && /^(https?|socks5h?):$/.test(new URL(proxyUrl).protocol))) {
    const message = `The cluster "${clusterName}" has a proxy-url that is no http, https or socks5 address.`;
    return { ...named, server, problem: wrong(message, file) };
  }

  const user = userName === undefined ? undefined : users.get(userName);
  if (userName !== undefined && user === undefined) {
    return { ...named, server, problem: wrong(`Context "${context}" names the user "${userName}", which is in no kubeconfig file.`, file) };
  }
  if (user !== undefined && 'problem' in user) return { ...named, server, problem: wrong(user.problem, file) };
  const credentials = user?.entry ?? null;
  const auth = authOf(credentials);
  const provider = credentials?.authProvider?.name;
  if (provider !== undefined && provider !== 'oidc') {
    return {
      ...named,
      server,
      auth,
      problem: wrong(
        `The user "${userName}" signs in with the auth-provider "${provider}", which Kubernetes has removed in favour of exec plugins.`,
        file,
      ),
    };
  }
  const refused = refusal(cluster.entry, credentials);
  if (refused !== null) return { ...named, server, auth, problem: wrong(refused, file) };
  return {
    ...named,
    server,
    // SECURITY: nothing that signs somebody in leaves for plain http, and no plugin is started for it.
    auth: isPlain(cluster.entry) ? 'none' : auth,
    problem: null,
    cluster: cluster.entry,
    credentials: credentials !== null && isPlain(cluster.entry) ? withoutCredentials(credentials) : credentials,
    proxy: proxyUrl ?? proxyFor(cluster.entry.server, environment),
  };
}

function wrong(message: string, file: string): ClusterProblem {
  return { step: 'context', message, fix: `Correct it in ${file}, or remove the context there.` };
}

/** Told from the kubeconfig alone, before contact. An exec plugin wins over a token beside it, as it may run for the TLS certificate. */
function authOf(user: UserEntry | null): AuthKind {
  if (user === null) return 'none';
  if (user.exec !== undefined) return 'exec';
  if (user.authProvider !== undefined) return user.authProvider.name === 'oidc' ? 'oidc' : 'exec';
  const own = [user.certData, user.certFile, user.token, user.tokenFile, user.username, user.password];
  return own.some((value) => value !== undefined) ? 'static' : 'none';
}

// SECURITY: credentials in the address are left out.
function serverForPeople(server: string): string | null {
  if (server.length > MAX_SERVER || !URL.canParse(server)) return null;
  const url = new URL(server);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return `${url.protocol}//${url.hostname}:${port}${url.pathname === '/' ? '' : url.pathname}`;
}

export { watchKubeconfig } from './watch-files.ts';
