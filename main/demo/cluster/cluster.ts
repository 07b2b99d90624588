import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { Certificate } from '../server/certificates.ts';
import { listen, readBody } from '../server/server.ts';
import { ANONYMOUS, allowed, allowedPath, reviewAccess, type User } from './access.ts';
import { documentAt } from './discovery.ts';
import { listObjects, type Presentation } from './list.ts';
import { CONFIG_MAPS, type KubernetesObject, NAMESPACES, RESOURCES, type Resource } from './objects.ts';
import {
  badRequest,
  forbidden,
  forbiddenPath,
  invalid,
  methodNotAllowed,
  noSuchResource,
  notAcceptable,
  notFound,
  StatusError,
  unauthorized,
  unsupportedMediaType,
} from './status.ts';
import { Store } from './store.ts';
import { tableOf } from './table.ts';
import { watchObjects } from './watch.ts';
import { createConfigMap, deleteConfigMap, patchConfigMap, replaceConfigMap, type WriteOptions } from './writes.ts';

// The part of the Kubernetes API that this program calls, and that kubectl needs to read and to write ConfigMaps.

/** Bytes, as in kube-apiserver. */
const MAX_BODY = 3 * 1024 * 1024;

const PATCHES = new Set(['application/merge-patch+json', 'application/strategic-merge-patch+json']);

export interface DemoCluster {
  readonly url: string;
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly credentials: Certificate;
  readonly users: readonly User[];
  readonly objects: readonly { readonly resource: Resource; readonly object: KubernetesObject }[];
}

interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly user: User;
  readonly presentation: Presentation;
  readonly request: Http2ServerRequest;
  readonly response: Http2ServerResponse;
}

export async function startCluster({ credentials, users, objects }: ClusterOptions): Promise<DemoCluster> {
  const store = new Store();
  for (const { resource, object } of objects) store.put(resource, object);
  const byToken = new Map(users.map((user) => [user.token, user]));

  const server = createSecureServer({ cert: credentials.certificate, key: credentials.key, allowHTTP1: true }, (request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) return response.destroy();
      const known =
        error instanceof StatusError ? error : new StatusError(500, 'InternalError', `Internal error occurred: ${String(error)}`);
      send(response, known.status.code, known.status);
    });
  });

  async function serve(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const user = userOf(request.headers.authorization, byToken);
    const call: Call = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      user,
      presentation: presentationOf(request.headers.accept, url.searchParams),
      request,
      response,
    };
    if (url.pathname.startsWith('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews')) return review(call);
    const target = targetOf(url.pathname);
    if (target) return serveResource(store, target, call);
    serveDocument(call);
  }

  const listening = await listen(server);
  return { url: `https://127.0.0.1:${listening.port}`, close: listening.close };
}

function userOf(header: string | undefined, byToken: ReadonlyMap<string, User>): User {
  if (header === undefined) return ANONYMOUS;
  const user = byToken.get(/^Bearer (\S+)$/.exec(header)?.[1] ?? '');
  if (user === undefined) throw unauthorized();
  return user;
}

function presentationOf(accept: string | undefined, query: URLSearchParams): Presentation {
  for (const range of (accept ?? '*/*').split(',').map((part) => part.trim())) {
    if (/^application\/json;.*as=Table/.test(range)) {
      const wanted = query.get('includeObject');
      return wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
    }
    if (/^(application\/json|application\/\*|\*\/\*)(;(?!.*as=)|$)/.test(range)) return null;
  }
  // JSON is always the client's last choice, so a request without it ends here.
  throw notAcceptable();
}

function serveDocument({ method, path, user, request, response }: Call): void {
  if (!allowedPath(user, path)) throw forbiddenPath(user.name, method === 'GET' ? 'get' : method.toLowerCase(), path);
  const document = documentAt(path, request.headers.host ?? String(request.headers[':authority'] ?? ''));
  if (document === undefined) {
    if (/^\/apis?\/v?[a-z0-9.]+\/./.test(path)) throw noSuchResource();
    response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('404 page not found\n');
  } else if (method !== 'GET') throw methodNotAllowed();
  else if (typeof document === 'string') response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8' }).end(document);
  else send(response, 200, document);
}

async function review({ method, user, request, response }: Call): Promise<void> {
  if (user === ANONYMOUS) throw forbiddenPath(user.name, 'create', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews');
  if (method !== 'POST') throw methodNotAllowed();
  send(response, 201, reviewAccess(user, await jsonOf(request)));
}

function targetOf(path: string): Target | undefined {
  const [, core, group, rest = ''] = /^\/(?:(api)|apis\/([^/]+))\/v1\/(.+?)\/?$/.exec(path) ?? [];
  if (core === undefined && group === undefined) return undefined;
  const parts = rest.split('/').map(decode);
  const namespaced = parts[0] === NAMESPACES.name && parts.length > 2;
  const [namespace, plural, name, ...more] = namespaced ? parts.slice(1) : [undefined, ...parts];
  const resource = RESOURCES.find((one) => one.name === plural && one.group === (group ?? ''));
  if (resource === undefined || more.length > 0 || (namespaced && !resource.namespaced)) return undefined;
  // A namespaced object has no address outside its namespace.
  if (!namespaced && resource.namespaced && name !== undefined) return undefined;
  return { resource, namespace, name };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

async function serveResource(store: Store, target: Target, call: Call): Promise<void> {
  const { resource, name } = target;
  // Rights to a namespace object are those inside it.
  const namespace = resource === NAMESPACES ? name : target.namespace;
  const verb = verbOf(call, name);
  if (!allowed(call.user, verb, resource, namespace)) throw forbidden(call.user.name, verb, resource, namespace, name);
  if (!resource.verbs.includes(verb)) throw methodNotAllowed();

  const { query, presentation, response } = call;
  switch (verb) {
    case 'watch':
      return watchObjects(store, resource, target.namespace, query, presentation, response);
    case 'list':
      return send(response, 200, listObjects(store, resource, target.namespace, query, presentation));
    case 'get': {
      const object = store.get(resource, target.namespace, name ?? '');
      if (object === undefined) throw notFound(resource, name ?? '');
      return sendObject(call, 200, resource, object);
    }
    default:
      return write(store, verb, target, call);
  }
}

function verbOf({ method, query }: Call, name: string | undefined): string {
  const watch = query.get('watch');
  const one = name !== undefined;
  switch (method) {
    case 'GET':
      if (one) return 'get';
      return watch === null || watch === '0' || watch === 'false' ? 'list' : 'watch';
    case 'POST':
      if (!one) return 'create';
      break;
    case 'PUT':
      if (one) return 'update';
      break;
    case 'PATCH':
      if (one) return 'patch';
      break;
    case 'DELETE':
      if (one) return 'delete';
      break;
  }
  throw methodNotAllowed();
}

async function write(store: Store, verb: string, { namespace = '', name = '' }: Target, call: Call): Promise<void> {
  const { query, request, response } = call;
  const type = request.headers['content-type']?.split(';')[0]?.trim();
  if (verb === 'patch' ? !PATCHES.has(type ?? '') : verb !== 'delete' && type !== undefined && type !== 'application/json') {
    throw unsupportedMediaType();
  }
  const options = writeOptionsOf(query, verb, request.headers['user-agent']);
  const body = await jsonOf(request, verb);
  switch (verb) {
    case 'create':
      return sendObject(call, 201, CONFIG_MAPS, createConfigMap(store, namespace, body, options));
    case 'update':
      return sendObject(call, 200, CONFIG_MAPS, replaceConfigMap(store, namespace, name, body, options));
    case 'patch':
      return sendObject(call, 200, CONFIG_MAPS, patchConfigMap(store, namespace, name, body, options));
    case 'delete': {
      const { preconditions = {}, dryRun = [] } = (body ?? {}) as {
        preconditions?: { uid?: string; resourceVersion?: string };
        dryRun?: string[];
      };
      return send(response, 200, deleteConfigMap(store, namespace, name, preconditions, options.dryRun || dryRun.includes('All')));
    }
  }
}

function writeOptionsOf(query: URLSearchParams, verb: string, userAgent: string | undefined): WriteOptions {
  const dryRun = query.get('dryRun');
  if (dryRun !== null && dryRun !== 'All') {
    const message = `Unsupported value: []string{"${dryRun}"}: supported values: "All"`;
    const kind = { create: 'CreateOptions', update: 'UpdateOptions', patch: 'PatchOptions' }[verb] ?? 'DeleteOptions';
    throw invalid(`${kind}.meta.k8s.io`, '', [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }]);
  }
  return { dryRun: dryRun === 'All', manager: query.get('fieldManager') || userAgent?.split('/')[0] || 'unknown' };
}

async function jsonOf(request: Http2ServerRequest, verb?: string): Promise<unknown> {
  const text = await readBody(request, MAX_BODY);
  if (text === undefined) throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY}`);
  if (text === '' && verb === 'delete') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    if (verb === 'patch') throw badRequest('error decoding patch: the body is no JSON');
    throw badRequest('the object provided is unrecognized: the body is no JSON');
  }
}

function sendObject({ presentation, response }: Call, code: number, resource: Resource, object: KubernetesObject): void {
  const { resourceVersion } = object.metadata;
  send(response, code, presentation === null ? object : tableOf(resource, [object], { resourceVersion }, presentation));
}

function send(response: Http2ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'Content-Type': 'application/json', 'Cache-Control': 'no-cache, private' }).end(JSON.stringify(body));
}
