import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Milliseconds for the browser to read the redirect file. */
const READ_TIME = 30_000;

/** Returns a function that removes the redirect file. If no browser starts, the printed address remains. */
export async function openPage(url: string, directory: string): Promise<() => Promise<void>> {
  const file = join(directory, `open-${randomBytes(8).toString('hex')}.html`);
  // SECURITY: the token is in a file that only its user can read, not in a process's arguments.
  await writeFile(
    file,
    `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${url}">`,
    {
      mode: 0o600,
      flag: 'wx',
    },
  );
  const remove = () => rm(file, { force: true });
  const timer = setTimeout(() => void remove(), READ_TIME);
  timer.unref();
  const { default: open } = await import('open');
  const child = await open(pathToFileURL(file).href).catch(() => undefined);
  child?.on('error', () => undefined);
  return async () => {
    clearTimeout(timer);
    await remove();
  };
}
