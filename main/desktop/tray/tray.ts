import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MenuItemConstructorOptions, NativeTheme, Rectangle } from 'electron';
import { Menu, nativeImage, Tray } from 'electron';
import { systemClock } from '../../clock.ts';
import { assertNever } from '../../common/errors.ts';
import type { DesktopView, Fleet } from '../../common/fleet/fleet.ts';
import type { Health } from '../../common/fleet/rows.ts';
import type { MenuItem, TrayAction } from '../../common/tray/menu.ts';
import { watchTrayHost } from './host.ts';
import { pixmapOf, trayImageFile } from './image.ts';
import { isOnDisplay } from './placement.ts';
import { StatusNotifier } from './status-notifier.ts';
import * as strings from './strings.ts';
import type { TraySurface } from './updates.ts';
import { TrayUpdates } from './updates.ts';

export interface TrayEvents {
  menuOpened(): void;
  menuClosed(): void;
  /** The icon itself was clicked. */
  clicked(): void;
}

/** Electron's tray icon with its menu, on macOS and Windows. Throws if the system has no place for one. */
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
    this.#tray.setContextMenu(menu);
  }

  get bounds(): Rectangle {
    return this.#tray.getBounds();
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
  readonly platform: NodeJS.Platform;
  readonly theme: NativeTheme;
  readonly environment: Readonly<Record<string, string | undefined>>;
  snapshot(): Fleet;
  /** Contexts, the most recently used first. */
  recent(): readonly string[];
  /** The displays' areas. */
  displays(): readonly Rectangle[];
  act(action: TrayAction): void;
  /** The icon itself was clicked. */
  clicked(): void;
  /** The user has closed the menu. A prompt in front of an open one couldn't get the keyboard. */
  menuRead(): void;
  /** Whether there is a visible icon, and if not, why. */
  onPresence(tray: DesktopView['tray']): void;
}

/** How long macOS takes to place an icon, and how often its place is checked again, in milliseconds. */
const PLACED = 2000;
const LOOK_AGAIN = 60_000;
/** Milliseconds until an icon whose connection ended is recreated. */
const LOST = 5000;

/**
 * The icon while something shows it: on Linux it is created when a host of tray icons appears, and
 * recreated when one returns. Without an icon the program continues with its window.
 */
export class TrayPresence {
  readonly #options: TrayOptions;
  #icon: { readonly tray: SystemTray | StatusNotifier; readonly updates: TrayUpdates } | undefined;
  #presence: DesktopView['tray'] | undefined;
  #end: () => void = () => undefined;

  constructor(options: TrayOptions) {
    this.#options = options;
    options.theme.on('updated', () => this.#icon?.updates.redraw());
    if (options.platform === 'linux') {
      this.#end = watchTrayHost(options.environment, (host) => {
        if (host === 'present') this.#make();
        else this.#remove(host === 'no-bus' ? NO_BUS : NO_HOST);
      });
      return;
    }
    this.#make();
    if (options.platform !== 'darwin') return;
    const first = setTimeout(() => this.#look(), PLACED);
    const again = setInterval(() => this.#look(), LOOK_AGAIN);
    this.#end = () => {
      clearTimeout(first);
      clearInterval(again);
    };
  }

  /** Whether there is an icon to return through. */
  get shown(): boolean {
    return this.#presence?.shown === true;
  }

  changed(): void {
    this.#icon?.updates.changed();
  }

  close(): void {
    this.#end();
    this.#icon?.updates.close();
    this.#icon?.tray.destroy();
    this.#icon = undefined;
  }

  #make(): void {
    if (this.#icon !== undefined) return;
    const { snapshot, recent, act, platform } = this.#options;
    try {
      const tray = platform === 'linux' ? this.#notifier() : this.#systemTray();
      this.#icon = { tray, updates: new TrayUpdates(tray, { snapshot, recent }, act, systemClock) };
      if (tray instanceof SystemTray) this.#tell({ shown: true });
      else {
        void tray.ended.then(() => this.#lost(tray));
        tray.registered.then(
          () => this.#icon?.tray === tray && this.#tell({ shown: true }),
          (error: unknown) => this.#icon?.tray === tray && this.#remove(refusal(error)),
        );
      }
    } catch (error) {
      this.#tell({ shown: false, reason: refusal(error) });
    }
  }

  #menuClosed(): void {
    this.#icon?.updates.menuClosed();
    this.#options.menuRead();
  }

  #systemTray(): SystemTray {
    const { images, platform, theme, clicked } = this.#options;
    return new SystemTray(images, platform, theme, {
      menuOpened: () => this.#icon?.updates.menuOpened(),
      menuClosed: () => this.#menuClosed(),
      clicked,
    });
  }

  #notifier(): StatusNotifier {
    const { images, theme, environment, clicked } = this.#options;
    return new StatusNotifier({
      environment,
      pixmaps: (health) => {
        const file = join(images, trayImageFile(health, 'linux', theme.shouldUseDarkColors));
        return [file, file.replace('.png', '@2x.png')].map((each) => {
          // From a path, a file `@2x` would have half its size.
          const image = nativeImage.createFromBuffer(readFileSync(each));
          return pixmapOf(image.getSize(), image.toBitmap());
        });
      },
      events: {
        aboutToOpen: () => this.#icon?.updates.menuAboutToOpen(),
        opened: () => this.#icon?.updates.menuOpened(),
        closed: () => this.#menuClosed(),
        clicked,
      },
    });
  }

  /** SECURITY: the window returns when the icon is gone. The icon is recreated a moment later: the bus may be back. */
  #lost(tray: StatusNotifier): void {
    if (this.#icon?.tray !== tray) return;
    this.#remove(NO_HOST);
    setTimeout(() => this.#make(), LOST).unref();
  }

  #remove(reason: string): void {
    this.#icon?.updates.close();
    this.#icon?.tray.destroy();
    this.#icon = undefined;
    this.#tell({ shown: false, reason });
  }

  /** The icon stays: macOS may find room for it later. */
  #look(): void {
    if (!(this.#icon?.tray instanceof SystemTray)) return;
    const visible = isOnDisplay(this.#icon.tray.bounds, this.#options.displays());
    this.#tell(visible ? { shown: true } : { shown: false, reason: HIDDEN });
  }

  #tell(presence: DesktopView['tray']): void {
    if (JSON.stringify(presence) === JSON.stringify(this.#presence)) return;
    this.#presence = presence;
    this.#options.onPresence(presence);
  }
}

function refusal(error: unknown): string {
  return strings.systemRefusedTrayIcon(error instanceof Error ? error.message : String(error));
}

const NO_BUS = strings.theresNoSessionBusD;
const NO_HOST = strings.nothingDesktopShowsTrayIcons;
const HIDDEN = strings.macOSHidesIconNoRoom;
