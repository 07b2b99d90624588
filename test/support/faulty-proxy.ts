import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { createSecureServer } from 'node:http2';
import { Agent, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Authority } from './certificates.ts';
import { createAuthority } from './certificates.ts';

/** The fault of one request. `after`: the API server has executed it, and its response is lost. */
export const FAULTS = [
  'reset',
  'reset after',
  'hang',
  'hang after',
  'late',
  'garbage',
  'garbage after',
  'cut after',
  '302',
  '401',
  '403',
  '404',
  '404 after',
  '502',
  '502 after',
] as const;
export type Fault = (typeof FAULTS)[number];

export const KINDS = ['list', 'watch', 'review', 'get', 'dry run', 'patch', 'read-back'] as const;
export type Kind = (typeof KINDS)[number];

export interface FaultyProxy {
  readonly url: string;
  readonly authority: Authority;
  /** The next request of that kind fails this way. */
  fail(kind: Kind, fault: Fault): void;
  /** Whether it failed. */
  hasFailed(): boolean;
  close(): Promise<void>;
}

/**
 * A gateway in front of a real API server that speaks HTTP/2 or HTTP/1.1 and lets one request fail. `lateness`:
 * milliseconds.
 */
export async function startFaultyProxy(target: string, certificate: string, http2: boolean, lateness: number): Promise<FaultyProxy> {
  const authority = await createAuthority();
  const issued = await authority.issue({ commonName: '127.0.0.1', addresses: ['127.0.0.1'] });
  const agent = new Agent({ ca: certificate, keepAlive: true });
  let next: { readonly kind: Kind; readonly fault: Fault } | null = null;
  let patched = false;

  const kindOf = (method: string, url: URL): Kind | null => {
    if (url.pathname.endsWith('selfsubjectaccessreviews')) return 'review';
    if (method === 'PATCH') return url.searchParams.has('dryRun') ? 'dry run' : 'patch';
    if (url.pathname.endsWith('/configmaps')) return url.searchParams.has('watch') ? 'watch' : 'list';
    if (!url.pathname.includes('/configmaps/')) return null;
    return patched ? 'read-back' : 'get';
  };
  const forward = (incoming: Http2ServerRequest, body: Buffer): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers = Object.fromEntries(Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':') && name !== 'host'));
      delete headers.connection;
      const sent = request(new URL(incoming.url, target), { agent, method: incoming.method, headers }, resolve);
      sent.once('error', reject);
      sent.end(body);
    });
  const html = '<html><body>gateway</body></html>';

  const handle = async (incoming: Http2ServerRequest, response: Http2ServerResponse): Promise<void> => {
    const kind = kindOf(incoming.method, new URL(incoming.url, target));
    const body = await whole(incoming as unknown as AsyncIterable<Buffer>);
    const fault = next !== null && next.kind === kind ? next.fault : null;
    if (fault !== null) next = null;
    if (kind === 'patch') patched = true;
    if (fault === 'late') {
      await wait(lateness);
      await whole(await forward(incoming, body));
      return;
    }
    const answer = fault === null || fault.endsWith('after') ? await forward(incoming, body) : null;
    if (answer !== null && fault === null) {
      const { connection: _, 'transfer-encoding': __, ...headers } = answer.headers;
      response.writeHead(answer.statusCode ?? 500, headers);
      answer.pipe(response as unknown as NodeJS.WritableStream);
      response.once('close', () => answer.destroy());
      return;
    }
    const text = answer === null ? Buffer.alloc(0) : await whole(answer);
    const [how] = (fault ?? '').split(' ');
    if (how === 'reset') (response.stream ?? incoming.socket).destroy();
    else if (how === 'garbage') response.end('garbage');
    else if (how === 'cut') response.end(text.subarray(0, text.length / 2));
    else if (how !== 'hang') response.writeHead(Number(how), { 'content-type': 'text/html', location: '/login' }).end(html);
  };
  const server = createSecureServer({
    key: issued.key,
    cert: issued.certificate,
    allowHTTP1: true,
    ...(http2 ? {} : { ALPNProtocols: ['http/1.1'] }),
  });
  server.on('request', (incoming, response) => {
    incoming.on('error', () => undefined);
    response.on('error', () => undefined);
    handle(incoming, response).catch(() => (response.stream ?? incoming.socket).destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<{ destroy(): unknown }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority,
    fail: (kind, fault) => {
      patched = false;
      next = { kind, fault };
    },
    hasFailed: () => next === null,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      agent.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function whole(message: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
