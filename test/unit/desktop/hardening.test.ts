import { EventEmitter } from 'node:events';
import type { App, Protocol, Session, WebContents } from 'electron';
import { beforeEach, describe, expect, test } from 'vitest';
import { LINKS } from '../../../main/common/coralogix/links.ts';
import {
  givePageItsOwnOrigin,
  hardenEveryPage,
  pagePreferences,
  refuseNetwork,
  refusePermissions,
} from '../../../main/desktop/hardening.ts';
import { PAGE_URL } from '../../../main/desktop/policy.ts';

class Contents extends EventEmitter {
  url = PAGE_URL;
  opens: Parameters<WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'allow' });
  getURL(): string {
    return this.url;
  }
  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.opens = handler;
  }
  /** Whether an event of that name is prevented. */
  prevents(name: string, to: { url?: string; isMainFrame?: boolean } = {}): boolean {
    let prevented = false;
    this.emit(name, { url: 'https://example.com/', isMainFrame: true, ...to, preventDefault: () => (prevented = true) });
    return prevented;
  }
}

describe('every new page', () => {
  let contents: Contents;
  let opened: string[];
  const open = (url: string) => contents.opens({ url } as Parameters<Contents['opens']>[0]).action;

  beforeEach(() => {
    const app = new EventEmitter();
    opened = [];
    contents = new Contents();
    hardenEveryPage(app as unknown as App, (url) => opened.push(url));
    app.emit('web-contents-created', {}, contents);
  });

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])('refuses %s', (name) => {
    expect(contents.prevents(name)).toBe(true);
  });

  test('may reload itself in any view, and loads nothing else of its own origin; a frame in it may not', () => {
    for (const name of ['will-navigate', 'will-frame-navigate']) {
      expect(contents.prevents(name, { url: PAGE_URL })).toBe(false);
      expect(contents.prevents(name, { url: `${PAGE_URL}#/settings` })).toBe(false);
      for (const url of [`${PAGE_URL}assets/x.js`, `${PAGE_URL}?x`, 'app://other/', 'about:blank', `data:text/html,${PAGE_URL}`])
        expect(contents.prevents(name, { url })).toBe(true);
    }
    expect(contents.prevents('will-frame-navigate', { url: PAGE_URL, isMainFrame: false })).toBe(true);
    expect(contents.prevents('will-redirect', { url: PAGE_URL })).toBe(true);
  });

  test('opens no window, and passes only allowed links to the system’s browser', () => {
    for (const url of [LINKS.support, 'https://example.com/', 'file:///etc/passwd', 'javascript:alert(1)']) expect(open(url)).toBe('deny');
    expect(opened).toEqual([LINKS.support]);
  });

  test('opens nothing for a page that isn’t ours', () => {
    contents.url = 'https://example.com/';
    expect(open(LINKS.support)).toBe('deny');
    expect(opened).toEqual([]);
  });
});

test('a page gets nothing that it doesn’t need', () => {
  expect(pagePreferences(true)).toEqual({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    devTools: false,
    spellcheck: false,
  });
});

test('the page’s scheme is its own origin, and bypasses no policy', () => {
  const schemes: unknown[] = [];
  givePageItsOwnOrigin({ registerSchemesAsPrivileged: (given: unknown[]) => schemes.push(...given) } as unknown as Protocol);
  expect(schemes).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
});

test('developer tools are off in a package', () => {
  expect(pagePreferences(true).devTools).toBe(false);
  expect(pagePreferences(false).devTools).toBe(true);
});

describe('the page’s session', () => {
  type Handlers = {
    request: NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
    check: NonNullable<Parameters<Session['setPermissionCheckHandler']>[0]>;
    device: NonNullable<Parameters<Session['setDevicePermissionHandler']>[0]>;
    before: (details: { url: string }, answer: (response: { cancel?: boolean }) => void) => void;
  };

  function hardened(): Handlers {
    const handlers: Partial<Handlers> = {};
    const session = {
      setPermissionRequestHandler: (handler: Handlers['request']) => (handlers.request = handler),
      setPermissionCheckHandler: (handler: Handlers['check']) => (handlers.check = handler),
      setDevicePermissionHandler: (handler: Handlers['device']) => (handlers.device = handler),
      webRequest: { onBeforeRequest: (handler: Handlers['before']) => (handlers.before = handler) },
    };
    refusePermissions(session as unknown as Session);
    refuseNetwork(session as unknown as Session, true);
    return handlers as Handlers;
  }

  test('refuses permissions and devices', () => {
    const { request, check, device } = hardened();
    const asked = (permission: 'media' | 'clipboard-sanitized-write') => {
      let granted: boolean | undefined;
      request({} as WebContents, permission, (answer) => (granted = answer), { requestingUrl: PAGE_URL } as Parameters<
        Handlers['request']
      >[3]);
      return granted;
    };
    expect(asked('media')).toBe(false);
    expect(asked('clipboard-sanitized-write')).toBe(true);
    expect(check(null, 'geolocation', PAGE_URL, {} as never)).toBe(false);
    expect(device({} as never)).toBe(false);
  });

  test('cancels every request except those for the page’s own files', () => {
    const { before } = hardened();
    const cancelled = (url: string) => {
      let cancel: boolean | undefined;
      before({ url }, (answer) => (cancel = answer.cancel));
      return cancel;
    };
    expect(cancelled(`${PAGE_URL}assets/index.js`)).toBe(false);
    expect(cancelled('https://example.com/')).toBe(true);
    expect(cancelled('devtools://devtools/')).toBe(true);
  });
});
