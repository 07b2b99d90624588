import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from 'electron';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { servePage } from '../../../main/desktop/protocol.ts';

let directory: string;
let answer: (request: Request) => Promise<Response>;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kaudit-tray-page-'));
  writeFileSync(join(directory, 'index.html'), '<p>page</p>');
  const handle = (scheme: string, handler: typeof answer) => {
    expect(scheme).toBe('app');
    answer = handler;
  };
  servePage({ protocol: { handle } } as unknown as Session, directory);
});
afterAll(() => rmSync(directory, { recursive: true }));

test('the protocol returns the page’s files with their policy', async () => {
  const response = await answer(new Request('app://kaudit-tray/index.html?x#y'));
  expect([response.status, await response.text()]).toEqual([200, '<p>page</p>']);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

test.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('the protocol refuses %s', async (method) => {
  const response = await answer(new Request('app://kaudit-tray/index.html', { method }));
  expect([response.status, await response.text()]).toEqual([404, '']);
});

test.each([
  'app://other/index.html',
  'app://user@kaudit-tray/index.html',
  'https://kaudit-tray/index.html',
  'app://kaudit-tray/../package.json',
  'app://kaudit-tray/%2e%2e/package.json',
  'app://kaudit-tray//etc/passwd.json',
])('the protocol finds nothing at %s', async (url) => {
  // Request refuses some of these itself, but Electron passes them on.
  const { status } = await answer({ url, method: 'GET' } as Request);
  expect(status).toBe(404);
});
