import type { IpcMainInvokeEvent, Rectangle, Session } from 'electron';
import { BrowserWindow } from 'electron';
import type { Event, Events } from '../common/api.ts';
import { pagePreferences } from './hardening.ts';
import { EVENT } from './ipc.ts';
import { isPageUrl, PAGE_URL } from './policy.ts';
import * as strings from './strings.ts';

/** Milliseconds, at least, between two reloads of a page that crashes. */
const RELOAD_PAUSE = 30_000;
/** Milliseconds for a page to report that it is closed. */
const HANGING_PAGE = 3000;

export interface WindowOptions {
  readonly session: Session;
  /** Whether the page will be dark: the window has that colour until the page is drawn. */
  isDark(): boolean;
  /** Absolute path of the built preload script. */
  readonly preload: string;
  /** Absolute path of the app's icon. */
  readonly icon: string;
  readonly packaged: boolean;
  /** Its last place, on an existing display; undefined: the system decides. */
  place(): { readonly bounds: Rectangle | undefined; readonly maximised: boolean };
  /** Where it is, when it is closed or hidden. */
  onPlaced(bounds: Rectangle, maximised: boolean): void;
  /** Called at every close; responds immediately. */
  closing(window: BrowserWindow): 'close' | 'hide' | 'stay';
}

/** The only window. Its page is created at the first show, and kept while the window is hidden. */
export class PageWindow {
  readonly #options: WindowOptions;
  #window: BrowserWindow | undefined;
  /** Whether the page listens to events. */
  #listening = false;
  #reloadedAt = 0;
  #pending: Events['view.show'] | undefined;
  #closed: (() => void) | undefined;
  #closeTimer: NodeJS.Timeout | undefined;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** Brings the window to the front, with that view. */
  show(view?: Events['view.show']): void {
    const window = this.#window ?? this.#open();
    // The page crashed twice within RELOAD_PAUSE. Its user tries again.
    if (window.webContents.isCrashed()) this.#reload();
    if (view !== undefined) {
      this.#pending = view;
      this.#sendPending();
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  send(event: Event): void {
    if (this.#listening && this.#window !== undefined && !this.#window.isDestroyed()) this.#window.webContents.send(EVENT, event);
  }

  /** The page has sent a request. It subscribes before its first one, so from then on it receives events. */
  isListening(): void {
    this.#listening = true;
    this.#sendPending();
  }

  owns(event: IpcMainInvokeEvent): boolean {
    return this.#window !== undefined && !this.#window.isDestroyed() && event.sender === this.#window.webContents;
  }

  /** Closes without asking, even if closing hides. */
  destroy(): void {
    this.#window?.destroy();
  }

  /** Closes it to quit: the page keeps its draft first. */
  closeForGood(): Promise<void> {
    const window = this.#window;
    if (window === undefined || window.isDestroyed()) return Promise.resolve();
    return new Promise((resolve) => {
      this.#closed = resolve;
      // A page that hangs doesn't respond, and delays no one.
      this.#closeTimer = setTimeout(() => window.destroy(), HANGING_PAGE);
      window.close();
    });
  }

  /** Whether the user looks at it. */
  get focused(): boolean {
    return this.#window?.isDestroyed() === false && this.#window.isVisible() && this.#window.isFocused();
  }

  /** Whether it is visible or in the taskbar. */
  get open(): boolean {
    return this.#window?.isDestroyed() === false && this.#window.isVisible();
  }

  #sendPending(): void {
    if (!this.#listening || this.#pending === undefined) return;
    this.send({ name: 'view.show', value: this.#pending });
    this.#pending = undefined;
  }

  #reloadOnce(): void {
    this.#listening = false;
    // A page that crashes again immediately would crash forever.
    if (Date.now() - this.#reloadedAt >= RELOAD_PAUSE) this.#reload();
  }

  #reload(): void {
    this.#reloadedAt = Date.now();
    this.#window?.webContents.reload();
  }

  #open(): BrowserWindow {
    const { session, isDark, preload, icon, packaged } = this.#options;
    const place = this.#options.place();
    const window = new BrowserWindow({
      title: strings.kAuditTray,
      // Wide enough for the table and a row's panel next to it.
      width: 1280,
      height: 800,
      ...place.bounds,
      minWidth: 640,
      minHeight: 420,
      backgroundColor: isDark() ? '#0f1419' : '#f4f6f8',
      icon,
      webPreferences: { ...pagePreferences(packaged), session, preload },
    });
    if (place.maximised) window.maximize();
    window.on('close', (event) => {
      this.#options.onPlaced(window.getNormalBounds(), window.isMaximized());
      const closing = this.#options.closing(window);
      if (closing === 'close') return;
      event.preventDefault();
      if (closing === 'hide') window.hide();
    });
    window.on('closed', () => {
      this.#window = undefined;
      this.#listening = false;
      clearTimeout(this.#closeTimer);
      this.#closed?.();
      this.#closed = undefined;
    });
    // A reloaded page must subscribe again; a change of the fragment isn't a reload.
    window.webContents.on('did-navigate', (_event, url) => {
      this.#listening = false;
      // SECURITY: no event precedes about:blank, so it can't be refused; the window returns from there.
      if (!isPageUrl(url)) window.loadURL(PAGE_URL).catch(() => undefined);
    });
    window.webContents.on('render-process-gone', () => this.#reloadOnce());
    // Unsaved edits are kept: there is nothing to lose and nothing to ask.
    window.webContents.on('will-prevent-unload', (event) => event.preventDefault());
    // A failed load shows Chromium's own error page, which says enough.
    window.loadURL(PAGE_URL).catch(() => undefined);
    this.#window = window;
    return window;
  }
}
