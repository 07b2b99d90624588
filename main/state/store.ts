import type { Event } from '../common/api.ts';
import type { Fleet } from '../common/fleet/fleet.ts';
import { changeBetween } from '../common/fleet/fleet.ts';

/** How long changes are gathered before views hear of them, in milliseconds: one frame. */
const GATHER = 16;

/** Holds the one state. Only pure updates change it; listeners hear what changed, gathered over a frame. */
export class Store {
  #fleet: Fleet;
  #announced: Fleet;
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(initial: Fleet) {
    this.#fleet = initial;
    this.#announced = initial;
  }

  /** The state as every listener has heard of it: what a view fetches never runs ahead of the events that it gets. */
  snapshot(): Fleet {
    this.#announce();
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

  #announce(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#fleet === this.#announced) return;
    this.#fleet = { ...this.#fleet, revision: this.#announced.revision + 1 };
    const change = changeBetween(this.#announced, this.#fleet);
    this.#announced = this.#fleet;
    this.emit({ name: 'fleet.changed', value: change });
  }
}
