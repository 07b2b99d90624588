import type { Event } from '../common/api.ts';
import type { Fleet, FleetChange } from '../common/fleet/fleet.ts';
import { changeBetween } from '../common/fleet/fleet.ts';

/** Milliseconds (one frame) to batch changes for views. */
const GATHER = 16;

/** The one state. Only pure updates change it; listeners get batched changes. */
export class Store {
  #fleet: Fleet;
  #numbered: Fleet;
  #waiting: FleetChange[] = [];
  #timer: NodeJS.Timeout | undefined;
  readonly #listeners = new Set<(event: Event) => void>();

  constructor(initial: Fleet) {
    this.#fleet = initial;
    this.#numbered = initial;
  }

  /** Notifies no one: listeners get this revision with the next batch, and later changes get a new one. */
  snapshot(): Fleet {
    this.#number();
    return this.#fleet;
  }

  /** An update that returns the same state announces nothing. */
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
