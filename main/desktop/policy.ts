// What the desktop host allows, decided without Electron, for hardening.ts and ipc.ts.

/** The page's own scheme: standard and secure, so its origin can't occur on the web. */
export const PAGE_SCHEME = 'app';
const PAGE_HOST = 'kaudit-tray';
export const PAGE_URL = `${PAGE_SCHEME}://${PAGE_HOST}/`;

export function isPageUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, host, username, password } = new URL(url);
  return protocol === `${PAGE_SCHEME}:` && host === PAGE_HOST && username === '' && password === '';
}

/** Whether this is the page in any of its views: navigating there is a reload. */
export function isWholePage(url: string): boolean {
  return url.split('#', 1)[0] === PAGE_URL;
}

/**
 * For an IPC message: where its frame's document comes from, and whether that frame is the whole page of our window.
 */
export interface Sender {
  readonly url: string | undefined;
  readonly isMainFrame: boolean;
  readonly isOurWindow: boolean;
}

export function isTrustedSender(sender: Sender): boolean {
  return sender.isOurWindow && sender.isMainFrame && sender.url !== undefined && isPageUrl(sender.url);
}

/** Whether the page may load this: its own files, and what it created. In a package not even DevTools. */
export function isAllowedRequest(url: string, packaged: boolean): boolean {
  if (isPageUrl(url) || url.startsWith('data:') || url.startsWith(`blob:${PAGE_URL.slice(0, -1)}`)) return true;
  return !packaged && url.startsWith('devtools://');
}

/** The only permission that the page needs, for its "Copy" buttons. */
export function isAllowedPermission(permission: string, url: string): boolean {
  return permission === 'clipboard-sanitized-write' && isPageUrl(url);
}

/** Chromium's own switches that a desktop entry or a user may put first: they aren't this program's flags. */
const CHROMIUM_SWITCHES =
  /^--(?:no-sandbox|disable-gpu|ozone-platform(?:-hint)?|force-device-scale-factor|enable-features|disable-features)(?:=.*)?$/;

/** Files and addresses that a desktop passes on when they are dropped on the icon (`%U`). */
const DROPPED = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/)/i;
/** The program's flags whose value is the next argument, which may be a path. */
const TAKES_VALUE = new Set(['--kubeconfig', '--user-data', '--host', '--port']);

/**
 * The program's own arguments. Electron with a file or folder has its own switches, then that as its first argument; a
 * package has neither. Files dropped on the icon are left out: the program reads its kubeconfigs where kubectl does.
 */
export function programArguments(argv: readonly string[], packaged: boolean): readonly string[] {
  const own = argv.slice(packaged ? 1 : afterProgram(argv)).filter((argument) => !CHROMIUM_SWITCHES.test(argument));
  return own.filter((argument, at) => !DROPPED.test(argument) || TAKES_VALUE.has(own[at - 1] ?? ''));
}

/** Where the arguments after the program's folder start. */
function afterProgram(argv: readonly string[]): number {
  let at = 1;
  for (; at < argv.length && argv[at]?.startsWith('-'); at += 1) if (argv[at] === '-r' || argv[at] === '--require') at += 1;
  return at + 1;
}
