import type { Clock } from '../../clock.ts';
import type { Fleet } from '../../common/fleet/fleet.ts';
import type { Health } from '../../common/fleet/rows.ts';
import { worstState } from '../../common/fleet/rows.ts';
import type { MenuItem, TrayAction } from '../../common/tray/menu.ts';
import { trayMenu, trayTooltip } from '../../common/tray/menu.ts';

/** At most two rebuilds a second, in milliseconds. */
const REBUILD_PAUSE = 500;
/** Milliseconds. A passed test fades without an event. */
const AGE_REFRESH = 60_000;
/**
 * Milliseconds. A desktop that loses the event of a closed menu would freeze it forever; no one reads a menu this long.
 */
const LONGEST_READ = 300_000;
/** Milliseconds. A panel requested the menu, perhaps to open it, and sent nothing since: it may be open. */
const MAY_BE_OPEN = 90_000;

export interface TraySource {
  snapshot(): Fleet;
  /** Contexts, the most recently used first. */
  recent(): readonly string[];
}

/** What shows the tray: Electron's Tray, Linux's StatusNotifier, or a test's list. */
export interface TraySurface {
  showState(health: Health, tooltip: string): void;
  showMenu(items: readonly MenuItem[], act: (action: TrayAction) => void): void;
}

/**
 * Decides when the tray is drawn again: at most two rebuilds a second, and the menu never while it is open, because
 * every system closes an open menu that is replaced (electron/electron#4801). Later changes appear when it closes.
 */
export class TrayUpdates {
  readonly #surface: TraySurface;
  readonly #source: TraySource;
  readonly #act: (action: TrayAction) => void;
  readonly #clock: Clock;
  #lastRebuild = Number.NEGATIVE_INFINITY;
  /** Until when the menu counts as open; undefined: it is closed. */
  #openUntil: number | undefined;
  #isOpened = false;
  #shownMenu: string | undefined;
  #shownState: string | undefined;
  #cancelRebuild: (() => void) | undefined;
  #cancelRefresh: (() => void) | undefined;

  constructor(surface: TraySurface, source: TraySource, act: (action: TrayAction) => void, clock: Clock) {
    this.#surface = surface;
    this.#source = source;
    this.#act = act;
    this.#clock = clock;
    this.changed();
  }

  /** Something in the tray may have changed. */
  changed(): void {
    if (this.#cancelRebuild !== undefined) return;
    const wait = this.#lastRebuild + REBUILD_PAUSE - this.#clock.now();
    if (wait <= 0) this.#rebuild();
    else this.#cancelRebuild = this.#clock.after(wait, () => this.#rebuild());
  }

  /** Draws everything again although the state is the same: the panel's colour changed, or the tray was recreated. */
  redraw(): void {
    this.#shownState = undefined;
    this.#shownMenu = undefined;
    this.changed();
  }

  /** Someone is about to open the menu: a last update before that. */
  menuAboutToOpen(): void {
    if (this.#isOpened && this.#isOpen(this.#clock.now())) return;
    this.#openUntil = undefined;
    this.#rebuild();
    this.#openUntil = this.#clock.now() + MAY_BE_OPEN;
  }

  menuOpened(): void {
    this.#isOpened = true;
    this.#openUntil = this.#clock.now() + LONGEST_READ;
  }

  menuClosed(): void {
    this.#isOpened = false;
    this.#openUntil = undefined;
    this.changed();
  }

  close(): void {
    this.#cancelRebuild?.();
    this.#cancelRefresh?.();
  }

  #rebuild(): void {
    this.#cancelRebuild?.();
    this.#cancelRebuild = undefined;
    const now = this.#clock.now();
    this.#lastRebuild = now;
    const fleet = this.#source.snapshot();

    const health = worstState(fleet, now);
    const tooltip = trayTooltip(fleet, now);
    if (this.#shownState !== `${health} ${tooltip}`) {
      this.#shownState = `${health} ${tooltip}`;
      this.#surface.showState(health, tooltip);
    }

    if (!this.#isOpen(now)) {
      const items = trayMenu(fleet, now, this.#source.recent());
      const text = JSON.stringify(items);
      if (this.#shownMenu !== text) {
        this.#shownMenu = text;
        this.#surface.showMenu(items, (action) => this.#act(action));
      }
    }

    this.#cancelRefresh?.();
    this.#cancelRefresh = this.#clock.after(AGE_REFRESH, () => this.changed());
  }

  #isOpen(now: number): boolean {
    return this.#openUntil !== undefined && now < this.#openUntil;
  }
}
