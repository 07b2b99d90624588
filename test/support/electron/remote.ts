import type { EventEmitter } from 'node:events';
import type { BrowserWindowConstructorOptions, NotificationConstructorOptions, Rectangle } from 'electron';
import { focused } from './browser-window.ts';
import { setAddresses } from './network.ts';
import { StandInSession, systemProxy } from './session.ts';
import type { ShownItem } from './tray.ts';
import { clickItem, StandInMenu, StandInTray, shownItems } from './tray.ts';

// What a test requests from the stand-in from outside its process.

export interface Shown {
  readonly tray: { readonly image: string; readonly tooltip: string; readonly items: readonly ShownItem[] } | null;
  readonly windows: readonly {
    readonly visible: boolean;
    readonly maximised: boolean;
    readonly bounds: Rectangle;
    readonly preferences: Record<string, unknown>;
  }[];
  readonly notifications: readonly { readonly title: string; readonly body: string }[];
  /** Chromium's DevTools address. */
  readonly endpoint: string | null;
}

export type TestRequest =
  | { readonly do: 'look' }
  | { readonly do: 'clickMenu'; readonly labels: readonly string[] }
  | { readonly do: 'clickNotification'; readonly title: string }
  | { readonly do: 'power'; readonly event: 'suspend' | 'resume' }
  | { readonly do: 'network'; readonly addresses: readonly string[] }
  | { readonly do: 'focus'; readonly window: boolean }
  /** In PAC's words. */
  | { readonly do: 'systemProxy'; readonly answer: string };

interface Parts {
  readonly notifications: readonly (EventEmitter & { readonly options: NotificationConstructorOptions })[];
  readonly powerMonitor: EventEmitter;
  readonly windows: readonly {
    visible: boolean;
    maximised: boolean;
    getNormalBounds(): Rectangle;
    readonly options: BrowserWindowConstructorOptions;
  }[];
}

export function listenToTest(parts: Parts): void {
  process.on('message', ({ id, request }: { id: number; request: TestRequest }) => {
    try {
      process.send?.({ id, value: answer(parts, request) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? error.message : String(error) });
    }
  });
  // The connection to the test keeps no program alive.
  process.channel?.unref();
}

function answer(parts: Parts, request: TestRequest): Shown | null {
  switch (request.do) {
    case 'look':
      return look(parts);
    case 'clickMenu':
      clickItem(menu(), request.labels);
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
  }
}

function menu(): StandInMenu {
  const shown = StandInTray.current?.menu;
  if (!(shown instanceof StandInMenu)) throw new Error('The tray has no menu');
  return shown;
}

function look({ notifications, windows }: Parts): Shown {
  const tray = StandInTray.current;
  const [pageSession] = StandInSession.all.values();
  return {
    tray: tray === undefined ? null : { image: tray.image, tooltip: tray.tooltip, items: shownItems(tray.menu?.template ?? []) },
    windows: windows.map((window) => {
      const { session: _, ...preferences } = window.options.webPreferences ?? {};
      return { visible: window.visible, maximised: window.maximised, bounds: window.getNormalBounds(), preferences };
    }),
    notifications: notifications.map(({ options: { title = '', body = '' } }) => ({ title, body })),
    endpoint: endpoint(pageSession),
  };
}

function endpoint(pageSession: StandInSession | undefined): string | null {
  try {
    return pageSession?.endpoint() ?? null;
  } catch {
    // Chromium hasn't written its port yet.
    return null;
  }
}
