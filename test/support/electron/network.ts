import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

/** The machine's addresses from now on, as far as the program can see; the test sets them. */
export function setAddresses(addresses: readonly string[]): void {
  const part = { netmask: '255.255.255.0', family: 'IPv4', mac: '02:00:00:00:00:01', internal: false } as const;
  os.networkInterfaces = () => ({ net0: addresses.map((address) => ({ ...part, address, cidr: `${address}/24` })) });
  // Named imports get this one, too.
  syncBuiltinESMExports();
}
