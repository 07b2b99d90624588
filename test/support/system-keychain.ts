import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StoredSecrets } from '../integration/keychain/keychain-suite.ts';

// The keychain of the Mac or the Windows machine that the tests run on, seen with the system's own programs.

const run = promisify(execFile);

/** null: on Linux, where a keyring of the test's own is started instead (test/support/keychain.ts). */
export const systemKeychain: (StoredSecrets & { readonly name: string }) | null =
  process.platform === 'darwin'
    ? { name: 'the macOS Keychain', holds: holdsOnMac }
    : process.platform === 'win32'
      ? { name: 'the Windows Credential Manager', holds: holdsOnWindows }
      : null;

/** Without the secret: to show that to another program than the one that stored it, the Keychain would ask the user. */
async function holdsOnMac(service: string, account: string): Promise<boolean> {
  try {
    await run('security', ['find-generic-password', '-s', service, '-a', account]);
    return true;
  } catch (error) {
    // errSecItemNotFound, -25300, in a byte.
    if ((error as { readonly code?: unknown }).code === 44) return false;
    throw error;
  }
}

/** Without the secret, which cmdkey never shows. It prints in the system's code page, so only ASCII is found. */
async function holdsOnWindows(service: string, account: string): Promise<boolean> {
  const { stdout } = await run('cmdkey', ['/list']);
  return stdout.split(/\s+/).some((word) => word === `LegacyGeneric:target=${account}.${service}`);
}
