import { Agent } from 'node:https';
import type { Readable } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import axios, { type AxiosResponse } from 'axios';
import type { HttpResponse, PlannedRequest } from '../common/delivery/plan.ts';
import { readBounded } from '../network/bounded-body.ts';
import { limited } from './limit.ts';
import { StageFailure } from './stages.ts';
import * as strings from './strings.ts';

/** Bytes, where no other limit is given. A response may never end. */
const MOST_READ = 64 * 1024;

/** Sends over an open, verified connection. Throws StageFailure `http`, or the signal's reason when cancelled. */
export async function post(
  socket: TLSSocket,
  request: Pick<PlannedRequest, 'url' | 'headers' | 'body'>,
  options: { signal: AbortSignal; milliseconds: number; mostRead?: number; onStart?(): void },
): Promise<HttpResponse> {
  const fix = strings.firewallProxyWayAcceptsConnections;
  const onLimit = () => new StageFailure('http', strings.noCompleteResponseWithinS(options.milliseconds / 1000), fix, { transient: true });
  try {
    return await limited<HttpResponse>({ ...options, onLimit }, (done, fail) => {
      // SECURITY: an AxiosError holds headers and body with the key. Only its code is passed on.
      send(socket, request, options.onStart, options.mostRead ?? MOST_READ).then(done, (error: unknown) =>
        fail(unresponsive(codeOf(error))),
      );
    });
  } finally {
    socket.destroy();
  }
}

async function send(
  socket: TLSSocket,
  { url, headers, body }: Pick<PlannedRequest, 'url' | 'headers' | 'body'>,
  onStart: (() => void) | undefined,
  mostRead: number,
): Promise<HttpResponse> {
  const agent = new Agent({ keepAlive: false });
  // Time before this is the library's own work, not the network's.
  agent.createConnection = () => {
    onStart?.();
    return socket;
  };
  const response: AxiosResponse<Readable> = await axios.request({
    method: 'POST',
    url,
    headers: { ...headers, 'User-Agent': 'kaudit-tray' },
    data: body,
    transformRequest: [(data: unknown) => data],
    responseType: 'stream',
    httpsAgent: agent,
    // The connection already uses the right proxy.
    proxy: false,
    // SECURITY: a redirect would take the key along.
    maxRedirects: 0,
    validateStatus: () => true,
  });
  const { bytes, isWhole } = await readBounded(response.data, mostRead - 1);
  return {
    status: response.status,
    contentType: headerOf(response, 'content-type') ?? '',
    body: bytes.subarray(0, mostRead).toString('utf8'),
    ...(isWhole ? {} : { cut: true as const }),
    ...optional('retryAfter', headerOf(response, 'retry-after')),
    ...optional('location', headerOf(response, 'location')),
    ...optional('date', headerOf(response, 'date')),
  };
}

function unresponsive(code: string): StageFailure {
  const broken = code.startsWith('HPE_');
  const evidence = broken ? strings.responseIsntHttp(code) : strings.connectionEndedBeforeResponseComplete(code);
  const fix = broken ? strings.checkHostPortUrlAnother : strings.tryAgainIfHappensAgain;
  return new StageFailure('http', evidence, fix, { transient: !broken });
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error) || typeof error.code !== 'string') return 'unknown';
  return /^[A-Z0-9_]{2,60}$/.test(error.code) ? error.code : 'unknown';
}

function headerOf(response: AxiosResponse, name: string): string | undefined {
  const value: unknown = response.headers[name];
  return typeof value === 'string' ? value : undefined;
}

function optional<Name extends string>(name: Name, value: string | undefined): { [key in Name]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: string });
}
