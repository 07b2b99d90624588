import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPage } from '../../../main/api/page.ts';

let parent: string;
let directory: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'kaudit-page-'));
  directory = join(parent, 'renderer');
  await mkdir(join(directory, 'assets'), { recursive: true });
  await writeFile(join(parent, 'secret.json'), '"outside"');
  await writeFile(join(directory, 'index.html'), '<meta nonce="__CSP_NONCE__"><style nonce="__CSP_NONCE__"></style>');
  await writeFile(join(directory, 'assets', 'index-abc.js'), 'const text = "__CSP_NONCE__";');
  await writeFile(join(directory, 'notes'), 'no extension');
});

afterAll(() => rm(parent, { recursive: true }));

const text = (page: { body: Uint8Array }) => Buffer.from(page.body).toString();

describe('readPage', () => {
  test('returns the index with one fresh nonce, the same in the page and in its policy', async () => {
    const first = await readPage(directory, '/');
    const second = await readPage(directory, '/index.html');
    const nonce = /nonce="([^"]+)"/.exec(text(first))?.[1] ?? 'none';
    expect(nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(text(first)).toBe(`<meta nonce="${nonce}"><style nonce="${nonce}"></style>`);
    expect(first.headers['content-security-policy']).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(text(second)).not.toBe(text(first));
  });

  test('forbids caching the index, and lets hashed assets be cached forever', async () => {
    expect((await readPage(directory, '/')).headers['cache-control']).toBe('no-store');
    expect((await readPage(directory, '/assets/index-abc.js')).headers['cache-control']).toContain('immutable');
  });

  test('returns scripts unchanged, with their type and with sniffing disabled', async () => {
    const page = await readPage(directory, '/assets/index-abc.js');
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(text(page)).toBe('const text = "__CSP_NONCE__";');
  });

  test.each([
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/..%2fsecret.json',
    '/..\\secret.json',
    '//etc/passwd.json',
    '/C:/secret.json',
    '/assets/index-abc.js\0.png',
    '/.hidden.json',
    '/assets',
    '/assets/',
    '/notes',
    '/missing.js',
    'index.html',
    '',
  ])('finds nothing at %j', async (path) => {
    const page = await readPage(directory, path);
    expect(page.status).toBe(404);
    expect(text(page)).toBe('Not found\n');
  });

  test('sets a policy that allows the page’s own files only: no inline script, no eval, no other origin, no framing', async () => {
    const policy = (await readPage(directory, '/')).headers['content-security-policy'] ?? '';
    expect(policy.replace(/'nonce-[^']+'/, "'nonce'").split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'nonce'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
  });

  test('is isolated from other sites', async () => {
    for (const path of ['/', '/assets/index-abc.js']) {
      expect((await readPage(directory, path)).headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
  });
});
