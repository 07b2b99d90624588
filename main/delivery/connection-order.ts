import type { Trust } from './certificates.ts';
import type { Network } from './network.ts';
import type { ProxyChoice } from './proxy-choice.ts';
import type { Stages } from './stages.ts';

/** Milliseconds per stage. */
export interface TimeLimits {
  readonly proxy: number;
  readonly dns: number;
  readonly tcp: number;
  readonly tls: number;
  readonly http: number;
}

export const LIMITS: TimeLimits = { proxy: 10_000, dns: 5_000, tcp: 10_000, tls: 10_000, http: 15_000 };

export interface ConnectionOrder {
  readonly url: URL;
  readonly network: Network;
  readonly trust: Trust;
  readonly limits: TimeLimits;
  readonly signal: AbortSignal;
  readonly stages: Stages;
  onProxy?(choice: ProxyChoice): void;
}

export function abandon(socket: { on(event: 'error', listener: () => void): unknown; destroy(): unknown }): void {
  socket.on('error', () => {});
  socket.destroy();
}
