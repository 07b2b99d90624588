import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserWindow, BrowserWindowConstructorOptions, IpcMain, Rectangle, WebContents } from 'electron';
import type { Frame, Page, Request } from 'playwright-core';
import type { StandInApp } from './app.ts';
import { PreventableEvent } from './app.ts';
import { clone, toChromium, toElectron } from './message.ts';
import { StandInSession } from './session.ts';

export class StandInIpcMain extends EventEmitter implements Pick<IpcMain, 'handle'> {
  readonly handlers = new Map<string, Parameters<IpcMain['handle']>[1]>();

  handle(channel: string, listener: Parameters<IpcMain['handle']>[1]): void {
    if (this.handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, listener);
  }
}

export class StandInWebContents extends EventEmitter implements Pick<WebContents, 'send' | 'reload' | 'getURL' | 'setWindowOpenHandler'> {
  readonly #page: Promise<Page>;
  #crashed = false;
  #url = '';
  /** Messages keep their order. */
  #sent: Promise<unknown> = Promise.resolve();
  openHandler: Parameters<WebContents['setWindowOpenHandler']>[0] = () => ({ action: 'allow' });

  constructor(page: Promise<Page>) {
    super();
    this.#page = page;
    page.then((opened) => {
      opened.on('framenavigated', (frame) => {
        if (frame !== opened.mainFrame()) return;
        const url = toElectron(frame.url());
        // A new page has no history yet.
        if (this.#url === '' && url === 'about:blank') return;
        const sameDocument = url.split('#')[0] === this.#url.split('#')[0] && url !== this.#url;
        this.#url = url;
        if (!sameDocument) this.emit('did-navigate', {}, url);
      });
      opened.on('crash', () => {
        this.#crashed = true;
        this.emit('render-process-gone', {}, { reason: 'crashed' });
      });
    });
  }

  send(channel: string, ...args: unknown[]): void {
    const message = { channel, args: clone(args) };
    this.#sent = this.#sent
      .then(() => this.#page)
      .then((page) => page.evaluate(({ channel, args }) => standInReceive?.(channel, args), message))
      // The page is gone by now.
      .catch(() => undefined);
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  reload(): void {
    this.#crashed = false;
    void this.#page.then((page) => page.reload());
  }

  getURL(): string {
    return this.#url;
  }

  setWindowOpenHandler(handler: Parameters<WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }
}

/** Runs in the page: defined by the script below, in the main frame only, as Electron runs preload scripts. */
declare const standInReceive: ((channel: string, args: unknown[]) => void) | undefined;

/** The preload script with its `electron`, as text for the page. Refuses what can't be cloned, as Electron does. */
function preloadScript(file: string): string {
  return `(() => {
    if (window !== window.top) return;
    const listeners = new Map();
    globalThis.standInReceive = (channel, args) => {
      for (const listener of [...(listeners.get(channel) ?? [])]) listener({}, ...args);
    };
    // Playwright's own carrier would turn these into {} without a word.
    const carried = (value) => {
      if (value instanceof Map || value instanceof Set) throw new Error('The stand-in cannot carry a Map or a Set');
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(carried);
      return value;
    };
    const ipcRenderer = {
      invoke: (channel, ...args) => {
        try { return standInInvoke(channel, carried(structuredClone(args))); } catch (error) { return Promise.reject(error); }
      },
      on: (channel, listener) => { listeners.set(channel, [...(listeners.get(channel) ?? []), listener]); },
      off: (channel, listener) => { listeners.set(channel, (listeners.get(channel) ?? []).filter((each) => each !== listener)); },
    };
    const contextBridge = {
      exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: Object.freeze({ ...api }), enumerable: true }),
    };
    const require = (name) => {
      if (name !== 'electron') throw new Error('A sandboxed preload script cannot require ' + name);
      return { contextBridge, ipcRenderer };
    };
    ((require, module, exports) => {${readFileSync(file, 'utf8')}
    })(require, { exports: {} }, {});
  })()`;
}

/** Undefined for the first request of a window that is just being opened. */
function frameOf(request: Request): Frame | undefined {
  try {
    return request.frame();
  } catch {
    return undefined;
  }
}

type WindowPart = Pick<
  BrowserWindow,
  | 'isMinimized'
  | 'isMaximized'
  | 'isVisible'
  | 'isFocused'
  | 'getNormalBounds'
  | 'maximize'
  | 'restore'
  | 'show'
  | 'hide'
  | 'focus'
  | 'isDestroyed'
  | 'destroy'
  | 'close'
  | 'loadURL'
>;

/** Set by the test. */
export const focused = { window: false };

export interface WindowParts {
  readonly app: StandInApp;
  readonly ipcMain: StandInIpcMain;
}

/** Electron's constructor takes no such argument: the module binds it. */
export function browserWindowClass({ app, ipcMain }: WindowParts) {
  return class StandInBrowserWindow extends EventEmitter implements WindowPart {
    static readonly windows: StandInBrowserWindow[] = [];

    readonly options: BrowserWindowConstructorOptions;
    readonly webContents: StandInWebContents;
    visible: boolean;
    maximised = false;
    #destroyed = false;
    #loading = false;
    readonly #page: Promise<Page>;

    constructor(options: BrowserWindowConstructorOptions) {
      super();
      this.options = options;
      this.visible = options.show !== false;
      this.#page = this.#open();
      this.webContents = new StandInWebContents(this.#page);
      StandInBrowserWindow.windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
    }

    get page(): Promise<Page> {
      return this.#page;
    }

    async loadURL(url: string): Promise<void> {
      const page = await this.#page;
      this.#loading = true;
      try {
        await page.goto(toChromium(url), { waitUntil: 'commit' });
      } finally {
        this.#loading = false;
      }
    }

    isMinimized(): boolean {
      return false;
    }

    isMaximized(): boolean {
      return this.maximised;
    }

    isVisible(): boolean {
      return this.visible;
    }

    /** The test says whether the user looks at it. */
    isFocused(): boolean {
      return this.visible && focused.window;
    }

    getNormalBounds(): Rectangle {
      const { x = 10, y = 20, width = 800, height = 600 } = this.options;
      return { x, y, width, height };
    }

    maximize(): void {
      this.maximised = true;
    }

    restore(): void {}

    show(): void {
      this.visible = true;
    }

    hide(): void {
      this.visible = false;
    }

    focus(): void {}

    isDestroyed(): boolean {
      return this.#destroyed;
    }

    /** The same as the close button. */
    close(): void {
      const event = new PreventableEvent();
      this.emit('close', event);
      if (!event.defaultPrevented) void this.#unload();
    }

    /** The page is asked. If it has unsaved edits it objects, and `will-prevent-unload` decides. */
    async #unload(): Promise<void> {
      const page = await this.#page;
      page.once('close', () => this.destroy());
      await page.close({ runBeforeUnload: true }).catch(() => this.destroy());
    }

    destroy(): void {
      if (this.#destroyed) return;
      this.#destroyed = true;
      this.visible = false;
      StandInBrowserWindow.windows.splice(StandInBrowserWindow.windows.indexOf(this), 1);
      void this.#page.then((page) => page.close()).catch(() => undefined);
      this.emit('closed');
      if (StandInBrowserWindow.windows.length === 0) app.emit('window-all-closed');
    }

    async #open(): Promise<Page> {
      const { session, preload } = this.options.webPreferences ?? {};
      if (!(session instanceof StandInSession) || preload === undefined) throw new Error('The window has no session or no preload script');
      const context = await session.context();
      // Chromium ends with its last page, so the first one stays.
      const page = await context.newPage();
      await page.exposeBinding('standInInvoke', ({ frame }, channel: string, args: unknown[]) => this.#invoke(frame, channel, args));
      await page.addInitScript(preloadScript(preload));
      page.on('dialog', (question) => {
        const event = new PreventableEvent();
        this.webContents.emit('will-prevent-unload', event);
        // Someone on DevTools may have closed it already.
        void (event.defaultPrevented ? question.accept() : question.dismiss()).catch(() => undefined);
      });
      session.refusesNavigation.push((request) => this.#refuses(page, request));
      context.on('page', (opened) => void opened.close().catch(() => undefined));
      return page;
    }

    #refuses(page: Page, request: Request): boolean {
      const url = toElectron(request.url());
      const frame = frameOf(request);
      if (frame?.page() !== page) {
        return this.webContents.openHandler({ url } as Parameters<StandInWebContents['openHandler']>[0]).action === 'deny';
      }
      if (this.#loading) return false;
      const isMainFrame = frame === page.mainFrame();
      const event = Object.assign(new PreventableEvent(), { url, isMainFrame });
      if (isMainFrame) this.webContents.emit('will-navigate', event);
      this.webContents.emit('will-frame-navigate', event);
      return event.defaultPrevented;
    }

    async #invoke(frame: Frame, channel: string, args: unknown[]): Promise<unknown> {
      const handler = ipcMain.handlers.get(channel);
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      const senderFrame = { url: toElectron(frame.url()), parent: frame.parentFrame() === null ? null : {} };
      const event = { sender: this.webContents, senderFrame, type: 'frame' };
      return clone(await handler(event as unknown as Parameters<typeof handler>[0], ...clone(args)));
    }
  };
}
