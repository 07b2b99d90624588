import type { Page } from 'playwright-core';
import type { Args, CommandName, Envelope, Event, Reply } from '../../main/common/api.ts';

// The two functions of main/preload.ts, as a test calls them from outside the page.

/** What a test requests from the program through its page. */
export interface Bridge {
  request<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Envelope<Reply<Name>>>;
  /** The same, for a request that must succeed. */
  ask<Name extends CommandName>(name: Name, args: Args<Name>): Promise<Reply<Name>>;
  /** Collects events until `stop`. */
  events(): Promise<{ readonly list: readonly Event[]; stop(): void }>;
}

export function bridgeOf(page: Page): Bridge {
  const request = (name: string, args: unknown) =>
    page.evaluate(({ name, args }) => (window as unknown as PageWithBridge).kauditTray.request(name, args), { name, args }) as Promise<
      Envelope<never>
    >;
  return {
    request,
    ask: async (name, args) => {
      const envelope = await request(name, args);
      if (!envelope.ok) throw new Error(`${name}: ${envelope.error.code}: ${envelope.error.message}`);
      return envelope.value;
    },
    events: () => collectEvents(page),
  };
}

interface PageWithBridge {
  readonly kauditTray: {
    request(name: string, args: unknown): Promise<Envelope<unknown>>;
    subscribe(listener: (event: Event) => void): () => void;
  };
  [collected: `collected-${number}`]: Event[];
}

let collections = 0;

/** The page collects them, and the list is read from it until `stop`. */
async function collectEvents(page: Page): Promise<{ list: Event[]; stop(): void }> {
  collections += 1;
  const name = `collected-${collections}` as const;
  await page.evaluate((name) => {
    const scope = window as unknown as PageWithBridge;
    const events: Event[] = [];
    scope[name] = events;
    scope.kauditTray.subscribe((event) => events.push(event));
  }, name);
  const list: Event[] = [];
  let stopped = false;
  const poll = async () => {
    while (!stopped) {
      list.push(...(await page.evaluate((name) => (window as unknown as PageWithBridge)[name]?.splice(0) ?? [], name)));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  poll().catch(() => undefined);
  return {
    list,
    stop: () => {
      stopped = true;
    },
  };
}
