import { appendFileSync, chmodSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes after which the log starts anew; the one before is kept. */
const MAX_SIZE = 1024 * 1024;

/** Writes main's log, one line an entry, to `kaudit-tray.log` in the data folder. `redact` takes every known key out. Never throws. */
export function createLog(directory: string, redact: (text: string) => string): (message: string) => void {
  const path = join(directory, 'kaudit-tray.log');
  // SECURITY: an older version, or a copy, may have left them for everybody to read.
  if (process.platform !== 'win32') for (const old of [path, `${path}.1`]) if (existsSync(old)) makePrivate(old);
  return (message) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_SIZE) renameSync(path, `${path}.1`);
      // SECURITY: nothing is logged that did not go through the redaction; only the user can read it.
      appendFileSync(path, `${new Date().toISOString()} ${redact(message)}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not take the program down; there is nowhere left to say it.
    }
  };
}

function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // A folder that is read-only, or another user's: nothing is written there either.
  }
}
