import { appendFileSync, chmodSync, existsSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes until the log is rotated, once. */
const MAX_SIZE = 1024 * 1024;

/** `redact` removes every known key. Never throws. */
export function createLog(directory: string, redact: (text: string) => string): (message: string) => void {
  const path = join(directory, 'kaudit-tray.log');
  // SECURITY: an older version or a copy may be world-readable.
  if (process.platform !== 'win32') for (const old of [path, `${path}.1`]) if (existsSync(old)) makePrivate(old);
  return (message) => {
    try {
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MAX_SIZE) renameSync(path, `${path}.1`);
      // SECURITY: only redacted text, for the user only.
      appendFileSync(path, `${new Date().toISOString()} ${redact(message)}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not end the program.
    }
  };
}

function makePrivate(path: string): void {
  try {
    chmodSync(path, 0o600);
  } catch {
    // Read-only, or another user's: nothing is written there.
  }
}
