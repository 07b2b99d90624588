import type { HttpResponse } from '../common/delivery/plan.ts';
import { loadTrust } from './certificates.ts';
import { openConnection } from './connection.ts';
import type { TimeLimits } from './connection-order.ts';
import type { Network } from './network.ts';
import { post } from './post.ts';
import { Stages } from './stages.ts';

export interface QueryOrder {
  /** The keychain's domain for the key, which goes nowhere else. */
  readonly domain: string;
  /** A key that may query. */
  readonly key: string;
  readonly body: string;
  readonly network: Network;
  readonly signal: AbortSignal;
  readonly limits: TimeLimits;
  /** Bytes of the response to read. */
  readonly mostRead?: number;
}

export function queryHost(domain: string): string {
  return `api.${domain}`;
}

/** Throws StageFailure without a response, or the signal's reason when cancelled. */
export async function askCoralogix({ domain, key, body, network, signal, limits, mostRead }: QueryOrder): Promise<HttpResponse> {
  // SECURITY: a keychain key goes only to `api.` of its own domain, over verified TLS. post.ts follows no redirect.
  const url = new URL(`https://${queryHost(domain)}/api/v1/dataprime/query`);
  const stages = new Stages(
    (text) => text,
    () => {},
  );
  const { socket } = await openConnection({ url, network, trust: await loadTrust(network), limits, signal, stages });
  const headers = { 'Content-Type': 'application/json', Accept: 'application/json', Authorization: `Bearer ${key}` };
  const bounds = { signal, milliseconds: limits.http, ...(mostRead === undefined ? {} : { mostRead }) };
  return await post(socket, { url: url.href, headers, body }, bounds);
}
