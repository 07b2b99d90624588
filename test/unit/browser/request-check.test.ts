import { describe, expect, test, vi } from 'vitest';
import { checkRequest } from '../../../main/browser/request-check.ts';

const token = 'x'.repeat(43);
const good = { host: '127.0.0.1:4000', authorization: `Bearer ${token}`, 'content-type': 'application/json' };

function status(path: '/api' | '/events', headers: Record<string, string | undefined>, method = path === '/api' ? 'POST' : 'GET'): number {
  return checkRequest({ method, headers: { ...good, ...headers } }, path, token)?.status ?? 200;
}

test('a token of the right length is compared in constant time', async () => {
  // No clock is fine enough to show the difference, so look at which function compares. Another test may have loaded
  // the module with the real one.
  const compared: string[] = [];
  const crypto = await vi.importActual<typeof import('node:crypto')>('node:crypto');
  const timingSafeEqual: typeof crypto.timingSafeEqual = (a, b) => {
    compared.push(String(a));
    return crypto.timingSafeEqual(a, b);
  };
  vi.doMock('node:crypto', () => ({ ...crypto, timingSafeEqual }));
  vi.resetModules();
  const fresh = await import('../../../main/browser/request-check.ts').finally(() => vi.doUnmock('node:crypto'));
  const wrong = 'y'.repeat(43);
  const headers = { ...good, authorization: `Bearer ${wrong}` };
  expect(fresh.checkRequest({ method: 'POST', headers }, '/api', token)?.status).toBe(401);
  expect(compared).toEqual([wrong]);
});

describe('who may use the page’s interface', () => {
  test.each(['127.0.0.1:4000', 'localhost:1', 'LOCALHOST', '[::1]:9999', '127.0.0.1'])('accepts host %s', (host) => {
    expect(status('/api', { host })).toBe(200);
    expect(status('/events', { host })).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '127.0.0.2:4000', '0.0.0.0', '', undefined])(
    'refuses host %s',
    (host) => {
      expect(status('/api', { host })).toBe(403);
    },
  );

  test.each(['http://localhost:8080', 'http://127.0.0.1', 'http://[::1]:3'])('accepts origin %s', (origin) => {
    expect(status('/api', { origin })).toBe(200);
  });

  test.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://', 'http://localhost:80@evil.example'])(
    'refuses origin %s',
    (origin) => {
      expect(status('/api', { origin })).toBe(403);
      expect(status('/events', { origin })).toBe(403);
    },
  );

  test.each([undefined, '', 'Bearer', `Bearer ${token}y`, `Bearer ${token.slice(1)}`, `Basic ${token}`, token])(
    'refuses authorization %s',
    (authorization) => {
      expect(status('/api', { authorization })).toBe(401);
      expect(status('/events', { authorization })).toBe(401);
    },
  );

  test('checks several broken rules in the order host, token, method, type, size', () => {
    const everything = { host: 'evil.example', authorization: '', 'content-type': 'text/plain', 'content-length': '99999999' };
    expect(status('/api', everything, 'PUT')).toBe(403);
    expect(status('/api', { ...everything, host: 'localhost' }, 'PUT')).toBe(401);
    expect(status('/api', { ...everything, host: 'localhost', authorization: `Bearer ${token}` }, 'PUT')).toBe(405);
    expect(status('/api', { ...everything, host: 'localhost', authorization: `Bearer ${token}` })).toBe(415);
    expect(status('/api', { 'content-length': '99999999' })).toBe(413);
  });

  test('permits no preflight from another site', () => {
    expect(status('/api', { origin: 'https://evil.example' }, 'OPTIONS')).toBe(403);
    expect(status('/api', {}, 'OPTIONS')).toBe(405);
  });
});
