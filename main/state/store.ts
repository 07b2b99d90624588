import type { Event } from '../common/api.ts';
import type { Fleet, FleetChange } from '../common/fleet/fleet.ts';
import { changeBetween } from '../common/fleet/fleet.ts';

/** How long changes are gathered before views hear of them, in milliseconds: one frame. */
const GATHER = 16;

/** Holds the one state. Only pure updates change it; listeners hear what changed, gathered over a frame. */
export class Store {
  #fleet: Fleet;
  /** The newest state that has its own revision. */
  #numbered: Fleet;
  /** Changes that listeners have still to hear of, the oldest first. */
  #waiting: FleetChange[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(initial: Fleet) {
    this.#fleet = initial;
    this.#numbered = initial;
  }

  /**
   * The state as it is now. Tells nobody anything: a listener hears of the same revision when its time comes, and what is changed from now on is another
   * revision.
   */
  snapshot(): Fleet {
    this.#number();
    return this.#fleet;
  }

  /** Applies a pure update; one that returns the same state announces nothing. */
  update(change: (fleet: Fleet) => Fleet): void {
    const next = change(this.#fleet);
    if (next === this.#fleet) return;
    this.#fleet = next;
    this.#timer ??= setTimeout(() => this.#announce(), GATHER);
  }

  subscribe(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Sends an event that is no change of state. */
  emit(event: Event): void {
    for (const listener of this.#listeners) listener(event);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #number(): void {
    if (this.#fleet === this.#numbered) return;
    this.#fleet = { ...this.#fleet, revision: this.#numbered.revision + 1 };
    this.#waiting.push(changeBetween(this.#numbered, this.#fleet));
    this.#numbered = this.#fleet;
  }

  #announce(): void {
    this.#timer = undefined;
    this.#number();
    for (const value of this.#waiting.splice(0)) this.emit({ name: 'fleet.changed', value });
  }
}
