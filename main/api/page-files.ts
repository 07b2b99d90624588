// Which file of the built page answers a path, and under which rules the page runs. Both hosts serve the page by these.

export interface PageFile {
  /** Relative to the page's folder, parts separated by `/`. */
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

/** What stands in `index.html` wherever the nonce of this very answer belongs. */
export const NONCE_PLACEHOLDER = '__CSP_NONCE__';

/** The file for the path of a URL (as it came, percent-encoded, without the query); null: there is none, answer 404. */
export function pageFile(path: string): PageFile | null {
  const relative = path === '/' ? 'index.html' : path.slice(1);
  // SECURITY: plain names only, so neither `..` nor an encoded, absolute or drive path can leave the page's folder.
  if (!path.startsWith('/') || !/^(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(relative)) return null;
  const contentType = CONTENT_TYPES[relative.slice(relative.lastIndexOf('.') + 1)];
  return contentType === undefined ? null : { file: relative, contentType };
}

/** The headers of one file of the page. `nonce` is fresh for every answer. */
export function pageHeaders(page: PageFile, nonce: string): Readonly<Record<string, string>> {
  return {
    'content-type': page.contentType,
    // The build puts a hash of the content into the name of every file in `assets/`.
    'cache-control': page.file === 'index.html' ? 'no-store' : page.file.startsWith('assets/') ? 'max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': contentSecurityPolicy(nonce),
    // SECURITY: a file is what its name says, never what a browser guesses.
    'x-content-type-options': 'nosniff',
    // SECURITY: no other site learns this address, embeds the page or gets a handle on its window.
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}

// SECURITY: text from a cluster that somehow became markup can neither run nor load nor send anything.
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // The nonce is for the style elements that the text editor and the component library make.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
