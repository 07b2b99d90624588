import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import { endpointOf, isCoralogixHost, regionOf } from '../../common/coralogix/coralogix.ts';
import type { Authority } from '../server/certificates.ts';
import { listen, readBody } from '../server/server.ts';
import { problemOf } from './log-format.ts';
import { queryReply } from './queries.ts';
import type { Traffic } from './traffic.ts';

// A log ingest on loopback that responds as Coralogix does and forwards nothing.

/** Bytes; Coralogix's limit. */
const MAX_REQUEST = 2 * 1024 * 1024;
const MAX_RECEIVED = 200;

export interface ReceivedRequest {
  readonly at: string;
  readonly method: string;
  readonly host: string;
  readonly path: string;
  /** First 8 hex digits of the key's SHA-256; the key itself isn't kept. */
  readonly key?: string;
  readonly status: number;
  /** UTF-8; empty if too large. */
  readonly body: string;
}

export interface Ingest {
  readonly port: number;
  readonly received: readonly ReceivedRequest[];
  close(): Promise<void>;
}

/** Key to Coralogix domain. A legacy domain means its region. */
export type IngestKeys = Readonly<Record<string, string>>;

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type?: 'application/json' | 'application/x-ndjson' | 'text/plain';
}

export async function startIngest(options: {
  readonly authority: Authority;
  readonly keys: IngestKeys;
  readonly readingKeys?: IngestKeys;
  readonly traffic?: readonly Traffic[];
}): Promise<Ingest> {
  const { authority } = options;
  const keys = new Map(Object.entries(options.keys));
  const readingKeys = new Map(Object.entries(options.readingKeys ?? {}));
  const received: ReceivedRequest[] = [];
  const own = await authority.issue(['localhost', '127.0.0.1']);
  const contexts = new Map<string, Promise<SecureContext>>();

  async function contextOf(host: string): Promise<SecureContext> {
    const { certificate, key } = await authority.issue([host]);
    return createSecureContext({ cert: certificate, key });
  }

  const server = createServer(
    {
      cert: own.certificate,
      key: own.key,
      SNICallback(name, done) {
        const host = name.toLowerCase();
        if (!isCoralogixHost(host)) return done(null);
        const context = contexts.get(host) ?? contextOf(host);
        contexts.set(host, context);
        context.then((found) => done(null, found), done);
      },
    },
    (request, response) => void serve(request, response),
  );

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_REQUEST).catch(() => null);
    // The client left before the end of its request.
    if (body === null) return;
    const host = hostOf(request);
    const path = pathOf(request);
    const key = keyOf(request);
    const reply =
      body === undefined
        ? failure(413, 'request entity too large')
        : path === QUERY_PATH && host.startsWith('api.')
          ? query(request, host.slice('api.'.length), body)
          : replyTo(request, host, path, body, keys);
    received.push({
      at: new Date().toISOString(),
      method: request.method ?? '',
      host,
      path,
      ...(key === undefined ? {} : { key: createHash('sha256').update(key).digest('hex').slice(0, 8) }),
      status: reply.status,
      body: body ?? '',
    });
    if (received.length > MAX_RECEIVED) received.shift();
    response.writeHead(reply.status, { 'Content-Type': reply.type ?? 'application/json' });
    response.end(reply.body);
  }

  function query(request: IncomingMessage, asked: string, body: string): Reply {
    if (request.method !== 'POST') return failure(405, 'method not allowed');
    const key = keyOf(request) ?? '';
    const domain = readingKeys.get(key);
    if (keys.has(key)) return failure(403, 'Forbidden');
    if (domain === undefined || !sameRegion(domain, asked)) return failure(401, 'Unauthorized');
    const traffic = (options.traffic ?? []).filter((one) => sameRegion(one.domain, domain));
    const accepted = received.filter((one) => one.status === 200 && sameRegion(domainOf(one.host), domain)).map((one) => one.body);
    const lines = queryReply({ body, traffic, accepted, now: Date.now() });
    if (lines === undefined) return failure(400, 'the query is not understood');
    return { status: 200, type: 'application/x-ndjson', body: lines.map((line) => `${JSON.stringify(line)}\n`).join('') };
  }

  const listening = await listen(server);
  return { port: listening.port, received, close: listening.close };
}

const QUERY_PATH = '/api/v1/dataprime/query';

function domainOf(host: string): string {
  return host.slice(host.indexOf('.') + 1);
}

function hostOf(request: IncomingMessage): string {
  return (request.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?')[0] ?? '/';
}

function keyOf(request: IncomingMessage): string | undefined {
  return /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
}

function replyTo(request: IncomingMessage, host: string, path: string, body: string, keys: ReadonlyMap<string, string>): Reply {
  const endpoint = endpointOf(`https://${host}${path}`);
  if (endpoint === null || !endpoint.coralogix || (endpoint.kind !== 'bulk' && endpoint.kind !== 'singles')) return notFound;
  if (request.method !== 'POST') return failure(405, 'method not allowed');

  const key = keyOf(request);
  const domain = key === undefined ? undefined : keys.get(key);
  if (domain === undefined || !sameRegion(domain, endpoint.domain)) return failure(401, 'Unauthorized');

  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return failure(415, 'Content-Type must be application/json');
  const problem = problemOf(endpoint.kind, body);
  return problem === null ? { status: 200, body: '{}' } : failure(400, problem);
}

/** A load balancer's response for a path without a service. */
const notFound: Reply = { status: 404, body: 'default backend - 404', type: 'text/plain' };

function failure(status: number, message: string): Reply {
  return { status, body: JSON.stringify({ code: status, message }) };
}

function sameRegion(one: string, other: string): boolean {
  const region = regionOf(one);
  return region === undefined ? one === other : region === regionOf(other);
}
