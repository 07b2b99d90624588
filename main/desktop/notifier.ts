import { Notification } from 'electron';
import type { Events } from '../common/api.ts';
import type { Fleet } from '../common/fleet.ts';
import type { DesktopNotification, Known } from '../common/notifications.ts';
import { newsSince, nothingKnown } from '../common/notifications.ts';
import type { ConfigMapRef } from '../common/reference.ts';
import { referenceKey } from '../common/reference.ts';
import type { Clock } from '../state/clock.ts';

/** News that come within this time are told together, in milliseconds: many clusters learn of one cause within seconds. */
const GATHER = 3000;

export interface NotifierParts {
  readonly clock: Clock;
  snapshot(): Fleet;
  /** Whether the user looks at the window right now: what it shows is no news. */
  isLookedAt(): boolean;
  show(notification: DesktopNotification): void;
}

/** Tells what main/common/notifications.ts finds worth telling. */
export class Notifier {
  readonly #parts: NotifierParts;
  #known: Known;
  /** ConfigMaps that were saved from here since the last look. */
  #own = new Set<string>();
  #cancel: (() => void) | undefined;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#known = newsSince(nothingKnown, parts.snapshot(), this.#own).known;
  }

  /** Something may have happened. */
  changed(): void {
    this.#cancel ??= this.#parts.clock.after(GATHER, () => this.#look());
  }

  /** The user saves this one here. */
  saves(ref: ConfigMapRef): void {
    this.#own.add(referenceKey(ref));
    this.changed();
  }

  close(): void {
    this.#cancel?.();
  }

  #look(): void {
    this.#cancel = undefined;
    const { known, notifications } = newsSince(this.#known, this.#parts.snapshot(), this.#own);
    this.#known = known;
    this.#own = new Set();
    if (!this.#parts.isLookedAt()) for (const notification of notifications) this.#parts.show(notification);
  }
}

/** Shows through the system; a click leads to what it is about. */
export function systemNotifications(open: (view: Events['view.show']) => void): (notification: DesktopNotification) => void {
  // On Windows a notification that nobody holds is collected, and its click with it.
  const held = new Set<Notification>();
  return ({ title, body, view }) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    held.add(notification);
    const release = () => held.delete(notification);
    notification.on('click', () => {
      release();
      open(view);
    });
    notification.on('close', release);
    notification.on('failed', release);
    notification.show();
  };
}
