import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { FileError, SignInError } from '../errors.ts';
import { readDocument } from '../kubeconfig/document.ts';
import type { ExecSpec } from '../kubeconfig/entries.ts';
import type { ContextEntry } from '../kubeconfig/kubeconfig.ts';
import { pluginEnvironment } from './login-shell.ts';
import { killTree } from './process-tree.ts';
import * as strings from './strings.ts';
import { windowsCommand } from './windows-command.ts';

// Runs credential plugins (`aws`, `gke-gcloud-auth-plugin`, `kubelogin` …). The library's runner lacks a time-out and
// KUBERNETES_EXEC_INFO, and caches by user *name*.

/** Milliseconds before expiry from which credentials count as expired; at most a quarter of their life. */
const LEEWAY = 30_000;
/** Least milliseconds to use an output: one plugin process per connection, not per request. */
const MOMENT = 1_000;
const MAX_OUTPUT = 1_000_000;

export interface PluginCredentials {
  readonly token: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
  /** Milliseconds since 1970, minus the leeway; Infinity without expiry. */
  readonly usableUntil: number;
}

const field = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === '' ? undefined : value));
const credentialSchema = z.object({
  kind: z.literal('ExecCredential'),
  status: z.object({ token: field, clientCertificateData: field, clientKeyData: field, expirationTimestamp: field }),
});

interface Run {
  readonly done: Promise<PluginCredentials>;
  readonly stop: AbortController;
  waiting: number;
}

/** By user entry: contexts that share one share its login. */
const kept = new Map<string, PluginCredentials>();
const running = new Map<string, Run>();

/**
 * Kept credentials while valid, else the plugin's. One process per user entry; it is killed with all its children when
 * no one waits for it, and after `milliseconds`. Throws a SignInError, or the signal's reason.
 */
export async function pluginCredentials(entry: ContextEntry, signal: AbortSignal, milliseconds: number): Promise<PluginCredentials> {
  const spec = entry.credentials?.exec;
  if (spec === undefined) throw new Error(strings.contextNoPlugin(entry.context));
  const key = keyOf(entry, spec);
  const valid = kept.get(key);
  if (valid !== undefined && valid.usableUntil > Date.now()) return valid;
  signal.throwIfAborted();

  let run = running.get(key);
  if (run === undefined || run.stop.signal.aborted) {
    const stop = new AbortController();
    const started: Run = { stop, waiting: 0, done: execInfo(entry, spec).then((info) => runPlugin(spec, info, stop.signal, milliseconds)) };
    run = started;
    running.set(key, started);
    started.done
      .then((credentials) => kept.set(key, credentials))
      .catch(() => undefined)
      .finally(() => running.get(key) === started && running.delete(key));
  }
  run.waiting += 1;
  const gone = Promise.withResolvers<never>();
  const leave = (): void => gone.reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([run.done, gone.promise]);
  } finally {
    signal.removeEventListener('abort', leave);
    run.waiting -= 1;
    if (run.waiting === 0) run.stop.abort();
  }
}

/** Never runs the plugin. Throws a SignInError if no kept credentials are valid. */
export async function keptCredentials(entry: ContextEntry): Promise<PluginCredentials> {
  const spec = entry.credentials?.exec;
  const valid = spec === undefined ? undefined : kept.get(keyOf(entry, spec));
  if (valid !== undefined && valid.usableUntil > Date.now()) return valid;
  throw new SignInError('waiting', strings.credentialPlugin(spec?.command), { detail: strings.noOneStarted });
}

export function forgetCredentials(entry: ContextEntry, refused: PluginCredentials): void {
  const spec = entry.credentials?.exec;
  if (spec === undefined) return;
  const key = keyOf(entry, spec);
  if (kept.get(key) === refused) kept.delete(key);
}

function keyOf(entry: ContextEntry, spec: ExecSpec): string {
  const cluster = spec.provideClusterInfo ? entry.cluster : null;
  return JSON.stringify([entry.credentials?.file, entry.credentials?.name, spec, cluster]);
}

async function execInfo(entry: ContextEntry, spec: ExecSpec): Promise<string> {
  const { cluster } = entry;
  const info = {
    server: cluster?.address,
    'tls-server-name': cluster?.tlsServerName,
    'insecure-skip-tls-verify': cluster?.skipTlsVerify === true ? true : undefined,
    'certificate-authority-data': spec.provideClusterInfo ? await authorityOf(entry) : undefined,
    'proxy-url': cluster?.proxyUrl,
    'disable-compression': cluster?.disableCompression === true ? true : undefined,
    config: cluster?.execConfig ?? null,
  };
  return JSON.stringify({
    kind: 'ExecCredential',
    apiVersion: spec.apiVersion,
    spec: { interactive: false, ...(spec.provideClusterInfo ? { cluster: info } : {}) },
  });
}

async function authorityOf({ cluster }: ContextEntry): Promise<string | undefined> {
  if (cluster?.caFile === undefined) return cluster?.caData?.replace(/[\r\n]/g, '');
  try {
    return await readFile(cluster.caFile, 'base64');
  } catch (error) {
    throw new FileError(cluster.caFile, error instanceof Error && 'code' in error ? String(error.code) : undefined);
  }
}

async function runPlugin(spec: ExecSpec, info: string, signal: AbortSignal, milliseconds: number): Promise<PluginCredentials> {
  const { command, installHint } = spec;
  const who = strings.credentialPlugin(command);
  const { promise, resolve, reject } = Promise.withResolvers<PluginCredentials>();
  const own = await pluginEnvironment();
  signal.throwIfAborted();
  const env = { ...own, ...Object.fromEntries(spec.env.map(({ name, value }) => [name, value])), KUBERNETES_EXEC_INFO: info };
  // Its own process group, so that its children can be killed with it.
  const start =
    process.platform === 'win32' ? windowsCommand(command, spec.args, env) : { file: command, args: spec.args, verbatim: false };
  const child = startProcess(who, start, env);
  const kill = (): void => {
    killTree(child.pid);
    child.stdout.destroy();
    child.stderr.destroy();
  };
  const timer = setTimeout(() => {
    kill();
    reject(new SignInError('failed', who, { detail: strings.stoppedAfterSeconds(Math.round(milliseconds / 1000)) }));
  }, milliseconds);
  signal.addEventListener('abort', kill, { once: true });

  const output: Buffer[] = [];
  let size = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    output.push(chunk);
    size += chunk.length;
    if (size > MAX_OUTPUT) kill();
  });
  // SECURITY: stderr may hold tokens: read and drop it.
  child.stderr.resume();
  child.on('error', (error: NodeJS.ErrnoException) => {
    // EACCES also means a PATH folder without permission; kubectl calls that "not found", too.
    const isOnPath = !/[\\/]/.test(command);
    const missing = error.code === 'ENOENT' || (error.code === 'EACCES' && isOnPath);
    const detail = missing ? strings.notFound : strings.cantStarted(error.code);
    reject(new SignInError(missing ? 'missing' : 'failed', who, { detail, installHint }));
  });
  child.on('close', (code, killedBy) => {
    if (signal.aborted) reject(signal.reason);
    else if (code !== 0)
      reject(new SignInError('failed', who, { detail: code === null ? strings.itWasEndedBy(killedBy) : strings.endedExitCode(code) }));
    else {
      const credentials = readCredentials(Buffer.concat(output));
      if (credentials === null) reject(new SignInError('failed', who, { detail: strings.outputIsntExecCredentialTokenCertificate }));
      else resolve(credentials);
    }
  });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', kill);
  });
}

function startProcess(
  who: string,
  { file, args, verbatim }: { readonly file: string; readonly args: readonly string[]; readonly verbatim: boolean },
  env: NodeJS.ProcessEnv,
) {
  try {
    return spawn(file, [...args], {
      env,
      windowsVerbatimArguments: verbatim,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    // Invalid (a NUL) or too many arguments. SECURITY: the message quotes them.
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    throw new SignInError('failed', who, { detail: strings.itCantBeStarted(code) });
  }
}

/** As kubectl: JSON or YAML, with or without a byte order mark; null means absent. */
function readCredentials(output: Uint8Array): PluginCredentials | null {
  const document = readDocument(output);
  if (typeof document === 'string') return null;
  const { success, data } = credentialSchema.safeParse(document.value);
  if (!success) return null;
  const { token, clientCertificateData: certificate, clientKeyData: key, expirationTimestamp } = data.status;
  if (token === undefined && certificate === undefined) return null;
  if ((certificate === undefined) !== (key === undefined)) return null;
  const now = Date.now();
  const expiresAt = expirationTimestamp === undefined ? Number.POSITIVE_INFINITY : Date.parse(expirationTimestamp);
  if (Number.isNaN(expiresAt)) return null;
  // The API server's clock may differ: expired credentials still serve this moment's requests.
  const usableUntil = Math.max(expiresAt - Math.min(LEEWAY, (expiresAt - now) / 4), now + MOMENT);
  return { token, certificate, key, usableUntil };
}
