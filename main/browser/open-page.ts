import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** How long the browser gets to read the redirect file, in milliseconds. */
const READ_TIME = 30_000;

/**
 * Opens the system's browser on the page. Answers a function that removes the redirect file at once (at the end of the program); where no browser
 * can be started, the printed address is still there.
 */
export async function openPage(url: string, directory: string): Promise<() => Promise<void>> {
  const file = join(directory, `open-${randomBytes(8).toString('hex')}.html`);
  // SECURITY: the browser is started on a file that only its user can read, so the token is in no process's arguments.
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
  // Imported only where a browser is opened: a start without one is the faster for it.
  const { default: open } = await import('open');
  const child = await open(pathToFileURL(file).href).catch(() => undefined);
  child?.on('error', () => undefined);
  return async () => {
    clearTimeout(timer);
    await remove();
  };
}
