import { networkInterfaces } from 'node:os';

/** Milliseconds between looks: one reading of a table in memory, no request. */
const LOOK = 10_000;
/** Milliseconds by which a look may be late without the machine having slept. */
const LATE = 30_000;

export interface MachineLook {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The addresses of this computer, as one text to compare. */
  readonly addresses: string;
}

/** Whether between two looks the machine slept, or came to another network or VPN: connections of before may be dead without a sign. */
export function hasMoved(before: MachineLook, after: MachineLook): boolean {
  return after.now - before.now > LOOK + LATE || after.addresses !== before.addresses;
}

/** Calls `onMove` after sleep and after a change of network. The returned function ends it. The same in both hosts, and on every system. */
export function watchMachine(onMove: () => void): () => void {
  let before = look();
  const timer = setInterval(() => {
    const after = look();
    const moved = hasMoved(before, after);
    before = after;
    if (moved) onMove();
  }, LOOK);
  timer.unref();
  return () => clearInterval(timer);
}

function look(): MachineLook {
  // Link-local addresses come and go by themselves.
  const addresses = Object.entries(networkInterfaces())
    .flatMap(([name, list]) => (list ?? []).map(({ address }) => `${name} ${address}`))
    .filter((line) => !/ (fe80:|169\.254\.)/.test(line));
  return { now: Date.now(), addresses: addresses.sort().join('\n') };
}
