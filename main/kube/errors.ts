import { AppError } from '../common/errors.ts';
import type { ClusterProblem } from '../common/fleet/fleet.ts';
import type { ContextEntry } from './kubeconfig/kubeconfig.ts';
import type { Failure } from './network-failure.ts';
import { misconfigured, networkFailure, proxyAsks, rootCause, unreachable, whose } from './network-failure.ts';
import { roleFor } from './role.ts';
import * as strings from './strings.ts';

// Translates what the client library, network and API server throw. SECURITY: nothing that leaves this
// file holds a body, a header or an address with credentials.

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
    super(strings.apiServerReturned(status, reason));
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

  /** The API server's own explanation, at most 300 characters. `hide`: takes the secrets out, before the cut. */
  async explain(hide: (message: string) => string | Promise<string>): Promise<string> {
    const words = await hide(this.#message);
    const line = words.replace(/\s+/g, ' ').trim();
    return line === '' ? strings.itReturned(this.status) : line.length > 300 ? `${line.slice(0, 300)}…` : line;
  }
}

export function notKubernetes(): RequestError {
  return new RequestError(0, 'NotKubernetes', '');
}

export class SignInError extends Error {
  /** `waiting`: not run, because it may prompt and no one is there. */
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
    super(code === 'ENOENT' ? strings.doesntExist : code === 'EACCES' ? strings.cantReadLackPermission : strings.cantUsed);
    this.name = 'FileError';
    this.path = path;
  }
}

/** Error code: the server doesn't speak the protocol that was chosen; nothing was sent. */
export const OTHER_PROTOCOL = 'OTHER_PROTOCOL';
/** undici's code for a request on a closed connection, not sent. */
export const NOT_SENT = 'UND_ERR_CLOSED';

const NO_CONNECTION = /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|E(HOST|NET)UNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|UND_ERR_PRX_\w+)$/;

/** Whether it is certain that nothing was sent. */
export function isUnsent(error: unknown): boolean {
  if (error instanceof SignInError || error instanceof FileError || error instanceof AppError) return true;
  const { code } = rootCause(error);
  return code === OTHER_PROTOCOL || code === NOT_SENT || (typeof code === 'string' && NO_CONNECTION.test(code));
}

export const ANONYMOUS = 'system:anonymous';

export function failureOf(error: unknown, entry: ContextEntry): Failure {
  if (error instanceof RequestError) return refusedRequest(error, entry);
  if (error instanceof SignInError) return signInFailure(error);
  if (error instanceof EntryError) return misconfigured('context', error.message, error.fix);
  if (error instanceof FileError) {
    return misconfigured('file', strings.fileWhichContextNeeds(error.path, entry.context, error.message), strings.putFileBackCorrectPath);
  }
  return networkFailure(error, entry);
}

export function toAppError(error: unknown, entry: ContextEntry, about: string): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof Error && error.name === 'AbortError' && !('code' in error && typeof error.code === 'string'))
    return new AppError('cancelled', strings.requestAboutCancelled(about), { about, retry: true });
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
    message: strings.doesntPermissionConfigMaps(
      user === undefined ? strings.yourUser : strings.userUser(user),
      verb,
      namespaces.join(', '),
    ),
    fix: strings.askAdministratorApplyRoleIf(roleFor(first, user)),
  };
}

function refusedRequest(error: RequestError, entry: ContextEntry): Failure {
  if (error.status === 401) {
    const message = strings.doesntAcceptCredentialsTheyreWrong(entry.server, whose(entry));
    const fix =
      entry.auth === 'exec' || entry.auth === 'oidc'
        ? strings.signInAgainThenConnect
        : entry.auth === 'none'
          ? giveCredentials(entry)
          : strings.addNewCredentialsKubeconfigThen;
    return { state: 'needs-sign-in', problem: { step: 'authentication', message, fix } };
  }
  if (error.forbidden && error.user === ANONYMOUS) {
    const message = strings.treatsAnonymousNoCredentialsSent(entry.server, whose(entry));
    return {
      state: 'needs-sign-in',
      problem: { step: 'authentication', message, fix: giveCredentials(entry) },
    };
  }
  if (error.forbidden) {
    return { state: 'forbidden', problem: permissionProblem(error.verb ?? 'list', [error.namespace ?? strings.wholeCluster], error.user) };
  }
  if (error.reason === 'TooLarge') {
    return misconfigured('context', strings.sentMoreDataThanKubernetes(entry.server), strings.checkServerAddressContext);
  }
  if (error.status === 404 || error.status === 403 || error.status === 0 || (error.status >= 300 && error.status < 400)) {
    const message = strings.respondsButNotKubernetesApi(entry.server);
    return misconfigured('context', message, strings.checkServerAddressContextWhether);
  }
  if (error.status === 407) return proxyAsks(entry);
  const message = strings.theApiServerAtReturned(entry.server, error.status, error.reason);
  return unreachable('tcp', message, strings.waitUntilHealthyAgainKAudit);
}

function giveCredentials({ server }: ContextEntry): string {
  return server.startsWith('http:') ? strings.changeAddressKubeconfigNoCredentials : strings.giveContextUserCredentialsKubeconfig;
}

function signInFailure(error: SignInError): Failure {
  if (error.kind === 'missing') {
    return misconfigured('plugin', strings.isntInstalledIsntPath(error.who), error.installHint ?? strings.installThenConnectAgain);
  }
  if (error.kind === 'waiting') {
    const message = strings.credentialsExpiredMayPromptSo(error.who);
    return { state: 'needs-sign-in', problem: { step: 'plugin', message, fix: strings.signInOrAllowSignInRunAutomatically } };
  }
  const message = strings.returnedNoCredentials(error.who, error.message);
  return { state: 'needs-sign-in', problem: { step: 'plugin', message, fix: strings.signInTerminalThenConnectAgain } };
}
