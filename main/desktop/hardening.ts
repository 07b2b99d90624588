import type { App, Protocol, Session, WebContents, WebPreferences } from 'electron';
import { isAllowedLink } from '../common/coralogix/links.ts';
import { isAllowedPermission, isAllowedRequest, isPageUrl, isWholePage, PAGE_SCHEME } from './policy.ts';

// One function for each danger, named for what it blocks.

/** Before the app is ready. */
export function sandboxEveryPage(app: App): void {
  // SECURITY: no page, however it came to be, gets Node or an unsandboxed process.
  app.enableSandbox();
}

/** Before the app is ready. */
export function givePageItsOwnOrigin(protocol: Protocol): void {
  // SECURITY: an own secure origin instead of file://, which could read every file of the user.
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** What a page of ours may do at all. */
export function pagePreferences(packaged: boolean): WebPreferences {
  return {
    // SECURITY: the page runs in Chromium's sandbox, apart from the preload script's world, without Node, without
    // <webview>.
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    // SECURITY: a file dropped on the window is not opened.
    navigateOnDragDrop: false,
    // SECURITY: no one can be talked into pasting a script into a package's console.
    devTools: !packaged,
    // A download of dictionaries.
    spellcheck: false,
  };
}

/** Holds for every page that there will ever be. `openLink` shows an address in the user's own browser. */
export function hardenEveryPage(app: App, openLink: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    refuseNavigation(contents);
    refuseNewWindows(contents, openLink);
    refuseWebviews(contents);
  });
}

function refuseNavigation(contents: WebContents): void {
  // SECURITY: the window shows our page and nothing else; the page changes its view without navigating, and may only
  // load itself again.
  contents.on('will-navigate', (event) => !isWholePage(event.url) && event.preventDefault());
  contents.on('will-frame-navigate', (event) => !(event.isMainFrame && isWholePage(event.url)) && event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
}

function refuseNewWindows(contents: WebContents, openLink: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openAllowedLink(url, contents.getURL(), openLink);
    // SECURITY: links go to the user's browser; a window of ours never opens another.
    return { action: 'deny' };
  });
}

function openAllowedLink(url: string, from: string, openLink: (url: string) => void): void {
  // SECURITY: the operating system opens only what the allow-list names, and only for our page: another address could
  // start any program.
  if (isPageUrl(from) && isAllowedLink(url)) openLink(url);
}

function refuseWebviews(contents: WebContents): void {
  // SECURITY: a foreign page never runs inside ours.
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** No camera, no location, no notifications of the page's own: only writing text to the clipboard. */
export function refusePermissions(session: Session): void {
  // SECURITY: every permission is refused, asked for or only checked.
  session.setPermissionRequestHandler((_contents, permission, grant, details) =>
    grant(isAllowedPermission(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowedPermission(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

/** The page requests everything from main, and has no network itself. */
export function refuseNetwork(session: Session, packaged: boolean): void {
  // SECURITY: what gets into the page can't be sent out of it.
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isAllowedRequest(details.url, packaged) }));
}
