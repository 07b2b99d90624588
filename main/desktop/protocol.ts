import type { Session } from 'electron';
import { readPage } from '../api/page.ts';
import { isPageUrl, PAGE_SCHEME } from './policy.ts';

/** Serves the page's own scheme from the folder of the built page. */
export function servePage(session: Session, directory: string): void {
  session.protocol.handle(PAGE_SCHEME, async (request) => {
    // SECURITY: the page's own files only, read-only.
    if (!isPageUrl(request.url) || request.method !== 'GET') return new Response(null, { status: 404 });
    const { status, headers, body } = await readPage(directory, new URL(request.url).pathname);
    return new Response(body, { status, headers });
  });
}
