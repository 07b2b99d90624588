import type { BrowserWindowConstructorOptions } from 'electron';
import type { StandInApp } from './app.ts';
import { StandInSession } from './session.ts';
import type { ShownItem } from './tray.ts';
import { clickItem, StandInMenu, StandInTray, shownItems } from './tray.ts';

// What a test asks the stand-in from outside its process.

export interface Shown {
  readonly tray: { readonly image: string; readonly tooltip: string; readonly items: readonly ShownItem[]; readonly menus: number } | null;
  readonly windows: readonly { readonly visible: boolean; readonly preferences: Record<string, unknown> }[];
  /** Addresses given to the system's browser. */
  readonly external: readonly string[];
  readonly errors: readonly string[];
  readonly sandboxed: boolean;
  /** Chromium's DevTools address. */
  readonly endpoint: string | null;
  /** What the program would answer, were the page to ask for these. */
  readonly permissions: Readonly<Record<string, boolean>>;
}

export type TestRequest =
  | { readonly do: 'look' }
  | { readonly do: 'clickMenu'; readonly labels: readonly string[] }
  | { readonly do: 'clickTray' }
  | { readonly do: 'openMenu' | 'closeMenu' }
  | { readonly do: 'closeWindow' }
  | { readonly do: 'launchAgain' };

interface Parts {
  readonly app: StandInApp;
  readonly left: { readonly external: readonly string[]; readonly errors: readonly string[] };
  readonly theme: unknown;
  readonly windows: readonly { visible: boolean; close(): void; readonly options: BrowserWindowConstructorOptions }[];
}

const PERMISSIONS = ['clipboard-sanitized-write', 'clipboard-read', 'media', 'geolocation', 'notifications', 'openExternal'] as const;

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
      menu().emit('menu-will-show');
      return null;
    case 'closeMenu':
      menu().emit('menu-will-close');
      return null;
    case 'closeWindow':
      parts.windows[0]?.close();
      return null;
    case 'launchAgain':
      parts.app.emit('second-instance');
      return null;
  }
}

function menu(): StandInMenu {
  const shown = StandInTray.current?.menu;
  if (!(shown instanceof StandInMenu)) throw new Error('The tray has no menu');
  return shown;
}

function look({ app, left, windows }: Parts): Shown {
  const tray = StandInTray.current;
  const [pageSession] = StandInSession.all.values();
  return {
    tray:
      tray === undefined
        ? null
        : { image: tray.image, tooltip: tray.tooltip, items: shownItems(tray.menu?.template ?? []), menus: tray.menus },
    windows: windows.map(({ visible, options }) => {
      const { session: _, ...preferences } = options.webPreferences ?? {};
      return { visible, preferences };
    }),
    external: left.external,
    errors: left.errors,
    sandboxed: app.sandboxed,
    endpoint: endpoint(pageSession),
    permissions: Object.fromEntries(
      PERMISSIONS.map((name) => [name, pageSession?.permissionCheck?.(null, name, 'app://kaudit-tray/', {} as never) ?? true]),
    ),
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
