import { describe, expect, test } from 'vitest';
import {
  isAllowedPermission,
  isAllowedRequest,
  isPageUrl,
  isTrustedSender,
  PAGE_URL,
  programArguments,
} from '../../../main/desktop/policy.ts';

const foreign = [
  'https://kaudit-tray/',
  'https://example.com/',
  'app://other/',
  'app://kaudit-tray.example.com/',
  'app://kaudit-tray:80/',
  'app://user@kaudit-tray/',
  'file:///etc/passwd',
  'about:blank',
  'data:text/html,x',
  'javascript:alert(1)',
  '',
];

test.each(foreign)('%j isn’t the page', (url) => {
  expect(isPageUrl(url)).toBe(false);
  expect(isTrustedSender({ url, isMainFrame: true, isOurWindow: true })).toBe(false);
});

test('the page is recognised in each of its views', () => {
  expect(isPageUrl(PAGE_URL)).toBe(true);
  expect(isPageUrl(`${PAGE_URL}index.html#/settings`)).toBe(true);
});

test('only the whole page of our own window may send messages', () => {
  expect(isTrustedSender({ url: PAGE_URL, isMainFrame: true, isOurWindow: true })).toBe(true);
  expect(isTrustedSender({ url: PAGE_URL, isMainFrame: false, isOurWindow: true })).toBe(false);
  expect(isTrustedSender({ url: PAGE_URL, isMainFrame: true, isOurWindow: false })).toBe(false);
  expect(isTrustedSender({ url: undefined, isMainFrame: true, isOurWindow: true })).toBe(false);
});

describe('isAllowedRequest', () => {
  test('allows the page’s own files and what it created', () => {
    for (const url of [`${PAGE_URL}assets/index.js`, 'data:image/png;base64,AAAA', 'blob:app://kaudit-tray/1234'])
      expect(isAllowedRequest(url, true)).toBe(true);
  });

  test.each([
    'https://example.com/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'app://other/',
    'blob:https://example.com/1',
  ])('refuses %s', (url) => {
    expect(isAllowedRequest(url, false)).toBe(false);
  });

  test('refuses developer tools in a package', () => {
    expect(isAllowedRequest('devtools://devtools/bundled/inspector.html', false)).toBe(true);
    expect(isAllowedRequest('devtools://devtools/bundled/inspector.html', true)).toBe(false);
  });
});

test('the page gets one permission, to write to the clipboard; other pages get none', () => {
  expect(isAllowedPermission('clipboard-sanitized-write', PAGE_URL)).toBe(true);
  expect(isAllowedPermission('clipboard-sanitized-write', 'https://example.com/')).toBe(false);
  for (const permission of ['clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal', 'fileSystem', 'usb']) {
    expect(isAllowedPermission(permission, PAGE_URL)).toBe(false);
  }
});

describe('programArguments', () => {
  test('drop the executable, and the application folder if there is one', () => {
    expect(programArguments(['/opt/kaudit-tray', '--demo'], true)).toEqual(['--demo']);
    expect(programArguments(['electron', '/src/kaudit-tray', '--demo'], false)).toEqual(['--demo']);
  });

  test('drop Electron’s own switches before the application folder', () => {
    const argv = ['electron', '--inspect=0', '-r', '/hook.js', '/src/kaudit-tray', '--kubeconfig', '/etc/kubeconfig'];
    expect(programArguments(argv, false)).toEqual(['--kubeconfig', '/etc/kubeconfig']);
  });

  test('drop what was dropped on the icon, and keep a path that a flag names', () => {
    const argv = ['/opt/kaudit-tray', '--user-data', '/data', 'file:///home/x/config', '/home/x/y z.yaml', '--demo'];
    expect(programArguments(argv, true)).toEqual(['--user-data', '/data', '--demo']);
  });

  test('leave Chromium’s switches to Chromium, and keep other unknown ones', () => {
    const argv = ['/opt/kaudit-tray', '--no-sandbox', '--ozone-platform=wayland', '--no-sand', '--demo'];
    expect(programArguments(argv, true)).toEqual(['--no-sand', '--demo']);
  });
});
