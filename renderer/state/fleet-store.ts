import type { Event } from '../../main/common/api.ts';
import type { AppError } from '../../main/common/errors.ts';
import type { Fleet, FleetChange } from '../../main/common/fleet/fleet.ts';
import { applyChange } from '../../main/common/fleet/fleet.ts';
import { asAppError, type Client } from '../client/client.ts';

/** `expired`: the host refuses this page's token, and a retry can't help. */
export type Connection = 'connecting' | 'up' | 'down' | 'expired';

export interface FleetSnapshot {
  /** null until the first reply. */
  readonly fleet: Fleet | null;
  readonly connection: Connection;
  readonly error: AppError | null;
}

/** Subscribes, fetches, then applies events. Fetches again after a missing revision or a lost connection. */
export class FleetStore {
  readonly #client: Client;
  readonly #listeners = new Set<() => void>();
  #snapshot: FleetSnapshot = { fleet: null, connection: 'connecting', error: null };
  #waiting: FleetChange[] = [];
  #fetching = false;
  #again = false;

  constructor(client: Client) {
    this.#client = client;
  }

  start(onEvent: (event: Event) => void): () => void {
    return this.#client.subscribe(
      (event) => {
        if (event.name === 'fleet.changed') this.#change(event.value);
        else onEvent(event);
      },
      // After a lost connection, the reply shows whether the host is gone or refuses this page.
      (connected) => {
        if (!connected) this.#set({ connection: 'down' });
        void this.fetch();
      },
    );
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): FleetSnapshot => this.#snapshot;

  /** Calls during a fetch cause one more after it. */
  async fetch(): Promise<void> {
    if (this.#snapshot.connection === 'expired') return;
    this.#again = true;
    if (this.#fetching) return;
    this.#fetching = true;
    while (this.#again) {
      this.#again = false;
      await this.#fetchOnce();
    }
    this.#fetching = false;
  }

  async #fetchOnce(): Promise<void> {
    try {
      const fleet = await this.#client.request('fleet.get', {});
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#set({ fleet, connection: 'up', error: null });
      for (const change of waiting) this.#apply(change);
    } catch (thrown) {
      const error = asAppError(thrown);
      this.#set({ connection: error.code === 'unauthorized' ? 'expired' : 'down', error });
    }
  }

  #change(change: FleetChange): void {
    if (this.#fetching || this.#snapshot.fleet === null) this.#waiting.push(change);
    else this.#apply(change);
  }

  #apply(change: FleetChange): void {
    const { fleet } = this.#snapshot;
    if (fleet === null) return;
    if (change.revision > fleet.revision + 1) {
      void this.fetch();
      return;
    }
    this.#set({ fleet: applyChange(fleet, change) });
  }

  #set(part: Partial<FleetSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of this.#listeners) listener();
  }
}
