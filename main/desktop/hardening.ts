import type { App, Protocol, Session, WebContents, WebPreferences } from 'electron';
import { isAllowedLink } from '../common/coralogix/links.ts';
import { isAllowedPermission, isAllowedRequest, isPageUrl, isWholePage, PAGE_SCHEME } from './policy.ts';

// One function for each danger, named after what it blocks.

/** Before the app is ready. */
export function sandboxEveryPage(app: App): void {
  // SECURITY: no page gets Node or an unsandboxed process, however it was created.
  app.enableSandbox();
}

/** Before the app is ready. */
export function givePageItsOwnOrigin(protocol: Protocol): void {
  // SECURITY: a separate secure origin instead of file://, which could read every file of the user.
  protocol.registerSchemesAsPrivileged([{ scheme: PAGE_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
}

/** Everything that our page may do. */
export function pagePreferences(packaged: boolean): WebPreferences {
  return {
    // SECURITY: the page runs in Chromium's sandbox, isolated from the preload script's world, without Node, without
    // <webview>.
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    // SECURITY: a file dropped on the window isn't opened.
    navigateOnDragDrop: false,
    // SECURITY: no one can be persuaded to paste a script into a package's console.
    devTools: !packaged,
    // A download of dictionaries.
    spellcheck: false,
  };
}

/** Applies to every future page. `openLink` opens an address in the user's own browser. */
export function hardenEveryPage(app: App, openLink: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents) => {
    refuseNavigation(contents);
    refuseNewWindows(contents, openLink);
    refuseWebviews(contents);
  });
}

function refuseNavigation(contents: WebContents): void {
  // SECURITY: the window shows only our page. The page changes its view without navigating, and may only reload itself.
  contents.on('will-navigate', (event) => !isWholePage(event.url) && event.preventDefault());
  contents.on('will-frame-navigate', (event) => !(event.isMainFrame && isWholePage(event.url)) && event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
}

function refuseNewWindows(contents: WebContents, openLink: (url: string) => void): void {
  contents.setWindowOpenHandler(({ url }) => {
    openAllowedLink(url, contents.getURL(), openLink);
    // SECURITY: links open in the user's browser; our window never opens another.
    return { action: 'deny' };
  });
}

function openAllowedLink(url: string, from: string, openLink: (url: string) => void): void {
  // SECURITY: the operating system opens only addresses on the allow-list, and only for our page: another address could
  // start any program.
  if (isPageUrl(from) && isAllowedLink(url)) openLink(url);
}

function refuseWebviews(contents: WebContents): void {
  // SECURITY: a foreign page never runs inside ours.
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** No camera, no location, no notifications from the page: only writing text to the clipboard. */
export function refusePermissions(session: Session): void {
  // SECURITY: refuses every permission, requested or only checked.
  session.setPermissionRequestHandler((_contents, permission, grant, details) =>
    grant(isAllowedPermission(permission, details.requestingUrl)),
  );
  session.setPermissionCheckHandler((_contents, permission, origin) => isAllowedPermission(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

/** The page requests everything from main, and has no network itself. */
export function refuseNetwork(session: Session, packaged: boolean): void {
  // SECURITY: nothing that gets into the page can be sent from it.
  session.webRequest.onBeforeRequest((details, decide) => decide({ cancel: !isAllowedRequest(details.url, packaged) }));
}
