import { join } from 'node:path';
import type { MenuItemConstructorOptions, NativeTheme } from 'electron';
import { Menu, Tray } from 'electron';
import { assertNever } from '../common/errors.ts';
import type { Fleet } from '../common/fleet.ts';
import type { Health } from '../common/tray.ts';
import type { MenuItem, TrayAction } from '../common/tray-menu.ts';
import { trayImageFile } from './tray-image.ts';
import type { Clock, TraySurface } from './tray-updates.ts';
import { TrayUpdates } from './tray-updates.ts';

export interface TrayEvents {
  menuOpened(): void;
  menuClosed(): void;
  /** The icon itself was clicked. */
  clicked(): void;
}

/** Electron's tray icon with its menu. Throws where the system has no place for one. */
export class SystemTray implements TraySurface {
  readonly #tray: Tray;
  readonly #images: string;
  readonly #platform: NodeJS.Platform;
  readonly #theme: NativeTheme;
  readonly #events: TrayEvents;

  constructor(images: string, platform: NodeJS.Platform, theme: NativeTheme, events: TrayEvents) {
    this.#images = images;
    this.#platform = platform;
    this.#theme = theme;
    this.#events = events;
    this.#tray = new Tray(this.#image('unknown'));
    // On macOS a click opens the menu.
    if (platform !== 'darwin') this.#tray.on('click', () => events.clicked());
  }

  showState(health: Health, tooltip: string): void {
    this.#tray.setImage(this.#image(health));
    this.#tray.setToolTip(tooltip);
  }

  showMenu(items: readonly MenuItem[], act: (action: TrayAction) => void): void {
    const menu = Menu.buildFromTemplate(items.map((item) => menuTemplate(item, act)));
    menu.on('menu-will-show', () => this.#events.menuOpened());
    menu.on('menu-will-close', () => this.#events.menuClosed());
    // A new menu each time: on Linux a change of an item shows only when the menu is set again.
    this.#tray.setContextMenu(menu);
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #image(health: Health): string {
    const dark = this.#platform === 'win32' ? this.#theme.shouldUseDarkColorsForSystemIntegratedUI : this.#theme.shouldUseDarkColors;
    return join(this.#images, trayImageFile(health, this.#platform, dark));
  }
}

function menuTemplate(item: MenuItem, act: (action: TrayAction) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'separator':
      return { type: 'separator' };
    case 'text':
      return { label: plainLabel(item.label), enabled: false };
    case 'action':
      return { label: plainLabel(item.label), enabled: item.enabled, click: () => act(item.action) };
    case 'submenu':
      return { label: plainLabel(item.label), submenu: item.items.map((child) => menuTemplate(child, act)) };
    default:
      return assertNever(item);
  }
}

/** A single ampersand would underline the next letter and vanish. */
function plainLabel(label: string): string {
  return label.replaceAll('&', '&&');
}

export interface TrayOptions {
  /** The folder of the icons. */
  readonly images: string;
  readonly theme: NativeTheme;
  snapshot(): Fleet;
  act(action: TrayAction): void;
  /** The icon itself was clicked. */
  clicked(): void;
  log(message: string): void;
}

export interface RunningTray {
  /** Whether there is an icon to come back by. */
  readonly shown: boolean;
  changed(): void;
  close(): void;
}

/** Puts the icon into the tray and keeps it true. Without a tray the program goes on with its window. */
export function startTray({ images, theme, snapshot, act, clicked, log }: TrayOptions): RunningTray {
  let updates: TrayUpdates | undefined;
  try {
    const tray = new SystemTray(images, process.platform, theme, {
      menuOpened: () => updates?.menuOpened(),
      menuClosed: () => updates?.menuClosed(),
      clicked,
    });
    updates = new TrayUpdates(tray, snapshot, act, systemClock);
    const running = updates;
    theme.on('updated', () => running.redraw());
    return {
      shown: true,
      changed: () => running.changed(),
      close: () => {
        running.close();
        tray.destroy();
      },
    };
  } catch (error) {
    log(`No tray icon: ${error instanceof Error ? error.message : String(error)}`);
    return { shown: false, changed: () => undefined, close: () => undefined };
  }
}

const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
