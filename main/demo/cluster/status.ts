import type { Resource } from './objects.ts';

// Status objects with kube-apiserver's own messages, which people search for and programs match.

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Failure';
  readonly message: string;
  readonly reason?: string;
  readonly details?: {
    readonly name?: string;
    readonly group?: string;
    readonly kind?: string;
    readonly causes?: readonly Cause[];
    readonly retryAfterSeconds?: number;
  };
  readonly code: number;
}

export class StatusError extends Error {
  readonly status: Status;

  constructor(code: number, reason: string | undefined, message: string, details?: Status['details']) {
    super(message);
    this.status = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      ...(reason === undefined ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

function nameOf(resource: Resource, name?: string): string {
  return `${resource.name}${resource.group && `.${resource.group}`}${name === undefined ? '' : ` "${name}"`}`;
}

function detailsOf(resource: Resource, name?: string): NonNullable<Status['details']> {
  return {
    ...(name === undefined ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.name,
  };
}

export const unauthorized = (): StatusError => new StatusError(401, 'Unauthorized', 'Unauthorized');

export function forbidden(user: string, verb: string, resource: Resource, namespace: string | undefined, name?: string): StatusError {
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return new StatusError(
    403,
    'Forbidden',
    `${nameOf(resource, name)} is forbidden: User "${user}" cannot ${verb} resource "${resource.name}" in API group "${resource.group}" ${scope}`,
    detailsOf(resource, name),
  );
}

export const forbiddenPath = (user: string, verb: string, path: string): StatusError =>
  new StatusError(403, 'Forbidden', `forbidden: User "${user}" cannot ${verb} path "${path}"`, {});

export const notFound = (resource: Resource, name: string): StatusError =>
  new StatusError(404, 'NotFound', `${nameOf(resource, name)} not found`, detailsOf(resource, name));

export const noSuchResource = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});

export const methodNotAllowed = (): StatusError =>
  new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});

export const notAcceptable = (): StatusError => new StatusError(406, 'NotAcceptable', '406: Not Acceptable', {});

export const unsupportedMediaType = (): StatusError => new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});

export const badRequest = (message: string): StatusError => new StatusError(400, 'BadRequest', message);

export const alreadyExists = (resource: Resource, name: string): StatusError =>
  new StatusError(409, 'AlreadyExists', `${nameOf(resource, name)} already exists`, detailsOf(resource, name));

export function conflict(resource: Resource, name: string, why: string): StatusError {
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${nameOf(resource, name)}: ${why}`, detailsOf(resource, name));
}

export const MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again';

export const expired = (message: string): StatusError => new StatusError(410, 'Expired', message);

/** kube-apiserver names the kind here, not the resource. A group may follow after a dot. */
export function invalid(what: string, name: string, causes: readonly Cause[]): StatusError {
  const [kind = '', ...group] = what.split('.');
  const sentences = causes.map(({ field, message }) => `${field}: ${message}`);
  const why = sentences.length === 1 ? sentences[0] : `[${sentences.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${what} "${name}" is invalid: ${why}`, {
    ...(name === '' ? {} : { name }),
    ...(group.length === 0 ? {} : { group: group.join('.') }),
    ...(kind === '' ? {} : { kind }),
    causes,
  });
}
