import { networkInterfaces } from 'node:os';
import type { PowerMonitor } from 'electron';
import type { Clock } from './tray-updates.ts';

/** How often the addresses are compared, in milliseconds: reading them costs nothing and asks nobody. */
const LOOK = 5000;
/** How often after a change or a wake-up, in milliseconds. */
const LOOK_CLOSELY = 1000;
/** Addresses that stay the same this long have settled, in milliseconds: DHCP and VPN clients come up in steps. */
const SETTLED = 3000;
/** After a wake-up clusters are asked again at the latest then, in milliseconds, settled or not. */
const LATEST = 30_000;

export interface SettlingParts {
  readonly clock: Clock;
  /** The machine's own addresses, in one text. */
  addresses(): string;
  /** The network changed, or the machine slept, and it is quiet now. */
  onSettled(): void;
}

/** Hears of sleep, and sees addresses come and go; says when it is worth asking clusters again. */
export class NetworkSettling {
  readonly #parts: SettlingParts;
  #last: string;
  /** Since when the addresses are what they are; undefined: nothing has happened. */
  #quietSince: number | undefined;
  #begun = 0;
  #asleep = false;
  #cancel: () => void;

  constructor(parts: SettlingParts) {
    this.#parts = parts;
    this.#last = parts.addresses();
    this.#cancel = parts.clock.after(LOOK, () => this.#look());
  }

  suspended(): void {
    this.#asleep = true;
    this.#cancel();
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
    if (now !== this.#last) {
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

export interface Sleeper {
  /** The machine goes to sleep: nothing is begun any more. */
  sleep(): void;
  /** The network is there again: everything that is watched is asked anew. */
  wake(): void;
}

/** Pauses with the machine, and asks again when the network has settled. Answers what ends it. */
export function followPower(powerMonitor: PowerMonitor, clock: Clock, { sleep, wake }: Sleeper): () => Promise<void> {
  const settling = new NetworkSettling({ clock, addresses: ownAddresses, onSettled: () => wake() });
  powerMonitor.on('suspend', () => {
    sleep();
    settling.suspended();
  });
  powerMonitor.on('resume', () => settling.resumed());
  return async () => settling.close();
}
