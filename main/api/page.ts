import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NONCE_PLACEHOLDER, pageFile, pageHeaders } from './page-files.ts';
import * as strings from './strings.ts';

export interface Page {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const NOT_FOUND: Page = {
  status: 404,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
  body: Buffer.from(strings.notFound),
};

/**
 * `path`: without the query. A missing file is a 404; other read errors throw. `index.html` gets a fresh nonce per
 * call.
 */
export async function readPage(directory: string, path: string): Promise<Page> {
  const page = pageFile(path);
  if (page === null) return NOT_FOUND;
  const content = await readFile(join(directory, page.file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (content === null) return NOT_FOUND;
  const nonce = randomBytes(16).toString('base64');
  const body = page.file === 'index.html' ? Buffer.from(content.toString('utf8').replaceAll(NONCE_PLACEHOLDER, nonce)) : content;
  return { status: 200, headers: pageHeaders(page, nonce), body };
}
