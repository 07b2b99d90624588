import { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { Menu, MenuItemConstructorOptions, Rectangle, Tray } from 'electron';

export class StandInMenu extends EventEmitter {
  static application: StandInMenu | null | undefined;
  readonly template: readonly MenuItemConstructorOptions[];

  constructor(template: readonly MenuItemConstructorOptions[]) {
    super();
    this.template = template;
  }

  static buildFromTemplate(template: MenuItemConstructorOptions[]): StandInMenu {
    return new StandInMenu(template);
  }

  static setApplicationMenu(menu: StandInMenu | null): void {
    StandInMenu.application = menu;
  }
}

type Parts = 'setImage' | 'setToolTip' | 'getBounds' | 'destroy';

/** Keeps what the program shows with it. */
export class StandInTray extends EventEmitter implements Pick<Tray, Parts> {
  static current: StandInTray | undefined;
  image: string;
  tooltip = '';
  menu: StandInMenu | null = null;

  constructor(image: string) {
    super();
    if (process.env.STAND_IN_NO_TRAY === '1') throw new Error('There is no tray');
    this.image = existing(image);
    StandInTray.current = this;
  }

  setImage(image: Parameters<Tray['setImage']>[0]): void {
    this.image = existing(String(image));
  }

  setToolTip(tooltip: string): void {
    this.tooltip = tooltip;
  }

  setContextMenu(menu: StandInMenu | null): void {
    this.menu = menu;
  }

  /** As the test sets it, on systems that have it. */
  static bounds: Rectangle = JSON.parse(process.env.STAND_IN_TRAY_BOUNDS ?? '{"x":100,"y":0,"width":22,"height":22}');

  getBounds(): Rectangle {
    return StandInTray.bounds;
  }

  destroy(): void {
    StandInTray.current = undefined;
  }
}

function existing(image: string): string {
  if (!existsSync(image)) throw new Error(`Failed to load image from path '${image}'`);
  return image;
}

/** The menu as the user reads it. */
export interface ShownItem {
  readonly label: string;
  readonly enabled: boolean;
  readonly items?: readonly ShownItem[];
}

export function shownItems(template: readonly MenuItemConstructorOptions[]): ShownItem[] {
  return template.map(({ label, type, enabled, submenu }) => ({
    label: type === 'separator' ? '—' : (label ?? '').replaceAll('&&', '&'),
    enabled: enabled !== false && type !== 'separator',
    ...(Array.isArray(submenu) ? { items: shownItems(submenu) } : {}),
  }));
}

/** Clicks the item at these labels, from the top. */
export function clickItem(menu: StandInMenu, labels: readonly string[]): void {
  let items: readonly MenuItemConstructorOptions[] = menu.template;
  for (const [depth, label] of labels.entries()) {
    const item = items.find((each) => (each.label ?? '').replaceAll('&&', '&') === label);
    if (item === undefined) throw new Error(`The menu has no item “${label}”`);
    if (item.enabled === false) throw new Error(`The item “${label}” is disabled`);
    if (depth === labels.length - 1)
      item.click?.({} as Parameters<NonNullable<typeof item.click>>[0], undefined, {} as Parameters<NonNullable<typeof item.click>>[2]);
    else items = Array.isArray(item.submenu) ? item.submenu : [];
  }
}

/** Electron's static functions that the program uses. */
export const menuClass = StandInMenu satisfies Record<keyof Pick<typeof Menu, 'buildFromTemplate' | 'setApplicationMenu'>, unknown>;
