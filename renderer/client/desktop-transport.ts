import type { Envelope, Event, Transport } from '../../main/common/api.ts';

export interface Bridge {
  request(name: string, args: unknown): Promise<Envelope<unknown>>;
  subscribe(listener: (event: Event) => void): () => void;
}

declare global {
  interface Window {
    readonly kauditTray?: Bridge;
  }
}

export function desktopTransport(bridge: Bridge): Transport {
  return {
    request: (name, args) => bridge.request(name, args),
    subscribe(listener, onState) {
      const unsubscribe = bridge.subscribe(listener);
      onState?.(true);
      return unsubscribe;
    },
  };
}
