import type { LookupFunction } from 'node:net';

/** What a delivery test stands on; the demo and tests put another ground under it. */
export interface Network {
  /** Resolves names instead of the system, in the way of dns.lookup. */
  readonly lookup?: LookupFunction;
  /**
   * Where a connection to that address really goes: the demo. null: nowhere; it counts as a name that does not resolve.
   * With it no proxy is used, so that nothing leaves the machine.
   */
  readonly route?: (hostname: string, port: number) => { readonly host: string; readonly port: number } | null;
  /** PEM texts that are trusted in addition to Node's roots and to NODE_EXTRA_CA_CERTS, without a warning: this program's own (the demo's CA). */
  readonly certificateAuthorities?: readonly string[];
  /** HTTPS_PROXY, ALL_PROXY, NO_PROXY (also in lower case), NODE_EXTRA_CA_CERTS. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What the system's settings say of a URL, in PAC's words (common/system-proxy.ts); absent where the host has no way to ask them. */
  readonly systemProxy?: (url: string) => Promise<string>;
}
