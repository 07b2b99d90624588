import { networkInterfaces } from 'node:os';
import type { Clock } from '../clock.ts';

/** Milliseconds between comparisons, which are cheap and local. */
const LOOK = 10_000;
/** Milliseconds, after a change or wake-up. */
const LOOK_CLOSELY = 1000;
/** Milliseconds. A later look means a sleep; a busy machine is less late. */
const LATE = 30_000;
/** Milliseconds without change: DHCP and VPN clients come up in steps. */
const SETTLED = 3000;
/** Milliseconds after a wake-up to ask clusters again, settled or not. */
const LATEST = 30_000;
/** Milliseconds awake after a sleep announcement: the machine changed its mind and may never say so. */
const AWAKE = 600_000;

export interface SettlingParts {
  readonly clock: Clock;
  addresses(): string;
  /** Quiet after a change or sleep: earlier connections may be dead. */
  onSettled(): void;
}

/** Decides when to ask clusters again. Detects sleep by its own lateness; hosts with sleep events pause it. */
export class NetworkSettling {
  readonly #parts: SettlingParts;
  #last: string;
  #due: number;
  /** undefined: no change to wait for. */
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
    // Without an address, no cluster can be reached.
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

/** Without loopback and link-local addresses, which come and go without meaning. */
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
