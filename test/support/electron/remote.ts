import type { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, CustomScheme, NotificationConstructorOptions, Rectangle } from 'electron';
import type { StandInApp, StandInProtocol } from './app.ts';
import type { StandInIpcMain } from './browser-window.ts';
import { focused } from './browser-window.ts';
import { setAddresses } from './network.ts';
import { StandInSession, systemProxy } from './session.ts';
import type { ShownItem } from './tray.ts';
import { clickItem, StandInMenu, StandInTray, shownItems } from './tray.ts';

// What a test asks the stand-in from outside its process.

export interface Shown {
  readonly tray: { readonly image: string; readonly tooltip: string; readonly items: readonly ShownItem[]; readonly menus: number } | null;
  /** Menus that were replaced while they were open. */
  readonly menusClosedByUs: number;
  readonly windows: readonly {
    readonly visible: boolean;
    readonly maximised: boolean;
    readonly bounds: Rectangle;
    readonly preferences: Record<string, unknown>;
  }[];
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  /** Questions that the program put to its user, in dialogs of the system. */
  readonly questions: readonly string[];
  /** Addresses given to the system's browser. */
  readonly external: readonly string[];
  readonly sandboxed: boolean;
  /** Chromium's DevTools address. */
  readonly endpoint: string | null;
  /** Whether the program would grant these to the page. */
  readonly permissions: Readonly<Record<string, boolean>>;
  /** Whether the program lets the page load these. */
  readonly requests: Readonly<Record<string, boolean>>;
  /** What every page may send to main, in addition to what `handle` takes. */
  readonly listeners: readonly string[];
  readonly schemes: readonly CustomScheme[];
}

export type TestRequest =
  | { readonly do: 'look' }
  | { readonly do: 'clickMenu'; readonly labels: readonly string[] }
  | { readonly do: 'clickTray' }
  | { readonly do: 'openMenu' | 'closeMenu' }
  | { readonly do: 'closeWindow' }
  | { readonly do: 'answer'; readonly question: string; readonly button: number }
  | { readonly do: 'clickNotification'; readonly title: string }
  | { readonly do: 'power'; readonly event: 'suspend' | 'resume' }
  | { readonly do: 'network'; readonly addresses: readonly string[] }
  | { readonly do: 'focus'; readonly window: boolean }
  /** In PAC's words. */
  | { readonly do: 'systemProxy'; readonly answer: string }
  | { readonly do: 'launchAgain'; readonly arguments: readonly string[]; readonly told?: unknown };

interface Parts {
  readonly app: StandInApp;
  readonly protocol: StandInProtocol;
  readonly ipcMain: StandInIpcMain;
  readonly left: { readonly external: readonly string[]; readonly questions: readonly string[] };
  readonly answers: Map<string, number>;
  readonly notifications: readonly (EventEmitter & { readonly options: NotificationConstructorOptions })[];
  readonly powerMonitor: EventEmitter;
  readonly theme: unknown;
  readonly windows: readonly {
    visible: boolean;
    maximised: boolean;
    close(): void;
    getNormalBounds(): Rectangle;
    readonly options: BrowserWindowConstructorOptions;
  }[];
}

const PERMISSIONS = ['clipboard-sanitized-write', 'clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal'] as const;

const REQUESTS = [
  'app://kaudit-tray/index.html',
  'https://example.com/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'app://other/',
] as const;

export function listenToTest(parts: Parts): void {
  process.on('message', ({ id, request }: { id: number; request: TestRequest }) => {
    try {
      process.send?.({ id, value: answer(parts, request) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  // The line to the test keeps no program alive.
  process.channel?.unref();
}

function answer(parts: Parts, request: TestRequest): Shown | null {
  switch (request.do) {
    case 'look':
      return look(parts);
    case 'clickMenu':
      clickItem(menu(), request.labels);
      return null;
    case 'clickTray':
      StandInTray.current?.emit('click');
      return null;
    case 'openMenu':
      menu().open = true;
      menu().emit('menu-will-show');
      return null;
    case 'closeMenu':
      menu().open = false;
      menu().emit('menu-will-close');
      return null;
    case 'answer':
      parts.answers.set(request.question, request.button);
      return null;
    case 'clickNotification': {
      const clicked = parts.notifications.findLast(({ options }) => options.title === request.title);
      if (clicked === undefined) throw new Error(`There is no notification “${request.title}”`);
      clicked.emit('click');
      return null;
    }
    case 'power':
      parts.powerMonitor.emit(request.event);
      return null;
    case 'network':
      setAddresses(request.addresses);
      return null;
    case 'focus':
      focused.window = request.window;
      return null;
    case 'systemProxy':
      systemProxy.answer = request.answer;
      return null;
    case 'closeWindow':
      parts.windows[0]?.close();
      return null;
    case 'launchAgain':
      parts.app.emit('second-instance', {}, request.arguments, '/', request.told);
      return null;
  }
}

function menu(): StandInMenu {
  const shown = StandInTray.current?.menu;
  if (!(shown instanceof StandInMenu)) throw new Error('The tray has no menu');
  return shown;
}

function look({ app, protocol, ipcMain, left, notifications, windows }: Parts): Shown {
  const tray = StandInTray.current;
  const [pageSession] = StandInSession.all.values();
  return {
    tray:
      tray === undefined
        ? null
        : { image: tray.image, tooltip: tray.tooltip, items: shownItems(tray.menu?.template ?? []), menus: tray.menus },
    menusClosedByUs: StandInTray.closedByUs,
    windows: windows.map((window) => {
      const { session: _, ...preferences } = window.options.webPreferences ?? {};
      return { visible: window.visible, maximised: window.maximised, bounds: window.getNormalBounds(), preferences };
    }),
    notifications: notifications.map(({ options: { title = '', body = '' } }) => ({ title, body })),
    questions: left.questions,
    external: left.external,
    sandboxed: app.sandboxed,
    endpoint: endpoint(pageSession),
    permissions: Object.fromEntries(
      PERMISSIONS.map((name) => [name, pageSession?.permissionCheck?.(null, name, 'app://kaudit-tray/', {} as never) ?? true]),
    ),
    requests: Object.fromEntries(REQUESTS.map((url) => [url, pageSession?.loads(url) ?? true])),
    listeners: ipcMain.eventNames().map(String),
    schemes: protocol.schemes,
  };
}

function endpoint(pageSession: StandInSession | undefined): string | null {
  try {
    return pageSession?.endpoint() ?? null;
  } catch {
    // Chromium has not written its port yet.
    return null;
  }
}
