// Failures that cross from main to its views. Expected outcomes (saved, conflict, forbidden) belong in replies.

export type ErrorCode =
  | 'unknown-command' // no such entry in the contract.
  | 'invalid-arguments' // the arguments don't fit the entry's schema.
  | 'not-found' // the named cluster, ConfigMap, preset or test doesn't exist.
  | 'not-connected' // the cluster is known and not connected.
  | 'cluster-unreachable' // the API server couldn't be reached (DNS, TCP, TLS, proxy, time-out).
  | 'needs-sign-in' // the API server refused the credentials, or there are none.
  | 'forbidden' // the API server refused the request for lack of permission.
  | 'kubernetes' // any other error of the API server.
  | 'document' // the text or the edits can't be used.
  | 'keychain' // the OS keychain is missing, locked or refused.
  | 'preset' // the preset can't be used (no key, or its domain differs from the keychain's).
  | 'delivery' // a delivery test can't be started.
  | 'settings' // the settings can't be read or written.
  | 'cancelled' // the user cancelled it.
  | 'connection-lost' // the page lost its host (made by the page's own transport).
  | 'unauthorized' // the token is missing or wrong.
  | 'internal'; // a bug: main's log has the details under the log id in the message.

export interface ErrorData {
  readonly code: ErrorCode;
  /** One sentence: what happened, to what, and the next step. Never holds a key, header, body or kubeconfig text. */
  readonly message: string;
  readonly about?: string;
  readonly retry: boolean;
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly about: string | undefined;
  readonly retry: boolean;

  constructor(code: ErrorCode, message: string, options: { about?: string; retry?: boolean } = {}) {
    super(message);
    this.name = 'AppError';
    this.code = code;
    this.about = options.about;
    this.retry = options.retry ?? false;
  }

  toData(): ErrorData {
    return {
      code: this.code,
      message: this.message,
      ...(this.about === undefined ? {} : { about: this.about }),
      retry: this.retry,
    };
  }
}

/** Makes an unhandled member of a union a compile error. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled case: ${JSON.stringify(value)}`);
}
