import { AppError } from '../common/errors.ts';
import type { ClusterProblem } from '../common/fleet/fleet.ts';
import { withoutSecretsOf } from '../common/integration/secrets/secret-values.ts';
import type { ContextEntry } from './kubeconfig/kubeconfig.ts';
import type { Failure } from './network-failure.ts';
import { misconfigured, networkFailure, proxyAsks, rootCause, unreachable, whose } from './network-failure.ts';
import { roleFor } from './role.ts';

// Translates what the client library, network and API server throw. SECURITY: nothing that leaves holds a body, a
// header or an address with credentials.

export class RequestError extends Error {
  readonly status: number;
  /** The API server's word: `Conflict`, `Expired`, `Forbidden` … */
  readonly reason: string;
  /** Its body is a Kubernetes Status. Gateways, proxies and login pages use the same numbers without one. */
  readonly isStatus: boolean;
  /** From a refusal: who we are to the API server, and what isn't allowed. */
  readonly user: string | undefined;
  readonly verb: string | undefined;
  readonly namespace: string | undefined;
  // SECURITY: a webhook's message may repeat the object, keys included. Logs, JSON and inspection skip private fields.
  readonly #message: string;

  constructor(status: number, reason: string, message: string, isStatus = reason !== 'Unknown' && status > 0) {
    super(`The API server returned ${status} ${reason}`);
    this.name = 'RequestError';
    this.status = status;
    this.reason = reason;
    this.isStatus = isStatus;
    // SECURITY: no characters that reorder text: the name goes into a Role and a command that someone will paste.
    const [, user, verb] = /User "([^"\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,256})" cannot ([a-z]{1,32}) /u.exec(message) ?? [];
    this.user = user;
    this.verb = verb;
    this.namespace = /in the namespace "([^"]{1,63})"/.exec(message)?.[1];
    this.#message = message;
  }

  get forbidden(): boolean {
    return this.status === 403 && this.reason === 'Forbidden';
  }

  /** The API server's own explanation, at most 300 characters, without any secret of the documents. */
  explain(documents: readonly string[]): string {
    // SECURITY: before the cut, and by value: a webhook quotes a key as `token=KEY`, in JSON or before a line break.
    const words = withoutSecretsOf(documents, this.#message);
    const line = words.replace(/\s+/g, ' ').trim();
    return line === '' ? `it returned ${this.status}.` : line.length > 300 ? `${line.slice(0, 300)}…` : line;
  }
}

export function notKubernetes(): RequestError {
  return new RequestError(0, 'NotKubernetes', '');
}

export class SignInError extends Error {
  /** `waiting`: not run, because it may ask something and no one is there. */
  readonly kind: 'missing' | 'failed' | 'waiting';
  readonly who: string;
  readonly installHint: string | undefined;

  constructor(kind: SignInError['kind'], who: string, options: { detail: string; installHint?: string | undefined }) {
    super(options.detail);
    this.name = 'SignInError';
    this.kind = kind;
    this.who = who;
    this.installHint = options.installHint;
  }
}

export class EntryError extends Error {
  /** The message names the field, its owner and the problem, never the value. */
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.name = 'EntryError';
    this.fix = fix;
  }
}

export class FileError extends Error {
  readonly path: string;
  constructor(path: string, code: string | undefined) {
    super(code === 'ENOENT' ? 'doesn’t exist' : code === 'EACCES' ? 'can’t be read for lack of permission' : 'can’t be used');
    this.name = 'FileError';
    this.path = path;
  }
}

/** Error code: the server doesn't speak HTTP/2; nothing was sent. */
export const HTTP1_ONLY = 'HTTP1_ONLY';
/** undici's code for a request on a closed connection, not sent. */
export const NOT_SENT = 'UND_ERR_CLOSED';

const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|E(HOST|NET)UNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_\w+)$/;

/** Whether it is certain that nothing was sent. */
export function isUnsent(error: unknown): boolean {
  if (error instanceof SignInError || error instanceof FileError || error instanceof AppError) return true;
  const { code } = rootCause(error);
  return code === HTTP1_ONLY || code === NOT_SENT || (typeof code === 'string' && NO_CONNECTION.test(code));
}

export const ANONYMOUS = 'system:anonymous';

export function failureOf(error: unknown, entry: ContextEntry): Failure {
  if (error instanceof RequestError) return answerFailure(error, entry);
  if (error instanceof SignInError) return signInFailure(error);
  if (error instanceof EntryError) return misconfigured('context', error.message, error.fix);
  if (error instanceof FileError) {
    return misconfigured(
      'file',
      `The file ${error.path}, which context ${entry.context} needs, ${error.message}.`,
      'Put the file back, or correct its path in the kubeconfig.',
    );
  }
  return networkFailure(error, entry);
}

export function toAppError(error: unknown, entry: ContextEntry, about: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === 'AbortError' && !('code' in error && typeof error.code === 'string'))
    return new AppError('cancelled', `The request about ${about} was cancelled.`, { about, retry: true });
  const { state, problem } = failureOf(error, entry);
  const message = `${problem.message} ${problem.fix.split('\n')[0]}`;
  switch (state) {
    case 'needs-sign-in':
      return new AppError('needs-sign-in', message, { about, retry: false });
    case 'forbidden':
      return new AppError('forbidden', message, { about, retry: false });
    case 'unreachable':
      return new AppError('cluster-unreachable', message, { about, retry: true });
    default:
      return new AppError('kubernetes', message, { about, retry: error instanceof RequestError && !error.isStatus });
  }
}

export function permissionProblem(verb: string, namespaces: readonly string[], user?: string): ClusterProblem {
  const [first = 'alcide-kaudit'] = namespaces;
  return {
    step: 'permission',
    message: `${user === undefined ? 'Your user' : `User "${user}"`} doesn’t have permission to ${verb} ConfigMaps in ${namespaces.join(', ')}.`,
    fix: `Ask an administrator to apply this Role. If kAudit is in another namespace, add it in Settings.\n${roleFor(first, user)}`,
  };
}

function answerFailure(error: RequestError, entry: ContextEntry): Failure {
  if (error.status === 401) {
    const message = `${entry.server} doesn’t accept the credentials of ${whose(entry)}: they’re wrong or have expired.`;
    const fix =
      entry.auth === 'exec' || entry.auth === 'oidc'
        ? 'Sign in again, then connect.'
        : entry.auth === 'none'
          ? giveCredentials(entry)
          : 'Add new credentials to the kubeconfig, then connect again.';
    return { state: 'needs-sign-in', problem: { step: 'authentication', message, fix } };
  }
  if (error.forbidden && error.user === ANONYMOUS) {
    const message = `${entry.server} treats ${whose(entry)} as anonymous: no credentials were sent.`;
    return {
      state: 'needs-sign-in',
      problem: { step: 'authentication', message, fix: giveCredentials(entry) },
    };
  }
  if (error.forbidden) {
    return { state: 'forbidden', problem: permissionProblem(error.verb ?? 'list', [error.namespace ?? 'the whole cluster'], error.user) };
  }
  if (error.reason === 'TooLarge') {
    return misconfigured(
      'context',
      `${entry.server} sent more data than a Kubernetes API server does.`,
      'Check the server address of the context.',
    );
  }
  if (error.status === 404 || error.status === 403 || error.status === 0 || (error.status >= 300 && error.status < 400)) {
    const message = `${entry.server} responds, but not as a Kubernetes API server does.`;
    return misconfigured('context', message, 'Check the server address of the context, and whether the network redirects to a login page.');
  }
  if (error.status === 407) return proxyAsks(entry);
  const message = `The API server at ${entry.server} returned ${error.status} ${error.reason}.`;
  return unreachable('tcp', message, 'Wait until it’s healthy again. kAudit Tray retries automatically.');
}

function giveCredentials({ server }: ContextEntry): string {
  return server.startsWith('http:')
    ? 'Change its address to https:// in the kubeconfig: no credentials are sent over plain http.'
    : 'Give the context a user with credentials in the kubeconfig.';
}

function signInFailure(error: SignInError): Failure {
  if (error.kind === 'missing') {
    return misconfigured(
      'plugin',
      `${error.who} isn’t installed or isn’t on the PATH.`,
      error.installHint ?? 'Install it, then connect again.',
    );
  }
  if (error.kind === 'waiting') {
    const message = `Its credentials have expired. ${error.who} may prompt you, so it runs only when you start it.`;
    return { state: 'needs-sign-in', problem: { step: 'plugin', message, fix: 'Sign in, or allow this sign-in to run automatically.' } };
  }
  const message = `${error.who} returned no credentials: ${error.message}.`;
  return { state: 'needs-sign-in', problem: { step: 'plugin', message, fix: 'Sign in with it in a terminal, then connect again.' } };
}
