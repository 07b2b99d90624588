import type { Event } from '../../main/common/api.ts';
import type { AppError } from '../../main/common/errors.ts';
import type { Fleet, FleetChange } from '../../main/common/fleet/fleet.ts';
import { applyChange } from '../../main/common/fleet/fleet.ts';
import { asAppError, type Client } from '../client/client.ts';

/** `expired`: the host refuses this page's token, and asking again cannot help. */
export type Connection = 'connecting' | 'up' | 'down' | 'expired';

export interface FleetSnapshot {
  /** The last state that main told; null before the first answer. */
  readonly fleet: Fleet | null;
  readonly connection: Connection;
  /** Why there is no (newer) state. */
  readonly error: AppError | null;
}

/**
 * The page's only copy of main's state: subscribes first, then fetches, then applies what is announced; fetches again when a revision is
 * missing or the line was down.
 */
export class FleetStore {
  readonly #client: Client;
  readonly #listeners = new Set<() => void>();
  #snapshot: FleetSnapshot = { fleet: null, connection: 'connecting', error: null };
  /** Changes that came while a fetch was under way. */
  #waiting: FleetChange[] = [];
  #fetching = false;
  #again = false;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Starts listening. `onEvent` hears every event that is no change of the state. */
  start(onEvent: (event: Event) => void): () => void {
    return this.#client.subscribe(
      (event) => {
        if (event.name === 'fleet.changed') this.#change(event.value);
        else onEvent(event);
      },
      // A line that went down asks too: the answer tells whether the host is gone or only refuses this page.
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

  /** Asks for the whole state. Calls that come while one is under way make one more afterwards. */
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
