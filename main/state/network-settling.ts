import { networkInterfaces } from 'node:os';
import type { Clock } from '../clock.ts';

/** How often the addresses are compared, in milliseconds: reading them costs nothing and asks nobody. */
const LOOK = 10_000;
/** How often after a change or a wake-up, in milliseconds. */
const LOOK_CLOSELY = 1000;
/** A look that comes later than this, in milliseconds, comes after a sleep: a busy machine is late by less. */
const LATE = 30_000;
/** Addresses that stay the same this long have settled, in milliseconds: DHCP and VPN clients come up in steps. */
const SETTLED = 3000;
/** After a wake-up clusters are asked again at the latest then, in milliseconds, settled or not. */
const LATEST = 30_000;
/** A machine that is awake this long after it said that it would sleep, in milliseconds, has changed its mind, and may never say so. */
const AWAKE = 600_000;

export interface SettlingParts {
  readonly clock: Clock;
  /** The machine's own addresses, in one text. */
  addresses(): string;
  /** The network changed, or the machine slept, and it is quiet now: connections of before may be dead without a sign. */
  onSettled(): void;
}

/**
 * Says when it is worth asking clusters again: sees addresses come and go, and by its own lateness that the machine slept. A host that is told of
 * sleep passes it on, so that nothing is looked at meanwhile.
 */
export class NetworkSettling {
  readonly #parts: SettlingParts;
  #last: string;
  /** When the next look was to be. */
  #due: number;
  /** Since when the addresses are what they are; undefined: nothing has happened. */
  #quietSince: number | undefined;
  #begun = 0;
  #asleep = false;
  #cancel: () => void = () => undefined;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
    this.#last = parts.addresses();
    this.#due = parts.clock.now();
    this.#again(LOOK);
  }

  suspended(): void {
    this.#asleep = true;
    this.#cancel();
    this.#cancel = this.#parts.clock.after(AWAKE, () => this.resumed());
  }

  resumed(): void {
    this.#asleep = false;
    this.#unsettle();
    this.#again(LOOK_CLOSELY);
  }

  close(): void {
    this.#cancel();
  }

  #look(): void {
    const { clock, addresses, onSettled } = this.#parts;
    const now = addresses();
    if (now !== this.#last || clock.now() - this.#due > LATE) {
      this.#last = now;
      this.#unsettle();
    }
    const quiet = this.#quietSince;
    // Without any address there is nobody to ask.
    if (quiet !== undefined && ((now !== '' && clock.now() - quiet >= SETTLED) || clock.now() - this.#begun >= LATEST)) {
      this.#quietSince = undefined;
      onSettled();
    }
    this.#again(this.#quietSince === undefined ? LOOK : LOOK_CLOSELY);
  }

  #unsettle(): void {
    if (this.#quietSince === undefined) this.#begun = this.#parts.clock.now();
    this.#quietSince = this.#parts.clock.now();
  }

  #again(milliseconds: number): void {
    this.#cancel();
    this.#due = this.#parts.clock.now() + milliseconds;
    if (!this.#asleep) this.#cancel = this.#parts.clock.after(milliseconds, () => this.#look());
  }
}

/** What leads out of this machine: loopback and link-local addresses come and go without meaning. */
export function ownAddresses(): string {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses]) =>
      (addresses ?? [])
        .filter(({ internal, address }) => !internal && !address.startsWith('fe80:') && !address.startsWith('169.254.'))
        .map(({ address }) => `${name} ${address}`),
    )
    .sort()
    .join('\n');
}
