import type { Envelope, Event, Transport } from '../../main/common/api.ts';
import type { ErrorData } from '../../main/common/errors.ts';
import { readEventStream } from './event-stream.ts';
import * as strings from './strings.ts';

const TOKEN_KEY = 'kaudit-tray-token';
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;

/**
 * Moves the token from the address to session storage and returns it. SECURITY: rewrites the address first to keep
 * the token out of history, bookmarks and screenshots.
 */
export function takeToken(location: Location, history: History, storage: Storage): string {
  const token = /^#token=([^&]+)/.exec(location.hash)?.[1];
  if (token === undefined) return storage.getItem(TOKEN_KEY) ?? '';
  storage.setItem(TOKEN_KEY, token);
  history.replaceState(null, '', location.pathname + location.search);
  return token;
}

export function browserTransport(token: string): Transport {
  const authorization = `Bearer ${token}`;
  return {
    async request(name: string, args: unknown): Promise<Envelope<unknown>> {
      const headers = { authorization, 'content-type': 'application/json' };
      try {
        const response = await fetch('/api', { method: 'POST', headers, body: JSON.stringify({ name, args }) });
        if (response.status === 401) return failure(EXPIRED);
        return (await response.json()) as Envelope<unknown>;
      } catch {
        return failure(LOST);
      }
    },
    subscribe(listener, onState) {
      const stop = new AbortController();
      void listen(authorization, listener, onState ?? (() => {}), stop.signal);
      return () => stop.abort();
    },
  };
}

const EXPIRED: ErrorData = {
  code: 'unauthorized',
  message: strings.pagesKeyExpiredUseAddress,
  retry: false,
};

const LOST: ErrorData = {
  code: 'connection-lost',
  message: strings.kAuditTrayDoesntRespondCheck,
  retry: true,
};

function failure(error: ErrorData): Envelope<never> {
  return { ok: false, error };
}

async function listen(
  authorization: string,
  listener: (event: Event) => void,
  onState: (connected: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let delay = FIRST_DELAY_MS;
  while (!signal.aborted) {
    try {
      const response = await fetch('/events', { headers: { authorization, accept: 'text/event-stream' }, cache: 'no-store', signal });
      if (response.ok && response.body) {
        onState(true);
        delay = FIRST_DELAY_MS;
        await readEvents(response.body, listener);
      } else if (response.status === 401) {
        onState(false);
        return;
      }
    } catch {
      // Refused, reset or aborted: handled below as the end of the stream.
    }
    if (signal.aborted) return;
    onState(false);
    await new Promise((resolve) => setTimeout(resolve, delay * (0.75 + Math.random() / 2)));
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, listener: (event: Event) => void): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const chunk = readEventStream(rest + decoder.decode(value, { stream: true }));
    rest = chunk.rest;
    for (const message of chunk.messages) listener(JSON.parse(message) as Event);
  }
}
