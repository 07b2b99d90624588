export interface PageFile {
  readonly file: string;
  readonly contentType: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml; charset=utf-8',
  woff2: 'font/woff2',
};

/** Replaced in `index.html` by each response's nonce. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** `path`: percent-encoded, without the query. null: 404. */
export function pageFile(path: string): PageFile | null {
  const relative = path === '/' ? 'index.html' : path.slice(1);
  // SECURITY: plain names only: no `..`, encoded, absolute or drive path leaves the page's folder.
  if (!path.startsWith('/') || !/^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(relative)) return null;
  const contentType = CONTENT_TYPES[relative.slice(relative.lastIndexOf('.') + 1)];
  return contentType === undefined ? null : { file: relative, contentType };
}

/** `nonce` is fresh for every response. */
export function pageHeaders(page: PageFile, nonce: string): Readonly<Record<string, string>> {
  return {
    'content-type': page.contentType,
    // File names in `assets/` hold a content hash.
    'cache-control': page.file === 'index.html' ? 'no-store' : page.file.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': contentSecurityPolicy(nonce),
    // SECURITY: no content sniffing.
    'x-content-type-options': 'nosniff',
    // SECURITY: no other site learns this address, embeds the page or gets a handle on its window.
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

// SECURITY: text from a cluster that became markup can neither run, load nor send anything.
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
