import { Notification } from 'electron';
import type { Clock } from '../../clock.ts';
import type { Events } from '../../common/api.ts';
import type { Fleet } from '../../common/fleet/fleet.ts';
import type { ConfigMapRef } from '../../common/reference.ts';
import { referenceKey } from '../../common/reference.ts';
import type { DesktopNotification, Known } from '../../common/tray/notifications.ts';
import { newsSince, nothingKnown } from '../../common/tray/notifications.ts';
import * as strings from './strings.ts';

/** Milliseconds. News within this time share a notification: one cause reaches many clusters within seconds. */
const GATHER = 3000;
/** Milliseconds after a sleep in which unreachable clusters get more time. */
const WAKES = 60_000;

export interface NotifierParts {
  readonly clock: Clock;
  snapshot(): Fleet;
  /** Whether the user looks at the window right now: what it shows needs no notification. */
  isLookedAt(): boolean;
  show(notification: DesktopNotification): void;
}

/** Shows the notifications that main/common/tray/notifications.ts decides on. */
export class Notifier {
  readonly #parts: NotifierParts;
  #known: Known;
  /** ConfigMaps that were saved here, by reference key, and until when their changes need no notification. */
  readonly #own = new Map<string, number>();
  #cancel: (() => void) | undefined;
  /** Of the check without a change: by then an outage has lasted long enough to be reported. */
  #cancelLater: (() => void) | undefined;
  #sleptUntil = Number.NEGATIVE_INFINITY;
  /** When the first of the gathered news happened, by the clock. */
  #since = 0;

  constructor(parts: NotifierParts) {
    this.#parts = parts;
    this.#known = newsSince(nothingKnown, parts.snapshot(), new Set(), { now: parts.clock.now(), afterSleep: false }).known;
  }

  /** Something may have happened. */
  changed(): void {
    if (this.#cancel !== undefined) return;
    this.#since = this.#parts.clock.now();
    this.#cancel = this.#parts.clock.after(GATHER, () => this.#look());
  }

  /**
   * The user saves this one here. A slow cluster takes longer than news are gathered: it counts until it is settled,
   * and a moment more.
   */
  saves(ref: ConfigMapRef, saved: Promise<unknown>): void {
    const key = referenceKey(ref);
    this.#own.set(key, Number.POSITIVE_INFINITY);
    const done = () => this.#own.set(key, this.#parts.clock.now() + GATHER);
    saved.then(done, done);
  }

  /** The machine has slept: its network needs time. */
  woke(): void {
    this.#sleptUntil = this.#parts.clock.now() + WAKES;
  }

  close(): void {
    this.#cancel?.();
    this.#cancelLater?.();
  }

  #look(): void {
    this.#cancel = undefined;
    this.#cancelLater?.();
    const now = this.#parts.clock.now();
    for (const [key, until] of this.#own) if (until < this.#since) this.#own.delete(key);
    const time = { now, afterSleep: now < this.#sleptUntil };
    const { known, notifications, wait } = newsSince(this.#known, this.#parts.snapshot(), new Set(this.#own.keys()), time);
    this.#known = known;
    this.#cancelLater = wait === undefined ? undefined : this.#parts.clock.after(wait, () => this.#look());
    if (!this.#parts.isLookedAt()) for (const notification of notifications) this.#parts.show(notification);
  }
}

/** Why the system shows none; undefined: it does. Electron reports nothing when it fails. */
export function notificationProblem(platform: NodeJS.Platform): string | undefined {
  if (Notification.isSupported()) return undefined;
  return platform === 'linux' ? strings.libraryLibnotifyMissingInstallDebian : strings.systemDoesntShowNotificationsAllow;
}

/** Shows it through the system; a click opens its subject. */
export function systemNotifications(open: (view: Events['view.show']) => void): (notification: DesktopNotification) => void {
  // On Windows a notification without a reference is garbage-collected, and its click with it.
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
