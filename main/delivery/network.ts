import type { LookupFunction } from 'node:net';

export interface Network {
  readonly lookup?: LookupFunction;
  /** The demo's address for a host; null: it doesn't resolve. Disables proxies, so nothing leaves the machine. */
  readonly route?: (hostname: string, port: number) => { readonly host: string; readonly port: number } | null;
  /** PEM texts trusted without a warning besides Node's roots and NODE_EXTRA_CA_CERTS. */
  readonly certificateAuthorities?: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The system's proxy for a URL in PAC syntax; absent if the host can't ask. */
  readonly systemProxy?: (url: string) => Promise<string>;
}
