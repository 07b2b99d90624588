import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatch, jsonOf } from '../api/dispatch.ts';
import { readPage } from '../api/page.ts';
import type { Envelope, Event } from '../common/api.ts';
import type { ErrorCode } from '../common/errors.ts';
import { readBounded } from '../network/bounded-body.ts';
import type { Refusal } from './request-check.ts';
import { checkRequest, MAX_BODY } from './request-check.ts';
import * as strings from './strings.ts';

// An ES import of node:http loads Node's fetch: a tenth of the start.
const { createServer } = process.getBuiltinModule('node:http');

/** Milliseconds between comment lines: keeps tunnels open and detects dead readers. */
const HEARTBEAT = 15_000;
/** Bytes after which a slow reader is cut off; it returns and fetches the whole state. */
const MAX_BACKLOG = 2 * 1024 * 1024;
const MAX_STREAMS = 16;

export interface BrowserServerOptions {
  readonly dispatch: Dispatch;
  subscribe(listener: (event: Event) => void): () => void;
  readonly pageDirectory: string;
  readonly port: number;
}

export interface BrowserServer {
  /** `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** 32 random bytes, base64url. */
  readonly token: string;
  close(): Promise<void>;
}

/** Throws listening errors (`EADDRINUSE`). */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const token = randomBytes(32).toString('base64url');
  const streams = new Set<ServerResponse>();
  let own: string | undefined;
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    serve(request, response, options, { token, own, streams }).catch(() => {
      if (!response.headersSent) refuse(response, 500, 'internal', strings.pageCantReadBuildAgain);
      else response.destroy();
    });
  };
  const server = createServer(handle);
  await listen(server, '127.0.0.1', options.port);
  const { port } = server.address() as AddressInfo;
  // Keep the usual address too: no one else can serve there, and `ssh -L` finds it.
  const fresh = options.port === 0 ? undefined : await freshAddress(handle, port);
  if (fresh !== undefined) own = `${fresh.host}:${port}`;
  return {
    origin: `http://${fresh?.host ?? '127.0.0.1'}:${port}`,
    token,
    close: () =>
      new Promise((resolve) => {
        fresh?.server.close();
        fresh?.server.closeAllConnections();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * SECURITY: browsers keep service workers and storage by origin, so an earlier holder of a fixed port could read the
 * next token. Each run gets its own address. undefined: only one loopback address (macOS).
 */
async function freshAddress(
  handle: (request: IncomingMessage, response: ServerResponse) => void,
  port: number,
): Promise<{ readonly host: string; readonly server: Server } | undefined> {
  const host = `127.${[...randomBytes(3)].map((byte) => 1 + (byte % 254)).join('.')}`;
  const server = createServer(handle);
  try {
    await listen(server, host, port);
    return { host, server };
  } catch {
    return undefined;
  }
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // SECURITY: loopback only.
    server.listen({ host, port }, () => resolve());
  });
}

interface Run {
  readonly token: string;
  readonly own: string | undefined;
  readonly streams: Set<ServerResponse>;
}

async function serve(request: IncomingMessage, response: ServerResponse, options: BrowserServerOptions, run: Run): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  if (path === '/api' || path === '/events') {
    const refusal = checkRequest(request, path, run.token, run.own);
    if (refusal !== null) return refuse(response, refusal.status, codeOf(refusal), refusal.message, refusal.headers);
    return path === '/api' ? command(request, response, options.dispatch) : events(response, options, run.streams);
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refuse(response, 405, 'invalid-arguments', strings.addressAcceptsGetOnly, { allow: 'GET, HEAD' });
  }
  const page = await readPage(options.pageDirectory, path);
  response.writeHead(page.status, page.headers);
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

async function command(request: IncomingMessage, response: ServerResponse, dispatch: Dispatch): Promise<void> {
  const { bytes, isWhole } = await readBounded(request, MAX_BODY);
  if (!isWhole) {
    return refuse(response, 413, 'invalid-arguments', strings.requestTooLarge, { connection: 'close' });
  }
  const asked = parse(bytes.toString('utf8'));
  if (asked === undefined) return refuse(response, 400, 'invalid-arguments', strings.requestIsntJsonObjectName);
  send(response, 200, await dispatch(asked.name, asked.args));
}

function events(response: ServerResponse, options: BrowserServerOptions, streams: Set<ServerResponse>): void {
  // SECURITY: drops the oldest, so that unread pages can't fill the memory. A live page returns.
  while (streams.size >= MAX_STREAMS) {
    const [oldest] = streams;
    if (oldest === undefined) break;
    streams.delete(oldest);
    oldest.destroy();
  }
  streams.add(response);
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  const write = (text: string) => {
    if (response.writableLength > MAX_BACKLOG) response.destroy();
    else response.write(text);
  };
  const unsubscribe = options.subscribe((event) => write(`data: ${JSON.stringify(event)}\n\n`));
  const heartbeat = setInterval(() => write(': alive\n\n'), HEARTBEAT);
  response.on('close', () => {
    streams.delete(response);
    clearInterval(heartbeat);
    unsubscribe();
  });
  write(': subscribed\n\n');
}

function parse(body: string): { name: unknown; args: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // SECURITY: no other fields.
    if (Object.keys(value).some((key) => key !== 'name' && key !== 'args')) return undefined;
    return { name: 'name' in value ? value.name : undefined, args: 'args' in value ? value.args : {} };
  } catch {
    return undefined;
  }
}

function codeOf(refusal: Refusal): ErrorCode {
  return refusal.status === 401 || refusal.status === 403 ? 'unauthorized' : 'invalid-arguments';
}

function refuse(
  response: ServerResponse,
  status: number,
  code: ErrorCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, status, { ok: false, error: { code, message, retry: false } }, headers);
}

function send(response: ServerResponse, status: number, envelope: Envelope<unknown>, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...headers,
  });
  response.end(jsonOf(envelope));
}
